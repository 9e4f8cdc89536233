package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when things go wrong, and what a person can do then. */
class FailureTest {

    @Test
    void shouldHaltBeforeTheNextBatchWhenAnOdpFails() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        desk.fail(desk.take(), FailureCategory.TARGET);

        assertThat(desk.steps()).isEmpty();
        PlanEvent halted = desk.last(PlanEvent.Type.TASK_HALTED);
        assertThat(halted.message()).contains("1 ODP failed", "at most 0 may", "Retry, skip");
        assertThat(halted.failure()).isNotNull();
        assertThat(desk.types()).doesNotContain("BATCH_FINISHED");
    }

    @Test
    void shouldGoOnWithinTheBudgetAndHaltBeyondIt() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("1").maxFailures(1).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.steps()).containsExactly("BATCH_2 o1");

        desk.fail(desk.take(), FailureCategory.UNREACHABLE);

        assertThat(desk.types()).contains("TASK_HALTED");
        assertThat(desk.steps()).isEmpty();
    }

    static Stream<Arguments> waysToFail() {
        return Arrays.stream(FailureCategory.values())
                .flatMap(first -> Arrays.stream(FailureCategory.values()).map(second -> Arguments.of(first, second)));
    }

    @ParameterizedTest(name = "{0}, then {1}")
    @MethodSource("waysToFail")
    void shouldCountEveryWayToFailInOneBudget(FailureCategory first, FailureCategory second) {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("1").maxFailures(1).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        desk.fail(desk.take(), first);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.types()).as("one is borne").doesNotContain("TASK_HALTED");
        desk.fail(desk.take(), second);
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.types()).as("two are not").endsWith("TASK_HALTED");
        assertThat(desk.steps()).isEmpty();
    }

    @Test
    void shouldCountWhatNobodyAnsweredAndWhatNeverEndedAsFailures() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("1").maxFailures(1).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        // Nobody takes up the first one.
        desk.inbox.clear();
        desk.pass(desk.settings.startWithin(CommandKind.HOT_RESTART).plusSeconds(1));
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        // The second one is begun and never ends.
        Output.SendCommand begun = desk.take("BATCH_2", "o1");
        desk.result(begun, Input.OdpResult.Type.STARTED, null);
        desk.pass(Duration.ofHours(2));

        assertThat(desk.of(PlanEvent.Type.ODP_FAILED).stream()
                        .map(event ->
                                event.failure() == null ? null : event.failure().category()))
                .containsExactly(FailureCategory.UNREACHABLE, FailureCategory.TIMED_OUT);
        assertThat(desk.types()).endsWith("TASK_HALTED");
    }

    /** Deadlines and windows go by the clock, safety does not. */
    @ParameterizedTest
    @ValueSource(longs = {-7_200, 7_200})
    void shouldRestartNothingTwiceWhateverTheClockDoes(long seconds) {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand begun = desk.take();
        desk.result(begun, Input.OdpResult.Type.STARTED, null);

        desk.now = desk.now.plusSeconds(seconds);
        desk.decide(new Input.Tick(500));
        // What is sent again is answered by what was done, which the host has in its journal.
        desk.inbox.removeIf(again -> again.commandId().equals(begun.commandId()));
        desk.effect(begun);
        desk.result(begun, Input.OdpResult.Type.SUCCEEDED, desk.host("o0").facts());
        desk.obeyAll();
        if (desk.types().contains("TASK_HALTED")) {
            desk.control(ControlKind.RETRY);
        }
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isEqualTo(1));
    }

    @Test
    void shouldLetTheOthersOfTheBatchFinishBeforeItHalts() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART).sizes("4").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        desk.fail(desk.take(), FailureCategory.TARGET);
        assertThat(desk.types()).doesNotContain("TASK_HALTED");
        desk.obeyAll();

        assertThat(desk.types()).contains("TASK_HALTED").doesNotContain("ROLL_CALL_STARTED");
    }

    @Test
    void shouldNotRestartAgainWhenTheResultWasLostAndSomebodyRetries() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand lost = desk.take();
        desk.result(lost, Input.OdpResult.Type.STARTED, null);
        desk.effect(lost);
        desk.pass(Duration.ofMinutes(3));
        desk.inbox.clear();
        assertThat(desk.last(PlanEvent.Type.ODP_FAILED).failure())
                .satisfies(failure ->
                        assertThat(failure == null ? null : failure.category()).isEqualTo(FailureCategory.TIMED_OUT));
        assertThat(desk.types()).contains("TASK_HALTED");

        desk.control(ControlKind.RETRY);
        assertThat(desk.steps()).containsExactly("SETTLE_1_1 o0");
        desk.obeyAll();

        assertThat(desk.host("o0").restarts).isEqualTo(1);
        assertThat(desk.host("o1").restarts).isEqualTo(1);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldTryAgainWithTheNextAttemptWhenTheBaselineStillServes() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);

        desk.control(ControlKind.RETRY);
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.inbox).singleElement().satisfies(command -> {
            assertThat(command.step()).isEqualTo("BATCH_1");
            assertThat(command.attempt()).isEqualTo(2);
        });
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldStartWhatIsGoneWhenSomebodyRetries() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o0").state = OdpState.STOPPED;
        desk.fail(desk.take(), FailureCategory.TARGET);

        desk.control(ControlKind.RETRY);
        desk.obeyAllBut(CommandKind.START);

        assertThat(desk.steps()).containsExactly("START o0");
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldLeaveAProcessThatDoesNotServeAndSaySo() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o0").state = OdpState.UNAVAILABLE;
        desk.fail(desk.take(), FailureCategory.TARGET);

        desk.control(ControlKind.RETRY);
        desk.obeyAll();

        assertThat(desk.of(PlanEvent.Type.TASK_HALTED)).hasSize(2);
        assertThat(desk.last(PlanEvent.Type.ODP_FAILED).message()).contains("a process is there that does not serve");
    }

    @Test
    void shouldStartWhatWasStoppedAndHaltWhenAStopFails() {
        Desk desk = Desk.of(4);
        desk.settings = Samples.settings(2);
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.STOP);
        assertThat(desk.steps()).containsExactly("STOP o0", "STOP o1");
        Output.SendCommand first = desk.take();
        Output.SendCommand second = desk.take();

        desk.fail(second, FailureCategory.TARGET);
        assertThat(desk.steps()).isEmpty();
        desk.obey(first);

        assertThat(desk.steps()).containsExactly("START o0", "START o1");
        desk.obeyAll();
        assertThat(desk.types()).contains("TASK_HALTED");
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.state).isEqualTo(OdpState.RUNNING));
        assertThat(desk.host("o2").restarts).isZero();
    }

    @Test
    void shouldStartAlsoWhatAStopSaysItDidNotTouch() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.STOP);
        Output.SendCommand first = desk.take();

        desk.obey(desk.take());
        // An earlier sending of it may have reached an agent that stopped the ODP and died.
        desk.fail(first, FailureCategory.REFUSED);

        assertThat(desk.steps()).containsExactlyInAnyOrder("START o0", "START o1");
    }

    @Test
    void shouldStartOnCancelWhatCouldNotBeStartedBefore() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.START);
        desk.fail(desk.take("START", "o0"), FailureCategory.UNREACHABLE);
        desk.obeyAll();
        assertThat(desk.types()).contains("TASK_HALTED");

        desk.control(ControlKind.CANCEL);

        assertThat(desk.inbox).singleElement().satisfies(command -> {
            assertThat(command.step()).isEqualTo("START");
            assertThat(command.attempt()).isEqualTo(2);
        });
        desk.obeyAll();
        assertThat(desk.types()).endsWith("TASK_CANCELLED");
        assertThat(desk.host("o0").state).isEqualTo(OdpState.RUNNING);
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldStartWhatIsStoppedWhenCancelledInTheMiddle() {
        Desk desk = Desk.of(3);
        desk.settings = Samples.settings(1);
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.STOP);
        desk.obey(desk.take());
        assertThat(desk.steps()).containsExactly("STOP o1");

        desk.control(ControlKind.CANCEL);
        desk.obeyAll();

        assertThat(desk.types()).endsWith("TASK_CANCELLED");
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.state).isEqualTo(OdpState.RUNNING));
        assertThat(desk.host("o2").restarts).isZero();
    }

    @Test
    void shouldGiveUpAHaltedTaskAfterADayHavingStartedWhatItStopped() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.START);
        desk.fail(desk.take("START", "o0"), FailureCategory.TARGET);
        desk.obeyAll();

        desk.now = desk.now.plus(Duration.ofHours(24));
        desk.decide(new Input.Tick(500));
        assertThat(desk.steps()).containsExactly("START o0");
        desk.obeyAll();

        assertThat(desk.types()).endsWith("TASK_ABANDONED");
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldHoldTheBatchWhileAnOdpOfItIsDownByItselfAndFailItWhenItStaysDown() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("1").maxFailures(1).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o1").state = OdpState.STOPPED;
        desk.obey(desk.take());

        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.steps()).isEmpty();
        desk.pass(Duration.ofSeconds(6));
        assertThat(desk.steps()).containsExactly("SETTLE_2_2 o1");
        desk.obeyAll();
        desk.pass(Duration.ofSeconds(6));
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.last(PlanEvent.Type.ODP_FAILED).message()).contains("o1 is STOPPED", "by itself");
        assertThat(desk.steps()).containsExactly("BATCH_3 o2");
        assertThat(desk.host("o1").restarts).isZero();
    }

    @Test
    void shouldGoOnWhenAnOdpOfTheNextBatchComesBack() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o1").state = OdpState.STARTING;
        desk.obey(desk.take());
        desk.obeyAll();
        desk.host("o1").state = OdpState.RUNNING;

        desk.pass(Duration.ofSeconds(6));
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
        assertThat(desk.types()).doesNotContain("ODP_FAILED");
    }

    @Test
    void shouldNotRestartWhatSomebodyRestartedBeforeItsTurn() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o1").pid = 999;
        desk.obeyAll();

        assertThat(desk.host("o1").restarts).isZero();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
        assertThat(desk.types()).doesNotContain("ODP_FAILED");
    }

    @Test
    void shouldCountAFailureAfterServing() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.effect(first);
        desk.result(first, Input.OdpResult.Type.SERVING, desk.host("o0").facts());
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        desk.fail(first, FailureCategory.TARGET);
        desk.obeyAll();

        assertThat(desk.types()).contains("TASK_HALTED");
    }

    @Test
    void shouldCallTheRollAndNameWhoStillDrainsWhenDrainingTakesTooLong() {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).exitTimeout(-1).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand command = desk.take();
        desk.effect(command);
        desk.result(command, Input.OdpResult.Type.SERVING, desk.host("o0").facts());
        desk.pass(Duration.ofMinutes(30));
        assertThat(desk.types()).endsWith("PHASE_STARTED");

        desk.pass(Duration.ofMinutes(1));
        desk.inbox.removeIf(waiting -> waiting.kind() != CommandKind.PROBE);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_STARTED).message()).contains("still drain at o0");
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(1);
    }

    @Test
    void shouldCallAgainWhileAnOdpIsComingUp() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).send();
        desk.obeyAllBut(CommandKind.PROBE);
        while (desk.types().stream().noneMatch("ROLL_CALL_STARTED"::equals)) {
            desk.obey(desk.take());
        }
        desk.host("o1").state = OdpState.STARTING;
        desk.obeyAll();
        assertThat(desk.types()).doesNotContain("ROLL_CALL_CLOSED");

        desk.host("o1").state = OdpState.RUNNING;
        desk.pass(Duration.ofSeconds(6));
        desk.obeyAll();

        PlanEvent closed = desk.last(PlanEvent.Type.ROLL_CALL_CLOSED);
        assertThat(closed.round()).isEqualTo(2);
        assertThat(closed.answered()).isEqualTo(2);
        assertThat(desk.types()).doesNotContain("ODP_FAILED");
    }

    @Test
    void shouldNameWhoDoesNotAnswerTheRollOrHasSettingsLeft() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).send();
        while (desk.types().stream().noneMatch("ROLL_CALL_STARTED"::equals)) {
            desk.obey(desk.take());
        }
        desk.host("o0").settingsRestored = false;
        desk.host("o1").state = OdpState.UNAVAILABLE;
        for (int i = 0; i < 40 && desk.of(PlanEvent.Type.ROLL_CALL_CLOSED).isEmpty(); i++) {
            desk.obeyAll();
            desk.pass(Duration.ofSeconds(5));
        }

        List<PlanEvent> failed = desk.of(PlanEvent.Type.ODP_FAILED);
        assertThat(failed).hasSize(2);
        assertThat(failed.get(0).message()).contains("settings");
        assertThat(failed.get(1).message()).contains("o1 is UNAVAILABLE at the roll call");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldCloseTheRollCallWhenNobodyAnswersIt() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).send();
        while (desk.types().stream().noneMatch("ROLL_CALL_STARTED"::equals)) {
            desk.obey(desk.take());
        }
        desk.pass(Duration.ofMinutes(30));

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isZero();
        assertThat(desk.of(PlanEvent.Type.ODP_FAILED)).hasSize(2);
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldIgnoreDuplicateLateAndForeignResults() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        List<Output.SendCommand> probes = List.copyOf(desk.inbox);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand restart = desk.take();
        desk.fail(restart, FailureCategory.TARGET);
        int events = desk.events.size();

        assertThat(desk.result(
                        probes.get(0),
                        Input.OdpResult.Type.SUCCEEDED,
                        desk.host("o0").facts()))
                .isInstanceOf(Decision.Ignored.class);
        assertThat(desk.fail(restart, FailureCategory.TARGET)).isInstanceOf(Decision.Ignored.class);
        desk.control(ControlKind.RETRY);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand second = desk.take();
        assertThat(desk.result(restart, Input.OdpResult.Type.SUCCEEDED, null)).isInstanceOf(Decision.Ignored.class);
        assertThat(desk.decide(new Input.OdpResult(
                        "x",
                        Desk.TASK,
                        Desk.CLUSTER,
                        second.odp().odpId(),
                        second.epoch() + 1,
                        second.step(),
                        second.attempt(),
                        Input.OdpResult.Type.SUCCEEDED,
                        null,
                        false,
                        null)))
                .isInstanceOf(Decision.Ignored.class);
        assertThat(desk.events.size()).isGreaterThan(events);
        assertThat(desk.types()).doesNotContain("BATCH_FINISHED");
    }

    @Test
    void shouldGiveEveryTimerItsFullDurationAgainWhenTakenOver() {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).send();
        Output.SendCommand probe = desk.take();
        desk.result(probe, Input.OdpResult.Type.STARTED, null);
        desk.pass(Duration.ofSeconds(100));

        desk.state = desk.state.restored();
        desk.decide(new Input.TakenOver());
        desk.pass(Duration.ofSeconds(100));
        assertThat(desk.types()).doesNotContain("TASK_REJECTED");
        desk.pass(Duration.ofSeconds(40));

        assertThat(desk.types()).endsWith("TASK_REJECTED");
    }

    @Test
    void shouldKeepToTheNumberOfOpenCommands() {
        Desk desk = Desk.of(10);
        desk.settings = Samples.settings(3);

        desk.request(RestartMode.RESTART).send();

        assertThat(desk.steps()).containsExactly("PRECHECK o0", "PRECHECK o1", "PRECHECK o2");
        desk.obey(desk.take());
        assertThat(desk.steps()).containsExactly("PRECHECK o1", "PRECHECK o2", "PRECHECK o3");
    }

    @Test
    void shouldKeepToTheNumberOfOpenCommandsInALargeBatchButNotCountWhatOnlyDrains() {
        Desk desk = Desk.of(6);
        desk.settings = Samples.settings(2);
        desk.request(RestartMode.RESTART).sizes("100%").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.steps()).containsExactly("BATCH_1 o0", "BATCH_1 o1");

        Output.SendCommand drains = desk.take();
        desk.effect(drains);
        desk.result(drains, Input.OdpResult.Type.SERVING, desk.host("o0").facts());

        assertThat(desk.steps()).containsExactly("BATCH_1 o1", "BATCH_1 o2");
    }

    // ---- what was stopped is started -------------------------------------------------------------------------------

    /** o0 was stopped and does not start, and the budget bears that. */
    private static Desk notStarted() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.FORCE_RESTART).maxFailures(1).send();
        desk.obeyAllBut(CommandKind.START);
        desk.fail(desk.take("START", "o0"), FailureCategory.TARGET);
        desk.obeyAll();
        return desk;
    }

    @Test
    void shouldHaltInWordsWhenAStartFailsEvenIfTheBudgetBearsIt() {
        Desk desk = notStarted();

        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("o0 was stopped by this task and is not known to run again: o0 TARGET", "Retry, skip");
        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.host("o0").state).isEqualTo(OdpState.RUNNING);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
        assertThat(desk.types()).doesNotContain("ODP_SKIPPED");
    }

    @Test
    void shouldStartOneThatIsSkippedOnceMoreAndGoOn() {
        Desk desk = notStarted();
        desk.control(ControlKind.SKIP, "o0", 1);
        desk.fail(desk.take("START", "o0"), FailureCategory.TARGET);
        desk.obeyAll();

        assertThat(desk.types()).contains("ROLL_CALL_STARTED").endsWith("ROLL_CALL_CLOSED");
    }

    @Test
    void shouldStartAgainAndAgainWhenCancelledAndNameWhatStaysDown() {
        Desk desk = notStarted();
        desk.control(ControlKind.CANCEL);
        int starts = 0;
        for (int i = 0; i < 30 && desk.task() != null; i++) {
            if (!desk.inbox.isEmpty()) {
                assertThat(desk.steps()).containsExactly("START o0");
                desk.fail(desk.take(), FailureCategory.UNREACHABLE);
                starts++;
            }
            desk.pass(Duration.ofSeconds(1));
        }

        assertThat(starts).isEqualTo(3);
        assertThat(desk.last(PlanEvent.Type.TASK_CANCELLED).message())
                .contains("Not known to run again: o0", "start them by hand");
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldEndQuietlyWhenALaterStartSucceeds() {
        Desk desk = notStarted();
        desk.control(ControlKind.CANCEL);
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);
        desk.pass(Duration.ofSeconds(5));
        desk.obeyAll();

        assertThat(desk.host("o0").state).isEqualTo(OdpState.RUNNING);
        assertThat(desk.last(PlanEvent.Type.TASK_CANCELLED).message()).doesNotContain("Not known");
    }

    @Test
    void shouldStartWhatAHotRestartLeftWithoutAProcessAndHalt() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.host("o0").state = OdpState.STOPPED;
        desk.result(
                first,
                Input.OdpResult.Type.FAILED,
                desk.host("o0").facts(),
                Failure.of(FailureCategory.TARGET, "TEST", "the child died", null));
        assertThat(desk.steps()).containsExactly("START o0");
        desk.obeyAll();

        assertThat(desk.host("o0").state).isEqualTo(OdpState.RUNNING);
        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("the child died. It runs again since. Retry to go on");
        assertThat(desk.host("o1").restarts).isZero();
        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }
}
