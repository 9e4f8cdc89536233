package dev.rollcall.gateway.adapter.security;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.security.web.server.csrf.DefaultCsrfToken;
import org.springframework.security.web.server.csrf.ServerCsrfTokenRepository;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Tokens against forged changes, for who is signed in by a cookie or is about to be. A token is derived from the session, or before
 * there is one from a random cookie of the sign-in page; nothing is stored.
 */
final class SessionCsrf implements ServerCsrfTokenRepository {

    /** Header and form field that carry the token. */
    static final String HEADER = "X-CSRF-Token";

    static final String FIELD = "_csrf";

    private static final String BEFORE_SIGN_IN = "rollcall-before-sign-in";
    private static final String ATTRIBUTE = SessionCsrf.class.getName();
    private static final Pattern SEED = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final int SEED_BYTES = 16;
    private static final Duration SEED_LIVES = Duration.ofHours(12);
    private static final Set<HttpMethod> HARMLESS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE);

    private final SessionKeys keys;
    private final Sessions sessions;
    private final SecureRandom random = new SecureRandom();

    SessionCsrf(SessionKeys keys, Sessions sessions) {
        this.keys = keys;
        this.sessions = sessions;
    }

    /** Changes that a cookie signs in, and signing in itself; programs that sign in with each request need no token. */
    ServerWebExchangeMatcher needed(String signInPath) {
        return exchange -> {
            boolean signsIn = exchange.getRequest().getPath().value().equals(signInPath);
            boolean changes = !HARMLESS.contains(exchange.getRequest().getMethod());
            boolean byProgram = exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION);
            return changes
                            && !byProgram
                            && (signsIn || sessions.current(exchange).isPresent())
                    ? MatchResult.match()
                    : MatchResult.notMatch();
        };
    }

    @Override
    public Mono<CsrfToken> loadToken(ServerWebExchange exchange) {
        return Mono.justOrEmpty(seed(exchange)).map(this::token);
    }

    private @Nullable String seed(ServerWebExchange exchange) {
        Optional<Session> session = sessions.current(exchange);
        if (session.isPresent()) {
            return session.get().id();
        }
        HttpCookie cookie = exchange.getRequest().getCookies().getFirst(Cookies.name(exchange, BEFORE_SIGN_IN));
        return cookie != null && SEED.matcher(cookie.getValue()).matches() ? cookie.getValue() : null;
    }

    @Override
    public Mono<CsrfToken> generateToken(ServerWebExchange exchange) {
        return Mono.fromSupplier(() -> {
            byte[] bytes = new byte[SEED_BYTES];
            random.nextBytes(bytes);
            String seed = base64(bytes);
            exchange.getAttributes().put(ATTRIBUTE, seed);
            return token(seed);
        });
    }

    @Override
    public Mono<Void> saveToken(ServerWebExchange exchange, @Nullable CsrfToken token) {
        return Mono.fromRunnable(() -> {
            String seed = exchange.getAttribute(ATTRIBUTE);
            if (token != null && seed != null) {
                exchange.getResponse().addCookie(Cookies.of(exchange, BEFORE_SIGN_IN, seed, SEED_LIVES));
            }
        });
    }

    private CsrfToken token(String seed) {
        byte[] signature = keys.sign(SessionKeys.Purpose.CSRF, seed.getBytes(StandardCharsets.UTF_8));
        return new DefaultCsrfToken(HEADER, FIELD, base64(signature));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
