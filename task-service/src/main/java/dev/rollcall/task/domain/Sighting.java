package dev.rollcall.task.domain;

import org.jspecify.annotations.Nullable;

/**
 * A process that answered a login; the latest counts, one seen by a roll call above all others.
 *
 * @param round number of the roll call that saw it; 0 for any other step
 */
public record Sighting(
        int round,
        Stamp stamp,
        ProcessIdentity process,
        @Nullable String version,
        @Nullable Boolean inherited,
        boolean businessPathChecked) {

    static @Nullable Sighting of(TaskInput.Reported report) {
        OdpFacts facts = report.facts();
        if (facts == null || facts.state() != ObservedState.RUNNING || facts.process() == null) {
            return null;
        }
        return new Sighting(
                Step.rollCall(report.step()),
                report.stamp(),
                facts.process(),
                facts.version(),
                facts.inherited(),
                facts.businessPathChecked());
    }

    static @Nullable Sighting join(@Nullable Sighting one, @Nullable Sighting other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        int byRound = Integer.compare(one.round, other.round);
        return (byRound != 0 ? byRound : one.stamp.compareTo(other.stamp)) >= 0 ? one : other;
    }
}
