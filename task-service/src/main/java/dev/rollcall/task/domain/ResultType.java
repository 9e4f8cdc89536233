package dev.rollcall.task.domain;

/** How far a command has come, as its agent reports. */
public enum ResultType {
    UNKNOWN,
    ACCEPTED,
    STARTED,
    PROGRESS,
    SERVING,
    DRAINED,
    SUCCEEDED,
    FAILED
}
