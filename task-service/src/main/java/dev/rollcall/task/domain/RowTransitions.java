package dev.rollcall.task.domain;

import static dev.rollcall.task.domain.RowState.DRAINING;
import static dev.rollcall.task.domain.RowState.FAILED;
import static dev.rollcall.task.domain.RowState.PENDING;
import static dev.rollcall.task.domain.RowState.PRECHECKED;
import static dev.rollcall.task.domain.RowState.RESTARTING;
import static dev.rollcall.task.domain.RowState.RUNNING;
import static dev.rollcall.task.domain.RowState.SERVING;
import static dev.rollcall.task.domain.RowState.SKIPPED;
import static dev.rollcall.task.domain.RowState.STARTING;
import static dev.rollcall.task.domain.RowState.STOPPED;
import static dev.rollcall.task.domain.RowState.STOPPING;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What may follow on what for one ODP of a task. Reports and plan events come on different topics, so states may be left
 * out on the way; but nothing leads from after a restart to before it. The states are computed ({@link RowJudgement}): an
 * edge that is not here fails the tests, and is noted in the log where one topic is read far ahead of another.
 */
final class RowTransitions {

    private static final Map<RowState, Set<RowState>> TABLE = new EnumMap<>(RowState.class);

    static {
        from(PENDING, PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING, RUNNING, FAILED, SKIPPED);
        from(PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING, RUNNING, FAILED, SKIPPED);
        // Back to PRECHECKED goes only what was sent a START without ever having been stopped.
        from(STOPPING, STOPPED, STARTING, PRECHECKED, RUNNING, FAILED, SKIPPED);
        from(STOPPED, STARTING, PRECHECKED, RUNNING, FAILED, SKIPPED);
        from(STARTING, PRECHECKED, RUNNING, FAILED, SKIPPED);
        from(RESTARTING, SERVING, DRAINING, STARTING, RUNNING, FAILED, SKIPPED);
        from(SERVING, DRAINING, RUNNING, FAILED, SKIPPED);
        from(DRAINING, RUNNING, FAILED, SKIPPED);
        // The roll call may find what a report had promised not to be so.
        from(RUNNING, FAILED, SKIPPED);
        from(FAILED, PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING, RUNNING, SKIPPED);
        // It was left out, but answered the roll call all the same.
        from(SKIPPED, RUNNING);
    }

    static boolean legal(RowState from, RowState to) {
        return from == to || TABLE.getOrDefault(from, Set.of()).contains(to);
    }

    /** The table as a Mermaid state diagram. */
    static String mermaid() {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> PENDING\n");
        TABLE.forEach((from, next) -> next.forEach(to -> text.append("    %s --> %s%n".formatted(from, to))));
        return text.toString();
    }

    private static void from(RowState from, RowState first, RowState... others) {
        if (TABLE.put(from, EnumSet.of(first, others)) != null) {
            throw new IllegalStateException("%s is in the table twice".formatted(from));
        }
    }

    private RowTransitions() {}
}
