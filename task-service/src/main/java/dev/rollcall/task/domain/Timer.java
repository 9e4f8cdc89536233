package dev.rollcall.task.domain;

import java.time.Instant;

/** Something to look at later, by the clock of this service. */
public record Timer(Kind kind, TaskId taskId, Instant due) {

    /** What to look at. */
    public enum Kind {
        /** Results whose task was never announced are dropped. */
        EARLY,
        /** A closed roll call whose results do not arrive gets its verdict without them. */
        VERDICT,
        /** What ended long ago is forgotten. */
        PURGE
    }
}
