package dev.rollcall.planner.domain;

import java.util.Map;

/** How far the planner is with a task. */
public enum TaskState {
    /**
     * action: waits for the time before which it must not begin; nobody was told of it yet.
     *
     * <p>transition: TIME_HAS_COME => PRECHECKING
     */
    WAITING(false),
    /**
     * action: every ODP of the cluster is probed.
     *
     * <p>transition: RULES_REFUSED => REJECTED, DRY_RUN_PLANNED => PLANNED, BATCH_RESTARTS => RESTARTING, BATCH_STOPS => STOPPING
     */
    PRECHECKING(false),
    /**
     * action: the ODPs of the next batch, and those to try again, are probed.
     *
     * <p>transition: BATCH_RESTARTS => RESTARTING, BATCH_STOPS => STOPPING, ODPS_START => STARTING, TOO_FEW_WOULD_RUN => HALTED
     */
    LOOKING(false),
    /**
     * action: hot restarts of the batch; in a window, everything that belongs to the restart of each ODP.
     *
     * <p>transition: BATCH_IS_NEXT => LOOKING, ODPS_START => STARTING, BATCH_DOES_NOT_SETTLE, ODP_DOES_NOT_START => HALTED, OLD_PROCESSES_DRAIN => DRAINING, ROLL_IS_CALLED => ROLL_CALL
     */
    RESTARTING(false),
    /**
     * action: the ODPs of the batch are stopped.
     *
     * <p>transition: ODPS_START => STARTING
     */
    STOPPING(false),
    /**
     * action: everything that was stopped is started; nothing holds that back.
     *
     * <p>transition: BATCH_IS_NEXT => LOOKING, ODP_DOES_NOT_START => HALTED, OLD_PROCESSES_DRAIN => DRAINING,
     * ROLL_IS_CALLED => ROLL_CALL
     */
    STARTING(false),
    /**
     * action: the ODPs of the batch are probed now and then: they must stay Running.
     *
     * <p>transition: BATCH_IS_NEXT => LOOKING, BATCH_DOES_NOT_SETTLE => HALTED
     */
    SETTLING(false),
    /**
     * action: old processes serve their last connections.
     *
     * <p>transition: ROLL_IS_CALLED => ROLL_CALL
     */
    DRAINING(false),
    /**
     * action: every targeted ODP is probed.
     *
     * <p>transition: ROLL_IS_COMPLETE => CLOSED
     */
    ROLL_CALL(false),
    /**
     * action: waits for a person.
     *
     * <p>transition: BATCH_IS_NEXT => LOOKING
     */
    PAUSED(false),
    /**
     * action: waits for a person, because failures exceed the budget.
     *
     * <p>transition: BATCH_IS_NEXT => LOOKING, ODPS_START => STARTING
     */
    HALTED(false),
    /**
     * action: what was stopped is started, what runs is awaited, nothing begins.
     *
     * <p>transition: CANCEL_IS_DONE => CANCELLED, GIVING_UP_IS_DONE => ABANDONED
     */
    CANCELLING(false),
    /**
     * action: waits for the verdict of the task-service; the cluster is still busy.
     *
     * <p>transition: none; the task ends when the verdict comes, or a minute later
     */
    CLOSED(true),
    /** action: none. transition: none. */
    REJECTED(true),
    /** action: none. transition: none. */
    PLANNED(true),
    /** action: none. transition: none. */
    CANCELLED(true),
    /** action: none. transition: none. */
    ABANDONED(true);

    /** What moves a task from one state to another. */
    public enum Cause {
        TIME_HAS_COME,
        RULES_REFUSED,
        DRY_RUN_PLANNED,
        BATCH_IS_NEXT,
        BATCH_RESTARTS,
        BATCH_STOPS,
        ODPS_START,
        BATCH_SETTLES,
        OLD_PROCESSES_DRAIN,
        ROLL_IS_CALLED,
        ROLL_IS_COMPLETE,
        PAUSE_TAKES_EFFECT,
        BUDGET_IS_EXCEEDED,
        TOO_FEW_WOULD_RUN,
        BATCH_DOES_NOT_SETTLE,
        ODP_DOES_NOT_START,
        CANCEL_IS_ASKED,
        PATIENCE_ENDS,
        CANCEL_IS_DONE,
        GIVING_UP_IS_DONE
    }

    private static final Transitions<TaskState, Cause> TABLE = table();

    private final boolean terminal;

    TaskState(boolean terminal) {
        this.terminal = terminal;
    }

    /** Nothing follows but forgetting. */
    public boolean terminal() {
        return terminal;
    }

