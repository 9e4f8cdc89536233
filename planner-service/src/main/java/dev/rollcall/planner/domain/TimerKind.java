package dev.rollcall.planner.domain;

/** What a timer is for. */
public enum TimerKind {
    /** Send the open command of an ODP again: nobody accepted it, or its agent fell silent. */
    NUDGE,
    /** The open command of an ODP has had all the time it gets. */
    DEADLINE,
    /** An ODP that settles in its slot of a window: the next look at it. */
    SLOT,
    /** What the state of the task itself waits for: the next look, the end of draining, a halt that lasted too long, freeing the cluster. */
    TASK
}
