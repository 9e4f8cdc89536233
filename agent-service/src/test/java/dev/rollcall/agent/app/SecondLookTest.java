package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SecondLookTest {
    private static final Duration SLEPT = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, LOCK_LOST, true",
        "UNREACHABLE, HOST_SILENT, true",
        "TARGET, LOGIN_SILENT, true",
        "TARGET, NOT_SERVING, true",
        "PLATFORM, TOO_SLOW, true",
        "PLATFORM, AGENT_DEFECT, false",
        "TARGET, ROLLED_BACK, false",
        "TARGET, LOGIN_DENIED, false",
        "TIMED_OUT, RESTART_TIMED_OUT, false",
        "REFUSED, OLD_COMMAND, false",
        "CHANGED, CHANGED, false"
    })
    void shouldLookAgainOnlyAtWhatASleepCanHaveCaused(FailureCategory category, String code, boolean again) {
        Failure failure = Failure.of(category, code, "words", null);

        assertThat(SecondLook.isDue(failure, SLEPT, 1)).isEqualTo(again);
        assertThat(SecondLook.isDue(failure, Duration.ZERO, 1)).isFalse();
        assertThat(SecondLook.isDue(failure, SLEPT, SecondLook.MOST)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(LoginException.Kind.class)
    void shouldLogInAgainAfterASleepUnlessThereWasAnAnswer(LoginException.Kind kind) {
        boolean noAnswer = kind == LoginException.Kind.SILENT
                || kind == LoginException.Kind.BROKEN
                || kind == LoginException.Kind.UNREACHABLE;

        assertThat(SecondLook.isDue(kind, SLEPT, 1)).isEqualTo(noAnswer);
        assertThat(SecondLook.isDue(kind, Duration.ZERO, 1)).isFalse();
    }

    @Test
    void shouldRunOnWithTheClockWhileAwake() throws Exception {
        long before = AwakeTime.nanos();
        long real = System.nanoTime();
        while (System.nanoTime() - real < 20_000_000) {
            Thread.onSpinWait();
        }

        assertThat(AwakeTime.nanos() - before).isGreaterThanOrEqualTo(20_000_000);
    }
}
