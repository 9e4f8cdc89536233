package dev.rollcall.task.domain;

/** What an agent saw of an ODP. */
public enum ObservedState {
    UNKNOWN,
    RUNNING,
    RESTARTING,
    STOPPING,
    STOPPED,
    STARTING,
    UNAVAILABLE
}
