package dev.rollcall.task.domain;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What leads a task from one state to another. A state that has ended has no way out. */
public final class TaskTransitions {

    /** What happens to a task. */
    public enum Cause {
        ACCEPTED,
        REJECTED,
        DRY_RUN_PLANNED,
        WENT_ON,
        PAUSED,
        RESUMED,
        HALTED,
        CANCELLING,
        CANCELLED,
        ABANDONED,
        ALL_ANSWERED,
        SOME_ANSWERED,
        NOT_ANSWERED
    }

    private static final Map<TaskState, Map<Cause, TaskState>> TABLE = table();

    /** Where a cause leads from a state; null: it is not legal there. */
    static @Nullable TaskState next(TaskState from, Cause cause) {
        Map<Cause, TaskState> edges = TABLE.get(from);
        return edges == null ? null : edges.get(cause);
    }

    /** The table as a Mermaid state diagram. */
    static String mermaid() {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> PENDING\n");
        TABLE.forEach((from, edges) -> edges.forEach((cause, to) -> text.append("    %s --> %s: %s%n"
                .formatted(
                        from,
                        to,
                        cause.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')))));
        for (TaskState state : TaskState.values()) {
            if (state.terminal()) {
                text.append("    %s --> [*]%n".formatted(state));
            }
        }
        return text.toString();
    }

    private static Map<TaskState, Map<Cause, TaskState>> table() {
        Map<TaskState, Map<Cause, TaskState>> table = new EnumMap<>(TaskState.class);
        edge(table, TaskState.PENDING, Cause.ACCEPTED, TaskState.RUNNING);
        edge(table, TaskState.PENDING, Cause.REJECTED, TaskState.REJECTED);
        edge(table, TaskState.RUNNING, Cause.REJECTED, TaskState.REJECTED);
        edge(table, TaskState.RUNNING, Cause.DRY_RUN_PLANNED, TaskState.PLANNED);
        edge(table, TaskState.RUNNING, Cause.WENT_ON, TaskState.RUNNING);
        edge(table, TaskState.RUNNING, Cause.PAUSED, TaskState.PAUSED);
        // A RETRY that was applied has made it go on before the planner says that it resumes.
        edge(table, TaskState.RUNNING, Cause.RESUMED, TaskState.RUNNING);
        edge(table, TaskState.RUNNING, Cause.HALTED, TaskState.HALTED);
        edge(table, TaskState.PAUSED, Cause.HALTED, TaskState.HALTED);
        edge(table, TaskState.HALTED, Cause.HALTED, TaskState.HALTED);
        for (TaskState waiting : new TaskState[] {TaskState.PAUSED, TaskState.HALTED}) {
            edge(table, waiting, Cause.RESUMED, TaskState.RUNNING);
            edge(table, waiting, Cause.WENT_ON, TaskState.RUNNING);
        }
        for (TaskState active : new TaskState[] {TaskState.RUNNING, TaskState.PAUSED, TaskState.HALTED}) {
            edge(table, active, Cause.CANCELLING, TaskState.CANCELLING);
            edge(table, active, Cause.CANCELLED, TaskState.CANCELLED);
            edge(table, active, Cause.ABANDONED, TaskState.FAILED);
            edge(table, active, Cause.ALL_ANSWERED, TaskState.COMPLETED);
            edge(table, active, Cause.SOME_ANSWERED, TaskState.INCOMPLETE);
            edge(table, active, Cause.NOT_ANSWERED, TaskState.FAILED);
        }
        edge(table, TaskState.CANCELLING, Cause.WENT_ON, TaskState.CANCELLING);
        edge(table, TaskState.CANCELLING, Cause.CANCELLED, TaskState.CANCELLED);
        edge(table, TaskState.CANCELLING, Cause.ABANDONED, TaskState.FAILED);
        return table;
    }

    private static void edge(Map<TaskState, Map<Cause, TaskState>> table, TaskState from, Cause cause, TaskState to) {
        if (from.terminal()) {
            throw new IllegalStateException("%s is an end, nothing leads out of it".formatted(from));
        }
        TaskState known =
                table.computeIfAbsent(from, state -> new EnumMap<>(Cause.class)).put(cause, to);
        if (known != null) {
            throw new IllegalStateException("%s on %s leads to both %s and %s".formatted(cause, from, known, to));
        }
    }

    private TaskTransitions() {}
}
