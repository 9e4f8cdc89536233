package dev.rollcall.gateway.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.adapter.console.TaskLook.Kind;
import dev.rollcall.gateway.adapter.console.TaskLook.StepState;
import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskLookTest {

    private static final Instant ZERO = Instant.parse("2026-01-01T00:00:00Z");

    private static @Nullable Instant at(@Nullable Integer second) {
        return second == null ? null : ZERO.plusSeconds(second);
    }

    private static TaskOdp row(
            TaskOdpState state,
            @Nullable String step,
            @Nullable Integer started,
            @Nullable Integer stopped,
            @Nullable Integer serving,
            @Nullable Integer drained,
            @Nullable Integer finished) {
        return new TaskOdp(
                new TaskId("t1"),
                new OdpId("a:2883"),
                "z1",
                1,
                state,
                step,
                1,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                at(started),
                at(serving),
                at(finished),
                null,
                new TaskOdp.Times(null, at(stopped), at(drained), null));
    }

    private static List<StepState> states(TaskOdp row, Mode mode) {
        return TaskLook.matrixRow(row, mode, TaskState.RUNNING, true).cells().stream()
                .map(TaskLook.Cell::state)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING,     TODO TODO TODO TODO TODO",
        "PRECHECKED,  DONE TODO TODO TODO TODO",
        "RESTARTING,  DONE DOING TODO TODO TODO",
        "SERVING,     DONE DONE DONE DOING TODO",
        "DRAINING,    DONE DONE DONE DOING TODO",
        "RUNNING,     DONE DONE DONE DONE DONE",
        "SKIPPED,     SKIPPED SKIPPED SKIPPED SKIPPED SKIPPED"
    })
    void shouldShowHowFarAHotRestartIs(TaskOdpState state, String steps) {
        assertThat(states(row(state, null, 1, null, null, null, null), Mode.RESTART))
                .extracting(Enum::name)
                .containsExactly(steps.split(" "));
    }

    @Test
    void shouldShowTheStepThatFailed() {
        TaskOdp beforeServing = row(TaskOdpState.FAILED, null, 1, null, null, null, 9);
        TaskOdp whileDraining = row(TaskOdpState.FAILED, null, 1, null, 5, null, 9);
        TaskOdp atThePrecheck = row(TaskOdpState.FAILED, null, null, null, null, null, null);

        assertThat(states(beforeServing, Mode.RESTART)).startsWith(StepState.DONE, StepState.FAILED, StepState.TODO);
        assertThat(states(whileDraining, Mode.RESTART).get(3)).isEqualTo(StepState.FAILED);
        assertThat(states(atThePrecheck, Mode.RESTART)).startsWith(StepState.FAILED, StepState.TODO);
    }

    @Test
    void shouldShowStoppingAndStartingOfAForceRestart() {
        assertThat(states(row(TaskOdpState.STOPPING, "STOP", 1, null, null, null, null), Mode.FORCE_RESTART))
                .containsExactly(StepState.DONE, StepState.DOING, StepState.TODO, StepState.TODO);
        assertThat(states(row(TaskOdpState.STOPPED, "STOP", 1, 2, null, null, null), Mode.FORCE_RESTART))
                .containsExactly(StepState.DONE, StepState.DONE, StepState.DOING, StepState.TODO);
        assertThat(states(row(TaskOdpState.FAILED, "START", 1, 2, null, null, 9), Mode.FORCE_RESTART))
                .containsExactly(StepState.DONE, StepState.DONE, StepState.FAILED, StepState.TODO);
    }

    @Test
    void shouldOfferToSkipOnlyWhatFailedInATaskThatWaits() {
        TaskOdp failed = row(TaskOdpState.FAILED, null, 1, null, null, null, 9);

        assertThat(TaskLook.matrixRow(failed, Mode.RESTART, TaskState.HALTED, true)
                        .skippable())
                .isTrue();
        assertThat(TaskLook.matrixRow(failed, Mode.RESTART, TaskState.RUNNING, true)
                        .skippable())
                .isFalse();
        assertThat(TaskLook.matrixRow(failed, Mode.RESTART, TaskState.HALTED, false)
                        .skippable())
                .isFalse();
    }

    private static Task task(Mode mode) {
        Task task = Given.task("t1", 1, TaskState.RUNNING, TaskPhase.RESTART, Task.Counts.NONE);
        return new Task(
                task.id(),
                task.cluster(),
                1,
                mode,
                task.state(),
                task.phase(),
                false,
                "alice",
                "",
                ZERO,
                ZERO,
                null,
                Task.Counts.NONE,
                List.of(),
                List.of(),
                null,
                Task.Plan.NONE);
    }

    private static Matrix.Lane lane(TaskOdp... rows) {
        return new Matrix.Lane(Matrix.Grouping.BATCH, "1", List.of(rows));
    }

    @Test
    void shouldDrawAGroupAsItsWorstOdpWas() {
        TaskOdp first = row(TaskOdpState.RUNNING, null, 0, null, 10, 40, 40);
        TaskOdp second = row(TaskOdpState.RUNNING, null, 5, null, 20, 30, 40);

        TaskLook.Chart chart = TaskLook.chart(List.of(lane(first, second)), task(Mode.RESTART), ZERO.plusSeconds(100));

        assertThat(chart.tracks().get(0).bars())
                .as("drawn in this order: what comes later lies on top")
                .containsExactly(
                        new TaskLook.Bar(300, 700, Kind.SERVING),
                        new TaskLook.Bar(100, 300, Kind.DRAINING),
                        new TaskLook.Bar(0, 200, Kind.HANDOVER));
    }

    @Test
    void shouldDrawAHotRestartAsHandoverDrainAndService() {
        TaskOdp row = row(TaskOdpState.RUNNING, null, 0, null, 10, 40, 40);

        TaskLook.Chart chart = TaskLook.chart(List.of(lane(row)), task(Mode.RESTART), ZERO.plusSeconds(100));

        assertThat(chart.seconds()).isEqualTo(100);
        assertThat(chart.tracks().get(0).bars())
                .containsExactly(
                        new TaskLook.Bar(0, 100, Kind.HANDOVER),
                        new TaskLook.Bar(100, 300, Kind.DRAINING),
                        new TaskLook.Bar(400, 600, Kind.SERVING));
    }

    @Test
    void shouldDrawDownOnlyWhereNothingServed() {
        TaskOdp row = row(TaskOdpState.RUNNING, null, 0, 20, 50, null, 50);

        TaskLook.Chart chart = TaskLook.chart(List.of(lane(row)), task(Mode.FORCE_RESTART), ZERO.plusSeconds(100));

        assertThat(chart.tracks().get(0).bars())
                .containsExactly(new TaskLook.Bar(200, 300, Kind.DOWN), new TaskLook.Bar(500, 500, Kind.SERVING));
    }

    @Test
    void shouldShowFewBatchesOneByOneAndManyTogether() {
        List<Task.Batch> few = List.of(
                new Task.Batch(1, 1, BatchState.DONE),
                new Task.Batch(2, 3, BatchState.DONE),
                new Task.Batch(3, 3, BatchState.WAITING));
        List<Task.Batch> many = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            many.add(new Task.Batch(i, 5, i < 40 ? BatchState.DONE : i < 42 ? BatchState.RUNNING : BatchState.WAITING));
        }

        assertThat(TaskLook.chips(few)).hasSize(3);
        assertThat(TaskLook.chips(many))
                .containsExactly(
                        new TaskLook.Chip(1, 39, 195, BatchState.DONE),
                        new TaskLook.Chip(40, 40, 5, BatchState.RUNNING),
                        new TaskLook.Chip(41, 41, 5, BatchState.RUNNING),
                        new TaskLook.Chip(42, 100, 295, BatchState.WAITING));
    }
}
