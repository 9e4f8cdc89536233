package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How long a task takes, from what was measured. */
class PaceTest {

    /** Restarts all of it, each ODP in so many seconds, and ends the task. */
    private static void restart(Desk desk, int task, int seconds, String... sizes) {
        desk.request(RestartMode.RESTART).task(task).sizes(sizes).send();
        goOn(desk, seconds);
        desk.decide(
                new Input.TaskEnded(desk.event(), Desk.CLUSTER, new TaskId(new UUID(0, task).toString()), "COMPLETED"));
    }

    private static void goOn(Desk desk, int seconds) {
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        while (!desk.inbox.isEmpty()) {
            desk.now = desk.now.plusSeconds(seconds);
            for (Output.SendCommand command : List.copyOf(desk.inbox)) {
                desk.obey(command);
            }
            desk.obeyAllBut(CommandKind.HOT_RESTART);
        }
    }

    @Test
    void shouldSayThatItIsUnknownBeforeAnythingWasMeasured() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).leftMillis()).isNull();
        assertThat(desk.last(PlanEvent.Type.BATCH_STARTED).leftMillis()).isNull();
    }

    @Test
    void shouldCountTheTurnsThatAreLeftFromWhatThisTaskMeasured() {
        Desk desk = Desk.of(7);
        desk.request(RestartMode.RESTART).sizes("1", "3").send();
        goOn(desk, 20);

        assertThat(desk.of(PlanEvent.Type.BATCH_FINISHED).stream().map(PlanEvent::leftMillis))
                .containsExactly(40_000L, 20_000L, 0L);
    }

    @Test
    void shouldExpectOfTheNextTaskWhatEarlierOnesTook() {
        Desk desk = Desk.of(6);
        restart(desk, 1, 30, "2");
        desk.request(RestartMode.RESTART).task(2).sizes("3").dryRun().send();
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).leftMillis()).isBetween(60_000L, 62_000L);
        desk.request(RestartMode.FORCE_RESTART).task(3).dryRun().send();
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).leftMillis())
                .as("nothing is known of the other mode")
                .isNull();
    }

    @Test
    void shouldTellTheTimeLeftOfAWindowWithEachRestart() {
        Desk desk = Desk.of(4);
        restart(desk, 1, 10, "1");
        desk.request(RestartMode.RESTART)
                .task(2)
                .sizes("2")
                .window()
                .settle(Duration.ofSeconds(5))
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.last(PlanEvent.Type.ODP_DISPATCHED).leftMillis())
                .as("two turns of 10 s and of 5 s to settle")
                .isBetween(30_000L, 32_000L);
    }

    @Test
    void shouldTellTheTimeLeftAnewWhenTheTaskGoesOn() {
        Desk desk = Desk.of(5);
        restart(desk, 2, 10, "1");
        desk.request(RestartMode.RESTART).sizes("2").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.fail(desk.take(), FailureCategory.TARGET);
        desk.now = desk.now.plusSeconds(10);
        desk.obey(first);
        assertThat(desk.types()).endsWith("TASK_HALTED");
        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).leftMillis()).isNull();

        desk.control(ControlKind.RETRY);

        assertThat(desk.last(PlanEvent.Type.TASK_RESUMED).leftMillis())
                .as("one that failed, two, and one: three turns of 10 s, and the end")
                .isBetween(30_000L, 31_000L);
    }

    @Test
    void shouldCountNoMoreTurnsAtOnceThanCommandsMayBeOpen() {
        Desk desk = Desk.of(4);
        restart(desk, 1, 10, "1");
        desk.settings = Samples.settings(2);
        desk.request(RestartMode.RESTART).task(2).sizes("100%").dryRun().send();
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).leftMillis()).isBetween(20_000L, 22_000L);
    }

    @Test
    void shouldNotBeSwungByOneThatHung() {
        Pace pace = new Pace(10_000, 5, 0);

        assertThat(Pace.with(pace, Duration.ofHours(1)).slotMillis()).isEqualTo(17_500);
        assertThat(Pace.with(pace, Duration.ZERO).slotMillis()).isEqualTo(8_125);
        assertThat(Pace.with(null, Duration.ofSeconds(3))).isEqualTo(new Pace(3_000, 1, 0));
        assertThat(pace.withTail(Duration.ofSeconds(-1)).tailMillis()).isEqualTo(1);
    }
}
