package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whole restarts, and the order in which they take ODPs. */
class RestartTest {

    @Test
    void shouldRestartEveryOdpOnceAndCallTheRoll() {
        Desk desk = Desk.of(6, "z1", "z2", "z3");

        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();

        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isEqualTo(1));
        PlanEvent closed = desk.last(PlanEvent.Type.ROLL_CALL_CLOSED);
        assertThat(closed.odpCount()).isEqualTo(6);
        assertThat(closed.answered()).isEqualTo(6);
        assertThat(desk.last(PlanEvent.Type.TASK_PLANNED).batchSizes()).containsExactly(1, 1, 1, 1, 1, 1);
        assertThat(desk.events.stream().filter(e -> e.taskId() != null).map(PlanEvent::sequence))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, desk.events.size() - 1L)
                        .boxed()
                        .toList());
    }

    @Test
    void shouldTellEachStepInTheOrderOfTheProtocol() {
        Desk desk = Desk.of(2);

        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAll();

        assertThat(desk.types())
                .containsExactly(
                        "CLUSTER_CHANGED",
                        "TASK_ACCEPTED",
                        "ODP_TARGETED",
                        "ODP_TARGETED",
                        "PHASE_STARTED",
                        "ODP_DISPATCHED",
                        "ODP_DISPATCHED",
                        "ODP_PLANNED",
                        "ODP_PLANNED",
                        "TASK_PLANNED",
                        "PHASE_STARTED",
                        "BATCH_STARTED",
                        "ODP_DISPATCHED",
                        "BATCH_FINISHED",
                        "ODP_DISPATCHED",
                        "BATCH_STARTED",
                        "ODP_DISPATCHED",
                        "BATCH_FINISHED",
                        "PHASE_STARTED",
                        "PHASE_STARTED",
                        "ROLL_CALL_STARTED",
                        "ODP_DISPATCHED",
                        "ODP_DISPATCHED",
                        "ROLL_CALL_CLOSED");
    }

    @Test
    void shouldStopAllThenStartAllWhenForced() {
        Desk desk = Desk.of(3);

        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.STOP);

        assertThat(desk.steps()).containsExactly("STOP o0", "STOP o1", "STOP o2");
        desk.obey(desk.take());
        desk.obey(desk.take());
        assertThat(desk.steps()).containsExactly("STOP o2");
        desk.obey(desk.take());
        assertThat(desk.steps()).containsExactly("START o0", "START o1", "START o2");
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.state).isEqualTo(OdpState.STOPPED));
        desk.obeyAll();
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isEqualTo(1));
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldStopAndStartBatchByBatchWhenForcedInBatches() {
        Desk desk = Desk.of(5);

        desk.request(RestartMode.FORCE_RESTART).sizes("2").send();
        List<List<String>> turns = new ArrayList<>();
        while (!desk.inbox.isEmpty()) {
            List<Output.SendCommand> open = List.copyOf(desk.inbox);
            if (open.get(0).kind() != CommandKind.PROBE) {
                turns.add(desk.steps());
            }
            open.forEach(desk::obey);
        }

        assertThat(turns)
                .containsExactly(
                        List.of("STOP o0", "STOP o1"),
                        List.of("START o0", "START o1"),
                        List.of("STOP o2", "STOP o3"),
                        List.of("START o2", "START o3"),
                        List.of("STOP o4"),
                        List.of("START o4"));
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(5);
    }

    /** Facts age: what a batch takes down was looked at just before, also after a pause and a halt, and what settles to its end. */
    @Test
    void shouldLookAgainBeforeEachBatchAndAfterAPauseAndAHalt() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART).sizes("1").pauseAfterFirst().send();
        desk.obeyAll();
        desk.control(ControlKind.RESUME);
        assertThat(desk.steps()).as("after the pause").containsExactly("SETTLE_2_1 o1");
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take("BATCH_2", "o1"), FailureCategory.TARGET);
        desk.control(ControlKind.RETRY);
        assertThat(desk.steps()).as("after the halt").containsExactly("SETTLE_2_2 o1");
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.obey(desk.take("BATCH_2", "o1"));

        assertThat(desk.steps()).as("before the next batch").containsExactly("SETTLE_3_1 o2");
    }

    @Test
    void shouldTakeOneOfEachZoneInTurn() {
        Desk desk = Desk.of(6, "z1", "z2", "z3");

        desk.request(RestartMode.RESTART).sizes("1", "50%").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.of(PlanEvent.Type.ODP_PLANNED).stream().map(event -> event.batch() + ":" + event.odpId()))
                .containsExactly("1:o0", "2:o1", "2:o2", "2:o3", "3:o4", "3:o5");
    }

    @Test
    void shouldTakeTheUnhealthyFirstWhenForced() {
        Desk desk = Desk.of(4);
        desk.host("o2").state = OdpState.UNAVAILABLE;

        desk.request(RestartMode.FORCE_RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.STOP);

        assertThat(desk.of(PlanEvent.Type.ODP_PLANNED).stream().map(PlanEvent::odpId))
                .containsExactly(new OdpId("o2"), new OdpId("o0"), new OdpId("o1"), new OdpId("o3"));
    }

    @Test
    void shouldBeginTheNextBatchWhenTheNewProcessServes() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        Output.SendCommand first = desk.take("BATCH_1", "o0");
        desk.effect(first);
        desk.result(first, Input.OdpResult.Type.SERVING, desk.host("o0").facts());
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.steps()).containsExactly("BATCH_2 o1");
        desk.obeyAll();
        assertThat(desk.types()).doesNotContain("ROLL_CALL_STARTED");
        desk.result(first, Input.OdpResult.Type.SUCCEEDED, desk.host("o0").facts());
        desk.obeyAll();
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldAwaitTheOldProcessBeforeTheNextBatchWhenAskedTo() {
        Desk desk = Desk.of(2);
        desk.request(RestartMode.RESTART).sizes("1").drain(DrainPolicy.WAIT).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        Output.SendCommand first = desk.take("BATCH_1", "o0");
        desk.effect(first);
        desk.result(first, Input.OdpResult.Type.SERVING, desk.host("o0").facts());
        assertThat(desk.steps()).isEmpty();

        desk.result(first, Input.OdpResult.Type.SUCCEEDED, desk.host("o0").facts());
        assertThat(desk.steps()).containsExactly("SETTLE_2_1 o1");
    }

    @Test
    void shouldTouchOnlyTheNamedOdps() {
        Desk desk = Desk.of(4);

        desk.request(RestartMode.RESTART).odps("o3", "o1").send();
        assertThat(desk.steps()).containsExactly("PRECHECK o0", "PRECHECK o1", "PRECHECK o2", "PRECHECK o3");
        desk.obeyAll();

        Set<String> restarted = desk.hosts.entrySet().stream()
                .filter(entry -> entry.getValue().restarts == 1)
                .map(entry -> entry.getKey().value())
                .collect(Collectors.toSet());
        assertThat(restarted).containsExactlyInAnyOrder("o1", "o3");
        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).odpCount()).isEqualTo(2);
    }

    @Test
    void shouldFreeTheClusterWhenTheVerdictComesAndNotBefore() {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();

        assertThat(desk.request(RestartMode.RESTART).task(2).send()).isInstanceOf(Decision.Rejected.class);
        desk.verdict("COMPLETED");

        assertThat(desk.cluster().activeTask()).isNull();
        assertThat(desk.request(RestartMode.RESTART).task(3).send()).isInstanceOf(Decision.Accepted.class);
        assertThat(desk.cluster().epoch()).isEqualTo(2);
    }

    @Test
    void shouldFreeTheClusterByItselfAMinuteAfterTheRollCall() {
        Desk desk = Desk.of(1);
        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();

        desk.pass(Duration.ofSeconds(59));
        assertThat(desk.cluster().activeTask()).isEqualTo(Desk.TASK);
        desk.pass(Duration.ofSeconds(2));

        assertThat(desk.cluster().activeTask()).isNull();
        assertThat(desk.state.entries().keySet())
                .noneMatch(key -> key instanceof PlanKey.RunKey
                        || key instanceof PlanKey.TaskKey
                        || key instanceof PlanKey.PlaceKey
                        || key instanceof PlanKey.TimerKey
                        || key instanceof PlanKey.DueKey);
    }

    @Test
    void shouldShowTheBatchesAndTouchNothingWhenItIsADryRun() {
        Desk desk = Desk.of(4);
        desk.request(RestartMode.RESTART).task(9).send();

        desk.request(RestartMode.RESTART).sizes("50%").dryRun().send();
        assertThat(desk.inbox.stream()
                        .filter(command -> command.taskId().equals(Desk.TASK))
                        .map(Output.SendCommand::epoch))
                .containsExactly(0L, 0L, 0L, 0L);
        List.copyOf(desk.inbox).stream()
                .filter(command -> command.taskId().equals(Desk.TASK))
                .forEach(desk::obey);

        PlanEvent last = desk.events.get(desk.events.size() - 1);
        assertThat(last.type()).isEqualTo(PlanEvent.Type.TASK_PLANNED);
        assertThat(last.batchSizes()).containsExactly(2, 2);
        assertThat(desk.task()).isNull();
        assertThat(desk.cluster().activeTask()).isEqualTo(new TaskId("00000000-0000-0000-0000-000000000009"));
    }

    @Test
    void shouldReadAndWriteTheSameForOneResultWhateverTheNumberOfOdps() {
        long small = costOfOneResult(10);
        long large = costOfOneResult(2000);

        assertThat(large).isEqualTo(small).isLessThan(100);
    }

    private static long costOfOneResult(int odps) {
        Desk desk = Desk.of(odps);
        desk.request(RestartMode.RESTART).sizes("5", "100%").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand command = desk.take();
        desk.effect(command);
        long before = desk.state.reads();
        Decision decision = desk.result(command, Input.OdpResult.Type.SUCCEEDED, null);
        return desk.state.reads() - before + decision.changes().size();
    }
}
