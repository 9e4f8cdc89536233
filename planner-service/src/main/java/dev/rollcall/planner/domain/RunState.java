package dev.rollcall.planner.domain;

import java.util.Map;

/** How far one ODP is within a task. */
public enum RunState {
    /**
     * action: none, nothing was done to it yet.
     *
     * <p>transition: RESTART_IS_SENT => RESTARTING, STOP_IS_SENT => STOPPING, RUNS_ANEW, restarted by somebody else => RESTARTED
     */
    PENDING,
    /**
     * action: a hot restart is under way.
     *
     * <p>transition: NEW_PROCESS_SERVES => SERVING, RUNS_ANEW => RESTARTED
     */
    RESTARTING,
    /**
     * action: the new process serves, the old one may still drain.
     *
     * <p>transition: RUNS_ANEW => RESTARTED
     */
    SERVING,
    /**
     * action: it is told to stop.
     *
     * <p>transition: STOP_IS_DONE => STOPPED
     */
    STOPPING,
    /**
     * action: we stopped it, and a START is due or under way.
     *
     * <p>transition: RUNS_ANEW => RESTARTED
     */
    STOPPED,
    /**
     * action: none, it runs in a process other than its baseline; it may still fall or not settle.
     *
     * <p>transition: FAILS => FAILED
     */
    RESTARTED,
    /**
     * action: waits for a person; a START that it owes is sent all the same.
     *
     * <p>transition: RUNS_AS_BEFORE => PENDING, IS_FOUND_STOPPED => STOPPED, RUNS_ANEW => RESTARTED, IS_SKIPPED => SKIPPED
     */
    FAILED,
    /** action: none, a person decided to leave it; a START that it owes is sent. transition: none. */
    SKIPPED;

    /** What moves an ODP from one state to another. */
    public enum Cause {
        RESTART_IS_SENT,
        STOP_IS_SENT,
        STOP_IS_DONE,
        NEW_PROCESS_SERVES,
        RUNS_ANEW,
        FAILS,
        RUNS_AS_BEFORE,
        IS_FOUND_STOPPED,
        IS_SKIPPED
    }

    private static final Transitions<RunState, Cause> TABLE = table();

    RunState after(Cause cause) {
        return TABLE.after(this, cause);
    }

    /** What may follow a state. */
    static Map<Cause, RunState> edges(RunState from) {
        return TABLE.from(from);
    }

    static String mermaid() {
        return TABLE.mermaid(PENDING);
    }

    private static Transitions<RunState, Cause> table() {
        Transitions<RunState, Cause> t =
                new Transitions<>(RunState.class, Cause.class, state -> state == RunState.SKIPPED);
        t.edge(PENDING, Cause.RESTART_IS_SENT, RESTARTING);
        t.edge(PENDING, Cause.STOP_IS_SENT, STOPPING);
        t.edge(RESTARTING, Cause.NEW_PROCESS_SERVES, SERVING);
        t.edge(STOPPING, Cause.STOP_IS_DONE, STOPPED);
        for (RunState from : new RunState[] {PENDING, RESTARTING, SERVING, STOPPED, FAILED}) {
            t.edge(from, Cause.RUNS_ANEW, RESTARTED);
        }
        for (RunState from : new RunState[] {PENDING, RESTARTING, SERVING, STOPPING, STOPPED, RESTARTED}) {
            t.edge(from, Cause.FAILS, FAILED);
        }
        t.edge(FAILED, Cause.RUNS_AS_BEFORE, PENDING);
        t.edge(FAILED, Cause.IS_FOUND_STOPPED, STOPPED);
        t.edge(FAILED, Cause.IS_SKIPPED, SKIPPED);
        return t;
    }
}
