package dev.rollcall.agent.domain;

/** What a command does to one ODP. */
public enum CommandKind {
    PROBE,
    HOT_RESTART,
    STOP,
    START
}
