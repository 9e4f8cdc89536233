package dev.rollcall.planner.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The questions on which the promises of {@link Saga} rest. Each is asked here alone, so that a test can ask what is noticed when one is answered wrongly. */
class Safeguards {
    static final Safeguards KEPT = new Safeguards();

    Safeguards() {}

    /** A task moves only along the edges of the table. */
    TaskState move(TaskState from, TaskState.Cause cause) {
        return from.after(cause);
    }

    /** An ODP moves only along the edges of the table. */
    RunState move(RunState from, RunState.Cause cause) {
        return from.after(cause);
    }

    /** One task a cluster. */
    boolean isFree(Cluster cluster) {
        return cluster.activeTask() == null;
    }

    /** A control counts only for the plan that it was decided on. */
    boolean isOutdated(long decidedOn, long planVersion) {
        return decidedOn != planVersion;
    }

    /** A result counts only for the very command that is open. */
    boolean answers(OpenCommand command, Input.OdpResult result) {
        return command.step().equals(result.step()) && command.attempt() == result.attempt();
    }

    /** Failures of every category are one budget; more than it allows are too many. */
    boolean exceedsBudget(int failures, int maxFailures, FailureCategory last) {
        return failures > maxFailures;
    }

    /** Whether one more of those that run may be taken down. */
    boolean mayTakeDown(int running, int minimum) {
        return running - 1 >= minimum;
    }

    /** How many may be taken down at once: one that is down by itself takes a slot. */
    int freeSlots(int slots, int fallen) {
        return slots - fallen;
    }

    /** An ODP whose command failed runs only if somebody saw it running. */
    boolean runsAfterFailure(@Nullable OdpFacts facts) {
        return facts != null && facts.running();
    }

    /** A STOP that failed may have stopped the ODP all the same: a START follows. */
    boolean failedStopOwesStart() {
        return true;
    }

    /** A batch that must not mix zones ends where a zone ends. */
    boolean zonesAreKeptApart(boolean byZone) {
        return byZone;
    }

    /** No batch begins after the window. */
    boolean windowIsOver(@Nullable Instant notAfter, Instant now) {
        return notAfter != null && now.isAfter(notAfter);
    }

    /** Nothing begins in a task that is to pause. */
    boolean pauseHolds(boolean pauseWanted) {
        return pauseWanted;
    }
}
