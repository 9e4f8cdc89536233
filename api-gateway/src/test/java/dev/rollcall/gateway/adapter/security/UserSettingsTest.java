package dev.rollcall.gateway.adapter.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserSettingsTest {

    private static final String HASH = "$2a$10$" + "a".repeat(53);

    private static UserSettings.User user(
            String name, String password, @Nullable List<String> clusters, Role... roles) {
        return new UserSettings.User(name, password, List.of(roles), clusters, List.of());
    }

    private static void refuses(UserSettings.User user, String why) {
        assertThatThrownBy(() -> new UserSettings(List.of(user), null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"alice,{noop}secret,in clear", "alice,secret,no bcrypt hash", "a:b,$2a$10$x,colon", "'',x,name"})
    void shouldRefuseUsersThatAreNotSafe(String name, String password, String why) {
        refuses(user(name, password, null, Role.ADMIN), why);
    }

    @Test
    void shouldRefuseUsersWithoutRolesAndNamesGivenTwice() {
        UserSettings.User alice = user("alice", HASH, null, Role.ADMIN);

        refuses(user("bob", HASH, null), "no role");
        assertThatThrownBy(() -> new UserSettings(List.of(alice, alice), null, false))
                .hasMessageContaining("twice");
        assertThat(alice).hasToString("User[name=alice, roles=[ADMIN]]");
    }

    @Test
    void shouldRefuseALimitThatWouldBeNone() {
        refuses(user("bob", HASH, List.of(), Role.ADMIN), "empty list of clusters");
        refuses(user("bob", HASH, List.of("PAY"), Role.ADMIN), "'PAY'");
    }

    @Test
    void shouldGiveRolesOnTheNamedClustersOnly() {
        UserSettings.User bob = new UserSettings.User(
                "bob",
                HASH,
                List.of(Role.OBPROXY_VIEWER),
                List.of("test-*"),
                List.of(new UserSettings.GrantSettings(Role.OBPROXY_MANAGER, List.of("pay"))));

        assertThat(bob.access().sees(new ClusterId("test-1"))).isTrue();
        assertThat(bob.access().may(Role.OBPROXY_MANAGER, new ClusterId("test-1")))
                .isFalse();
        assertThat(bob.access().may(Role.OBPROXY_MANAGER, new ClusterId("pay"))).isTrue();
        assertThat(bob.access().sees(new ClusterId("payroll"))).isFalse();
    }
}
