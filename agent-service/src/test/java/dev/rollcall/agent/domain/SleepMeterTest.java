package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SleepMeterTest {
    private static final long BEGIN = Long.MAX_VALUE - 1_000_000_000L;

    private final SleepMeter meter = new SleepMeter(BEGIN);

    private void beatAt(long millis) {
        meter.beat(BEGIN + Duration.ofMillis(millis).toNanos());
    }

    @Test
    void shouldTakeNoOrdinaryDelayForASleep() {
        for (int millis = 0; millis <= 60_000; millis += 2_000) {
            beatAt(millis);
        }

        assertThat(meter.slept()).isZero();
    }

    @Test
    void shouldAddUpSleeps() {
        beatAt(250);
        beatAt(20_250);
        beatAt(20_500);
        beatAt(23_500);
        beatAt(23_750);

        assertThat(Duration.ofNanos(meter.slept())).isEqualTo(Duration.ofSeconds(23));
    }

    @Test
    void shouldCountASleepOnceWhoeverTellsFirst() {
        beatAt(0);
        beatAt(20_000);
        beatAt(19_999);
        beatAt(20_001);

        assertThat(Duration.ofNanos(meter.slept())).isEqualTo(Duration.ofSeconds(20));
    }
}
