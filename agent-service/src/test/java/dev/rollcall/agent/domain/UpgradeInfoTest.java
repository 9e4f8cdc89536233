package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UpgradeInfoTest {
    @Test
    void shouldReadAnIdleProcess() {
        UpgradeInfo info = Recorded.upgrade("idle");

        assertThat(info.idle()).isTrue();
        assertThat(info.isInherited()).isFalse();
        assertThat(info.isParent()).isTrue();
        assertThat(info.needConnAccept()).isTrue();
        assertThat(info.subPid()).isEqualTo(-1);
        assertThat(info.draining()).isFalse();
        assertThat(info.rollbackAtNanos()).isZero();
        assertThat(info.executable()).isEqualTo("/home/admin/obproxy/bin/obproxy");
    }

    @Test
    void shouldReadAProcessWhoseSuccessorIsStarting() {
        UpgradeInfo info = Recorded.upgrade("forked");

        assertThat(info.idle()).isFalse();
        assertThat(info.state()).isEqualTo("HU_STATE_WAIT_LOCAL_CR_FINISH");
        assertThat(info.needConnAccept()).isFalse();
        assertThat(info.subPid()).isEqualTo(2110);
        assertThat(info.draining()).isFalse();
        assertThat(info.rollbackAtNanos()).isEqualTo(1795397094007015836L);
    }

    @Test
    void shouldReadADrainingProcessAndItsSuccessor() {
        UpgradeInfo old = Recorded.upgrade("draining");
        UpgradeInfo successor = Recorded.upgrade("successor");

        assertThat(old.draining()).isTrue();
        assertThat(old.gracefulExitEndNanos()).isEqualTo(1795397038127556369L);
        assertThat(successor.isInherited()).isTrue();
        assertThat(successor.idle()).isTrue();
        assertThat(successor.draining()).isFalse();
    }

    @Test
    void shouldReadOlderVersionsThatLackKeys() {
        UpgradeInfo info = UpgradeInfo.parse(
                "{is_inited:true, cmd:\"\", info:{is_inherited:false, fd:25, state:\"HU_STATE_WAIT_HU_CMD\", sub_status:\"\"}}");

        assertThat(info.idle()).isTrue();
        assertThat(info.subPid()).isEqualTo(-1);
        assertThat(info.executable()).isNull();
    }

    @Test
    void shouldRefuseATextWithoutState() {
        assertThatThrownBy(() -> UpgradeInfo.parse("{is_inited:false}")).isInstanceOf(IllegalArgumentException.class);
    }
}
