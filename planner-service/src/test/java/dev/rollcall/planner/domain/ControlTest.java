package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steering: what is legal when, and the words of a refusal. */
class ControlTest {
    private final Desk desk = Desk.of(3);

    @Test
    void shouldFinishWhatRunsThenPauseAndGoOnWhenResumed() {
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        desk.control(ControlKind.PAUSE);
        assertThat(desk.types()).contains("CONTROL_APPLIED").doesNotContain("TASK_PAUSED");
        desk.obeyAll();
        assertThat(desk.types()).endsWith("TASK_PAUSED");
        assertThat(desk.host("o0").restarts).isEqualTo(1);
        assertThat(desk.host("o1").restarts).isZero();

        desk.control(ControlKind.RESUME);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
        assertThat(desk.of(PlanEvent.Type.BATCH_FINISHED)).hasSize(3);
    }

    @Test
    void shouldNotHoldBackAStartWhenPaused() {
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.STOP);
        desk.obey(desk.take());

        desk.control(ControlKind.PAUSE);
        desk.obeyAll();

        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.state).isEqualTo(OdpState.RUNNING));
        assertThat(desk.types()).endsWith("TASK_PAUSED");
        desk.control(ControlKind.RESUME);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldSkipTheFailedAndGoOn() {
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);

        desk.control(ControlKind.SKIP, "o0", 1);
        desk.obeyAll();

        assertThat(desk.of(PlanEvent.Type.ODP_SKIPPED))
                .singleElement()
                .satisfies(event -> assertThat(event.odpId()).isEqualTo(new OdpId("o0")));
        assertThat(desk.host("o0").restarts).isZero();
        assertThat(desk.host("o2").restarts).isEqualTo(1);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldStartWhatWasStoppedEvenWhenItIsSkipped() {
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.START);
        desk.fail(desk.take("START", "o0"), FailureCategory.TARGET);
        desk.obeyAll();

        desk.control(ControlKind.SKIP, "o0", null);
        assertThat(desk.steps()).containsExactly("START o0");
        desk.obeyAll();

        assertThat(desk.host("o0").state).isEqualTo(OdpState.RUNNING);
        assertThat(desk.types()).contains("ROLL_CALL_CLOSED");
    }

    @Test
    void shouldRefuseARetryThatWasDecidedOnAnOlderAttempt() {
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);
        desk.control(ControlKind.RETRY);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);

        assertThat(desk.control(ControlKind.RETRY, "o0", 1)).isInstanceOf(Decision.Rejected.class);

        assertThat(desk.last(PlanEvent.Type.CONTROL_REFUSED).message())
                .contains("Decided on attempt 1", "attempt 2 has failed since");
    }

    @Test
    void shouldCancelARestartAndFreeTheCluster() {
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        desk.control(ControlKind.CANCEL);
        assertThat(desk.types()).contains("TASK_CANCELLING").doesNotContain("TASK_CANCELLED");
        desk.obeyAll();

        assertThat(desk.types()).endsWith("TASK_CANCELLED");
        assertThat(desk.host("o0").restarts).isEqualTo(1);
        assertThat(desk.host("o1").restarts).isZero();
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldAnswerARepeatedControlOnce() {
        desk.request(RestartMode.RESTART).sizes("1").send();
        Input.TaskControlRequested cancel = desk.asked(ControlKind.CANCEL, null, null, null);

        desk.decide(cancel);
        assertThat(desk.decide(cancel)).isInstanceOf(Decision.Ignored.class);
        desk.obeyAll();
        assertThat(desk.types()).endsWith("TASK_CANCELLED");
        assertThat(desk.decide(cancel)).isInstanceOf(Decision.Ignored.class);

        assertThat(desk.of(PlanEvent.Type.CONTROL_APPLIED)).hasSize(1);
        assertThat(desk.types()).doesNotContain("CONTROL_REFUSED");
    }

    @ParameterizedTest
    @EnumSource(ControlKind.class)
    void shouldRefuseInWordsWhenTheTaskHasEnded(ControlKind kind) {
        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();
        desk.verdict("COMPLETED");
        long last = desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).sequence();

        desk.control(kind);

        PlanEvent refused = desk.last(PlanEvent.Type.CONTROL_REFUSED);
        assertThat(refused.message()).contains("Expected to ", "task '" + Desk.TASK + "', but it is COMPLETED");
        assertThat(refused.sequence()).isEqualTo(last + 1);
        assertThat(refused.control()).isEqualTo(kind);
    }

    @ParameterizedTest
    @EnumSource(ControlKind.class)
    void shouldAnswerEvenWhenTheTaskIsUnknown(ControlKind kind) {
        desk.control(kind);

        PlanEvent refused = desk.last(PlanEvent.Type.CONTROL_REFUSED);
        assertThat(refused.message()).contains("no such task");
        assertThat(refused.taskId()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = ControlKind.class,
            names = {"RESUME", "RETRY", "SKIP"})
    void shouldRefuseWhatDoesNotFitARunningTask(ControlKind kind) {
        desk.request(RestartMode.RESTART).send();
        int sent = desk.sent.size();

        assertThat(desk.control(kind)).isInstanceOf(Decision.Rejected.class);

        assertThat(desk.last(PlanEvent.Type.CONTROL_REFUSED).message()).contains("but it is PRECHECKING");
        assertThat(desk.sent).hasSize(sent);
    }

    @Test
    void shouldNotApplyAControlAgainThatCameBeforeAnother() {
        desk.request(RestartMode.RESTART).sizes("1").send();
        Input.TaskControlRequested pause = desk.asked(ControlKind.PAUSE, null, null, null);
        desk.decide(pause);
        desk.control(ControlKind.RESUME);

        assertThat(desk.decide(pause)).isInstanceOf(Decision.Ignored.class);
        desk.obeyAll();
        assertThat(desk.types()).doesNotContain("TASK_PAUSED").contains("ROLL_CALL_CLOSED");
        desk.verdict("COMPLETED");
        assertThat(desk.decide(pause)).isInstanceOf(Decision.Ignored.class);
        desk.now = desk.now.plus(java.time.Duration.ofDays(40));
        desk.decide(new Input.Tick(500));
        assertThat(desk.state.entries().keySet()).noneMatch(PlanKey.ControlsKey.class::isInstance);
    }
}
