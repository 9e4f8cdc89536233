package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsTest {
    @ParameterizedTest
    @CsvSource({
        "4.3.1.0, 4.3.1.0-1.el7, true",
        "4.3.1.0, 4.3.1, true",
        "4.0.0, 4.0.0-20221103165243.el7, true",
        "4.3.1.0, 4.3.1.1, false",
        "4.3.1.0, 4.3.10.0, false",
        "4.3.10, 4.3.1, false"
    })
    void shouldTellWhetherTwoVersionsAreTheSame(String one, String other, boolean same) {
        assertThat(Versions.same(one, other)).isEqualTo(same);
        assertThat(Versions.same(other, one)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "4.3.1.0, 4.3.1.0, true",
        "4.3.1.0, 4.3, true",
        "4.3.1.0-4.el7, 4.3.1, true",
        "4.3.1, 4.3.1.0, true",
        "4.3.10.0, 4.3.1, false",
        "4.2.3.0, 4.3, false",
        "'', 4.3, false"
    })
    void shouldMeetAnExpectationToAsManyNumbersAsItHas(String running, String expected, boolean met) {
        assertThat(Versions.meets(running, expected)).isEqualTo(met);
    }

    @ParameterizedTest
    @CsvSource({
        "4.3.1.0, 4.3.1, true",
        "4.3.1, 4.3.1.0, true",
        "4.10.0, 4.3.1, true",
        "4.2.3.0-5.el7, 4.3.1, false",
        "3.2.1, 4, false",
        "4.0.0, 4, true"
    })
    void shouldTellWhichVersionIsTheLater(String version, String least, boolean atLeast) {
        assertThat(Versions.atLeast(version, least)).isEqualTo(atLeast);
    }
}
