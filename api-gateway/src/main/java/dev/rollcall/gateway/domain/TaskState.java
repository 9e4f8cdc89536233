package dev.rollcall.gateway.domain;

import java.util.List;

/** State of a task, as the task-service gives it; {@link #PENDING} also for a request it has not taken up yet. */
public enum TaskState {
    UNKNOWN(false),
    /** Also one that waits for its time to begin. */
    PENDING(false, Control.CANCEL),
    RUNNING(false, Control.PAUSE, Control.CANCEL),
    PAUSED(false, Control.RESUME, Control.CANCEL),
    /** Waits for a person. */
    HALTED(false, Control.RETRY, Control.SKIP, Control.CANCEL),
    CANCELLING(false),
    COMPLETED(true),
    INCOMPLETE(true),
    FAILED(true),
    CANCELLED(true),
    REJECTED(true),
    /** End of a dry run. */
    PLANNED(true);

    private final boolean terminal;
    private final List<Control> actions;

    TaskState(boolean terminal, Control... actions) {
        this.terminal = terminal;
        this.actions = List.of(actions);
    }

    /** No event leads out of it. */
    public boolean terminal() {
        return terminal;
    }

    /** What OCP calls Failed: also a task that waits for a person because of a failure. */
    public boolean failed() {
        return this == FAILED || this == HALTED || this == INCOMPLETE;
    }

    /** What a person may ask of a task in this state. */
    public List<Control> actions() {
        return actions;
    }
}
