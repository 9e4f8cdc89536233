package dev.rollcall.standalone.simulation;

import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskSnapshot;

/** One promise of the system, watched from outside: it hears what is committed and done, and objects. */
abstract class Invariant {
    /** Thrown when a promise is broken. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;
        private final transient Invariant invariant;

        Broken(Invariant invariant, String words) {
            super(invariant.getClass().getSimpleName() + ": " + words);
            this.invariant = invariant;
        }

        Invariant invariant() {
            return invariant;
        }
    }

    final World world;

    Invariant(World world) {
        this.world = world;
    }

    final void require(boolean holds, String words, Object... details) {
        if (!holds) {
            throw new Broken(this, words.formatted(details));
        }
    }

    /** The planner has taken a result in, or ignored it; before what follows from it. */
    void onRead(OdpResult result, boolean taken) {}

    /** What follows comes from no record, but from the planner's clock. */
    void onTick() {}

    void onPlan(PlanEvent event) {}

    void onCommand(OdpCommand command) {}

    /** What people see of a task has changed. */
    void onTask(TaskSnapshot task) {}

    /** What people see of an ODP in a task has changed. */
    void onRow(TaskOdpSnapshot row) {}

    /** The planner has committed a transaction. */
    void onPlannerCommit() {}

    /** Something has happened on a host. */
    void onHost(Host host) {}

    /** A process was replaced or stopped on behalf of a command. */
    void onEffect(Host host, String command) {}

    /** A roll call's probe has looked at a host, so far as that is true. */
    void onRollCall(Host host, String taskId, int round) {}

    /** It has lasted longer than anything may. */
    void onPatienceEnds() {}

    /** All is over and quiet. */
    void onEnd() {}
}
