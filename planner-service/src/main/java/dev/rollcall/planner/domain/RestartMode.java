package dev.rollcall.planner.domain;

/** How a cluster is restarted. */
public enum RestartMode {
    /** Hot restart, batch by batch: new connections are never refused. */
    RESTART,
    /** Stops all targeted ODPs of a batch, then starts them: clients are cut. */
    FORCE_RESTART
}
