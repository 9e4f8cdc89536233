package dev.rollcall.task.domain;

import org.jspecify.annotations.Nullable;

/** The part of an agent's facts that the task shows or judges; explained in the schema of the same name. */
public record OdpFacts(
        ObservedState state,
        boolean draining,
        @Nullable String version,
        @Nullable ProcessIdentity process,
        @Nullable Long clientConnections,
        @Nullable Boolean inherited,
        boolean settingsRestored,
        boolean businessPathChecked,
        @Nullable String detail) {

    /** A login was answered by a known process that is not the one of before. */
    boolean runningAnew(@Nullable ProcessIdentity baseline) {
        return state == ObservedState.RUNNING && process != null && !process.sameAs(baseline);
    }
}
