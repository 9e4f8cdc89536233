package dev.rollcall.task.domain;

/** What a person asks of a task. */
public enum ControlKind {
    UNKNOWN,
    PAUSE,
    RESUME,
    RETRY,
    SKIP,
    CANCEL
}
