package dev.rollcall.planner.domain;

/** What a person may ask of a task. */
public enum ControlKind {
    PAUSE,
    RESUME,
    RETRY,
    SKIP,
    CANCEL
}
