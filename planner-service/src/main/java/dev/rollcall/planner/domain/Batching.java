package dev.rollcall.planner.domain;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a restart is split.
 *
 * @param sizes counts ("3") or percentages of the targeted ODPs ("25%"); empty: the default of the mode
 * @param maxFailures how many ODPs may fail before the task halts, 0 or more
 * @param groupBy null, as in entries written before there were groups, is NONE
 * @param minRunning how many ODPs of the cluster must keep running, a count or a percentage rounded up; null: not asked for
 * @param settleMillis how long a batch must stay Running before the next
 * @param pauseAfterFirst wait for a person after the first batch
 * @param window slots in place of batches
 */
public record Batching(
        List<String> sizes,
        int maxFailures,
        DrainPolicy drain,
        @Nullable BatchGroup groupBy,
        @Nullable String minRunning,
        long settleMillis,
        boolean pauseAfterFirst,
        boolean window) {
    public Batching {
        sizes = List.copyOf(sizes);
    }

    boolean byZone() {
        return groupBy == BatchGroup.ZONE;
    }

    /** The sizes that count: those asked for, else the default of the mode. Of a window, one size is also its first batch, to pause after. */
    List<String> sizesFor(RestartMode mode) {
        List<String> asked = sizes.isEmpty() ? BatchPlan.defaults(mode) : sizes;
        return window && pauseAfterFirst && asked.size() == 1 ? List.of(asked.get(0), asked.get(0)) : asked;
    }

    /** How many ODPs must keep running in a cluster of so many: a percentage is rounded up. 0: no such demand. */
    int minimumOf(int clusterOdps) {
        if (minRunning == null) {
            return 0;
        }
        if (!minRunning.endsWith("%")) {
            return Integer.parseInt(minRunning);
        }
        long percent = Long.parseLong(minRunning.substring(0, minRunning.length() - 1));
        return (int) ((clusterOdps * percent + 99) / 100);
    }

    Duration settle() {
        return Duration.ofMillis(settleMillis);
    }
}
