package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import dev.rollcall.task.app.RecordingOutbox.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every edge of the table is taken by something that can happen, so that none of it is only written down. */
class RowEdgesTest {
    private static final int SEEDS = 600;
    private static final int SHUFFLES = 2;
    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 10_000, Duration.ofMinutes(1), Duration.ofDays(31));
    private static final String A = TaskStory.odp(0);
    private static final CommandKind HOT = CommandKind.HOT_RESTART;
    private static final CommandKind PROBE = CommandKind.PROBE;

    private final Set<Step> taken = new LinkedHashSet<>();

    @Test
    void shouldTakeEveryEdgeOfTheTable() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<TaskInput> story = RandomStory.of(seed);
            taken.addAll(fold(story));
            for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
                taken.addAll(fold(InterleavingTest.interleaved(story, new Random(seed * 100 + shuffle), false)));
            }
        }
        forceRestartedThoughThePrecheckFailed();
        startedWithoutEverHavingBeenStopped();
        drainedFromTheBeginning();
        doneWithoutAWordOnTheWay();
        cutOffWhileTheOldProcessDrains();
        triedAgainByAnAgentThatIsReadAhead(ResultType.SERVING, RowState.SERVING);
        triedAgainByAnAgentThatIsReadAhead(ResultType.DRAINED, RowState.DRAINING);
        restartedAndLeftOutAllTheSame();

        Set<Step> written = new LinkedHashSet<>();
        for (RowState from : RowState.values()) {
            RowTransitions.next(from).forEach(to -> written.add(new Step(from, to)));
        }
        assertThat(taken).containsAll(written);
    }

    /** Where topics are read in the order in which things happened, nothing is shown that the table does not have. */
    @Test
    void shouldTakeNoOtherEdgeInOrder() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(fold(RandomStory.of(seed)))
                    .as("seed %d", seed)
                    .allMatch(step -> RowTransitions.legal(step.from(), step.to()));
        }
    }

    private void forceRestartedThoughThePrecheckFailed() {
        TaskStory story = new TaskStory(RestartMode.FORCE_RESTART).request().accepted(1);
        story.dispatched(A, "PRECHECK", 1, PROBE).result(A, "PRECHECK", 1, PROBE, ResultType.FAILED, null);
        take(story.planned(1), RowState.PENDING, RowState.FAILED, RowState.PRECHECKED);
    }

    private void startedWithoutEverHavingBeenStopped() {
        TaskStory story = begun(RestartMode.FORCE_RESTART)
                .dispatched(A, "STOP", 1, CommandKind.STOP)
                .say(PlanEventType.TASK_CANCELLING)
                .dispatched(A, "START", 1, CommandKind.START)
                .result(A, "START", 1, CommandKind.START, ResultType.SUCCEEDED, TaskStory.running(A, 0));
        take(story, RowState.STOPPING, RowState.STARTING, RowState.PRECHECKED);
    }

    private void drainedFromTheBeginning() {
        OdpFacts seen = TaskStory.running(A, 1);
        OdpFacts drains = new OdpFacts(
                seen.state(),
                true,
                seen.version(),
                seen.process(),
                seen.clientConnections(),
                seen.inherited(),
                seen.settingsRestored(),
                seen.businessPathChecked(),
                null);
        TaskStory story = begun(RestartMode.RESTART)
                .dispatched(A, "BATCH_1", 1, HOT)
                .result(A, "BATCH_1", 1, HOT, ResultType.SERVING, drains);
        take(story, RowState.RESTARTING, RowState.DRAINING);
    }

    private void doneWithoutAWordOnTheWay() {
        take(
                begun(RestartMode.RESTART)
                        .dispatched(A, "BATCH_1", 1, HOT)
                        .result(A, "BATCH_1", 1, HOT, ResultType.SUCCEEDED, TaskStory.running(A, 1)),
                RowState.RESTARTING,
                RowState.RUNNING);
        take(
                begun(RestartMode.RESTART)
                        .dispatched(A, "BATCH_1", 1, HOT)
                        .result(A, "BATCH_1", 1, HOT, ResultType.SERVING, TaskStory.running(A, 1))
                        .result(A, "BATCH_1", 1, HOT, ResultType.SUCCEEDED, TaskStory.running(A, 1)),
                RowState.RESTARTING,
                RowState.SERVING,
                RowState.RUNNING);
    }

    private void cutOffWhileTheOldProcessDrains() {
        TaskStory story = begun(RestartMode.RESTART)
                .dispatched(A, "BATCH_1", 1, HOT)
                .result(A, "BATCH_1", 1, HOT, ResultType.SERVING, TaskStory.running(A, 1));
        take(
                story.failed(A, "BATCH_1", 1, FailureCategory.TIMED_OUT, "nothing was heard"),
                RowState.SERVING,
                RowState.FAILED);
        story = begun(RestartMode.RESTART)
                .dispatched(A, "BATCH_1", 1, HOT)
                .result(A, "BATCH_1", 1, HOT, ResultType.SERVING, TaskStory.running(A, 1))
                .result(A, "BATCH_1", 1, HOT, ResultType.DRAINED, null);
        take(
                story.failed(A, "BATCH_1", 1, FailureCategory.TIMED_OUT, "nothing was heard"),
                RowState.DRAINING,
                RowState.FAILED);
    }

    /** The results topic is read up to a report of the second attempt before the planner's word of that attempt is read. */
    private void triedAgainByAnAgentThatIsReadAhead(ResultType last, RowState shown) {
        TaskStory story = begun(RestartMode.RESTART)
                .dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died")
                .result(A, "BATCH_1", 2, HOT, ResultType.SERVING, TaskStory.running(A, 1))
                .result(A, "BATCH_1", 2, HOT, last, last == ResultType.SERVING ? TaskStory.running(A, 1) : null)
                .control(ControlKind.RETRY)
                .dispatched(A, "BATCH_1", 2, HOT);
        take(story, RowState.RESTARTING, RowState.FAILED, shown);
    }

    /** It was restarted, but not to the version that was asked for: the planner counts it as failed, and a person leaves it out. */
    private void restartedAndLeftOutAllTheSame() {
        TaskStory story = begun(RestartMode.RESTART)
                .dispatched(A, "BATCH_1", 1, HOT)
                .failed(A, "BATCH_1", 1, FailureCategory.TIMED_OUT, "nothing was heard")
                .halted()
                .control(ControlKind.RETRY)
                .dispatched(A, "SETTLE_1_1", 1, PROBE)
                .result(A, "SETTLE_1_1", 1, PROBE, ResultType.SUCCEEDED, TaskStory.running(A, 1))
                .halted()
                .skipped(A, "BATCH_1", 1)
                .control(ControlKind.SKIP);
        take(story, RowState.FAILED, RowState.RUNNING, RowState.SKIPPED);
    }

    private static TaskStory begun(RestartMode mode) {
        TaskStory story = new TaskStory(mode).request().accepted(1);
        story.dispatched(A, "PRECHECK", 1, PROBE)
                .result(A, "PRECHECK", 1, PROBE, ResultType.SUCCEEDED, TaskStory.running(A, 0));
        return story.planned(1).phase(Phase.RESTART).batchStarted(1);
    }

    /** Tells a story in which these states follow on each other. */
    private void take(TaskStory story, RowState... states) {
        Set<Step> steps = fold(story.take());
        List<Step> expected = new ArrayList<>();
        for (int i = 1; i < states.length; i++) {
            expected.add(new Step(states[i - 1], states[i]));
        }
        assertThat(steps).containsAll(expected);
        taken.addAll(steps);
    }

    private static Set<Step> fold(List<TaskInput> inputs) {
        RecordingOutbox outbox = new RecordingOutbox();
        KeepTasks keepTasks = new KeepTasks(new TaskFold(SETTINGS), new MemoryTaskStore(), outbox, TaskStory.START);
        inputs.forEach(input -> keepTasks.apply(keepTasks.decide(input, TaskStory.START)));
        return outbox.steps();
    }
}
