package dev.rollcall.task.domain;

/** Whose fault a failure is; explained in the schema of the same name. */
public enum FailureCategory {
    UNKNOWN,
    TARGET,
    UNREACHABLE,
    TIMED_OUT,
    REFUSED,
    CHANGED,
    PLATFORM
}
