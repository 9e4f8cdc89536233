package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code batching.window}: slots in place of the batches of the last size. */
class WindowTest {

    private static void serve(Desk desk, Output.SendCommand command) {
        String odp = command.odp().odpId().value();
        desk.effect(command);
        desk.result(command, Input.OdpResult.Type.SERVING, desk.host(odp).facts());
    }

    /** Obeys all but hot restarts, and says which of these are open. */
    private static List<String> restarts(Desk desk) {
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        return desk.steps();
    }

    @Test
    void shouldBeginTheNextAsSoonAsASlotIsFree() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("2").window().send();
        assertThat(restarts(desk)).containsExactly("BATCH_1 o0", "BATCH_1 o1");

        desk.obey(desk.take("BATCH_1", "o1"));
        assertThat(restarts(desk)).containsExactly("BATCH_1 o0", "BATCH_1 o2");
        desk.obey(desk.take("BATCH_1", "o2"));
        assertThat(restarts(desk)).containsExactly("BATCH_1 o0", "BATCH_1 o3");
        desk.obeyAll();

        assertThat(desk.of(PlanEvent.Type.BATCH_STARTED))
                .singleElement()
                .satisfies(event -> assertThat(event.message()).contains("5 ODPs, 2 at a time"));
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(5);
    }

    @Test
    void shouldLookAtEachOdpJustBeforeItsRestart() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("1").window().send();
        restarts(desk);
        desk.host("o1").pid = 999;
        desk.obeyAll();

        assertThat(desk.host("o1").restarts)
                .as("somebody else had restarted it")
                .isZero();
        assertThat(desk.sent.stream()
                        .map(command -> command.step() + " " + command.odp().odpId()))
                .containsSubsequence("BATCH_1 o0", "SETTLE_1_2 o1", "SETTLE_1_3 o2", "BATCH_1 o2");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldKeepTheSizesBeforeTheLastAsBatches() {
        Desk desk = Desk.of(9);
        desk.request(RestartMode.RESTART).window().pauseAfterFirst().send();
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).batchSizes()).containsExactly(1, 8);
        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).message()).contains("the last in a window of 2");
        assertThat(desk.types()).endsWith("TASK_PAUSED");
        desk.control(ControlKind.RESUME);
        assertThat(restarts(desk)).hasSize(2);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(9);
    }

    @Test
    void shouldTakeOneSizeAsABatchToPauseAfter() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("2").window().pauseAfterFirst().send();
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).batchSizes()).containsExactly(2, 3);
        assertThat(desk.types()).endsWith("TASK_PAUSED");
    }

    @Test
    void shouldNotMixZones() {
        Desk desk = Desk.of(5, "a", "b");
        desk.request(RestartMode.RESTART)
                .sizes("2")
                .window()
                .groupBy(BatchGroup.ZONE)
                .send();
        assertThat(restarts(desk)).containsExactly("BATCH_1 o0", "BATCH_1 o2");
        desk.obey(desk.take());
        assertThat(restarts(desk)).containsExactly("BATCH_1 o2", "BATCH_1 o4");
        desk.obey(desk.take());
        assertThat(restarts(desk)).as("b begins when a is done").containsExactly("BATCH_1 o4");
        desk.obey(desk.take());
        assertThat(restarts(desk)).containsExactly("BATCH_2 o1", "BATCH_2 o3");
    }

    @Test
    void shouldFreeTheSlotWhenTheNewProcessServesOrWhenTheOldOneIsGone() {
        for (DrainPolicy drain : DrainPolicy.values()) {
            Desk desk = Desk.of(2);
            desk.request(RestartMode.RESTART).sizes("1").window().drain(drain).send();
            restarts(desk);
            Output.SendCommand first = desk.take();
            serve(desk, first);
            boolean overlap = drain == DrainPolicy.OVERLAP;
            assertThat(restarts(desk)).isEqualTo(overlap ? List.of("BATCH_1 o1") : List.of());

            desk.result(first, Input.OdpResult.Type.SUCCEEDED, desk.host("o0").facts());
            assertThat(restarts(desk)).containsExactly("BATCH_1 o1");
        }
    }

    @Test
    void shouldKeepTheSlotUntilTheOdpHasSettled() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .window()
                .settle(Duration.ofSeconds(8))
                .send();
        restarts(desk);
        desk.obey(desk.take());

        desk.pass(Duration.ofSeconds(5));
        assertThat(restarts(desk)).isEmpty();
        desk.pass(Duration.ofSeconds(3));
        assertThat(restarts(desk)).containsExactly("BATCH_1 o1");
        assertThat(desk.sent.stream()
                        .filter(command -> command.odp().odpId().value().equals("o0")
                                && command.step().startsWith("SETTLE")))
                .as("before its restart, while it settles and at the end")
                .hasSize(3);
    }

    @Test
    void shouldHaltWhenOneDoesNotSettleInItsSlot() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .window()
                .maxFailures(3)
                .settle(Duration.ofSeconds(8))
                .send();
        restarts(desk);
        desk.obey(desk.take());
        desk.host("o0").state = OdpState.STOPPED;
        desk.pass(Duration.ofSeconds(5));
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("o0 of batch 1 did not stay Running for 8 s");
        assertThat(desk.host("o1").restarts).isZero();
    }

    @Test
    void shouldHaltWhenTheNewProcessDiesWhileItDrainsAndSettlesInItsSlot() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .window()
                .settle(Duration.ofSeconds(60))
                .send();
        restarts(desk);
        Output.SendCommand first = desk.take();
        serve(desk, first);
        desk.pass(Duration.ofSeconds(12));
        assertThat(desk.steps()).as("its agent watches it").isEmpty();
        desk.fail(first, FailureCategory.TARGET);

        assertThat(desk.types()).endsWith("ODP_FAILED", "TASK_HALTED");
    }

    @Test
    void shouldLetSettlingGoWhenItPausesAndSettleAnewAfterwards() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .window()
                .settle(Duration.ofSeconds(60))
                .send();
        restarts(desk);
        desk.obey(desk.take());
        desk.control(ControlKind.PAUSE);
        desk.pass(Duration.ofSeconds(5));
        assertThat(desk.types()).endsWith("TASK_PAUSED");

        desk.control(ControlKind.RESUME);
        for (int i = 0; i < 11; i++) {
            desk.pass(Duration.ofSeconds(5));
            assertThat(restarts(desk)).isEmpty();
        }
        desk.pass(Duration.ofSeconds(5));
        assertThat(restarts(desk)).containsExactly("BATCH_1 o1");
    }

    @Test
    void shouldLetTheOthersFinishAndBeginNoneWhenTheBudgetIsExceeded() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("2").window().maxFailures(1).send();
        restarts(desk);
        desk.fail(desk.take(), FailureCategory.TIMED_OUT);
        assertThat(restarts(desk)).containsExactly("BATCH_1 o1", "BATCH_1 o2");
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);
        assertThat(restarts(desk)).containsExactly("BATCH_1 o2");
        assertThat(desk.types()).doesNotContain("TASK_HALTED");
        desk.obeyAll();
        assertThat(desk.types()).endsWith("TASK_HALTED");

        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(5);
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isEqualTo(1));
    }

    @Test
    void shouldPassOverOneThatIsNotFitAndLookAtItAgainInTheEnd() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART).sizes("2").window().send();
        restarts(desk);
        desk.host("o2").state = OdpState.UNAVAILABLE;
        desk.obeyAll();
        assertThat(desk.host("o3").restarts)
                .as("the others go on in the slot that is left")
                .isEqualTo(1);
        assertThat(desk.types()).doesNotContain("ODP_FAILED");

        desk.host("o2").state = OdpState.RUNNING;
        desk.pass(Duration.ofSeconds(5));
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(4);
        assertThat(desk.types()).doesNotContain("ODP_FAILED");
    }

    @Test
    void shouldFailOneThatStaysUnfit() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").window().send();
        restarts(desk);
        desk.host("o1").state = OdpState.UNAVAILABLE;
        desk.obeyAll();
        for (int i = 0; i < 4; i++) {
            desk.pass(Duration.ofSeconds(5));
            desk.obeyAll();
        }

        assertThat(desk.types()).endsWith("ODP_FAILED", "TASK_HALTED");
        assertThat(desk.last(PlanEvent.Type.ODP_FAILED).message()).contains("o1 is UNAVAILABLE", "by itself");
    }

    @Test
    void shouldKeepEnoughRunningAndLookAtTheOthersInTurn() {
        Desk desk = Desk.of(6);
        desk.request(RestartMode.RESTART)
                .odps("o0", "o1", "o2", "o3")
                .sizes("2")
                .window()
                .minRunning("5")
                .send();
        assertThat(restarts(desk)).as("a window of one, as five must run").containsExactly("BATCH_1 o0");
        desk.host("o5").state = OdpState.STOPPED;
        desk.obeyAll();
        assertThat(desk.host("o2").restarts)
                .as("the look aside, sent when it was o1's turn, found it")
                .isZero();
        for (int i = 0; i < 3; i++) {
            desk.pass(Duration.ofSeconds(5));
            desk.obeyAll();
        }

        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("o5 went down by itself: it is STOPPED", "takes the place");
        desk.host("o5").state = OdpState.RUNNING;
        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(4);
    }

    @Test
    void shouldStopAndStartEachInItsSlot() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.FORCE_RESTART).sizes("2").window().send();
        desk.obeyAllBut(CommandKind.STOP);
        assertThat(desk.steps()).containsExactly("STOP o0", "STOP o1");
        desk.obey(desk.take());
        assertThat(desk.steps()).containsExactly("STOP o1", "START o0");
        desk.obey(desk.take("START", "o0"));
        desk.obeyAllBut(CommandKind.STOP);
        assertThat(desk.steps()).containsExactly("STOP o1", "STOP o2");
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(4);
    }

    @Test
    void shouldStartWhatWasStoppedInItsSlotWhenItIsCancelled() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.FORCE_RESTART).sizes("2").window().send();
        desk.obeyAllBut(CommandKind.STOP);
        desk.fail(desk.take(), FailureCategory.TIMED_OUT);
        desk.control(ControlKind.CANCEL);
        desk.obeyAll();

        assertThat(desk.types()).endsWith("TASK_CANCELLED");
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.state).isEqualTo(OdpState.RUNNING));
        assertThat(desk.host("o2").restarts).isZero();
    }
}
