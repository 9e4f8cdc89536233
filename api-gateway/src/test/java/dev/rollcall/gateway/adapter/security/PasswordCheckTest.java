package dev.rollcall.gateway.adapter.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.scheduler.Schedulers;

class PasswordCheckTest {

    private static final String HASH = "$2a$10$" + "a".repeat(53);

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

    private final PasswordCheck check = new PasswordCheck(
            List.of(new UserSettings.User("alice", HASH, List.of(Role.OBPROXY_MANAGER))),
            encoder,
            Schedulers.immediate(),
            () -> now);

    private @Nullable Authentication signIn(String user, String password) {
        return check.authenticate(UsernamePasswordAuthenticationToken.unauthenticated(user, password))
                .block();
    }

    @Test
    void shouldGiveTheRolesOfTheUser() {
        Authentication alice = signIn("alice", "right");

        assertThat(alice).isNotNull();
        if (alice != null) {
            assertThat(alice.isAuthenticated()).isTrue();
            assertThat(alice.getCredentials()).isNull();
            assertThat(alice.getAuthorities())
                    .extracting(GrantedAuthority::getAuthority)
                    .containsExactly("ROLE_OBPROXY_MANAGER");
        }
    }

    @Test
    void shouldCheckAPasswordOnceAMinute() {
        signIn("alice", "right");
        now = now.plusSeconds(59);
        signIn("alice", "right");
        assertThat(checks).hasValue(1);

        now = now.plusSeconds(1);
        signIn("alice", "right");

        assertThat(checks).hasValue(2);
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

    @ParameterizedTest
    @CsvSource({"alice,{noop}secret,in clear", "alice,secret,no bcrypt hash", "a:b,$2a$10$x,colon", "'',x,name"})
    void shouldRefuseUsersThatAreNotSafe(String name, String password, String why) {
        UserSettings.User user = new UserSettings.User(name, password, List.of(Role.ADMIN));

        assertThatThrownBy(() -> new UserSettings(List.of(user), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @Test
    void shouldRefuseUsersWithoutRolesAndNamesGivenTwice() {
        UserSettings.User idle = new UserSettings.User("bob", HASH, List.of());
        UserSettings.User alice = new UserSettings.User("alice", HASH, List.of(Role.ADMIN));

        assertThatThrownBy(() -> new UserSettings(List.of(idle), false)).hasMessageContaining("no role");
        assertThatThrownBy(() -> new UserSettings(List.of(alice, alice), false)).hasMessageContaining("twice");
        assertThat(alice).hasToString("User[name=alice, roles=[ADMIN]]");
    }
}
