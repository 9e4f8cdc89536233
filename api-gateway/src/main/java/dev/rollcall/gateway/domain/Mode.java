package dev.rollcall.gateway.domain;

/** How a cluster is restarted. */
public enum Mode {
    /** Written by a newer program; nothing is known about it here. */
    UNKNOWN,
    /** Hot restart: the new process takes over the listening socket, the old one drains. */
    RESTART,
    /** All targeted ODPs stop, then start; clients are cut. */
    FORCE_RESTART
}
