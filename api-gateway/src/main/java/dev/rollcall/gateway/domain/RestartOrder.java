package dev.rollcall.gateway.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a cluster: a valid order, whatever the cluster says to it.
 *
 * @param odps targeted ODPs; empty means all
 * @param exitTimeoutMicros drain time in microseconds, {@link #NO_LIMIT} for none; null: as configured
 * @param confirm the cluster's id, repeated; null when not given
 * @param reason in the words of who asks; may be empty
 * @param notBefore when it may begin; null: at once
 * @param notAfter when no batch may begin any more; null: no such limit
 * @param expectedVersion version that every restarted ODP must have; null: not checked
 */
public record RestartOrder(
        Mode mode,
        List<OdpId> odps,
        Batching batching,
        @Nullable Long exitTimeoutMicros,
        boolean dryRun,
        @Nullable String confirm,
        String reason,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter,
        @Nullable String expectedVersion) {

    /** Never force the old process out. */
    public static final long NO_LIMIT = -1;

    /** A drain time below it cuts clients, and wants a confirmation. */
    public static final Duration SHORTEST_UNCONFIRMED_DRAIN = Duration.ofSeconds(1);

    public RestartOrder {
        odps = List.copyOf(odps);
    }

    /** Whether clients may be cut in a way that the caller must confirm (rule R5). */
    public boolean needsConfirmation() {
        return mode == Mode.FORCE_RESTART
                || (exitTimeoutMicros != null
                        && exitTimeoutMicros != NO_LIMIT
                        && exitTimeoutMicros < SHORTEST_UNCONFIRMED_DRAIN.toNanos() / 1_000);
    }
}
