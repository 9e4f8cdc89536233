package dev.rollcall.planner.domain;

/** What an agent saw of an ODP. */
public enum OdpState {
    UNKNOWN,
    RUNNING,
    RESTARTING,
    STOPPING,
    STOPPED,
    STARTING,
    UNAVAILABLE
}
