package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One ODP through a task: what its row says after each fact. */
class RowTest {

    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 1_000, Duration.ofMinutes(1), Duration.ofDays(31));
    private static final String A = TaskStory.odp(0);
    private static final CommandKind HOT = CommandKind.HOT_RESTART;

    private final MemoryTaskStore store = new MemoryTaskStore();
    private final RecordingOutbox outbox = new RecordingOutbox();
    private final KeepTasks keepTasks = new KeepTasks(new TaskFold(SETTINGS), store, outbox, TaskStory.START);
    private final TaskStory story = new TaskStory(RestartMode.RESTART);

    @BeforeEach
    void plan() {
        story.request().accepted(1);
        fold();
        assertThat(row().state()).isEqualTo(RowState.PENDING);
        story.planned(1).phase(Phase.RESTART).batchStarted(1);
        fold();
    }

    @Test
    void shouldKnowWhatWasThereBefore() {
        assertThat(row().state()).isEqualTo(RowState.PRECHECKED);
        assertThat(row().batch()).isEqualTo(1);
        assertThat(row().zone()).isEqualTo("z1");
        assertThat(row().oldProcess()).isEqualTo(TaskStory.process(A, 0));
        assertThat(row().oldVersion()).isEqualTo("4.3.1.0");
        assertThat(row().clientsBefore()).isEqualTo(12);
        assertThat(row().newProcess()).isNull();
    }

    @Test
    void shouldFollowAHotRestartStepByStep() {
        story.dispatched(A, "BATCH_1", 1, HOT);
        story.hotRestart(A, "BATCH_1", 1);
        List<RowState> states = story.take().stream()
                .map(input -> {
                    fold(input);
                    return row().state();
                })
                .toList();

        assertThat(states)
                .containsExactly(
                        RowState.RESTARTING, // sent
                        RowState.RESTARTING, // accepted
                        RowState.RESTARTING, // started
                        RowState.RESTARTING, // progress
                        RowState.SERVING,
                        RowState.DRAINING, // progress after serving: the old process is watched
                        RowState.DRAINING, // drained
                        RowState.RUNNING);
        assertThat(row().newProcess()).isEqualTo(TaskStory.process(A, 1));
        assertThat(row().inherited()).isTrue();
        assertThat(row().clientsCut()).isEqualTo(3);
        assertThat(row().startedAt()).isBefore(row().servingAt());
        assertThat(row().servingAt()).isBefore(row().finishedAt());
        assertThat(types())
                .containsSubsequence(
                        TimelineType.ODP_STEP,
                        TimelineType.ODP_SERVING,
                        TimelineType.ODP_DRAINED,
                        TimelineType.ODP_RESTARTED);
    }

    @Test
    void shouldFailWhenTheNewProcessDiesAfterServing() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .result(A, "BATCH_1", 1, HOT, ResultType.SERVING, TaskStory.running(A, 1))
                .result(A, "BATCH_1", 1, HOT, ResultType.FAILED, TaskStory.running(A, 0));
        fold();

        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().newProcess()).as("the process of before serves again").isNull();
        assertThat(words()).endsWith("failed at BATCH_1: the child died Next: look at the log");
    }

    @Test
    void shouldNotBelieveASuccessThePlannerHasGivenUpOn() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TIMED_OUT, "nothing was heard")
                .hotRestart(A, "BATCH_1", 1);
        fold();

        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().failure()).isEqualTo(TaskStory.failure(FailureCategory.TIMED_OUT, "nothing was heard"));
    }

    @Test
    void shouldTakeTheLostSuccessWhenARetryFindsTheNewProcess() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TIMED_OUT, "nothing was heard")
                .halted()
                .control(ControlKind.RETRY)
                .dispatched(A, "SETTLE_1_2", 1, CommandKind.PROBE);
        fold();
        assertThat(row().state()).as("only looked at so far").isEqualTo(RowState.FAILED);

        story.result(A, "SETTLE_1_2", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.running(A, 1));
        fold();

        assertThat(row().state()).isEqualTo(RowState.RUNNING);
        assertThat(row().failure()).isNull();
        assertThat(row().attempts()).isEqualTo(1);
    }

    @Test
    void shouldNotTakeAProcessThatIsGoneForARestartWhenARetryBegins() {
        // given
        story.dispatched(A, "BATCH_1", 1, HOT)
                .hotRestart(A, "BATCH_1", 1)
                .dispatched(A, "SETTLE_1_1", 1, CommandKind.PROBE)
                .result(A, "SETTLE_1_1", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.stopped())
                .failed(A, "SETTLE_1_1", 1, FailureCategory.TARGET, "it went down by itself")
                .halted();
        fold();
        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().newProcess()).as("it is gone").isNull();

        // when
        story.control(ControlKind.RETRY)
                .dispatched(A, "SETTLE_1_2", 1, CommandKind.PROBE)
                .result(A, "SETTLE_1_2", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.stopped());
        List<RowState> states = story.take().stream()
                .map(input -> {
                    fold(input);
                    return row().state();
                })
                .toList();

        // then
        assertThat(states).containsOnly(RowState.FAILED);
    }

    @Test
    void shouldStayRunningWhileTheRollIsCalledOnceMore() {
        // given: restarted by nobody, found in a new process by the first roll call
        story.rollCall(1).called(A).answered(A, TaskStory.running(A, 1));
        fold();
        assertThat(row().state()).isEqualTo(RowState.RUNNING);

        // when
        story.rollCall(2).dispatched(A, "ROLL_CALL_2", 1, CommandKind.PROBE);
        fold();

        // then
        assertThat(row().state()).isEqualTo(RowState.RUNNING);

        // when
        story.result(A, "ROLL_CALL_2", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.stopped());
        fold();

        // then
        assertThat(row().state()).isEqualTo(RowState.FAILED);
    }

    @Test
    void shouldStayFailedWhileTheRollIsCalledOnceMore() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .hotRestart(A, "BATCH_1", 1)
                .rollCall(1)
                .called(A)
                .answered(A, TaskStory.stopped())
                .rollCall(2)
                .dispatched(A, "ROLL_CALL_2", 1, CommandKind.PROBE);
        fold();
        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().failure()).isNotNull();

        story.result(A, "ROLL_CALL_2", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.running(A, 1));
        fold();

        assertThat(row().state()).isEqualTo(RowState.RUNNING);
        assertThat(row().failure()).isNull();
    }

    @Test
    void shouldStayFailedWhenARetryFindsTheOldProcessAndMeansAnotherOdp() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died")
                .halted()
                .control(ControlKind.RETRY)
                .dispatched(A, "SETTLE_1_2", 1, CommandKind.PROBE)
                .result(A, "SETTLE_1_2", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.running(A, 0));
        fold();

        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().failure()).isEqualTo(TaskStory.failure(FailureCategory.TARGET, "the child died"));
    }

    @Test
    void shouldNotForgetAFailureBecauseOthersAreLookedAt() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died")
                .dispatched(A, "SETTLE_2_1", 1, CommandKind.PROBE)
                .result(A, "SETTLE_2_1", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.running(A, 0));
        fold();

        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().step()).isEqualTo("BATCH_1");
    }

    @Test
    void shouldNotLetALowerAttemptOverwriteAHigherOne() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TIMED_OUT, "nothing was heard")
                .control(ControlKind.RETRY)
                .dispatched(A, "BATCH_1", 2, HOT)
                .result(A, "BATCH_1", 2, HOT, ResultType.STARTED, null)
                .result(A, "BATCH_1", 1, HOT, ResultType.FAILED, null);
        fold();

        assertThat(row().state()).isEqualTo(RowState.RESTARTING);
        assertThat(row().attempts()).isEqualTo(2);
        assertThat(row().failure()).isNull();
    }

    @Test
    void shouldFollowARetryThatHasToStart() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died")
                .control(ControlKind.RETRY)
                .dispatched(A, "START", 2, CommandKind.START);
        fold();
        assertThat(row().state()).isEqualTo(RowState.STARTING);

        story.result(A, "START", 2, CommandKind.START, ResultType.SUCCEEDED, TaskStory.running(A, 1));
        fold();

        assertThat(row().state()).isEqualTo(RowState.RUNNING);
        assertThat(row().servingAt()).isNotNull();
    }

    @Test
    void shouldKeepTheFailureOfAnOdpThatCouldNotBeStoppedWhenItWasStartedForSafety() {
        story.dispatched(A, "STOP", 1, CommandKind.STOP)
                .failed(A, "STOP", 1, FailureCategory.TIMED_OUT, "it ignores the signal")
                .dispatched(A, "START", 1, CommandKind.START)
                .result(A, "START", 1, CommandKind.START, ResultType.SUCCEEDED, TaskStory.running(A, 0));
        fold();

        assertThat(row().state()).isEqualTo(RowState.FAILED);
        assertThat(row().failure()).isEqualTo(TaskStory.failure(FailureCategory.TIMED_OUT, "it ignores the signal"));
    }

    @Test
    void shouldBeAsBeforeWhenStartedWithoutEverHavingBeenStopped() {
        story.dispatched(A, "STOP", 1, CommandKind.STOP)
                .say(PlanEventType.TASK_CANCELLING)
                .dispatched(A, "START", 1, CommandKind.START)
                .result(A, "START", 1, CommandKind.START, ResultType.SUCCEEDED, TaskStory.running(A, 0));
        fold();

        assertThat(row().state()).isEqualTo(RowState.PRECHECKED);
        assertThat(outbox.summary().restarted()).isZero();
    }

    @Test
    void shouldRememberThatAPersonLeftItOut() {
        story.dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died")
                .skipped(A, "BATCH_1", 1);
        fold();

        assertThat(row().state()).isEqualTo(RowState.SKIPPED);
        assertThat(words()).isEqualTo("10.0.0.1:2883: skipped by bob, after it failed: the child died");
    }

    @Test
    void shouldSendNothingWhenARepeatedResultSaysNothingNew() {
        story.dispatched(A, "BATCH_1", 1, HOT).result(A, "BATCH_1", 1, HOT, ResultType.STARTED, null);
        List<TaskInput> inputs = story.take();
        inputs.forEach(this::fold);
        int sent = outbox.summaries().size();
        int told = outbox.timeline().size();

        fold(inputs.get(1));

        assertThat(outbox.summaries()).hasSize(sent);
        assertThat(outbox.timeline()).hasSize(told);
        assertThat(keepTasks.decide(inputs.get(1), TaskStory.START)).isInstanceOf(Folded.Ignored.class);
    }

    private void fold() {
        story.take().forEach(this::fold);
    }

    private void fold(TaskInput input) {
        keepTasks.apply(keepTasks.decide(input, TaskStory.START));
    }

    private OdpRow row() {
        return outbox.row(A);
    }

    private String words() {
        return outbox.timeline().get(outbox.timeline().size() - 1).message();
    }

    private List<TimelineType> types() {
        return outbox.timeline().stream().map(TimelineEvent::type).toList();
    }
}
