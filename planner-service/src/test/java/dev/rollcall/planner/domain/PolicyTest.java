package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a person may ask of the way in which a restart goes. */
class PolicyTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    // ---- zones -----------------------------------------------------------------------------------------------------

    @Test
    void shouldGoZoneByZoneAndNeverMixThemInABatch() {
        Desk desk = Desk.of(6, "z2", "z1", "z2");
        desk.request(RestartMode.RESTART)
                .groupBy(BatchGroup.ZONE)
                .sizes("1", "100%")
                .send();
        desk.obeyAll();

        assertThat(desk.of(PlanEvent.Type.ODP_PLANNED).stream().map(event -> event.batch() + ":" + event.odpId()))
                .containsExactly("1:o1", "2:o4", "3:o0", "3:o2", "3:o3", "3:o5");
        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).batchSizes()).containsExactly(1, 1, 4);
        assertThat(desk.of(PlanEvent.Type.BATCH_FINISHED)).hasSize(3);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(6);
    }

    @Test
    void shouldTakeAZoneWithDownOdpsFirstWhenForced() {
        Desk desk = Desk.of(6, "z1", "z2");
        desk.host("o3").state = OdpState.STOPPED;
        desk.request(RestartMode.FORCE_RESTART).groupBy(BatchGroup.ZONE).send();
        desk.obeyAll();

        assertThat(desk.of(PlanEvent.Type.ODP_PLANNED).stream().map(event -> event.batch() + ":" + event.odpId()))
                .containsExactly("1:o3", "1:o1", "1:o5", "2:o0", "2:o2", "2:o4");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(6);
    }

    @Test
    void shouldNotTakeTwoZonesDownAtOnceWhenFailedOnesOfBothAreTriedAgain() {
        Desk desk = Desk.of(4, "z1", "z2");
        desk.request(RestartMode.RESTART)
                .groupBy(BatchGroup.ZONE)
                .sizes("100%")
                .maxFailures(1)
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take("BATCH_1", "o0"), FailureCategory.UNREACHABLE);
        desk.obey(desk.take("BATCH_1", "o2"));
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take("BATCH_2", "o1"), FailureCategory.UNREACHABLE);
        desk.fail(desk.take("BATCH_2", "o3"), FailureCategory.UNREACHABLE);
        assertThat(desk.types()).endsWith("TASK_HALTED");

        desk.control(ControlKind.RETRY);
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.steps()).as("one zone").containsExactly("BATCH_1 o0");
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.steps()).as("then the other").containsExactly("BATCH_2 o1", "BATCH_2 o3");
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(4);
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isEqualTo(1));
    }

    // ---- the first batch -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(RestartMode.class)
    void shouldPauseAfterTheFirstBatchAndNoOther(RestartMode mode) {
        Desk desk = Desk.of(3);
        desk.request(mode).sizes("1").pauseAfterFirst().send();
        desk.obeyAll();

        assertThat(desk.types()).endsWith("BATCH_FINISHED", "TASK_PAUSED");
        assertThat(desk.last(PlanEvent.Type.TASK_PAUSED).message()).contains("after the first batch", "resume");
        desk.pass(Duration.ofHours(30));
        assertThat(desk.steps()).isEmpty();

        desk.control(ControlKind.RESUME);
        assertThat(desk.steps()).containsExactly("SETTLE_2_1 o1");
        desk.obeyAll();
        assertThat(desk.of(PlanEvent.Type.TASK_PAUSED)).hasSize(1);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldNotPauseWhenNothingFollowsTheFirstBatch() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("100%").pauseAfterFirst().send();
        desk.obeyAll();

        assertThat(desk.types()).contains("ROLL_CALL_CLOSED").doesNotContain("TASK_PAUSED");
    }

    // ---- those that must keep running ------------------------------------------------------------------------------

    @Test
    void shouldShrinkBatchesSoThatEnoughKeepRunning() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("100%").minRunning("50%").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).batchSizes()).containsExactly(2, 2, 1);
        assertThat(desk.steps()).containsExactly("BATCH_1 o0", "BATCH_1 o1");
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(5);
    }

    @Test
    void shouldLookAtAllOfTheClusterBeforeEachBatch() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART)
                .odps("o0", "o1")
                .sizes("1")
                .minRunning("3")
                .drain(DrainPolicy.WAIT)
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.obey(desk.take());

        assertThat(desk.steps()).containsExactly("SETTLE_2_1 o0", "SETTLE_2_1 o1", "SETTLE_2_1 o2", "SETTLE_2_1 o3");
    }

    @Test
    void shouldRefuseWhatCouldNeverTakeOneDown() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).minRunning("100%").send();
        desk.obeyAll();

        Rejection rejection =
                desk.last(PlanEvent.Type.TASK_REJECTED).rejections().get(0);
        assertThat(rejection.code()).isEqualTo("RC22002");
        assertThat(rejection.detail()).contains("3 of 3 ODPs keep running", "3 run now", "Ask for fewer");
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldCountWhatIsNotTargetedAndDown() {
        Desk desk = Desk.of(4);
        desk.host("o3").state = OdpState.STOPPED;
        desk.request(RestartMode.FORCE_RESTART)
                .odps("o0", "o1", "o2")
                .minRunning("2")
                .send();
        desk.obeyAllBut(CommandKind.STOP);

        assertThat(desk.steps()).containsExactly("STOP o0");
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldBringUpTheDownOnesFirstAsTheyCostNothing() {
        Desk desk = Desk.of(3);
        desk.host("o2").state = OdpState.UNAVAILABLE;
        desk.request(RestartMode.FORCE_RESTART).sizes("1").minRunning("2").send();
        desk.obeyAllBut(CommandKind.STOP);

        assertThat(desk.steps()).containsExactly("STOP o2");
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldCountOneThatDiesByItselfAndHaltInWordsWhenItStaysDown() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART)
                .odps("o0", "o1")
                .sizes("1")
                .minRunning("2")
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o2").state = OdpState.UNAVAILABLE;
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.types()).doesNotContain("TASK_HALTED");
        for (int i = 0; i < 3; i++) {
            desk.pass(Duration.ofSeconds(6));
            desk.obeyAllBut(CommandKind.HOT_RESTART);
        }

        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("of 3 ODPs 2 run, and 2 must keep running", "none of batch 2", "Retry");
        assertThat(desk.host("o1").restarts).isZero();
        desk.host("o2").state = OdpState.RUNNING;
        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldGoOnWhenOneThatWasDownRunsAgain() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART)
                .odps("o0", "o1")
                .sizes("1")
                .minRunning("2")
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o2").state = OdpState.STARTING;
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o2").state = OdpState.RUNNING;
        desk.pass(Duration.ofSeconds(6));
        desk.obeyAll();

        assertThat(desk.types()).doesNotContain("TASK_HALTED");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCategory.class,
            names = {"TIMED_OUT", "UNREACHABLE", "TARGET"})
    void shouldCountOneWhoseOutcomeIsUnknownAsDown(FailureCategory category) {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART)
                .sizes("2")
                .minRunning("2")
                .maxFailures(4)
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand lost = desk.take("BATCH_1", "o0");
        desk.host("o0").state = OdpState.UNAVAILABLE;
        desk.fail(lost, category);
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.steps()).containsExactly("BATCH_2 o2");
        desk.obeyAll();
        assertThat(desk.hosts.values().stream().map(host -> host.restarts)).containsExactly(0, 1, 1, 1);
    }

    // ---- settling --------------------------------------------------------------------------------------------------

    @Test
    void shouldLookAtTheBatchUntilItHasSettled() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .settle(Duration.ofSeconds(12))
                .send();
        desk.obeyAll();
        assertThat(desk.types()).doesNotContain("BATCH_FINISHED");

        desk.pass(Duration.ofSeconds(5));
        assertThat(desk.steps()).containsExactly("SETTLE_1_1 o0");
        desk.obeyAll();
        desk.pass(Duration.ofSeconds(5));
        assertThat(desk.steps()).containsExactly("SETTLE_1_2 o0");
        desk.obeyAll();
        desk.pass(Duration.ofSeconds(2));
        assertThat(desk.steps()).containsExactly("SETTLE_1_3 o0");
        assertThat(desk.types()).doesNotContain("BATCH_FINISHED");
        desk.obeyAll();

        assertThat(desk.of(PlanEvent.Type.BATCH_FINISHED)).hasSize(2);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(RestartMode.class)
    void shouldHaltInWordsWhenTheBatchDoesNotStayRunning(RestartMode mode) {
        Desk desk = Desk.of(2);
        desk.request(mode)
                .sizes("1")
                .maxFailures(5)
                .settle(Duration.ofSeconds(12))
                .send();
        desk.obeyAll();
        desk.pass(Duration.ofSeconds(5));
        desk.host("o0").state = OdpState.STOPPED;
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("o0 of batch 1 did not stay Running for 12 s", "STOPPED");
        assertThat(desk.host("o1").restarts).isZero();
        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.host("o0").state).isEqualTo(OdpState.RUNNING);
        for (int i = 0; i < 4; i++) {
            desk.pass(Duration.ofSeconds(5));
            desk.obeyAll();
        }
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldBearAProbeThatGotLostWhileItSettlesButNotAllOfThem() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .settle(Duration.ofSeconds(5))
                .send();
        desk.obeyAll();
        desk.pass(Duration.ofSeconds(5));
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);
        assertThat(desk.types()).doesNotContain("TASK_HALTED", "BATCH_FINISHED");
        desk.pass(Duration.ofSeconds(5));
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);
        desk.pass(Duration.ofSeconds(5));
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);

        assertThat(desk.types()).contains("TASK_HALTED");
        assertThat(desk.steps()).isEmpty();
    }

    @Test
    void shouldHaltWhenANewProcessDiesWhileItDrainsAndSettles() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .maxFailures(5)
                .settle(Duration.ofMinutes(1))
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.effect(first);
        desk.result(first, Input.OdpResult.Type.SERVING, desk.host("o0").facts());
        desk.host("o0").state = OdpState.UNAVAILABLE;
        desk.fail(first, FailureCategory.TARGET);

        assertThat(desk.types()).endsWith("ODP_FAILED", "TASK_HALTED");
    }

    @Test
    void shouldPauseWhileItSettlesAndSettleAnewWhenResumed() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .settle(Duration.ofSeconds(5))
                .send();
        desk.obeyAll();
        desk.control(ControlKind.PAUSE);
        assertThat(desk.types()).endsWith("TASK_PAUSED");
        desk.pass(Duration.ofMinutes(5));
        assertThat(desk.steps()).isEmpty();

        desk.control(ControlKind.RESUME);
        desk.obeyAll();
        assertThat(desk.types()).doesNotContain("BATCH_FINISHED");
        desk.pass(Duration.ofSeconds(5));
        desk.obeyAll();
        assertThat(desk.of(PlanEvent.Type.BATCH_STARTED)).hasSize(2);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    // ---- a time to begin and to end --------------------------------------------------------------------------------

    @Test
    void shouldWaitUntilItMayBeginAndKeepTheClusterMeanwhile() {
        Desk desk = Desk.of(2);
        desk.now = NOON;
        desk.request(RestartMode.RESTART)
                .notBefore(NOON.plusSeconds(150))
                .age(Duration.ofHours(1))
                .send();
        assertThat(desk.inbox).isEmpty();
        assertThat(desk.types()).containsExactly("CLUSTER_CHANGED");
        assertThat(desk.request(RestartMode.RESTART).task(2).send()).isInstanceOf(Decision.Rejected.class);
        desk.pass(Duration.ofSeconds(149));
        assertThat(desk.inbox).isEmpty();

        desk.pass(Duration.ofSeconds(1));
        assertThat(desk.steps()).containsExactly("PRECHECK o0", "PRECHECK o1");
        PlanEvent accepted = desk.last(PlanEvent.Type.TASK_ACCEPTED);
        assertThat(accepted.sequence()).isEqualTo(1);
        assertThat(accepted.causedBy()).isNotNull();
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldBeginInTimeWhenAnotherPlannerTookOver() {
        Desk desk = Desk.of(1);
        desk.now = NOON;
        desk.request(RestartMode.RESTART)
                .notBefore(NOON.plus(Duration.ofHours(8)))
                .send();
        desk.now = NOON.plus(Duration.ofHours(8)).minusSeconds(10);
        desk.decide(new Input.TakenOver());

        desk.pass(Duration.ofSeconds(70));
        assertThat(desk.steps()).containsOnly("PRECHECK o0");
    }

    @Test
    void shouldBeCancelledWhileItWaits() {
        Desk desk = Desk.of(1);
        desk.now = NOON;
        desk.request(RestartMode.RESTART).notBefore(NOON.plusSeconds(600)).send();
        assertThat(desk.control(ControlKind.PAUSE)).isInstanceOf(Decision.Rejected.class);
        desk.control(ControlKind.CANCEL);

        assertThat(desk.types())
                .endsWith("TASK_ACCEPTED", "ODP_TARGETED", "CONTROL_APPLIED", "TASK_CANCELLING", "TASK_CANCELLED");
        assertThat(desk.cluster().activeTask()).isNull();
        desk.pass(Duration.ofSeconds(700));
        assertThat(desk.sent).isEmpty();
    }

    @Test
    void shouldNotWaitWhenItOnlyShowsTheBatches() {
        Desk desk = Desk.of(1);
        desk.now = NOON;
        desk.request(RestartMode.RESTART)
                .notBefore(NOON.plusSeconds(600))
                .dryRun()
                .send();
        desk.obeyAll();

        assertThat(desk.types()).contains("TASK_PLANNED");
    }

    @Test
    void shouldRefuseAWindowThatIsOverTurnedRoundOrTooFarAhead() {
        Desk desk = Desk.of(1);
        desk.now = NOON;
        assertThat(refusal(desk.request(RestartMode.RESTART).notAfter(NOON.minusSeconds(1))))
                .isEqualTo("RC22004");
        assertThat(refusal(desk.request(RestartMode.RESTART)
                        .task(2)
                        .notBefore(NOON.plusSeconds(60))
                        .notAfter(NOON.plusSeconds(60))))
                .isEqualTo("RC22001");
        assertThat(refusal(desk.request(RestartMode.RESTART).task(3).notBefore(NOON.plus(Duration.ofDays(8)))))
                .isEqualTo("RC22001");
        assertThat(refusal(desk.request(RestartMode.RESTART)
                        .task(4)
                        .notBefore(NOON.minus(Duration.ofMinutes(16)))
                        .age(Duration.ofHours(1))))
                .isEqualTo("RC22004");
    }

    private static String refusal(Desk.Request request) {
        List<Rejection> rejections = ((Decision.Rejected) request.send()).rejections();
        assertThat(rejections).hasSize(1);
        return rejections.get(0).code();
    }

    @Test
    void shouldBeginNoBatchAfterTheWindowAndSaySo() {
        Desk desk = Desk.of(3);
        desk.now = NOON;
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .notAfter(NOON.plusSeconds(60))
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.result(first, Input.OdpResult.Type.STARTED, null);
        desk.pass(Duration.ofSeconds(61));
        desk.inbox.clear();
        desk.effect(first);
        desk.result(first, Input.OdpResult.Type.SUCCEEDED, desk.host("o0").facts());
        desk.obeyAll();

        assertThat(desk.types()).endsWith("TASK_PAUSED");
        assertThat(desk.last(PlanEvent.Type.TASK_PAUSED).message())
                .contains("window ended at 2026-01-01T12:01:00Z", "batch 2 of 3 does not begin", "Cancel");
        assertThat(desk.control(ControlKind.RESUME)).isInstanceOf(Decision.Rejected.class);
        assertThat(desk.last(PlanEvent.Type.CONTROL_REFUSED).message()).contains("its window ended at");
        assertThat(desk.host("o1").restarts).isZero();
        desk.control(ControlKind.CANCEL);
        assertThat(desk.types()).endsWith("TASK_CANCELLED");
    }

    @Test
    void shouldStartWhatWasStoppedAlsoAfterTheWindow() {
        Desk desk = Desk.of(2);
        desk.now = NOON;
        desk.request(RestartMode.FORCE_RESTART).notAfter(NOON.plusSeconds(10)).send();
        desk.obeyAllBut(CommandKind.START);
        desk.now = NOON.plusSeconds(20);
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    // ---- the version that is expected ------------------------------------------------------------------------------

    @Test
    void shouldTellTheAgentsWhichVersionIsExpected() {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).expectedVersion("4.3").send();
        desk.obeyAll();
        assertThat(desk.sent)
                .allSatisfy(command -> assertThat(command.expectedVersion())
                        .isEqualTo(command.kind() == CommandKind.HOT_RESTART ? "4.3" : null));
        assertThat(desk.types()).doesNotContain("ODP_FAILED");

        Desk force = Desk.of(1);
        force.request(RestartMode.FORCE_RESTART).expectedVersion("4.3.1.0").send();
        force.obeyAll();
        assertThat(force.sent.stream()
                        .filter(command -> command.expectedVersion() != null)
                        .map(Output.SendCommand::kind))
                .containsExactly(CommandKind.START);
    }

    @ParameterizedTest
    @CsvSource({"4.3.1.0, true", "4.3, true", "4, true", "4.3.1.1, false", "4.3.1.0.1, false", "4.30, false"})
    void shouldCallOnlyAVersionThatIsExpected(String expected, boolean answers) {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).expectedVersion(expected).send();
        desk.obeyAll();
        desk.pass(Duration.ofMinutes(2));
        desk.obeyAll();

        assertThat(desk.types()).contains("ROLL_CALL_CLOSED");
        assertThat(desk.types().contains("ODP_FAILED")).isEqualTo(!answers);
        if (!answers) {
            assertThat(desk.last(PlanEvent.Type.ODP_FAILED).message())
                    .contains("o0 was restarted and runs, but in version 4.3.1.0, and " + expected + " is expected");
        }
    }

    @Test
    void shouldNotTakeAnotherVersionForRestartedWhenSomebodyRetries() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").expectedVersion("4.4").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.effect(first);
        desk.fail(first, FailureCategory.TARGET);
        desk.control(ControlKind.RETRY);
        desk.obeyAll();

        assertThat(desk.types()).endsWith("TASK_HALTED");
        assertThat(desk.last(PlanEvent.Type.ODP_FAILED).failure())
                .extracting(Failure::code)
                .isEqualTo("OTHER_VERSION");
        assertThat(desk.host("o0").restarts).isEqualTo(1);
    }

    @Test
    void shouldRefuseAVersionThatIsNone() {
        Desk desk = Desk.of(1);
        assertThat(refusal(desk.request(RestartMode.RESTART).expectedVersion("newest")))
                .isEqualTo("RC22001");
    }

    // ---- dry runs --------------------------------------------------------------------------------------------------

    @Test
    void shouldTellWhatBecameOfEachRuleBesideAnActiveTask() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o1").version = "3.1.0";
        desk.request(RestartMode.RESTART).task(2).dryRun().send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        PlanEvent rejected = desk.last(PlanEvent.Type.TASK_REJECTED);
        assertThat(rejected.verdicts()).extracting(RuleVerdict::rule).hasSize(PrecheckRule.values().length);
        assertThat(rejected.verdicts().stream().filter(verdict -> !verdict.kept()))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.rule()).isEqualTo("VERSION_ALLOWS_HOT_RESTART");
                    assertThat(verdict.detail()).contains("o1 has version 3.1.0");
                });
        assertThat(desk.cluster().activeTask()).isEqualTo(Desk.TASK);
        assertThat(desk.cluster().epoch()).isEqualTo(1);
        assertThat(desk.sent.stream().filter(command -> !command.taskId().equals(Desk.TASK)))
                .hasSize(2)
                .allSatisfy(command -> {
                    assertThat(command.kind()).isEqualTo(CommandKind.PROBE);
                    assertThat(command.epoch()).isZero();
                });

        desk.host("o1").version = "4.3.1.0";
        desk.request(RestartMode.RESTART).task(3).dryRun().send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).verdicts()).allMatch(RuleVerdict::kept);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    // ---- edges of the settings -------------------------------------------------------------------------------------

    @Test
    void shouldGiveUpAHaltedTaskAtItsTimeAndNotBefore() {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);
        java.time.Instant halted = desk.now;
        desk.now = halted.plus(desk.settings.haltedTimeout()).minusMillis(1);
        desk.decide(new Input.Tick(500));
        assertThat(desk.types()).endsWith("TASK_HALTED");

        desk.now = halted.plus(desk.settings.haltedTimeout());
        desk.decide(new Input.Tick(500));
        assertThat(desk.types()).endsWith("TASK_ABANDONED");
    }

    @ParameterizedTest
    @CsvSource({"900, Accepted", "901, Rejected"})
    void shouldTakeARequestOfTheGreatestAgeAndNoneOlder(long seconds, String becomes) {
        Desk desk = Desk.of(1);
        assertThat(desk.request(RestartMode.RESTART)
                        .age(Duration.ofSeconds(seconds))
                        .send()
                        .getClass()
                        .getSimpleName())
                .isEqualTo(becomes);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void shouldBeginABatchAtTheEndOfTheWindowButNotAfter(long millisAfter, boolean begins) {
        Desk desk = Desk.of(2);
        desk.now = NOON;
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .notAfter(NOON.plusSeconds(60))
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand first = desk.take();
        desk.now = NOON.plusSeconds(60).plusMillis(millisAfter);
        desk.obey(first);
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.steps()).isEqualTo(begins ? List.of("BATCH_2 o1") : List.of());
    }
}
