package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransitionsTest {

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void shouldLeadOutOfAStateUnlessItHasEnded(TaskState state) {
        boolean leadsOut = false;
        for (TaskTransitions.Cause cause : TaskTransitions.Cause.values()) {
            leadsOut |= TaskTransitions.next(state, cause) != null;
        }

        assertThat(leadsOut).isNotEqualTo(state.terminal());
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"PENDING"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldReachEveryStateButTheFirst(TaskState state) {
        boolean reached = false;
        for (TaskState from : TaskState.values()) {
            for (TaskTransitions.Cause cause : TaskTransitions.Cause.values()) {
                reached |= from != state && TaskTransitions.next(from, cause) == state;
            }
        }

        assertThat(reached).isTrue();
    }

    @Test
    void shouldNotLeadFromAfterARestartToBeforeIt() {
        for (RowState after : new RowState[] {RowState.SERVING, RowState.DRAINING, RowState.RUNNING}) {
            for (RowState before : new RowState[] {
                RowState.PENDING, RowState.PRECHECKED, RowState.RESTARTING, RowState.STOPPING, RowState.STOPPED
            }) {
                assertThat(RowTransitions.legal(after, before))
                        .as("%s to %s", after, before)
                        .isFalse();
            }
        }
    }

    @Test
    void shouldDrawItsDiagram() {
        assertThat(TaskTransitions.mermaid())
                .startsWith("stateDiagram-v2")
                .contains("    HALTED --> RUNNING: resumed")
                .contains("    COMPLETED --> [*]");
    }
}
