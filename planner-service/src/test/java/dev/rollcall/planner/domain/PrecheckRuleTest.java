package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused after every ODP was looked at. */
class PrecheckRuleTest {
    private final Desk desk = Desk.of(3);

    @Test
    void shouldRefuseARestartWhenAnOdpOfTheClusterDoesNotRunAndNameItsState() {
        desk.host("o1").state = OdpState.STOPPED;
        desk.host("o2").state = OdpState.UNAVAILABLE;
        desk.request(RestartMode.RESTART).odps("o0").send();
        desk.obeyAll();

        refused("ODP21017", "o1 is STOPPED", "o2 is UNAVAILABLE", "use FORCE_RESTART");
        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).rejections().get(0).odps())
                .containsExactly(new OdpId("o1"), new OdpId("o2"));
        assertThat(desk.cluster().activeTask()).isNull();
    }

    @Test
    void shouldRefuseARestartWhenAHostWasNotReached() {
        desk.request(RestartMode.RESTART).send();
        desk.obey(desk.take());
        desk.obey(desk.take());
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);

        refused("ODP21017", "o2 is UNKNOWN (o2 UNREACHABLE)");
    }

    @Test
    void shouldRefuseARestartOfAnOldOrUnknownVersion() {
        desk.host("o0").version = "3.2.0.9";
        desk.host("o1").version = null;
        desk.host("o2").version = "3.2.1";
        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();

        refused("ODP21018", "o0 has version 3.2.0.9", "o1 has an unknown version", "FORCE_RESTART");
        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).rejections().get(0).odpCount())
                .isEqualTo(2);
    }

    @Test
    void shouldLookAtTheVersionOfTargetedOdpsOnly() {
        desk.host("o0").version = "3.1.0";
        desk.request(RestartMode.RESTART).odps("o1").send();
        desk.obeyAll();

        assertThat(desk.host("o1").restarts).isEqualTo(1);
    }

    @Test
    void shouldForceOldVersionsAndStoppedOdps() {
        desk.host("o0").version = "3.1.0";
        desk.host("o1").state = OdpState.STOPPED;
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.state).isEqualTo(OdpState.RUNNING));
        assertThat(desk.types()).doesNotContain("ODP_FAILED");
    }

    @Test
    void shouldRefuseAHotRestartThatTheAgentSaysWouldNotWork() {
        desk.host("o1").hotRestartBlockers = List.of("it is pid 1 of a container");
        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();

        refused("RC22002", "o1: it is pid 1 of a container");
    }

    @Test
    void shouldRefuseToForceWhatWasNotReached() {
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obey(desk.take());
        desk.obey(desk.take());
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);

        refused("RC22002", "o2", "leave them out");
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isZero());
    }

    @Test
    void shouldForceTheOthersWhenTheDeadHostIsLeftOut() {
        desk.request(RestartMode.FORCE_RESTART).odps("o0", "o1").send();
        desk.obey(desk.take());
        desk.obey(desk.take());
        desk.fail(desk.take(), FailureCategory.UNREACHABLE);
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(2);
    }

    @Test
    void shouldRefuseToForceWhatCouldNotBeStartedAgain() {
        desk.host("o1").startBlockers = List.of("no program bin/obproxy under its home");
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAll();

        refused("RC22002", "o1: no program bin/obproxy under its home");
    }

    @Test
    void shouldSayThatNoAgentAnsweredAndNothingElse() {
        desk.request(RestartMode.RESTART).send();
        desk.pass(Duration.ofMinutes(2));

        refused("RC22003", "Check that an agent-service runs");
        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).rejections()).hasSize(1);
    }

    @Test
    void shouldTellAllReasonsOfTheRules() {
        desk.host("o0").state = OdpState.STOPPED;
        desk.host("o1").version = "3.1.0";
        desk.request(RestartMode.RESTART).send();
        desk.obeyAll();

        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).rejections().stream().map(Rejection::code))
                .containsExactly("ODP21017", "ODP21018");
    }

    private void refused(String code, String... words) {
        assertThat(desk.last(PlanEvent.Type.TASK_REJECTED).rejections()).anySatisfy(rejection -> {
            assertThat(rejection.code()).isEqualTo(code);
            assertThat(rejection.detail()).contains(words);
        });
        assertThat(desk.task()).isNull();
        assertThat(desk.hosts.values())
                .allSatisfy(host -> assertThat(host.restarts).isZero());
    }
}
