package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
    void shouldGuessTheTimeLeftByThePaceSoFar() {
        Task task = Given.task(TaskState.RUNNING, TaskPhase.RESTART);

        assertThat(task.percent()).isEqualTo(37);
        assertThat(task.timeLeft(Given.NOW.plusSeconds(30))).isEqualTo(Duration.ofSeconds(50));
        assertThat(Given.task(TaskState.PAUSED, TaskPhase.RESTART).timeLeft(Given.NOW.plusSeconds(30)))
                .isNull();
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
