package dev.rollcall.task.domain;

/** State of a task; what leads from one to the other is in {@link TaskTransitions}. */
public enum TaskState {
    /** action: none, the planner has not answered yet. transition: accepted => RUNNING, rejected => REJECTED */
    PENDING(false),
    /** action: see the phase. transition: paused, halted, cancelling, or an end */
    RUNNING(false),
    /** action: what runs finishes, nothing begins. transition: resumed => RUNNING */
    PAUSED(false),
    /** action: waits for a person, failures exceed the budget. transition: retry, skip => RUNNING; cancel; too long => FAILED */
    HALTED(false),
    /** action: starts what it stopped, finishes what runs. transition: done => CANCELLED */
    CANCELLING(false),
    /** Every targeted ODP answered the roll call from a new process. */
    COMPLETED(true),
    /** Some were skipped or failed within the budget, at least one was restarted. */
    INCOMPLETE(true),
    /** The roll call was not answered as it should, or the task was halted for too long. */
    FAILED(true),
    /** Ended by a person. */
    CANCELLED(true),
    /** A rule refused it. */
    REJECTED(true),
    /** A dry run; nothing was touched. */
    PLANNED(true);

    private final boolean terminal;

    TaskState(boolean terminal) {
        this.terminal = terminal;
    }

    /** Nothing leads out of it. */
    public boolean terminal() {
        return terminal;
    }
}
