package dev.rollcall.planner.domain;

/** What a running task is doing, as people see it. */
public enum Phase {
    PRECHECK,
    RESTART,
    STOP,
    START,
    DRAIN,
    ROLL_CALL
}
