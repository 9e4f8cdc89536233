package dev.rollcall.gateway.domain;

import static dev.rollcall.gateway.domain.Given.busy;
import static dev.rollcall.gateway.domain.Given.live;
import static dev.rollcall.gateway.domain.Given.now;
import static dev.rollcall.gateway.domain.Given.order;
import static dev.rollcall.gateway.domain.Given.silent;
import static dev.rollcall.gateway.domain.Given.stale;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RulesTest {

    private final Rules rules = new Rules(Version.of("3.2.1"));

    private List<Code> refusals(RestartOrder order, ClusterNow now) {
        return rules.refusals(order, now).stream().map(Refusal::code).toList();
    }

    @Test
    void shouldRefuseNothingOfAHealthyCluster() {
        ClusterNow now = now(live("a", OdpState.RUNNING, "4.3.1.0"), live("b", OdpState.RUNNING, "3.2.1"));

        assertThat(refusals(order(Mode.RESTART), now)).isEmpty();
        assertThat(rules.eligibility(now).recommended()).isEqualTo(Mode.RESTART);
    }

    @Test
    void shouldRefuseAClusterWithoutOdps() {
        assertThat(refusals(order(Mode.RESTART), now())).containsExactly(Code.CLUSTER_EMPTY);
    }

    @Test
    void shouldRefuseABusyClusterAndNameItsTask() {
        ClusterNow busy = busy(now(live("a", OdpState.RUNNING, "4.3.1")));

        List<Refusal> refusals = rules.refusals(order(Mode.RESTART), busy);

        assertThat(refusals).extracting(Refusal::code).containsExactly(Code.CLUSTER_BUSY);
        assertThat(refusals.get(0).activeTask()).isEqualTo(busy.activeTask());
    }

    @Test
    void shouldLetADryRunBesideAnActiveTask() {
        RestartOrder dryRun = new RestartOrder(
                Mode.RESTART,
                List.of(),
                Batching.of(List.of(), 0, Drain.OVERLAP),
                null,
                true,
                null,
                "",
                null,
                null,
                null);

        assertThat(refusals(dryRun, busy(now(live("a", OdpState.RUNNING, "4.3.1")))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"STOPPED", "UNAVAILABLE"})
    void shouldRefuseRestartWhenAnyOdpOfTheClusterIsFreshlyDown(OdpState down) {
        ClusterNow now = now(live("a", OdpState.RUNNING, "4.3.1"), live("b", down, null));

        List<Refusal> refusals = rules.refusals(order(Mode.RESTART, "a"), now);

        assertThat(refusals).extracting(Refusal::code).containsExactly(Code.NOT_RUNNING);
        assertThat(refusals.get(0).odps()).containsExactly(new OdpId("b"));
        assertThat(refusals(order(Mode.FORCE_RESTART), now)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNKNOWN", "STARTING", "STOPPING", "RESTARTING"})
    void shouldNotRefuseEarlyWhatMayChangeAnyMoment(OdpState state) {
        assertThat(refusals(order(Mode.RESTART), now(live("a", state, null)))).isEmpty();
    }

    @Test
    void shouldNeverRefuseWhatIsStaleOrUnknown() {
        ClusterNow now = now(stale("a", OdpState.STOPPED, "3.1.0"), silent("b"));

        assertThat(refusals(order(Mode.RESTART), now)).isEmpty();
        Rules.ModeVerdict restart = rules.eligibility(now).modes().get(0);
        assertThat(restart.allowed()).isTrue();
        assertThat(restart.note()).isNotNull();
    }

    @Test
    void shouldRefuseRestartOfTooOldTargetsOnly() {
        ClusterNow now = now(live("a", OdpState.RUNNING, "3.1.0"), live("b", OdpState.RUNNING, "4.3.1"));

        assertThat(refusals(order(Mode.RESTART), now)).containsExactly(Code.VERSION_TOO_OLD);
        assertThat(refusals(order(Mode.RESTART, "b"), now)).isEmpty();
        assertThat(refusals(order(Mode.FORCE_RESTART), now)).isEmpty();
    }

    @Test
    void shouldRefuseAnOdpThatIsNotThere() {
        ClusterNow now = now(live("a", OdpState.RUNNING, "4.3.1"));

        List<Refusal> refusals = rules.refusals(order(Mode.RESTART, "a", "ghost"), now);

        assertThat(refusals).extracting(Refusal::code).containsExactly(Code.ODP_UNKNOWN);
        assertThat(refusals.get(0).odps()).containsExactly(new OdpId("ghost"));
    }

    @Test
    void shouldNotCallAnOdpUnknownWhileTheInventoryIsOnItsWay() {
        ClusterNow incomplete = new ClusterNow(Given.cluster(2), List.of(live("a", OdpState.RUNNING, "4.3.1")), null);

        assertThat(refusals(order(Mode.RESTART, "late"), incomplete)).isEmpty();
    }

    @Test
    void shouldTellEveryReason() {
        ClusterNow now = busy(now(live("a", OdpState.STOPPED, null), live("b", OdpState.RUNNING, "3.1.0")));

        assertThat(refusals(order(Mode.RESTART, "b", "ghost"), now))
                .containsExactly(Code.CLUSTER_BUSY, Code.ODP_UNKNOWN, Code.NOT_RUNNING, Code.VERSION_TOO_OLD);
    }

    @Test
    void shouldRecommendForceWhenOnlyThatIsPossibleAndNothingWhenNothingIs() {
        ClusterNow wounded = now(live("a", OdpState.RUNNING, "4.3.1"), live("b", OdpState.STARTING, null));

        assertThat(rules.eligibility(wounded).recommended()).isEqualTo(Mode.FORCE_RESTART);
        assertThat(rules.eligibility(busy(wounded)).recommended()).isNull();
    }

    @Test
    void shouldTellWhatBlocksOnTheHosts() {
        Sighting blocked = new Sighting(
                Given.PAY,
                new OdpId("a"),
                OdpState.RUNNING,
                false,
                "4.3.1",
                1L,
                null,
                null,
                null,
                List.of("no memory"),
                List.of("no launcher"),
                null,
                Given.NOW,
                Given.NOW,
                Given.HEARTBEAT);
        ClusterNow now = now(LiveOdp.of(Given.odp("a"), blocked, Given.NOW));

        assertThat(rules.eligibility(now).modes())
                .extracting(verdict ->
                        verdict.refusal() == null ? null : verdict.refusal().code())
                .containsExactly(Code.NOT_RESTARTABLE, Code.NOT_RESTARTABLE);
        assertThat(refusals(order(Mode.RESTART), now)).isEmpty();
    }

    @Test
    void shouldNameAtMostFiftyOdps() {
        LiveOdp[] many = new LiveOdp[60];
        for (int i = 0; i < many.length; i++) {
            many[i] = live("odp-" + i, OdpState.STOPPED, null);
        }

        assertThat(rules.refusals(order(Mode.RESTART), now(many)).get(0).odps()).hasSize(50);
    }
}
