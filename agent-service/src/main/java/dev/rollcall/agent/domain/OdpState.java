package dev.rollcall.agent.domain;

/** What was seen of an ODP. */
public enum OdpState {
    UNKNOWN,
    RUNNING,
    RESTARTING,
    STOPPING,
    STOPPED,
    STARTING,
    UNAVAILABLE
}
