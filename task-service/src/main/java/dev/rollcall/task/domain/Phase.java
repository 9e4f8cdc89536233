package dev.rollcall.task.domain;

/** What a running task is doing; UNKNOWN before and after. */
public enum Phase {
    UNKNOWN,
    PRECHECK,
    RESTART,
    STOP,
    START,
    DRAIN,
    ROLL_CALL
}
