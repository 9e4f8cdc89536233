package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.TimelineEvent.Position;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallThingsTest {

    @ParameterizedTest
    @CsvSource({"3.2.1,3.2.1.0,0", "3.10.0,3.9.9,1", "3.1.0,3.2.1,-1", "4.3.1.0,4.3.1,0", "4.3.1.0-2024,4.3.1,0"})
    void shouldCompareVersionsByTheirNumbers(String one, String other, int order) {
        assertThat(Integer.signum(Version.of(one).compareTo(Version.of(other)))).isEqualTo(order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "v4", "99999999999.1"})
    void shouldNotMakeAVersionOfAnything(String text) {
        assertThat(Version.parse(text)).isNull();
    }

    @Test
    void shouldCutPages() {
        List<Integer> all = List.of(1, 2, 3, 4, 5);

        assertThat(Page.of(all, 1, 2)).isEqualTo(new Page<>(List.of(1, 2), 1, 2, 5));
        assertThat(Page.of(all, 3, 2).items()).containsExactly(5);
        assertThat(Page.of(all, 4, 2).items()).isEmpty();
        assertThat(Page.of(all, Integer.MAX_VALUE, Integer.MAX_VALUE).items()).isEmpty();
    }

    @Test
    void shouldReadPositionsItHasWritten() {
        assertThat(Position.parse(new Position(3, 1042).toString())).isEqualTo(new Position(3, 1042));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "3", "3-", "-3-4", "3--4", "a-b", "3-99999999999999999999", "9999999999-1", "3-4-5"})
    void shouldNotReadOtherTextsAsPositions(String text) {
        assertThat(Position.parse(text)).isNull();
    }

    @Test
    void shouldTakeNoStateForKnownAfterThreeHeartbeats() {
        Sighting sighting = Given.sighting("a", OdpState.RUNNING, null, Given.NOW);

        assertThat(sighting.isFresh(Given.NOW.plusSeconds(30))).isTrue();
        assertThat(sighting.isFresh(Given.NOW.plusSeconds(30).plusNanos(1))).isFalse();
        assertThat(LiveOdp.of(Given.odp("a"), sighting, Given.NOW.plusSeconds(31))
                        .state())
                .isEqualTo(OdpState.UNKNOWN);
    }

    @Test
    void shouldHaveAWordForEachCluster() {
        LiveOdp runs = Given.live("a", OdpState.RUNNING, "4.3.1");
        LiveOdp stopped = Given.live("b", OdpState.STOPPED, "4.2.0");
        LiveOdp unavailable = Given.live("c", OdpState.UNAVAILABLE, null);

        assertThat(Given.now(runs).status()).isEqualTo(ClusterStatus.RUNNING);
        assertThat(Given.now(runs, stopped).status()).isEqualTo(ClusterStatus.DEGRADED);
        assertThat(Given.now(stopped).status()).isEqualTo(ClusterStatus.STOPPED);
        assertThat(Given.now(stopped, unavailable).status()).isEqualTo(ClusterStatus.UNAVAILABLE);
        assertThat(Given.now(Given.silent("a")).status()).isEqualTo(ClusterStatus.UNKNOWN);
        assertThat(Given.now().status()).isEqualTo(ClusterStatus.EMPTY);
        assertThat(Given.busy(Given.now(runs)).status()).isEqualTo(ClusterStatus.RESTARTING);
        assertThat(Given.now(runs, stopped, unavailable).versions()).containsExactly("4.2.0", "4.3.1");
    }

    @Test
    void shouldHaveEachCodeOnce() {
        assertThat(Code.values()).extracting(Code::text).doesNotHaveDuplicates();
    }
}
