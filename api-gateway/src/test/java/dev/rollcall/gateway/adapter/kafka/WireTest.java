package dev.rollcall.gateway.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.app.ClusterChange;
import dev.rollcall.gateway.app.ControlRequest;
import dev.rollcall.gateway.app.PlannerAnswer;
import dev.rollcall.gateway.app.Requester;
import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Batching;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.Drain;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.RestartOrder;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskControlRequested;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123456Z");
    private static final ClusterId PAY = new ClusterId("pay");
    private static final TaskId TASK = new TaskId("0198f2b6-0000-5000-8000-000000000000");
    private static final Requester ALICE = new Requester("alice", "10.1.1.1", "00-1-1-01", Access.NONE);

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }

    @Test
    void shouldKnowEveryWordOfTheWire() {
        assertThat(names(Mode.values())).isEqualTo(names(dev.rollcall.schemas.RestartMode.values()));
        assertThat(names(OdpState.values())).isEqualTo(names(dev.rollcall.schemas.OdpState.values()));
        assertThat(names(TaskState.values())).isEqualTo(names(dev.rollcall.schemas.TaskState.values()));
        assertThat(names(TaskPhase.values())).isEqualTo(names(dev.rollcall.schemas.TaskPhase.values()));
        assertThat(names(BatchState.values())).isEqualTo(names(dev.rollcall.schemas.BatchState.values()));
        assertThat(names(TaskOdpState.values())).isEqualTo(names(dev.rollcall.schemas.TaskOdpState.values()));
    }

    @Test
    void shouldReadARequestAsItWasWritten() {
        RestartOrder order = new RestartOrder(
                Mode.RESTART,
                List.of(new OdpId("a"), new OdpId("b")),
                new Batching(
                        List.of("1", "25%"),
                        2,
                        Drain.WAIT,
                        true,
                        "50%",
                        Duration.ofSeconds(5),
                        true,
                        true,
                        "canary-then-quarters"),
                500_000L,
                true,
                "pay",
                "CHG-1",
                Instant.ofEpochMilli(1_000),
                Instant.ofEpochMilli(2_000),
                "4.3.1.0");
        RestartRequest request = new RestartRequest(
                "e1", Instant.ofEpochMilli(NOW.toEpochMilli()), TASK, PAY, order, "alice", "10.1.1.1", "hash");

        assertThat(FromWire.request(ToWire.request(request))).isEqualTo(request);
    }

    @Test
    void shouldWriteAWholeDefinition() {
        ClusterPlan plan = new ClusterPlan(
                "Payments",
                "d",
                Map.of("env", "prod"),
                List.of(new ClusterPlan.PlannedOdp(
                        new OdpId("b2"),
                        "10.0.0.8",
                        "z2",
                        2884,
                        "10.1.0.8",
                        "/opt/odp",
                        "obproxy",
                        "admin",
                        2222,
                        "k",
                        "a",
                        "p",
                        "jump",
                        "odp",
                        List.of("./start"),
                        List.of("./stop", "-f"),
                        Map.of("TZ", "UTC"))));

        ClusterChangeRequested put = ToWire.change(new ClusterChange("e1", NOW, PAY, plan, 3L, ALICE));
        ClusterChangeRequested remove = ToWire.change(new ClusterChange("e2", NOW, PAY, null, null, ALICE));

        assertThat(put.getKind()).isEqualTo(ClusterChangeKind.PUT);
        assertThat(put.getBaseRevision()).contains(3L);
        assertThat(put.getRequestedFrom()).contains("10.1.1.1");
        assertThat(put.getOccurredAt()).isEqualTo(Instant.parse("2026-01-31T12:00:00.123Z"));
        assertThat(put.getOdps()).singleElement().satisfies(odp -> {
            assertThat(odp.getOdpId()).isEqualTo("b2");
            assertThat(odp.getSshPort()).isEqualTo(2222);
            assertThat(odp.getAdminAddress()).contains("10.1.0.8");
            assertThat(odp.getProbeCredential()).contains("p");
            assertThat(odp.getSshJump()).contains("jump");
            assertThat(odp.getRunAs()).contains("odp");
            assertThat(odp.getStartCommand()).containsExactly("./start");
            assertThat(odp.getStopCommand()).containsExactly("./stop", "-f");
            assertThat(odp.getEnvironment()).containsEntry("TZ", "UTC");
        });
        assertThat(remove.getKind()).isEqualTo(ClusterChangeKind.REMOVE);
        assertThat(remove.getOdps()).isEmpty();
        assertThat(remove.getBaseRevision()).isEmpty();
    }

    @Test
    void shouldWriteEveryControl() {
        for (Control control : Control.values()) {
            TaskControlRequested record =
                    ToWire.control(new ControlRequest("e1", NOW, TASK, PAY, control, new OdpId("a"), 7L, 3L, ALICE));

            assertThat(record.getControl()).isEqualTo(TaskControl.valueOf(control.name()));
            assertThat(record.getOdpId()).contains("a");
            assertThat(record.getTaskVersion()).contains(7L);
            assertThat(record.getPlanVersion()).contains(3L);
        }
    }

    @Test
    void shouldTakeForAnAnswerWhatIsOne() {
        for (PlanEventType type : PlanEventType.values()) {
            PlannerAnswer answer = FromWire.answer(PlanEvent.newBuilder()
                    .setEventId("e2")
                    .setCausedBy("e1")
                    .setOccurredAt(NOW)
                    .setClusterId("pay")
                    .setSequence(0)
                    .setType(type)
                    .setRevision(4)
                    .build());

            boolean applied = type == PlanEventType.CLUSTER_CHANGED || type == PlanEventType.CONTROL_APPLIED;
            boolean refused = type == PlanEventType.CLUSTER_CHANGE_REFUSED || type == PlanEventType.CONTROL_REFUSED;
            assertThat(answer != null).isEqualTo(applied || refused);
            if (answer != null) {
                assertThat(answer.applied()).isEqualTo(applied);
                assertThat(answer.revision()).isEqualTo(4);
            }
        }
    }
}
