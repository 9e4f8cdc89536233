package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ODPs that go down by themselves while a task works on others. */
class StatusTest {

    private static Decision seen(Desk desk, String odp, boolean runs) {
        return desk.decide(new Input.OdpObserved(Desk.CLUSTER, new OdpId(odp), runs, false));
    }

    private static void lookAgain(Desk desk, int times) {
        for (int i = 0; i < times; i++) {
            desk.pass(Duration.ofSeconds(5));
            desk.obeyAll();
        }
    }

    /** The first batch is done, and the next one is looked at. */
    private static Desk afterTheCanary(int odps) {
        Desk desk = Desk.of(odps);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.obey(desk.take());
        return desk;
    }

    @Test
    void shouldHoldTheNextBatchUntilACommandSawTheOdpRunning() {
        Desk desk = afterTheCanary(3);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand second = desk.take();
        desk.host("o0").state = OdpState.STOPPED;

        assertThat(seen(desk, "o0", false)).isInstanceOf(Decision.Accepted.class);
        desk.obey(second);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        assertThat(desk.steps()).as("the third is held back").isEmpty();
        assertThat(seen(desk, "o0", true)).as("status lets nothing go").isInstanceOf(Decision.Ignored.class);
        assertThat(desk.steps()).isEmpty();

        desk.host("o0").state = OdpState.RUNNING;
        lookAgain(desk, 1);
        assertThat(desk.types()).doesNotContain("ODP_FAILED", "TASK_HALTED");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldCountOneThatDiedAfterItsRestartWhenItStaysDown() {
        Desk desk = afterTheCanary(3);
        desk.host("o0").state = OdpState.UNAVAILABLE;
        seen(desk, "o0", false);
        desk.obeyAll();
        assertThat(desk.types()).doesNotContain("TASK_HALTED");
        lookAgain(desk, 3);

        assertThat(desk.last(PlanEvent.Type.ODP_FAILED).message())
                .contains("o0 was restarted, and then went down by itself: it is UNAVAILABLE");
        assertThat(desk.types()).endsWith("TASK_HALTED");
        assertThat(desk.host("o2").restarts).isZero();
    }

    @Test
    void shouldGoOnWithOneSlotLessWhileAnotherOdpOfTheClusterIsDown() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART)
                .odps("o0", "o1", "o2", "o3")
                .sizes("2")
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.obey(desk.take());
        desk.host("o4").state = OdpState.STOPPED;
        seen(desk, "o4", false);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.steps()).containsExactly("BATCH_2 o2");
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(4);
    }

    @Test
    void shouldHaltInWordsWhenOneThatIsNotRestartedTakesTheLastSlot() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).odps("o0", "o1").sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o2").state = OdpState.STOPPED;
        seen(desk, "o2", false);
        desk.obeyAll();
        lookAgain(desk, 3);

        assertThat(desk.last(PlanEvent.Type.TASK_HALTED).message())
                .contains("o2 went down by itself: it is STOPPED", "takes the place of one that may be down");
        assertThat(desk.host("o1").restarts).isZero();
        desk.host("o2").state = OdpState.RUNNING;
        desk.control(ControlKind.RETRY);
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldHoldAWindowBackInTheMiddle() {
        Desk desk = Desk.of(5);
        desk.request(RestartMode.RESTART).sizes("2").window().send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.host("o0").state = OdpState.STOPPED;
        seen(desk, "o0", false);
        desk.obey(desk.take());
        assertThat(desk.steps()).containsExactly("BATCH_1 o2");
        desk.obeyAll();
        lookAgain(desk, 3);

        assertThat(desk.types()).endsWith("ODP_FAILED", "TASK_HALTED");
        assertThat(desk.host("o3").restarts).isZero();
    }

    @Test
    void shouldCureOneThatWaitsForItsForceRestartByRestartingIt() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.FORCE_RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.STOP);
        desk.host("o2").state = OdpState.STOPPED;
        seen(desk, "o2", false);
        desk.obeyAll();

        assertThat(desk.types()).doesNotContain("ODP_FAILED");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldTakeNoStatusForNewsThatIsStaleRepeatedOrKnownBetter() {
        Desk desk = afterTheCanary(3);
        assertThat(desk.decide(new Input.OdpObserved(Desk.CLUSTER, new OdpId("o0"), false, true)))
                .isInstanceOf(Decision.Ignored.class);
        assertThat(seen(desk, "o1", false)).as("a look at it is under way").isInstanceOf(Decision.Ignored.class);
        assertThat(seen(desk, "o9", false)).isInstanceOf(Decision.Ignored.class);
        assertThat(seen(desk, "o0", false)).isInstanceOf(Decision.Accepted.class);
        assertThat(seen(desk, "o0", false)).isInstanceOf(Decision.Ignored.class);

        // It was late: the ODP runs, and one look is all that it costs.
        desk.obeyAll();
        lookAgain(desk, 1);
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
        assertThat(seen(desk, "o0", false)).as("after the roll call").isInstanceOf(Decision.Ignored.class);
        desk.verdict("COMPLETED");
        assertThat(seen(desk, "o0", false)).as("without a task").isInstanceOf(Decision.Ignored.class);
        assertThat(desk.decide(new Input.OdpObserved(new ClusterId("other"), new OdpId("o0"), false, false)))
                .isInstanceOf(Decision.Ignored.class);
    }

    @Test
    void shouldReadAsMuchForOneOfTenAsForOneOfAThousand() {
        long[] reads = new long[2];
        for (int i = 0; i < 2; i++) {
            Desk desk = Desk.of(List.of(10, 1_000).get(i));
            desk.request(RestartMode.RESTART).sizes("1").send();
            desk.obeyAllBut(CommandKind.HOT_RESTART);
            long before = desk.state.reads();
            seen(desk, "o7", false);
            reads[i] = desk.state.reads() - before;
        }

        assertThat(reads[1]).isEqualTo(reads[0]);
    }
}
