package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something about a task that somebody outside wants to hear of.
 *
 * @param eventId of the event on the topic; the same however often it is sent
 * @param actor who did it; null when nobody did
 */
public record Notice(
        String eventId,
        Kind kind,
        TaskId task,
        ClusterId cluster,
        Instant at,
        TaskState state,
        @Nullable String code,
        @Nullable String actor,
        String message) {

    /** What is told. */
    public enum Kind {
        /** The first ODP is about to be restarted or stopped; a dry run never gets there. */
        STARTED,
        PAUSED,
        /** Failed for now: waits for a person. */
        HALTED,
        /** For good; the state says how. */
        ENDED
    }
}
