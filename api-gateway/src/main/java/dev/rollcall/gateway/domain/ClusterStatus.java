package dev.rollcall.gateway.domain;

/** One word for a whole cluster. */
public enum ClusterStatus {
    /** Every ODP is Running. */
    RUNNING,
    /** A task is active on it. */
    RESTARTING,
    /** Some ODPs are Running or unknown, others are not. */
    DEGRADED,
    /** No ODP is Running, and not all are stopped. */
    UNAVAILABLE,
    /** Every ODP is stopped. */
    STOPPED,
    /** Nothing fresh is known of any ODP. */
    UNKNOWN,
    /** It has no ODP. */
    EMPTY
}
