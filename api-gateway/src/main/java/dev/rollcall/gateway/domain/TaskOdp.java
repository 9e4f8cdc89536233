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
        @Nullable Failure failure) {

    /** A process of an ODP, as far as people care. */
    public record Incarnation(
            @Nullable Long pid,
            @Nullable Instant startedAt,
            @Nullable String version) {}
}
