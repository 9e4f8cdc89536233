package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who answered what, and what the task is called in the end. */
class VerdictTest {

    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 3, Duration.ofMinutes(1), Duration.ofDays(31));
    private static final String A = TaskStory.odp(0);
    private static final String B = TaskStory.odp(1);

    private final MemoryTaskStore store = new MemoryTaskStore();
    private final RecordingOutbox outbox = new RecordingOutbox();
    private final KeepTasks keepTasks = new KeepTasks(new TaskFold(SETTINGS), store, outbox, TaskStory.START);
    private final TaskStory story = new TaskStory(RestartMode.RESTART);

    @Test
    void shouldCompleteWhenAllAnswerFromNewProcesses() {
        restarted(A, B).rollCall(1).called(A).called(B);
        story.answered(A, TaskStory.running(A, 1))
                .answered(B, TaskStory.running(B, 1))
                .closed(2, 2);
        fold();

        assertEnd(TaskState.COMPLETED, "COMPLETED 2/2 restarted in \\d+ s");
        assertThat(store.scans()).as("a good end reads no other ODP").isZero();
    }

    @Test
    void shouldWaitForTheAnswersThePlannerHasSeen() {
        restarted(A, B).rollCall(1).called(A).called(B).closed(2, 2);
        story.answered(A, TaskStory.running(A, 1));
        fold();
        assertThat(outbox.summary().state()).isEqualTo(TaskState.RUNNING);

        story.answered(B, TaskStory.running(B, 1));
        fold();

        assertThat(outbox.summary().state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void shouldFailWhenAnAnswerComesFromTheOldProcess() {
        restarted(A, B).rollCall(1).called(A).called(B);
        story.answered(A, TaskStory.running(A, 1))
                .answered(B, TaskStory.running(B, 0))
                .closed(2, 2);
        fold();

        assertEnd(TaskState.FAILED, "FAILED 1/2 restarted in \\d+ s: .*10.0.0.2:2883 \\(FAILED\\)");
        assertThat(outbox.row(B).state()).isEqualTo(RowState.FAILED);
        assertThat(failure(B).detail()).contains("process 4002 of before the task still serves");
    }

    @Test
    void shouldFailWhenASettingWasNotRestored() {
        restarted(A).rollCall(1).called(A).answered(A, TaskStory.unrestored(A)).closed(1, 1);
        fold();

        assertEnd(TaskState.FAILED, "FAILED 0/1 .*");
        assertThat(failure(A).detail()).contains("a setting that was changed for the restart");
    }

    @Test
    void shouldFailWhenAnOdpIsFoundStopped() {
        restarted(A, B).rollCall(1).called(A).called(B);
        story.answered(A, TaskStory.running(A, 1))
                .answered(B, TaskStory.stopped())
                .closed(2, 2);
        fold();

        assertThat(outbox.summary().state()).isEqualTo(TaskState.FAILED);
        assertThat(failure(B).detail()).contains("it is STOPPED, no process listens");
    }

    @Test
    void shouldNotCompleteWhenTheLateAnswerOfAGivenUpOdpArrives() {
        restarted(A, B).rollCall(1).called(A).called(B);
        story.answered(A, TaskStory.running(A, 1))
                .failed(B, "ROLL_CALL_1", 1, FailureCategory.TIMED_OUT, "no answer")
                .answered(B, TaskStory.running(B, 1))
                .closed(2, 1);
        fold();

        assertThat(outbox.summary().state()).isEqualTo(TaskState.FAILED);
        assertThat(outbox.row(B).state()).isEqualTo(RowState.FAILED);
        assertThat(outbox.summary().answered()).isEqualTo(1);
    }

    @Test
    void shouldBeIncompleteWhenAFailureWasWithinTheBudget() {
        story.request().accepted(2).planned(1, 1).phase(Phase.RESTART);
        story.dispatched(A, "BATCH_1", 1, CommandKind.HOT_RESTART)
                .result(A, "BATCH_1", 1, CommandKind.HOT_RESTART, ResultType.FAILED, null)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died");
        story.dispatched(B, "BATCH_2", 1, CommandKind.HOT_RESTART).hotRestart(B, "BATCH_2", 1);
        story.rollCall(1).called(A).called(B);
        story.answered(A, TaskStory.running(A, 0))
                .answered(B, TaskStory.running(B, 1))
                .closed(2, 2);
        fold();

        assertEnd(TaskState.INCOMPLETE, "INCOMPLETE 1/2 restarted in \\d+ s: .*10.0.0.1:2883 \\(FAILED\\)");
        assertThat(failure(A).detail()).isEqualTo("the child died");
    }

    @Test
    void shouldBeIncompleteWhenOneWasSkipped() {
        story.request().accepted(2).planned(2).phase(Phase.RESTART);
        story.dispatched(A, "BATCH_1", 1, CommandKind.HOT_RESTART)
                .failed(A, "BATCH_1", 1, FailureCategory.UNREACHABLE, "no agent answered")
                .halted()
                .skipped(A, "BATCH_1", 1)
                .say(PlanEventType.TASK_RESUMED);
        story.dispatched(B, "BATCH_1", 1, CommandKind.HOT_RESTART).hotRestart(B, "BATCH_1", 1);
        story.rollCall(1).called(A).called(B);
        story.answered(A, TaskStory.running(A, 0))
                .answered(B, TaskStory.running(B, 1))
                .closed(2, 2);
        fold();

        assertEnd(TaskState.INCOMPLETE, "INCOMPLETE 1/2 .*10.0.0.1:2883 \\(SKIPPED\\)");
        assertThat(outbox.summary().skipped()).isEqualTo(1);
    }

    @Test
    void shouldFailWhenNoneWasRestarted() {
        story.request().accepted(1).planned(1).phase(Phase.RESTART);
        story.dispatched(A, "BATCH_1", 1, CommandKind.HOT_RESTART)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "the child died")
                .rollCall(1)
                .called(A)
                .answered(A, TaskStory.running(A, 0))
                .closed(1, 1);
        fold();

        assertThat(outbox.summary().state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void shouldGiveTheVerdictWithoutAnAnswerThatNeverArrives() {
        restarted(A, B).rollCall(1).called(A).called(B).closed(2, 2);
        story.answered(A, TaskStory.running(A, 1));
        fold();

        keepTasks.tick(TaskStory.START.plusSeconds(59));
        assertThat(outbox.summary().state()).isEqualTo(TaskState.RUNNING);
        keepTasks.tick(TaskStory.START.plusSeconds(60));

        assertEnd(TaskState.FAILED, "FAILED 1/2 .*");
        assertThat(store.timers()).extracting(Timer::kind).containsExactly(Timer.Kind.PURGE);
    }

    @Test
    void shouldGiveTheWaitItsFullTimeAgainAfterATakeOver() {
        restarted(A).rollCall(1).called(A).closed(1, 1);
        fold();
        Instant later = TaskStory.START.plus(Duration.ofHours(5));
        KeepTasks successor = new KeepTasks(new TaskFold(SETTINGS), store, outbox, later);

        successor.tick(later.plusSeconds(1));

        assertThat(outbox.summary().state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void shouldStayAsItEnded() {
        restarted(A).rollCall(1).called(A).answered(A, TaskStory.running(A, 1)).closed(1, 1);
        fold();
        int events = outbox.timeline().size();

        story.halted()
                .say(PlanEventType.TASK_CANCELLED)
                .failed(A, "BATCH_1", 1, FailureCategory.TARGET, "too late")
                .result(A, "BATCH_1", 1, CommandKind.HOT_RESTART, ResultType.FAILED, null);
        fold();

        assertThat(outbox.summary().state()).isEqualTo(TaskState.COMPLETED);
        assertThat(outbox.row(A).state()).isEqualTo(RowState.RUNNING);
        assertThat(outbox.timeline()).hasSize(events);
    }

    @Test
    void shouldAnswerAControlEvenAfterTheEnd() {
        restarted(A).rollCall(1).called(A).answered(A, TaskStory.running(A, 1)).closed(1, 1);
        story.plan(new TaskStory.Plan(PlanEventType.CONTROL_REFUSED)
                .control(ControlKind.PAUSE)
                .by("bob")
                .rejections(new Rejection("RC22002", "Expected to pause task 't', but it is COMPLETED", List.of(), 0)));
        fold();

        TimelineEvent last = outbox.timeline().get(outbox.timeline().size() - 1);
        assertThat(last.type()).isEqualTo(TimelineType.CONTROL_REFUSED);
        assertThat(last.message()).isEqualTo("bob was refused PAUSE: Expected to pause task 't', but it is COMPLETED");
        assertThat(last.code()).isEqualTo("RC22002");
    }

    @Test
    void shouldKeepEarlyResultsUntilTheTaskIsAnnounced() {
        story.hotRestart(A, "BATCH_1", 1);
        List<TaskInput> results = story.take();
        results.subList(0, 3).forEach(this::fold);
        fold(results.get(6));
        assertThat(outbox.summaries()).isEmpty();

        story.accepted(1).planned(1).dispatched(A, "BATCH_1", 1, CommandKind.HOT_RESTART);
        fold();

        assertThat(outbox.row(A).state())
                .as("the fourth result was over the bound")
                .isEqualTo(RowState.RESTARTING);
        assertThat(outbox.row(A).message()).isEqualTo("looking at 10.0.0.1:2883");
        assertThat(store.early(TaskStory.TASK)).isNull();
    }

    @Test
    void shouldDropEarlyResultsOfATaskThatIsNeverAnnounced() {
        story.hotRestart(A, "BATCH_1", 1);
        fold(story.take().get(0));
        assertThat(store.odps(TaskStory.TASK)).hasSize(1);

        keepTasks.tick(TaskStory.START.plus(SETTINGS.earlyResultsKept()));

        assertThat(store.odps(TaskStory.TASK)).isEmpty();
        assertThat(store.early(TaskStory.TASK)).isNull();
        assertThat(store.timers()).isEmpty();
    }

    @Test
    void shouldForgetATaskWhenItsRetentionIsOver() {
        restarted(A).rollCall(1).called(A).answered(A, TaskStory.running(A, 1)).closed(1, 1);
        fold();
        keepTasks.tick(TaskStory.START.plus(Duration.ofDays(30)));
        assertThat(store.task(TaskStory.TASK)).isNotNull();

        keepTasks.tick(TaskStory.START.plus(SETTINGS.retention()));

        assertThat(store.task(TaskStory.TASK)).isNull();
        assertThat(store.odps(TaskStory.TASK)).isEmpty();
        assertThat(store.timers()).isEmpty();
    }

    @Test
    void shouldTellInThePlannersWordsWhyItPaused() {
        restarted(A).plan(new TaskStory.Plan(PlanEventType.TASK_PAUSED).message("Paused: its window closed at 02:00"));
        fold();

        assertThat(outbox.summary().state()).isEqualTo(TaskState.PAUSED);
        assertThat(outbox.timeline().get(outbox.timeline().size() - 1).message())
                .isEqualTo("Paused: its window closed at 02:00");
    }

    private TaskStory restarted(String... odps) {
        story.request()
                .accepted(odps.length)
                .planned(odps.length)
                .phase(Phase.RESTART)
                .batchStarted(1);
        for (String odp : odps) {
            story.dispatched(odp, "BATCH_1", 1, CommandKind.HOT_RESTART).hotRestart(odp, "BATCH_1", 1);
        }
        return story.batchFinished(1);
    }

    private void fold() {
        story.take().forEach(this::fold);
    }

    private void fold(TaskInput input) {
        keepTasks.apply(keepTasks.decide(input, TaskStory.START));
    }

    private Failure failure(String odp) {
        Failure failure = outbox.row(odp).failure();
        assertThat(failure).isNotNull();
        return failure;
    }

    private void assertEnd(TaskState state, String words) {
        assertThat(outbox.summary().state()).isEqualTo(state);
        assertThat(outbox.summary().phase()).isEqualTo(Phase.UNKNOWN);
        assertThat(outbox.summary().finishedAt()).isNotNull();
        TimelineEvent last = outbox.timeline().get(outbox.timeline().size() - 1);
        assertThat(last.type()).isEqualTo(TimelineType.TASK_ENDED);
        assertThat(last.state()).isEqualTo(state);
        assertThat(last.message()).matches(words);
    }
}
