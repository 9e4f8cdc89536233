package dev.rollcall.gateway.adapter.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final Instant BEGUN = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final SessionKeys KEYS = keys("a".repeat(32));

    private static SessionKeys keys(String... secrets) {
        return new SessionKeys(List.of(secrets).stream()
                .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    private static Session session(Instant seen, List<String> claims) {
        return new Session("id", "alice", SignedIn.Way.OIDC, "issuer", claims, BEGUN, seen);
    }

    @Test
    void shouldEndWithoutARequestAndInAnyCase() {
        Session session = session(BEGUN, List.of());

        assertThat(session.isOver(BEGUN.plus(IDLE).minusSeconds(1), IDLE, LIFETIME))
                .isFalse();
        assertThat(session.isOver(BEGUN.plus(IDLE), IDLE, LIFETIME)).isTrue();
        Session busy = session.seenAt(BEGUN.plus(LIFETIME).minusSeconds(2));
        assertThat(busy.isOver(BEGUN.plus(LIFETIME).minusSeconds(1), IDLE, LIFETIME))
                .isFalse();
        assertThat(busy.isOver(BEGUN.plus(LIFETIME), IDLE, LIFETIME)).isTrue();
        assertThat(session.isOver(BEGUN.minusSeconds(61), IDLE, LIFETIME))
                .as("begun in the future")
                .isTrue();
    }

    @Test
    void shouldComeBackFromItsCookieUnchanged() {
        Session session = session(BEGUN.plusSeconds(9), List.of("dba", "组"));

        assertThat(Session.read(session.signed(KEYS), KEYS)).isEqualTo(session);
    }

    @Test
    void shouldCountWithAnyOfTheKeysAndNoOther() {
        String cookie = session(BEGUN, List.of()).signed(KEYS);

        assertThat(Session.read(cookie, keys("b".repeat(32), "a".repeat(32))))
                .as("an old key")
                .isNotNull();
        assertThat(Session.read(cookie, keys("b".repeat(32)))).isNull();
        assertThat(KEYS.open(SessionKeys.Purpose.OIDC_STATE, cookie))
                .as("sealed for another purpose")
                .isNull();
    }

    @Test
    void shouldFitIntoACookieWithAllTheGroupsThereIsRoomFor() {
        List<String> most = Collections.nCopies(100, "x".repeat(20));
        assertThat(Session.hasRoomFor(most)).isTrue();
        assertThat(Session.hasRoomFor(Collections.nCopies(101, "x"))).isFalse();
        assertThat(Session.hasRoomFor(List.of("组".repeat(667)))).isFalse();

        Session largest = new Session(
                "i".repeat(22), "n".repeat(128), SignedIn.Way.OIDC, "https://" + "h".repeat(200), most, BEGUN, BEGUN);

        assertThat(largest.signed(KEYS).length() + "__Host-rollcall-session=".length())
                .isLessThan(4096);
        assertThat(Session.read(largest.signed(KEYS), KEYS)).isEqualTo(largest);
    }

    @Test
    void shouldForgetAVisitToTheProviderAfterAWhile() {
        ProviderVisit visit = new ProviderVisit("state", "nonce", "verifier", "https://here/back", "/tasks", BEGUN);
        String cookie = visit.signed(KEYS);

        assertThat(ProviderVisit.read(
                        cookie, KEYS, BEGUN.plus(ProviderVisit.LASTS).minusSeconds(1)))
                .isEqualTo(visit);
        assertThat(ProviderVisit.read(cookie, KEYS, BEGUN.plus(ProviderVisit.LASTS)))
                .isNull();
        assertThat(ProviderVisit.read(session(BEGUN, List.of()).signed(KEYS), KEYS, BEGUN))
                .isNull();
        assertThat(new ProviderVisit("s", "n", "v", "b", "/" + "x".repeat(2_000), BEGUN).goOnTo())
                .isEqualTo("/");
    }

    @Test
    void shouldRefuseAKeyThatCanBeGuessed() {
        SignInSettings weak = new SignInSettings(List.of("short"), null, IDLE, LIFETIME, 10, 30, List.of());

        assertThatThrownBy(() -> SessionKeys.of(weak)).hasMessageContaining("32 or more");
        assertThat(weak.toString()).doesNotContain("short");
    }
}
