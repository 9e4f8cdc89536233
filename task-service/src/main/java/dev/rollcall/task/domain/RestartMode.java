package dev.rollcall.task.domain;

/** How a cluster is restarted. UNKNOWN: a newer program asked for something this version does not know. */
public enum RestartMode {
    UNKNOWN,
    RESTART,
    FORCE_RESTART
}
