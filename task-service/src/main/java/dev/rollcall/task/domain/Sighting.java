package dev.rollcall.task.domain;

import org.jspecify.annotations.Nullable;

/**
 * Which process answered a login, or that none did; the latest counts, one of a roll call above all others.
 *
 * @param round number of the roll call that looked; 0 for any other step
 * @param process null: none answered, so that what was seen before is over
 */
public record Sighting(
        int round,
        Stamp stamp,
        @Nullable ProcessIdentity process,
        @Nullable String version,
        @Nullable Boolean inherited,
        boolean businessPathChecked) {

    static @Nullable Sighting of(TaskInput.Reported report) {
        OdpFacts facts = report.facts();
        if (facts == null || facts.state() == ObservedState.UNKNOWN) {
            return null;
        }
        if (facts.state() != ObservedState.RUNNING || facts.process() == null) {
            return new Sighting(Step.rollCall(report.step()), report.stamp(), null, null, null, false);
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
