package dev.rollcall.task.domain;

import org.jspecify.annotations.Nullable;

/** The questions on which the promises of {@link TaskFold} rest. Each is asked here alone, so that a test can ask what is noticed when one is answered wrongly. */
class Safeguards {
    static final Safeguards KEPT = new Safeguards();

    Safeguards() {}

    /** A task moves only along the edges of the table; null: not at all. */
    @Nullable
    TaskState next(TaskState from, TaskTransitions.Cause cause) {
        return TaskTransitions.next(from, cause);
    }

    /** Nothing is decided again about a task that has ended. */
    boolean over(TaskState state) {
        return state.terminal();
    }

    /** Present are those alone that answered the latest roll call from a new process. */
    int present(Tally tally) {
        return tally.answered();
    }
}
