package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HotRestartWatchTest {
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final UpgradeInfo IDLE = Recorded.upgrade("idle");
    private static final UpgradeInfo FORKED = Recorded.upgrade("forked");
    private static final UpgradeInfo DRAINING = Recorded.upgrade("draining");
    private static final UpgradeInfo SUCCESSOR = Recorded.upgrade("successor");

    private final HotRestartWatch watch = new HotRestartWatch(Samples.OLD, 0, TICK, s(60));

    private static Duration s(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static UpgradeInfo with(UpgradeInfo info, String subStatus, long rollbackAt) {
        return new UpgradeInfo(
                info.state(),
                -1,
                info.needConnAccept(),
                info.isInherited(),
                info.isParent(),
                0,
                0,
                rollbackAt,
                subStatus,
                info.executable());
    }

    private static void failed(HotRestartWatch.Verdict verdict, String code) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        HotRestartWatch.Failed.class, f -> assertThat(f.code()).isEqualTo(code));
    }

    private static void goesOn(HotRestartWatch.Verdict verdict, boolean tryLogin) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        HotRestartWatch.GoesOn.class,
                        g -> assertThat(g.tryLogin()).as(g.words()).isEqualTo(tryLogin));
    }

    @Test
    void shouldFollowTheRecordedRestart() {
        goesOn(watch.seenOnOldConnection(IDLE, "2", s(1)), false);
        goesOn(watch.seenOnOldConnection(FORKED, null, s(2)), false);
        goesOn(watch.seenOnOldConnection(DRAINING, null, s(3)), true);
        assertThat(watch.seenOnNewLogin(Samples.NEW.pid(), SUCCESSOR, "0", s(3)))
                .isEqualTo(new HotRestartWatch.Served(Samples.NEW.pid(), true));
    }

    @Test
    void shouldSayThatANewProcessWasStartedColdWhenItDidNotInherit() {
        assertThat(watch.seenOnNewLogin(Samples.NEW.pid(), IDLE, "0", s(3)))
                .isEqualTo(new HotRestartWatch.Served(Samples.NEW.pid(), false));
    }

    @Test
    void shouldFailWhenTheOldProcessIsIdleAgainAfterItWasBusy() {
        goesOn(watch.seenOnOldConnection(FORKED, null, s(2)), false);
        goesOn(watch.seenOnOldConnection(with(FORKED, "exited", 9), null, s(2)), false);
        failed(watch.seenOnOldConnection(with(IDLE, "", 9), "0", s(5)), "CHILD_DIED");
    }

    @Test
    void shouldSayThatTheNewProcessHungWhenItWasGivenAllTheTimeThereIs() {
        goesOn(watch.seenOnOldConnection(FORKED, null, s(2)), false);
        goesOn(watch.seenOnOldConnection(FORKED, null, s(61)), false);
        goesOn(watch.seenOnOldConnection(with(FORKED, "exited", 9), null, s(62)), false);
        failed(watch.seenOnOldConnection(with(IDLE, "", 9), "0", s(63)), "CHILD_HUNG");
    }

    @Test
    void shouldNotSayThatItHungWhereTheTimeItHadIsNotKnown() {
        HotRestartWatch later = new HotRestartWatch(Samples.OLD, 0, TICK, null);

        goesOn(later.seenOnOldConnection(FORKED, null, s(2)), false);
        failed(later.seenOnOldConnection(with(IDLE, "", 9), "0", s(90)), "ROLLED_BACK");
    }

    @Test
    void shouldFailWhenTheMarkMovedBetweenTwoLooks() {
        goesOn(watch.seenOnOldConnection(IDLE, "2", s(1)), false);
        failed(watch.seenOnOldConnection(with(IDLE, "", 9), "0", s(6)), "CHILD_DIED");
    }

    @Test
    void shouldFailWhenTheOldProcessTookTheServiceBackWhileDraining() {
        goesOn(watch.seenOnOldConnection(DRAINING, null, s(3)), true);
        failed(watch.seenOnNewLogin(Samples.OLD.pid(), with(IDLE, "", 9), "0", s(6)), "ROLLED_BACK");
    }

    @Test
    void shouldFailTwoTicksAfterTheCommandWasTakenWithoutEffect() {
        goesOn(watch.seenOnOldConnection(IDLE, "2", s(1)), false);
        goesOn(watch.seenOnOldConnection(IDLE, "0", s(4)), true);
        goesOn(watch.seenOnOldConnection(IDLE, "0", s(14)), true);
        failed(watch.seenOnOldConnection(IDLE, "0", s(15)), "DROPPED");
    }

    @Test
    void shouldFailWhenTheCommandIsNotTakenForThreeTicks() {
        goesOn(watch.seenOnOldConnection(IDLE, "2", s(15)), false);
        failed(watch.seenOnOldConnection(IDLE, "2", s(16)), "NOT_TAKEN");
    }

    @Test
    void shouldNotTakeAnOlderMarkForARollback() {
        HotRestartWatch second = new HotRestartWatch(Samples.OLD, 9, TICK, s(60));

        goesOn(second.seenOnOldConnection(with(IDLE, "", 9), "2", s(1)), false);
    }
}
