package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TransitionsTest {
    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 3, Duration.ofMinutes(1), Duration.ofDays(31));
    private static final String A = TaskStory.odp(0);
    private static final String B = TaskStory.odp(1);

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

    static Stream<Arguments> openStatesAndCauses() {
        return Arrays.stream(TaskState.values())
                .filter(state -> !state.terminal())
                .flatMap(state ->
                        Arrays.stream(TaskTransitions.Cause.values()).map(cause -> Arguments.of(state, cause)));
    }

    /** Everything that can happen to a task, in every state that is no end: it goes where the table says, or stays where it is. */
    @ParameterizedTest(name = "{1} when {0}")
    @MethodSource("openStatesAndCauses")
    void shouldGoAsTheTableSays(TaskState from, TaskTransitions.Cause cause) {
        RecordingOutbox outbox = new RecordingOutbox();
        KeepTasks keepTasks = new KeepTasks(new TaskFold(SETTINGS), new MemoryTaskStore(), outbox, TaskStory.START);
        TaskStory story = new TaskStory(RestartMode.RESTART);
        come(story, from, cause);
        story.take().forEach(input -> keepTasks.apply(keepTasks.decide(input, TaskStory.START)));
        assertThat(outbox.summary().state()).isEqualTo(from);

        happen(story, cause);
        List<String> surprises = new ArrayList<>();
        for (TaskInput input : story.take()) {
            Folded folded = keepTasks.decide(input, TaskStory.START);
            keepTasks.apply(folded);
            if (folded instanceof Folded.Changed changed) {
                surprises.addAll(changed.surprises());
            }
        }

        TaskState to = TaskTransitions.next(from, cause);
        assertThat(outbox.summary().state()).isEqualTo(to == null ? from : to);
        assertThat(surprises.isEmpty()).as("%s", surprises).isEqualTo(to != null);
    }

    private static void come(TaskStory story, TaskState state, TaskTransitions.Cause cause) {
        boolean dryRun = cause == TaskTransitions.Cause.DRY_RUN_PLANNED;
        story.request(dryRun);
        if (state == TaskState.PENDING) {
            return;
        }
        story.accepted(2, dryRun);
        boolean called = cause == TaskTransitions.Cause.ALL_ANSWERED
                || cause == TaskTransitions.Cause.SOME_ANSWERED
                || cause == TaskTransitions.Cause.NOT_ANSWERED;
        if (called) {
            story.planned(2).rollCall(1).called(A).called(B);
        }
        PlanEventType last = switch (state) {
            case PAUSED -> PlanEventType.TASK_PAUSED;
            case HALTED -> PlanEventType.TASK_HALTED;
            case CANCELLING -> PlanEventType.TASK_CANCELLING;
            case RUNNING -> PlanEventType.PHASE_STARTED;
            case PENDING, COMPLETED, INCOMPLETE, FAILED, CANCELLED, REJECTED, PLANNED ->
                throw new IllegalArgumentException("Nothing happens any more to what is " + state);
        };
        story.say(last);
    }

    private static void happen(TaskStory story, TaskTransitions.Cause cause) {
        switch (cause) {
            case ACCEPTED -> story.say(PlanEventType.TASK_ACCEPTED);
            case REJECTED -> story.say(PlanEventType.TASK_REJECTED);
            case DRY_RUN_PLANNED -> story.planned(2);
            case WENT_ON -> story.phase(Phase.RESTART);
            case PAUSED -> story.say(PlanEventType.TASK_PAUSED);
            case RESUMED -> story.say(PlanEventType.TASK_RESUMED);
            case HALTED -> story.say(PlanEventType.TASK_HALTED);
            case CANCELLING -> story.say(PlanEventType.TASK_CANCELLING);
            case CANCELLED -> story.say(PlanEventType.TASK_CANCELLED);
            case ABANDONED -> story.say(PlanEventType.TASK_ABANDONED);
            case ALL_ANSWERED ->
                story.answered(A, TaskStory.running(A, 1))
                        .answered(B, TaskStory.running(B, 1))
                        .closed(2, 2);
            case SOME_ANSWERED ->
                story.answered(A, TaskStory.running(A, 1))
                        .answered(B, TaskStory.running(B, 0))
                        .skipped(B, "BATCH_1", 1)
                        .closed(2, 2);
            case NOT_ANSWERED ->
                story.answered(A, TaskStory.running(A, 0))
                        .answered(B, TaskStory.running(B, 0))
                        .closed(2, 2);
        }
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
