package dev.rollcall.task.domain;

/** How far a batch is. */
public enum BatchState {
    WAITING,
    RUNNING,
    DONE
}
