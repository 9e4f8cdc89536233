package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainTest {
    @ParameterizedTest
    @CsvSource({
        // limit in ms, gone after ms, clients cut (empty: not known)
        "30000, 700, 0",
        "30000, 28999, 0",
        "30000, 29000,",
        "30000, 30100,",
        "30000, 45000,",
        "1000, 10,",
        "0, 500,"
    })
    void shouldHaveCutNobodyOnlyWhenItLeftClearlyBeforeItsTimeWasOver(long limit, long goneAfter, Long cut) {
        long began = Long.MAX_VALUE - 5;
        Drain drain = new Drain(Duration.ofMillis(limit), began);

        assertThat(drain.clientsCut(began + Duration.ofMillis(goneAfter).toNanos()))
                .isEqualTo(cut);
    }

    @Test
    void shouldHaveCutNobodyWhenItWaitsForTheLastClientForEver() {
        assertThat(new Drain(null, 0L).clientsCut(Duration.ofDays(2).toNanos())).isZero();
    }

    @Test
    void shouldNotKnowWhenItIsNotKnownWhenTheDrainBegan() {
        assertThat(new Drain(Duration.ofHours(1), null).clientsCut(5)).isNull();
        assertThat(new Drain(null, null).clientsCut(5)).isNull();
    }
}
