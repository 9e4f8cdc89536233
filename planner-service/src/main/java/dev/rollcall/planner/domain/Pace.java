package dev.rollcall.planner.domain;

import java.time.Duration;

/**
 * How fast a cluster is restarted in one mode, as it was measured. A new sample moves it by a quarter, and counts at most as four
 * times and at least as a quarter of what was known, so that one hung ODP does not tell the time of all.
 *
 * @param slotMillis how long one ODP takes its slot, from the sending of the command until the slot is free, settling apart
 * @param samples how many were measured; at most {@value #ENOUGH} are counted
 * @param tailMillis from the last restart to the end of the roll call; 0: never measured
 */
public record Pace(long slotMillis, int samples, long tailMillis) {
    private static final int ENOUGH = 1_000_000;
    private static final int WEIGHT = 4;

    static Pace with(@org.jspecify.annotations.Nullable Pace before, Duration slot) {
        long sample = Math.max(1, slot.toMillis());
        return before == null || before.samples == 0
                ? new Pace(sample, 1, before == null ? 0 : before.tailMillis)
                : new Pace(moved(before.slotMillis, sample), Math.min(ENOUGH, before.samples + 1), before.tailMillis);
    }

    Pace withTail(Duration tail) {
        long sample = Math.max(1, tail.toMillis());
        return new Pace(slotMillis, samples, tailMillis == 0 ? sample : moved(tailMillis, sample));
    }

    private static long moved(long known, long sample) {
        long counted = Math.max(known / WEIGHT, Math.min(sample, known * WEIGHT));
        return Math.max(1, known + (counted - known) / WEIGHT);
    }
}
