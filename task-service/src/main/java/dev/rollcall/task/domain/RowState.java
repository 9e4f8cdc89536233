package dev.rollcall.task.domain;

/** State of one ODP within a task; what may follow on what is in {@link RowTransitions}. */
public enum RowState {
    PENDING(Group.WAITING),
    /** Looked at by the precheck; still the process of before. */
    PRECHECKED(Group.WAITING),
    STOPPING(Group.RESTARTING),
    STOPPED(Group.RESTARTING),
    STARTING(Group.RESTARTING),
    RESTARTING(Group.RESTARTING),
    /** The new process answers new logins. */
    SERVING(Group.RESTARTING),
    /** The new process serves and the old one is watched until it is gone. */
    DRAINING(Group.RESTARTING),
    /** Restarted: runs in a new process. */
    RUNNING(Group.RESTARTED),
    FAILED(Group.FAILED),
    /** Left out by a person. */
    SKIPPED(Group.SKIPPED);

    /** Under which number of the task an ODP is counted. */
    enum Group {
        WAITING,
        RESTARTING,
        RESTARTED,
        FAILED,
        SKIPPED
    }

    private final Group group;

    RowState(Group group) {
        this.group = group;
    }

    Group group() {
        return group;
    }
}
