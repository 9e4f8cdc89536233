package dev.rollcall.gateway.domain;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a restart is split.
 *
 * @param sizes batch sizes, counts or percentages; empty means the default of the mode
 * @param maxFailures failures that are borne before the task halts
 * @param byZone a batch ends where a zone ends
 * @param minRunning how many ODPs of the cluster must keep running, a count or a percentage; null: not asked for
 * @param settle how long a batch must stay Running before the next
 * @param pauseAfterFirst wait for a person after the first batch
 * @param window slots in place of the batches of the last size
 * @param preset name under which the sizes were chosen; null: without one
 */
public record Batching(
        List<String> sizes,
        int maxFailures,
        Drain drain,
        boolean byZone,
        @Nullable String minRunning,
        Duration settle,
        boolean pauseAfterFirst,
        boolean window,
        @Nullable String preset) {

    public Batching {
        sizes = List.copyOf(sizes);
    }

    /** Nothing of it asked for but sizes, failures and drain. */
    public static Batching of(List<String> sizes, int maxFailures, Drain drain) {
        return new Batching(sizes, maxFailures, drain, false, null, Duration.ZERO, false, false, null);
    }
}
