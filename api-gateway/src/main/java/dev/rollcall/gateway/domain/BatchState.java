package dev.rollcall.gateway.domain;

/** How far a batch of a task is. */
public enum BatchState {
    UNKNOWN,
    WAITING,
    RUNNING,
    DONE
}
