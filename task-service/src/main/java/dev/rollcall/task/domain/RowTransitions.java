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

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What may follow on what for one ODP of a task. Reports and plan events come on different topics, so states may be left
 * out on the way; but nothing leads from after a restart to before it. The states are computed ({@link RowJudgement}): an
 * edge that is not here fails the tests, and is noted in the log where one topic is read far ahead of another. Each edge is
 * taken by {@code RowEdgesTest}.
 */
final class RowTransitions {

    private static final Map<RowState, Set<RowState>> TABLE = new EnumMap<>(RowState.class);

    static {
        from(PENDING, PRECHECKED, FAILED);
        from(PRECHECKED, STOPPING, STOPPED, RESTARTING, SERVING, DRAINING, RUNNING, FAILED);
        from(STOPPING, STOPPED, STARTING, FAILED);
        from(STOPPED, STARTING, RUNNING, FAILED);
        // Back to PRECHECKED goes only what was sent a START without ever having been stopped.
        from(STARTING, PRECHECKED, RUNNING, FAILED);
        from(RESTARTING, SERVING, DRAINING, RUNNING, FAILED);
        from(SERVING, DRAINING, RUNNING, FAILED);
        from(DRAINING, RUNNING, FAILED);
        // The roll call may find what a report had promised not to be so.
        from(RUNNING, FAILED, SKIPPED);
        // To PRECHECKED goes one whose precheck failed and that is restarted all the same.
        from(FAILED, PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING, RUNNING, SKIPPED);
        // It was left out, but answered the roll call all the same.
        from(SKIPPED, RUNNING);
    }

    static boolean legal(RowState from, RowState to) {
        return from == to || TABLE.getOrDefault(from, Set.of()).contains(to);
    }

    /** What may follow on a state; empty: nothing. */
    static Set<RowState> next(RowState from) {
        return Collections.unmodifiableSet(TABLE.getOrDefault(from, Set.of()));
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
