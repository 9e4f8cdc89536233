package dev.rollcall.task.domain;

/** What a command does to one ODP. */
public enum CommandKind {
    UNKNOWN,
    PROBE,
    HOT_RESTART,
    STOP,
    START
}
