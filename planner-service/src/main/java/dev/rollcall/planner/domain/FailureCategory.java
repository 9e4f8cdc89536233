package dev.rollcall.planner.domain;

/** Whose fault a failure is; the texts are those of the schema. */
public enum FailureCategory {
    UNKNOWN,
    TARGET,
    UNREACHABLE,
    TIMED_OUT,
    REFUSED,
    CHANGED,
    PLATFORM
}
