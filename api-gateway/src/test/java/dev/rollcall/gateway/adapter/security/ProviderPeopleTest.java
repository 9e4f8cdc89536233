package dev.rollcall.gateway.adapter.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderPeopleTest {

    private static final String HASH = "$2a$04$" + "x".repeat(53);
    private static final UserDirectory USERS = new UserDirectory(
            new UserSettings(
                    List.of(new UserSettings.User("admin", HASH, List.of(Role.ADMIN), null, List.of())), null, false),
            null);

    private static OidcSettings settings(String nameClaim, String groupsClaim, OidcSettings.GroupGrant... grants) {
        return new OidcSettings(
                "https://id.example",
                "rollcall",
                "the-client-secret",
                null,
                List.of("openid"),
                List.of(),
                nameClaim,
                groupsClaim,
                List.of(grants),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                true);
    }

    private static ProviderPeople people(String nameClaim, String groupsClaim, OidcSettings.GroupGrant... grants) {
        return new ProviderPeople(
                settings(
                        nameClaim,
                        groupsClaim,
                        grants.length > 0
                                ? grants
                                : new OidcSettings.GroupGrant[] {
                                    new OidcSettings.GroupGrant("dba", Role.OBPROXY_MANAGER, null)
                                }),
                USERS);
    }

    @Test
    void shouldReadGroupsWhereverTheProviderPutsThem() {
        assertThat(people("sub", "groups").groups(Map.of("groups", List.of("dba", "staff", 7, "dba"))))
                .containsExactly("dba");
        assertThat(people("sub", "scope").groups(Map.of("scope", "openid dba"))).containsExactly("dba");
        assertThat(people("sub", "realm_access.roles").groups(Map.of("realm_access", Map.of("roles", List.of("dba")))))
                .containsExactly("dba");
        assertThat(people("sub", "https://example.com/groups")
                        .groups(Map.of("https://example.com/groups", List.of("dba"))))
                .containsExactly("dba");
        assertThat(people("sub", "groups").groups(Map.of("groups", Map.of("dba", true))))
                .isEmpty();
        assertThat(people("sub", "groups").groups(Map.of())).isEmpty();
    }

    @Test
    void shouldGiveWhatTheGrantsSayOnTheClustersTheyName() {
        ProviderPeople people = people(
                "sub",
                "groups",
                new OidcSettings.GroupGrant("dba", Role.OBPROXY_MANAGER, List.of("pay-*")),
                new OidcSettings.GroupGrant("dba", Role.OBPROXY_VIEWER, null),
                new OidcSettings.GroupGrant("ops-{cluster}-rw", Role.OBPROXY_MANAGER, null));

        var dba = people.access(List.of("dba"));
        assertThat(dba.may(Role.OBPROXY_MANAGER, new ClusterId("pay-1"))).isTrue();
        assertThat(dba.may(Role.OBPROXY_MANAGER, new ClusterId("orders"))).isFalse();
        assertThat(dba.sees(new ClusterId("orders"))).isTrue();
        assertThat(dba.has(Role.ADMIN)).isFalse();
        var orders = people.access(people.groups(Map.of("groups", List.of("ops-orders-rw"))));
        assertThat(orders.may(Role.OBPROXY_MANAGER, new ClusterId("orders"))).isTrue();
        assertThat(orders.sees(new ClusterId("pay-1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops-*-rw",
                "ops--rw",
                "ops-rw",
                "ops-PAY-rw",
                "ops-a b-rw",
                "xops-pay-rw",
                "ops-pay-rwx",
                "DBA",
                "dba "
            })
    void shouldNotTakeAnyOtherGroupForOneOfThem(String group) {
        ProviderPeople people = people(
                "sub",
                "groups",
                new OidcSettings.GroupGrant("dba", Role.OBPROXY_MANAGER, null),
                new OidcSettings.GroupGrant("ops-{cluster}-rw", Role.OBPROXY_MANAGER, null));

        assertThat(people.groups(Map.of("groups", List.of(group)))).isEmpty();
        assertThat(people.access(List.of(group)).grants()).isEmpty();
    }

    @Test
    void shouldNameSomebodyByTheClaimElseByTheSubject() {
        ProviderPeople people = people("preferred_username", "groups");

        assertThat(people.name(Map.of("preferred_username", "alice", "sub", "7")))
                .isEqualTo("alice");
        assertThat(people.name(Map.of("sub", "7"))).isEqualTo("7");
        assertThatThrownBy(() -> people.name(Map.of())).isInstanceOf(TokenRefusedException.class);
        assertThatThrownBy(() -> people.name(Map.of("preferred_username", List.of("a"), "sub", "7")))
                .isInstanceOf(TokenRefusedException.class);
        assertThatThrownBy(() -> people.name(Map.of("sub", "admin")))
                .as("a user of the directory")
                .isInstanceOf(TokenRefusedException.class);
    }

    @Test
    void shouldNotTakeAnAddressForANameThatTheProviderCallsUnverified() {
        ProviderPeople people = people("email", "groups");

        assertThat(people.name(Map.of("email", "a@b.example", "email_verified", true, "sub", "7")))
                .isEqualTo("a@b.example");
        assertThatThrownBy(() -> people.name(Map.of("email", "a@b.example", "email_verified", false, "sub", "7")))
                .isInstanceOf(TokenRefusedException.class);
    }

    @Test
    void shouldNeverShowTheSecret() {
        assertThat(settings("sub", "groups", new OidcSettings.GroupGrant("dba", Role.ADMIN, null))
                        .toString())
                .doesNotContain("the-client-secret");
    }
}
