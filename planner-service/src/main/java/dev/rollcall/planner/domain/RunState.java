package dev.rollcall.planner.domain;

/** How far one ODP is within a task. */
public enum RunState {
    /** Nothing was done to it yet. */
    PENDING,
    /** A hot restart is under way. */
    RESTARTING,
    /** A new process serves, the old one may still drain. */
    SERVING,
    STOPPING,
    /** We stopped it: a START is due or under way. */
    STOPPED,
    /** It runs in a process other than its baseline. */
    RESTARTED,
    FAILED,
    /** A person decided to leave it. */
    SKIPPED
}
