package dev.rollcall.gateway.domain;

/** How far one ODP is within a task. */
public enum TaskOdpState {
    UNKNOWN,
    PENDING,
    PRECHECKED,
    STOPPING,
    STOPPED,
    STARTING,
    RESTARTING,
    SERVING,
    DRAINING,
    RUNNING,
    FAILED,
    SKIPPED
}
