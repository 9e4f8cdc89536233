package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaskTest {

    @Test
    void shouldBePendingBeforeItIsTakenUp() {
        Task task = Task.pending(Given.request("e", "t1", null, Given.NOW));

        assertThat(task.state()).isEqualTo(TaskState.PENDING);
        assertThat(task.version()).isZero();
        assertThat(task.pastPrecheck()).isFalse();
        assertThat(task.duration(Given.NOW)).isNull();
        assertThat(task.percent()).isZero();
    }

    @Test
    void shouldKnowWhenThePrecheckHasEnded() {
        assertThat(Given.task(TaskState.RUNNING, TaskPhase.PRECHECK).pastPrecheck())
                .isFalse();
        assertThat(Given.task(TaskState.RUNNING, TaskPhase.UNKNOWN).pastPrecheck())
                .isFalse();
        assertThat(Given.task(TaskState.RUNNING, TaskPhase.RESTART).pastPrecheck())
                .isTrue();
        assertThat(Given.task(TaskState.REJECTED, TaskPhase.UNKNOWN).pastPrecheck())
                .isTrue();
        assertThat(Given.task(TaskState.HALTED, TaskPhase.UNKNOWN).pastPrecheck())
                .isTrue();
    }

    @Test
    void shouldCountTheTimeLeftDownFromWhenItWasEstimated() {
        assertThat(Given.task(TaskState.RUNNING, TaskPhase.RESTART).percent()).isEqualTo(37);
        assertThat(left(TaskState.RUNNING, 50L, 30)).isEqualTo(Duration.ofSeconds(20));
        assertThat(left(TaskState.RUNNING, 50L, 50)).isZero();
        assertThat(left(TaskState.RUNNING, 50L, 51)).as("longer than estimated").isNull();
        assertThat(left(TaskState.RUNNING, null, 30)).as("nothing was measured").isNull();
        assertThat(left(TaskState.PAUSED, 50L, 30)).as("nothing moves").isNull();
        assertThat(left(TaskState.PLANNED, 50L, 300)).as("a dry run").isEqualTo(Duration.ofSeconds(50));
    }

    private static @Nullable Duration left(TaskState state, @Nullable Long estimated, int secondsAgo) {
        return Given.planned(
                        Given.task(state, TaskPhase.RESTART),
                        new Task.Plan(
                                3L,
                                estimated == null ? null : Duration.ofSeconds(estimated),
                                estimated == null ? null : Given.NOW,
                                List.of()))
                .timeLeft(Given.NOW.plusSeconds(secondsAgo));
    }

    @Test
    void shouldNeverLastLessThanNothing() {
        assertThat(Given.task(TaskState.RUNNING, TaskPhase.RESTART).duration(Given.NOW.minusSeconds(5)))
                .isEqualTo(Duration.ZERO);
    }

    @Test
    void shouldOfferNoActionAfterItsEnd() {
        for (TaskState state : TaskState.values()) {
            if (state.terminal()) {
                assertThat(state.actions()).isEmpty();
            }
        }
        assertThat(TaskState.HALTED.actions()).containsExactly(Control.RETRY, Control.SKIP, Control.CANCEL);
    }
}
