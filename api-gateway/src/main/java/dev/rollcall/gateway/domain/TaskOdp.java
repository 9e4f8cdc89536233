package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One ODP within one task. */
public record TaskOdp(
        TaskId task,
        OdpId odp,
        String zone,
        int batch,
        TaskOdpState state,
        @Nullable String step,
        int attempts,
        @Nullable String message,
        @Nullable Incarnation before,
        @Nullable Incarnation after,
        @Nullable Boolean inherited,
        boolean businessPathChecked,
        @Nullable Long clientsBefore,
        @Nullable Long clientsCut,
        @Nullable Instant startedAt,
        @Nullable Instant servingAt,
        @Nullable Instant finishedAt,
        @Nullable Failure failure,
        Times times) {

    /** When each step was reached that has no component of its own; null: it was not, or not yet. */
    public record Times(
            @Nullable Instant prechecked,
            @Nullable Instant stopped,
            @Nullable Instant drained,
            @Nullable Instant answered) {}

    /** A process of an ODP, as far as people care. */
    public record Incarnation(
            @Nullable Long pid,
            @Nullable Instant startedAt,
            @Nullable String version) {}
}
