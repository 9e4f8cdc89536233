package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.Access;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.server.context.ServerSecurityContextRepository;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Keeps sign-ins in signed cookies, so that any gateway with the same key knows them and none has to remember anything. What a
 * person may do is not in the cookie. A request with an Authorization header is never signed in by its cookie: what protects
 * cookies against forgery is not asked of it.
 */
final class Sessions implements ServerSecurityContextRepository {

    private static final String NAME = "rollcall-session";
    private static final String ATTRIBUTE = Sessions.class.getName();
    private static final Duration SEEN_EVERY = Duration.ofMinutes(1);
    private static final int ID_BYTES = 16;

    private final SessionKeys keys;
    private final UserDirectory users;
    private final @Nullable ProviderPeople people;
    private final SignInSettings settings;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** @param people those of the provider; null without one */
    Sessions(
            SessionKeys keys,
            UserDirectory users,
            @Nullable ProviderPeople people,
            SignInSettings settings,
            InstantSource clock) {
        this.keys = keys;
        this.users = users;
        this.people = people;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Mono<SecurityContext> load(ServerWebExchange exchange) {
        return Mono.justOrEmpty(current(exchange))
                .map(session -> new SecurityContextImpl(
                        new SignedIn(session.user(), session.way(), session.claims(), () -> accessOf(session))));
    }

    /** The session of a request, if it has one that counts; prolongs it. */
    Optional<Session> current(ServerWebExchange exchange) {
        Optional<Session> known = exchange.getAttribute(ATTRIBUTE);
        if (known == null) {
            known = Optional.ofNullable(read(exchange));
            exchange.getAttributes().put(ATTRIBUTE, known);
            known.ifPresent(session -> prolong(exchange, session));
        }
        return known;
    }

    private @Nullable Session read(ServerWebExchange exchange) {
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(Cookies.name(exchange, NAME));
        if (cookie == null || exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)) {
            return null;
        }
        Session session = Session.read(cookie.getValue(), keys);
        return session == null
                        || session.isOver(clock.instant(), settings.sessionIdle(), lifetime(session))
                        || !isProven(session)
                ? null
                : session;
    }

    private void prolong(ServerWebExchange exchange, Session session) {
        Instant now = clock.instant();
        Duration every = settings.sessionIdle().dividedBy(10);
        if (!now.isBefore(session.seen().plus(every.compareTo(SEEN_EVERY) < 0 ? every : SEEN_EVERY))) {
            set(exchange, session.seenAt(now).signed(keys));
        }
    }

    private boolean isProven(Session session) {
        UserSettings.User user = users.find(session.user());
        if (session.way() == SignedIn.Way.OIDC) {
            // Of the provider that is believed now, and nobody else's name by now.
            return people != null && people.issuer().equals(session.proof()) && user == null;
        }
        return user != null
                && keys.isSigned(
                        SessionKeys.Purpose.PASSWORD,
                        secret(user),
                        Base64.getUrlDecoder().decode(session.proof()));
    }

    private Access accessOf(Session session) {
        if (session.hasLived(clock.instant(), lifetime(session)) || !isProven(session)) {
            return Access.NONE;
        }
        return session.way() == SignedIn.Way.OIDC && people != null
                ? people.access(session.claims())
                : users.access(session.user());
    }

    private Duration lifetime(Session session) {
        Duration lifetime = settings.sessionLifetime();
        return session.way() == SignedIn.Way.OIDC
                        && people != null
                        && people.sessionLifetime().compareTo(lifetime) < 0
                ? people.sessionLifetime()
                : lifetime;
    }

    /** Changes with the password, so that a new password ends all sessions of its user. */
    private static byte[] secret(UserSettings.User user) {
        return (user.name() + "\n" + user.stored()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Mono<Void> save(ServerWebExchange exchange, @Nullable SecurityContext context) {
        return Mono.fromRunnable(() -> {
            if (context == null || context.getAuthentication() == null) {
                exchange.getAttributes().put(ATTRIBUTE, Optional.empty());
                exchange.getResponse().addCookie(Cookies.expired(exchange, NAME));
            } else if (context.getAuthentication() instanceof SignedIn person) {
                begin(exchange, person);
            }
        });
    }

    private void begin(ServerWebExchange exchange, SignedIn person) {
        UserSettings.User user = users.find(person.name());
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Instant now = clock.instant();
        Session session =
                new Session(base64(id), person.name(), person.way(), proof(person, user), person.groups(), now, now);
        exchange.getAttributes().put(ATTRIBUTE, Optional.of(session));
        set(exchange, session.signed(keys));
    }

    private String proof(SignedIn person, UserSettings.@Nullable User user) {
        if (person.way() == SignedIn.Way.OIDC && people != null) {
            return people.issuer();
        }
        return user == null ? "" : base64(keys.sign(SessionKeys.Purpose.PASSWORD, secret(user)));
    }

    private static void set(ServerWebExchange exchange, String value) {
        ResponseCookie cookie = Cookies.of(exchange, NAME, value);
        exchange.getResponse().getCookies().set(cookie.getName(), cookie);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