    TaskState after(Cause cause) {
        return TABLE.after(this, cause);
    }

    /** What may follow a state. */
    static Map<Cause, TaskState> edges(TaskState from) {
        return TABLE.from(from);
    }

    static String mermaid() {
        return TABLE.mermaid(WAITING);
    }

    private static Transitions<TaskState, Cause> table() {
        Transitions<TaskState, Cause> t = new Transitions<>(TaskState.class, Cause.class, TaskState::terminal);
        t.edge(WAITING, Cause.TIME_HAS_COME, PRECHECKING);
        t.edge(PRECHECKING, Cause.RULES_REFUSED, REJECTED);
        t.edge(PRECHECKING, Cause.DRY_RUN_PLANNED, PLANNED);
        t.edge(PRECHECKING, Cause.BATCH_RESTARTS, RESTARTING);
        t.edge(PRECHECKING, Cause.BATCH_STOPS, STOPPING);
        t.edge(LOOKING, Cause.BATCH_RESTARTS, RESTARTING);
        t.edge(LOOKING, Cause.BATCH_STOPS, STOPPING);
        t.edge(LOOKING, Cause.ODPS_START, STARTING);
        t.edge(LOOKING, Cause.TOO_FEW_WOULD_RUN, HALTED);
        t.edge(SETTLING, Cause.BATCH_IS_NEXT, LOOKING);
        t.edge(SETTLING, Cause.BATCH_DOES_NOT_SETTLE, HALTED);
        // In a window each ODP settles in its slot.
        t.edge(RESTARTING, Cause.BATCH_DOES_NOT_SETTLE, HALTED);
        t.edge(RESTARTING, Cause.ODP_DOES_NOT_START, HALTED);
        t.edge(STARTING, Cause.ODP_DOES_NOT_START, HALTED);
        for (TaskState working : new TaskState[] {RESTARTING, STOPPING, STARTING}) {
            t.edge(working, Cause.BATCH_SETTLES, SETTLING);
        }
        t.edge(RESTARTING, Cause.BATCH_IS_NEXT, LOOKING);
        t.edge(RESTARTING, Cause.ODPS_START, STARTING);
        t.edge(RESTARTING, Cause.OLD_PROCESSES_DRAIN, DRAINING);
        t.edge(RESTARTING, Cause.ROLL_IS_CALLED, ROLL_CALL);
        t.edge(STOPPING, Cause.ODPS_START, STARTING);
        t.edge(STOPPING, Cause.BATCH_IS_NEXT, LOOKING);
        t.edge(STOPPING, Cause.ROLL_IS_CALLED, ROLL_CALL);
        t.edge(STARTING, Cause.BATCH_IS_NEXT, LOOKING);
        t.edge(STARTING, Cause.BATCH_RESTARTS, RESTARTING);
        t.edge(STARTING, Cause.BATCH_STOPS, STOPPING);
        t.edge(STARTING, Cause.OLD_PROCESSES_DRAIN, DRAINING);
        t.edge(STARTING, Cause.ROLL_IS_CALLED, ROLL_CALL);
        t.edge(DRAINING, Cause.ROLL_IS_CALLED, ROLL_CALL);
        t.edge(ROLL_CALL, Cause.ROLL_IS_COMPLETE, CLOSED);
        t.edge(PAUSED, Cause.BATCH_IS_NEXT, LOOKING);
        t.edge(HALTED, Cause.BATCH_IS_NEXT, LOOKING);
        t.edge(HALTED, Cause.ODPS_START, STARTING);
        t.edge(HALTED, Cause.PATIENCE_ENDS, CANCELLING);
        for (TaskState working : new TaskState[] {PRECHECKING, LOOKING, RESTARTING, STOPPING, STARTING, SETTLING}) {
            t.edge(working, Cause.PAUSE_TAKES_EFFECT, PAUSED);
        }
        // Not from STOPPING: what was, or may have been, stopped is started first.
        for (TaskState working : new TaskState[] {LOOKING, RESTARTING, STARTING, SETTLING, DRAINING}) {
            t.edge(working, Cause.BUDGET_IS_EXCEEDED, HALTED);
        }
        for (TaskState open : values()) {
            if (!open.terminal && open != CANCELLING) {
                t.edge(open, Cause.CANCEL_IS_ASKED, CANCELLING);
            }
        }
        t.edge(CANCELLING, Cause.CANCEL_IS_DONE, CANCELLED);
        t.edge(CANCELLING, Cause.GIVING_UP_IS_DONE, ABANDONED);
        return t;
    }
}
