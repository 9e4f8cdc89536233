package dev.rollcall.gateway.adapter.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.gateway.domain.Role;
import io.github.bucket4j.TimeMeter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PasswordCheckTest {

    private static final String HASH = "$2a$10$" + "a".repeat(53);
    private static final int FAILURES = 3;

    private final AtomicInteger checks = new AtomicInteger();
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    private final PasswordEncoder encoder = new PasswordEncoder() {
        @Override
        public @Nullable String encode(@Nullable CharSequence raw) {
            return raw == null ? null : "{fake}" + raw;
        }

        @Override
        public boolean matches(@Nullable CharSequence raw, @Nullable String stored) {
            checks.incrementAndGet();
            return ("{bcrypt}" + HASH).equals(stored) && "right".contentEquals(String.valueOf(raw));
        }
    };

    private final UserDirectory users = new UserDirectory(
            new UserSettings(
                    List.of(new UserSettings.User("alice", HASH, List.of(Role.OBPROXY_MANAGER), null, List.of())),
                    null,
                    false),
            null);
    private final PasswordCheck check = new PasswordCheck(
            users,
            encoder,
            cost -> "{bcrypt}nobody" + cost,
            new SignInThrottle(FAILURES, 100, new TimeMeter() {
                @Override
                public long currentTimeNanos() {
                    return now.toEpochMilli() * 1_000_000;
                }

                @Override
                public boolean isWallClockBased() {
                    return false;
                }
            }),
            Schedulers.immediate(),
            () -> now);

    private PasswordCheck.@Nullable Right signIn(String user, String password) {
        return check.check(user, password, "10.0.0.1").block();
    }

    @Test
    void shouldSayWhoseThePasswordIsAndWhetherItIsTheFirstTimeFromThere() {
        assertThat(signIn("alice", "right")).isEqualTo(new PasswordCheck.Right("alice", true));
        now = now.plusSeconds(60);
        assertThat(signIn("alice", "right")).isEqualTo(new PasswordCheck.Right("alice", false));
    }

    @Test
    void shouldCheckAPasswordAnewAfterAMinuteWithoutIt() {
        signIn("alice", "right");
        now = now.plusSeconds(59);
        signIn("alice", "right");
        now = now.plusSeconds(59);
        signIn("alice", "right");
        assertThat(checks).hasValue(1);

        now = now.plusSeconds(60);
        signIn("alice", "right");

        assertThat(checks).hasValue(2);
    }

    @Test
    void shouldTellTheFirstTimeFromAnAddressThoughThePasswordIsKnown() {
        signIn("alice", "right");

        assertThat(check.check("alice", "right", "10.0.0.2").block()).isEqualTo(new PasswordCheck.Right("alice", true));
        assertThat(check.check("alice", "right", "10.0.0.2").block())
                .isEqualTo(new PasswordCheck.Right("alice", false));
        assertThat(checks).hasValue(1);
    }

    @Test
    void shouldNeverRememberAFailureNorMistakeAnotherPassword() {
        signIn("alice", "right");

        assertThatThrownBy(() -> signIn("alice", "wrong")).isInstanceOf(BadCredentialsException.class);
        assertThatThrownBy(() -> signIn("alice", "wrong")).isInstanceOf(BadCredentialsException.class);
        assertThatThrownBy(() -> signIn("alic", "eright")).isInstanceOf(BadCredentialsException.class);

        assertThat(checks).hasValue(4);
    }

    @Test
    void shouldCheckAPasswordForAUserThatDoesNotExistToo() {
        assertThatThrownBy(() -> signIn("ghost", "right")).isInstanceOf(BadCredentialsException.class);

        assertThat(checks).hasValue(1);
    }

    @Test
    void shouldNotEvenLookAtAPasswordAfterTooManyWrongOnes() {
        for (int i = 0; i < FAILURES; i++) {
            assertThatThrownBy(() -> signIn("alice", "wrong")).isInstanceOf(BadCredentialsException.class);
        }

        assertThatThrownBy(() -> signIn("alice", "right"))
                .isInstanceOfSatisfying(
                        SlowedDownException.class,
                        slowed -> assertThat(slowed.seconds()).isEqualTo(20));
        assertThat(checks).hasValue(FAILURES);

        now = now.plusSeconds(20);
        assertThat(signIn("alice", "right")).isNotNull();
    }

    @Test
    void shouldAnswerTheSameQuestionAskedManyTimesAtOnceWithOneCheck() {
        Deque<Runnable> later = new ArrayDeque<>();
        PasswordCheck slow = new PasswordCheck(
                users,
                encoder,
                cost -> "",
                new SignInThrottle(FAILURES, 100, TimeMeter.SYSTEM_NANOTIME),
                Schedulers.fromExecutor(later::add),
                () -> now);
        AtomicInteger right = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            Mono<PasswordCheck.Right> asked = slow.check("alice", "right", "10.0.0.1");
            asked.subscribe(answer -> right.incrementAndGet());
        }
        assertThat(right).hasValue(0);

        while (!later.isEmpty()) {
            later.remove().run();
        }

        assertThat(right).hasValue(50);
        assertThat(checks).hasValue(1);
    }
}
