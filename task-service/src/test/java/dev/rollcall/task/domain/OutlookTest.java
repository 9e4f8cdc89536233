package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the planner says of its plan, as the task shows it: how long it still takes, the version for controls, the rules of a dry run. */
class OutlookTest {
    private static final String A = TaskStory.odp(0);

    private final RecordingOutbox outbox = new RecordingOutbox();
    private final KeepTasks keepTasks = new KeepTasks(
            new TaskFold(new FoldSettings(Duration.ofMinutes(10), 3, Duration.ofMinutes(1), Duration.ofDays(31))),
            new MemoryTaskStore(),
            outbox,
            TaskStory.START);
    private final TaskStory story = new TaskStory(RestartMode.RESTART);

    private Outlook tell(TaskStory.Plan event) {
        story.plan(event);
        return told();
    }

    private Outlook told() {
        story.take().forEach(input -> keepTasks.apply(keepTasks.decide(input, TaskStory.START)));
        return outbox.summary().outlook();
    }

    private static TaskStory.Plan event(PlanEventType type) {
        return new TaskStory.Plan(type);
    }

    @Test
    void shouldTellHowLongItStillTakesAndFromWhenOn() {
        story.request().accepted(2);
        assertThat(told().leftMillis()).as("nothing was measured yet").isNull();

        Outlook planned = tell(event(PlanEventType.TASK_PLANNED).odpCount(2).left(60_000L));
        assertThat(planned.leftMillis()).isEqualTo(60_000);
        Instant then = planned.leftAt();
        story.phase(Phase.RESTART);
        assertThat(told()).as("it goes on from there").isEqualTo(planned);
        Outlook begun = tell(event(PlanEventType.BATCH_STARTED).batch(1).left(50_000L));
        assertThat(begun.leftMillis()).isEqualTo(50_000);
        assertThat(begun.leftAt()).isAfter(then);
        story.dispatched(A, "BATCH_1", 1, CommandKind.HOT_RESTART);
        assertThat(told()).as("only a window tells it with each ODP").isEqualTo(begun);
        assertThat(tell(event(PlanEventType.ODP_DISPATCHED)
                                .odp(A)
                                .step("BATCH_1")
                                .attempt(2)
                                .kind(CommandKind.HOT_RESTART)
                                .left(40_000L))
                        .leftMillis())
                .isEqualTo(40_000);
        assertThat(tell(event(PlanEventType.BATCH_FINISHED).batch(1)).leftMillis())
                .as("the planner knows nothing more")
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = PlanEventType.class,
            names = {"TASK_PAUSED", "TASK_HALTED", "TASK_CANCELLING"})
    void shouldKnowNothingOfTheTimeThatAPersonTakes(PlanEventType waits) {
        story.request().accepted(2);
        tell(event(PlanEventType.TASK_PLANNED).odpCount(2).left(60_000L));

        assertThat(tell(event(waits)).leftMillis()).isNull();
        if (waits != PlanEventType.TASK_CANCELLING) {
            assertThat(tell(event(PlanEventType.TASK_RESUMED).left(45_000L)).leftMillis())
                    .isEqualTo(45_000);
        }
    }

    @Test
    void shouldHaveNoTimeLeftWhenItHasEnded() {
        story.request().accepted(1);
        tell(event(PlanEventType.TASK_PLANNED).odpCount(1).left(60_000L));
        story.rollCall(1).called(A).answered(A, TaskStory.running(A, 1)).closed(1, 1);

        assertThat(told().leftMillis()).isNull();
        assertThat(outbox.summary().state()).isEqualTo(TaskState.COMPLETED);
        assertThat(outbox.summary().outlook().leftAt()).isNull();
    }

    @Test
    void shouldTellHowLongADryRunWouldTakeAndWhatBecameOfEachRule() {
        RuleVerdict runs = new RuleVerdict("EVERY_ODP_RUNS", "ODP21017", true, "");
        RuleVerdict old = new RuleVerdict("VERSION_ALLOWS_HOT_RESTART", "ODP21018", false, "too old");
        story.request(true).accepted(2, true);
        Outlook planned =
                tell(event(PlanEventType.TASK_PLANNED).odpCount(2).left(60_000L).verdicts(runs, old));

        assertThat(outbox.summary().state()).isEqualTo(TaskState.PLANNED);
        assertThat(planned.leftMillis()).isEqualTo(60_000);
        assertThat(planned.rules()).containsExactly(runs, old);
    }

    @Test
    void shouldShowTheVersionThatAControlNames() {
        story.request();
        assertThat(told().planVersion()).isZero();
        story.plan(event(PlanEventType.TASK_ACCEPTED).odpCount(1).planVersion(1));
        assertThat(told().planVersion()).isEqualTo(1);
        assertThat(tell(event(PlanEventType.TASK_PAUSED).planVersion(4)).planVersion())
                .isEqualTo(4);
        assertThat(tell(event(PlanEventType.CONTROL_APPLIED)
                                .control(ControlKind.RESUME)
                                .planVersion(5))
                        .planVersion())
                .isEqualTo(5);
        story.plan(event(PlanEventType.CONTROL_REFUSED).control(ControlKind.PAUSE));
        assertThat(told().planVersion()).as("one that tells none").isEqualTo(5);
    }
}
