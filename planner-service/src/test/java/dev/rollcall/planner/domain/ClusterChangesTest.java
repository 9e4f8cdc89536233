package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The one writer of the definitions. */
class ClusterChangesTest {
    private final Desk desk = new Desk();

    @Test
    void shouldKeepTheRevisionRisingAcrossARemoval() {
        desk.decide(desk.change(List.of(Samples.odp("a", "")), 0L));
        desk.decide(removal());
        desk.decide(desk.change(List.of(Samples.odp("a", "")), 0L));

        assertThat(desk.of(PlanEvent.Type.CLUSTER_CHANGED).stream().map(PlanEvent::revision))
                .containsExactly(1L, 2L, 3L);
        assertThat(desk.outputs).contains(new Output.RemoveCluster(Desk.CLUSTER));
        assertThat(desk.outputs).contains(new Output.RemoveOdp(Desk.CLUSTER, new OdpId("a")));
    }

    @Test
    void shouldRefuseAChangeOfAnOlderRevisionAndSayWhichThereIs() {
        desk.decide(desk.change(List.of(Samples.odp("a", "")), null));
        desk.decide(desk.change(List.of(Samples.odp("b", "")), 1L));

        desk.decide(desk.change(List.of(), 1L));

        refused("RC22002", "made on revision 1", "is at revision 2");
        assertThat(desk.last(PlanEvent.Type.CLUSTER_CHANGE_REFUSED).revision()).isEqualTo(2);
        assertThat(desk.state.odps(Desk.CLUSTER)).hasSize(1);
    }

    @Test
    void shouldRefuseAChangeWhileATaskIsActive() {
        Desk busy = Desk.of(1);
        busy.request(RestartMode.RESTART).send();

        busy.decide(busy.change(List.of(), null));

        PlanEvent refused = busy.last(PlanEvent.Type.CLUSTER_CHANGE_REFUSED);
        assertThat(refused.rejections())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.code()).isEqualTo("COM10005"));
        assertThat(refused.activeTask()).isEqualTo(Desk.TASK);
    }

    @Test
    void shouldNotApplyAChangeTwice() {
        Input.ClusterChangeRequested change = desk.change(List.of(Samples.odp("a", "")), null);
        desk.decide(change);

        assertThat(desk.decide(change)).isInstanceOf(Decision.Ignored.class);
        assertThat(desk.cluster().revision()).isEqualTo(1);
    }

    @Test
    void shouldRefuseToForgetWhatIsNotThere() {
        desk.decide(removal());

        refused("ODP21001", "no cluster 'pay'");
    }

    @Test
    void shouldTellEveryFaultOfADefinition() {
        Odp bad = new Odp(
                new OdpId("a b"),
                0,
                "-oProxyCommand=x",
                "",
                0,
                null,
                "relative",
                " ",
                "root user",
                70_000,
                "",
                "",
                null,
                "two hops",
                new Launch(
                        "-x",
                        List.of("start"),
                        List.of("./stop\n"),
                        Map.of("OBPROXY_INHERITED_FD", "3".repeat(9_000))));

        desk.decide(desk.change(List.of(bad, Samples.odp("a", ""), Samples.odp("a", "")), null));

        refused(
                "RC22001",
                "its id must match",
                "is not a host name",
                "sqlPort 0",
                "sshPort 70000",
                "absolute path",
                "launcher ' ' is none of",
                "sshJump must be",
                "runAs '-x' is not a user name",
                "startCommand is only used by launcher command",
                "startCommand must be the path of a program",
                "stopCommand must be",
                "variable 'OBPROXY_INHERITED_FD'",
                "at most 8192",
                "is not a user name",
                "sshCredential is missing",
                "adminCredential is missing",
                "'a' is used twice");
    }

    @Test
    void shouldRefuseTwoOdpsAtOnePlace() {
        Odp first = Samples.odp("a", "");
        Odp second = new Odp(
                new OdpId("b"),
                0,
                first.host(),
                "",
                first.sqlPort(),
                null,
                "/x",
                "obproxy",
                "admin",
                22,
                "k",
                "p",
                null,
                null,
                Launch.PLAIN);

        desk.decide(desk.change(List.of(first, second), null));

        refused("RC22001", "ODPs 'a' and 'b' are both at host-a port 2883");
    }

    private Input.ClusterChangeRequested removal() {
        return new Input.ClusterChangeRequested(
                desk.event(), Desk.CLUSTER, true, null, "", "", Map.of(), List.of(), "alice");
    }

    private void refused(String code, String... words) {
        assertThat(desk.last(PlanEvent.Type.CLUSTER_CHANGE_REFUSED).rejections())
                .anySatisfy(rejection -> {
                    assertThat(rejection.code()).isEqualTo(code);
                    assertThat(rejection.detail()).contains(words);
                });
    }
}
