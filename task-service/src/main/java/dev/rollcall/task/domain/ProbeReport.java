package dev.rollcall.task.domain;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a PROBE; of several, the one of the highest (round, attempt) counts, then a success, then the first.
 *
 * @param round number of the roll call; 0 for the precheck
 * @param facts what was seen; null when the host could not be looked at
 * @param failure why it could not; only when it failed
 */
public record ProbeReport(
        int round,
        int attempt,
        boolean succeeded,
        Stamp stamp,
        @Nullable OdpFacts facts,
        @Nullable Failure failure) {

    static ProbeReport of(int round, TaskInput.Reported report) {
        return new ProbeReport(
                round,
                report.attempt(),
                report.type() == ResultType.SUCCEEDED,
                report.stamp(),
                report.facts(),
                report.failure());
    }

    static ProbeReport join(@Nullable ProbeReport one, ProbeReport other) {
        return one == null || other.outweighs(one) ? other : one;
    }

    private boolean outweighs(ProbeReport other) {
        if (round != other.round) {
            return round > other.round;
        }
        if (attempt != other.attempt) {
            return attempt > other.attempt;
        }
        if (succeeded != other.succeeded) {
            return succeeded;
        }
        return stamp.compareTo(other.stamp) < 0;
    }
}
