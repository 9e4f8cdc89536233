package dev.rollcall.emulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LongSummaryStatistics;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A command lands anywhere between half and all of the interval; {@code odp-observed.md} section 3. */
class TickTest {

    private static final long INTERVAL = 5_000_000_000L;

    @Test
    void shouldTickAfterHalfToAllOfTheIntervalAtRandom() {
        LongSummaryStatistics waits = LongStream.generate(() -> HotRestart.untilTick(INTERVAL))
                .limit(10_000)
                .summaryStatistics();

        assertThat(waits.getMin()).isBetween(INTERVAL / 2, INTERVAL / 2 + INTERVAL / 50);
        assertThat(waits.getMax()).isBetween(INTERVAL - INTERVAL / 50, INTERVAL);
        assertThat(waits.getAverage()).isBetween(0.73 * INTERVAL, 0.77 * INTERVAL);
    }
}
