package dev.rollcall.gateway.domain;

/** What a running task is doing. */
public enum TaskPhase {
    UNKNOWN,
    PRECHECK,
    RESTART,
    STOP,
    START,
    DRAIN,
    ROLL_CALL
}
