package dev.rollcall.gateway.adapter.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignInThrottleTest {

    private static final int PER_USER = 3;
    private static final int PER_ADDRESS = 5;
    private static final String HOME = "10.0.0.1";
    private static final String ELSEWHERE = "203.0.113.9";

    private long nanos;
    private final SignInThrottle throttle = new SignInThrottle(PER_USER, PER_ADDRESS, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private boolean isSlowed(String user, String address) {
        return !throttle.reserve(user, address).delay().isZero();
    }

    private void guess(String user, String address, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(isSlowed(user, address)).as("guess %d", i).isFalse();
        }
    }

    @Test
    void shouldSlowDownAUserFromWhereverTheyAreGuessedAt() {
        guess("alice", "10.0.0.2", 2);
        guess("alice", "10.0.0.3", 1);

        assertThat(isSlowed("alice", "10.0.0.4")).isTrue();
        assertThat(isSlowed("bob", "10.0.0.4")).isFalse();
    }

    @Test
    void shouldSlowDownAnAddressWhomeverItGuessesAt() {
        guess("alice", ELSEWHERE, 3);
        guess("bob", ELSEWHERE, 2);

        assertThat(isSlowed("carol", ELSEWHERE)).isTrue();
        assertThat(isSlowed("carol", HOME)).isFalse();
    }

    @Test
    void shouldNotLetAnybodyBeLockedOutByGuessesFromElsewhere() {
        guess("alice", HOME, 1);
        throttle.wasRight("alice", HOME);
        guess("alice", ELSEWHERE, 3);

        assertThat(isSlowed("alice", ELSEWHERE)).isTrue();
        assertThat(isSlowed("alice", HOME)).isFalse();
    }

    @Test
    void shouldGiveBackWhatARightPasswordTook() {
        for (int i = 0; i < 20; i++) {
            assertThat(isSlowed("alice", HOME)).isFalse();
            assertThat(throttle.wasRight("alice", HOME)).isEqualTo(i == 0);
        }
    }

    @Test
    void shouldLetTriesComeBackWithTime() {
        guess("alice", HOME, PER_USER);
        SignInThrottle.Verdict slowed = throttle.reserve("alice", HOME);
        assertThat(slowed.delay()).isEqualTo(Duration.ofSeconds(20));
        assertThat(slowed.first()).isTrue();
        assertThat(throttle.reserve("alice", HOME).first()).isFalse();

        nanos += Duration.ofSeconds(20).toNanos();

        assertThat(isSlowed("alice", HOME)).isFalse();
        assertThat(throttle.reserve("alice", HOME).first()).as("it begins anew").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true", "2001:db8:1:2::1, 2001:db8:1:3::1, false"})
    void shouldTakeANetworkOf64BitsForOneAddress(String one, String other, boolean same) {
        guess("alice", one, 3);
        guess("bob", one, 2);

        assertThat(isSlowed("carol", other)).isEqualTo(same);
    }

    @Test
    void shouldSlowDownTriesWithoutANameByAddress() {
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(throttle.reserve(HOME).delay()).isZero();
        }
        SignInThrottle.Verdict slowed = throttle.reserve(HOME);
        assertThat(slowed.delay()).isPositive();
        assertThat(slowed.first()).isTrue();
        assertThat(throttle.reserve(HOME).first()).isFalse();
        assertThat(throttle.reserve(ELSEWHERE).delay()).isZero();

        throttle.wasRight(HOME);

        assertThat(throttle.reserve(HOME).delay()).isZero();
    }

    @Test
    void shouldRememberABoundedNumber() {
        for (int i = 0; i < 30_000; i++) {
            String address = "10.%d.%d.%d".formatted(i >> 16, (i >> 8) & 255, i & 255);
            throttle.reserve("user" + i, address);
            throttle.wasRight("user" + i, address);
        }

        assertThat(throttle.remembered()).isLessThanOrEqualTo(40_000);
    }
}
