package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused before anything is looked at, with which code and which advice. */
class RequestRuleTest {
    private final Desk desk = Desk.of(3);

    @Test
    void shouldRefuseAnUnknownCluster() {
        refused(desk.request(RestartMode.RESTART).cluster("nope"), "ODP21001", "no cluster 'nope'");
    }

    @Test
    void shouldRefuseAClusterWithoutOdps() {
        desk.decide(desk.change(List.of(), null));

        refused(desk.request(RestartMode.RESTART), "ODP21115", "has no ODP");
    }

    @Test
    void shouldRefuseAClusterThatWasForgotten() {
        desk.decide(new Input.ClusterChangeRequested(
                desk.event(), Desk.CLUSTER, true, null, "", "", java.util.Map.of(), List.of(), "alice"));

        refused(desk.request(RestartMode.RESTART), "ODP21001", "no cluster 'pay'");
    }

    @Test
    void shouldRefuseASecondTaskAndNameTheFirst() {
        desk.request(RestartMode.RESTART).task(7).send();

        refused(desk.request(RestartMode.RESTART), "COM10005", "000000000007", "cancel it");
        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).activeTask())
                .isEqualTo(new TaskId("00000000-0000-0000-0000-000000000007"));
    }

    @Test
    void shouldRefuseOdpsThatTheClusterHasNot() {
        refused(desk.request(RestartMode.RESTART).odps("o1", "x9"), "ODP21019", "x9");
        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).rejections().get(0).odps())
                .containsExactly(new OdpId("x9"));
    }

    @Test
    void shouldRefuseToCutClientsWithoutConfirmation() {
        refused(desk.request(RestartMode.FORCE_RESTART).confirm(null), "RC22002", "Repeat the cluster id 'pay'");
        refused(desk.request(RestartMode.FORCE_RESTART).task(2).confirm("other"), "RC22002", "'confirm'");
        refused(
                desk.request(RestartMode.RESTART).task(3).exitTimeout(999_999).confirm(null),
                "RC22002",
                "Repeat the cluster id");
    }

    @Test
    void shouldNotAskForConfirmationOfARestartThatDrains() {
        assertThat(desk.request(RestartMode.RESTART)
                        .exitTimeout(1_000_000)
                        .confirm(null)
                        .send())
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void shouldRefuseADrainTimeForAForceRestart() {
        refused(desk.request(RestartMode.FORCE_RESTART).exitTimeout(5_000_000), "RC22002", "Leave it out");
    }

    @Test
    void shouldRefuseADrainTimeOutOfRange() {
        refused(desk.request(RestartMode.RESTART).exitTimeout(86_400_000_001L), "RC22001", "24 hours");
        refused(desk.request(RestartMode.RESTART).task(2).exitTimeout(-2), "RC22001", "-1 for no limit");
    }

    @Test
    void shouldRefuseSizesThatMeanNothing() {
        refused(
                desk.request(RestartMode.RESTART).sizes("0", "110%", "many"),
                "RC22001",
                "'0' must be 1 or more",
                "'110%' must be between 1% and 100%",
                "'many' is neither a count");
    }

    @Test
    void shouldRefuseWhatItWouldNotDoInsteadOfIgnoringIt() {
        refused(desk.request(RestartMode.RESTART).groupBy(BatchGroup.UNKNOWN), "RC22001", "neither NONE nor ZONE");
    }

    @Test
    void shouldRefuseAMinimumOrATimeToSettleThatMeansNothing() {
        refused(desk.request(RestartMode.RESTART).minRunning("most"), "RC22001", "batching.minRunning: 'most'");
        refused(desk.request(RestartMode.RESTART).task(2).minRunning("101%"), "RC22001", "between 1% and 100%");
        refused(desk.request(RestartMode.RESTART).task(3).settle(Duration.ofMinutes(61)), "RC22001", "settle must be");
        refused(desk.request(RestartMode.RESTART).task(4).settle(Duration.ofMillis(-1)), "RC22001", "settle must be");
    }

    @Test
    void shouldRefuseAnOldRequest() {
        refused(desk.request(RestartMode.RESTART).age(Duration.ofMinutes(16)), "RC22004", "16 min old", "ask again");
        assertThat(desk.request(RestartMode.RESTART)
                        .task(2)
                        .age(Duration.ofMinutes(15))
                        .send())
                .isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void shouldRefuseARequestOnAnotherPartition() {
        refused(desk.request(RestartMode.RESTART).elsewhere(), "RC22001", "default partitioner");
    }

    @Test
    void shouldTellEveryReasonAtOnce() {
        desk.request(RestartMode.RESTART).task(7).send();

        Decision decision = desk.request(RestartMode.FORCE_RESTART)
                .odps("x9")
                .sizes("none")
                .confirm(null)
                .age(Duration.ofHours(1))
                .send();

        assertThat(((Decision.Rejected) decision).rejections().stream().map(Rejection::code))
                .containsExactlyInAnyOrder("RC22001", "RC22004", "ODP21019", "COM10005", "RC22002");
    }

    @Test
    void shouldIgnoreARepetitionOfARequest() {
        Input.RestartRequested request = desk.request(RestartMode.RESTART).input();
        desk.decide(request);
        int events = desk.events.size();

        assertThat(desk.decide(request)).isInstanceOf(Decision.Ignored.class);
        assertThat(desk.events).hasSize(events);
    }

    @Test
    void shouldIgnoreARepetitionLongAfterTheTaskEndedUntilItIsForgotten() {
        Input.RestartRequested request = desk.request(RestartMode.RESTART).input();
        desk.decide(request);
        desk.obeyAll();
        desk.verdict("COMPLETED");

        desk.now = desk.now.plus(Duration.ofDays(30));
        desk.decide(new Input.Tick(500));
        assertThat(desk.decide(request)).isInstanceOf(Decision.Ignored.class);
        desk.now = desk.now.plus(Duration.ofDays(2));
        desk.decide(new Input.Tick(500));

        // long expired by its own time
        assertThat(desk.decide(request)).isInstanceOf(Decision.Rejected.class);
    }

    private void refused(Desk.Request request, String code, String... words) {
        Decision decision = request.send();
        assertThat(decision).isInstanceOf(Decision.Rejected.class);
        PlanEvent event = desk.last(PlanEvent.Type.TASK_REJECTED);
        assertThat(event.sequence()).isEqualTo(1);
        assertThat(event.rejections()).anySatisfy(rejection -> {
            assertThat(rejection.code()).isEqualTo(code);
            assertThat(rejection.detail()).contains(words);
        });
        assertThat(desk.inbox.stream().filter(c -> c.taskId().equals(event.taskId())))
                .isEmpty();
    }
}
