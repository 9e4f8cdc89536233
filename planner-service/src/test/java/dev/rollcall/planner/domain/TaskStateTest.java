package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of what may follow what. */
class TaskStateTest {

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void shouldLeadFromEveryOpenStateToAnEndAndFromATerminalOneNowhere(TaskState state) {
        Set<TaskState> reachable = reachable(state);

        if (state.terminal()) {
            assertThat(reachable).isEmpty();
            for (TaskState.Cause cause : TaskState.Cause.values()) {
                assertThatThrownBy(() -> state.after(cause)).isInstanceOf(IllegalStateException.class);
            }
        } else {
            assertThat(reachable).contains(TaskState.CANCELLED);
        }
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void shouldNeverLeadBackToThePrecheckNorOutOfTheRollCallIntoWork(TaskState state) {
        if (state != TaskState.WAITING) {
            assertThat(reachable(state)).doesNotContain(TaskState.PRECHECKING);
        }
        assertThat(reachable(state)).doesNotContain(TaskState.WAITING);
        if (state == TaskState.ROLL_CALL || state == TaskState.CANCELLING) {
            assertThat(reachable(state))
                    .doesNotContain(
                            TaskState.LOOKING,
                            TaskState.RESTARTING,
                            TaskState.STOPPING,
                            TaskState.STARTING,
                            TaskState.HALTED);
        }
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void shouldBeReachable(TaskState state) {
        if (state != TaskState.WAITING) {
            assertThat(reachable(TaskState.WAITING)).contains(state);
        }
    }

    private static Set<TaskState> reachable(TaskState from) {
        Set<TaskState> reached = EnumSet.noneOf(TaskState.class);
        Deque<TaskState> open = new ArrayDeque<>();
        open.add(from);
        while (!open.isEmpty()) {
            for (TaskState next : TaskState.edges(open.remove()).values()) {
                if (reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }
}
