package dev.rollcall.gateway.domain;

/** State of an ODP as an agent saw it. */
public enum OdpState {
    UNKNOWN,
    RUNNING,
    RESTARTING,
    STOPPING,
    STOPPED,
    STARTING,
    UNAVAILABLE
}
