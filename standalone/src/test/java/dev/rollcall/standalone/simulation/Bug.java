package dev.rollcall.standalone.simulation;

import dev.rollcall.planner.domain.SimulatedPlanner;
import dev.rollcall.task.domain.SimulatedFold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something done wrongly on purpose, and the invariant that has to notice it. One that shows only in an unlucky coincidence names the
 * faults that make it: a world with the bug has these often.
 */
enum Bug {
    // ---- of the planner's decisions
    CLUSTER_IS_NEVER_BUSY(Invariants.OneTaskACluster.class, SimulatedPlanner.Bug.CLUSTER_IS_NEVER_BUSY),
    /** Confuses whatever follows. */
    ANY_RESULT_COUNTS(Invariant.class, SimulatedPlanner.Bug.ANY_RESULT_COUNTS),
    ONLY_FAILED_COUNTS(Invariants.BudgetHolds.class, SimulatedPlanner.Bug.ONLY_FAILED_COUNTS),
    ONE_TOO_MANY_DOWN(Invariants.NeverMoreDown.class, SimulatedPlanner.Bug.ONE_TOO_MANY_DOWN),
    UNKNOWN_COUNTS_AS_RUNNING(
            Invariants.NeverMoreDown.class, SimulatedPlanner.Bug.UNKNOWN_COUNTS_AS_RUNNING, Fault.PORT_FAILS),
    PAUSE_HOLDS_NOTHING(Invariants.PausedStartsNothing.class, SimulatedPlanner.Bug.PAUSE_HOLDS_NOTHING),
    WINDOW_IS_IGNORED(Invariants.PausedStartsNothing.class, SimulatedPlanner.Bug.WINDOW_IS_IGNORED),
    /** A STOP that failed is taken for one that stopped nothing. */
    STOP_IS_FORGOTTEN(
            Invariants.NoneStaysStopped.class, SimulatedPlanner.Bug.STOP_IS_FORGOTTEN, Fault.PORT_DOES_AND_TIMES_OUT),
    ZONES_ARE_MIXED(Invariants.OneZoneAtATime.class, SimulatedPlanner.Bug.ZONES_ARE_MIXED),
    // ---- of the planner's surroundings
    /** What an aborted transaction has changed stays changed. */
    ABORTED_STATE_STAYS(Invariants.ReplayEqualsLive.class),
    /** Of what an aborted transaction has changed a part stays. */
    HALF_IS_ABORTED(Invariants.BooksAgree.class),
    /** The state is committed before the records that say so are sent. */
    COMMITTED_BEFORE_SENT(Invariants.ReplayEqualsLive.class),
    /** No timer is ever looked at. */
    TIMERS_STAND_STILL(Invariants.EveryTaskEnds.class),
    // ---- of the task-service
    VERDICT_WITHOUT_ROLL_CALL(Invariants.CompletedMeansRestarted.class, SimulatedFold.Bug.VERDICT_WITHOUT_ROLL_CALL),
    /** After its death it has lost its stores, and reads everything again. */
    READS_ALL_AGAIN(Invariants.TerminalStaysTerminal.class),
    /** One that was taken for dead still sends what its transaction, which was aborted, had said. */
    ABORTED_RECORDS_ARE_SENT(Invariants.ShownGoesForward.class),
    /** What an aborted transaction has changed of the ODPs stays changed. */
    ABORTED_ROWS_STAY(Invariants.NumbersAgree.class),
    // ---- of the agents
    /**
     * No lock on the host: two agents carry the same command out at once, each having seen that it is not done. Sometimes a START
     * overtakes the STOP before it, and the ODP stays stopped.
     */
    NO_LOCK(Invariants.OneRestartAnAttempt.class, Fault.AGENT_IS_CUT_OFF, Fault.SLOW_HOST),
    /** Writes neither what it is about to do nor what it has done. */
    JOURNAL_IS_NOT_KEPT(Invariants.OneRestartAnAttempt.class),
    /** Takes whatever process runs for the one that is meant. */
    ANY_PROCESS_IS_MEANT(Invariants.OneRestartAnAttempt.class),
    /** Says that settings are restored, and leaves them. */
    SETTINGS_ARE_LEFT(Invariants.SettingsAreRestored.class),
    /** Changes settings without writing down what they were. */
    ORIGINALS_ARE_NOT_KEPT(Invariants.SettingsAreRestored.class);

    private final Class<? extends Invariant> noticedBy;
    private final List<Fault> needs;
    final SimulatedPlanner.@Nullable Bug planner;
    final SimulatedFold.@Nullable Bug fold;

    Bug(Class<? extends Invariant> noticedBy, Fault... needs) {
        this(noticedBy, null, null, needs);
    }

    Bug(Class<? extends Invariant> noticedBy, SimulatedPlanner.Bug planner, Fault... needs) {
        this(noticedBy, planner, null, needs);
    }

    Bug(Class<? extends Invariant> noticedBy, SimulatedFold.Bug fold) {
        this(noticedBy, null, fold);
    }

    Bug(
            Class<? extends Invariant> noticedBy,
            SimulatedPlanner.@Nullable Bug planner,
            SimulatedFold.@Nullable Bug fold,
            Fault... needs) {
        this.needs = List.of(needs);
        this.noticedBy = noticedBy;
        this.planner = planner;
        this.fold = fold;
    }

    List<Fault> needs() {
        return needs;
    }

    Class<? extends Invariant> noticedBy() {
        return noticedBy;
    }
}
