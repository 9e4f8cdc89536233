package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.web.RemoteAddress;
import dev.rollcall.gateway.adapter.web.Texts;
import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.server.authentication.ServerBearerTokenAuthenticationConverter;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Lets in whom the provider vouches for: programs by a token in each request, people who come back from its sign-in page. A good token is
 * never slowed down; bad ones are, so that they cannot fill the audit.
 */
final class ProviderFilters {

    private static final String GO_ON_TO = ProviderFilters.class.getName();

    private final IdentityProvider provider;
    private final ProviderPeople people;
    private final @Nullable ProviderSignIn signIn;
    private final Sessions sessions;
    private final SignInPage page;
    private final SignInThrottle throttle;
    private final SignInNotes notes;
    private final Refusals refusals;
    private final OidcSettings settings;
    private final InstantSource clock;

    /** @param signIn the provider's sign-in page; null where only tokens are accepted */
    ProviderFilters(
            IdentityProvider provider,
            ProviderPeople people,
            @Nullable ProviderSignIn signIn,
            Sessions sessions,
            SignInPage page,
            SignInThrottle throttle,
            SignInNotes notes,
            Refusals refusals,
            OidcSettings settings,
            InstantSource clock) {
        this.provider = provider;
        this.people = people;
        this.signIn = signIn;
        this.sessions = sessions;
        this.page = page;
        this.throttle = throttle;
        this.notes = notes;
        this.refusals = refusals;
        this.settings = settings;
        this.clock = clock;
    }

    void addTo(ServerHttpSecurity http) {
        http.addFilterAt(bearer(), SecurityWebFiltersOrder.AUTHENTICATION);
        if (signIn != null) {
            http.addFilterAt(back(signIn), SecurityWebFiltersOrder.AUTHENTICATION);
        }
    }

    /** Where the provider is. */
    String origin() {
        return ProviderSignIn.origin(URI.create(people.issuer()));
    }

    /** Where somebody who signed out must go so that their sign-in at the provider ends too; empty when nowhere. */
    Mono<URI> end(ServerWebExchange exchange, Authentication who) {
        return signIn != null && who instanceof SignedIn person && person.way() == SignedIn.Way.OIDC
                ? signIn.end(exchange)
                : Mono.empty();
    }

    // ---- tokens in requests ----

    private AuthenticationWebFilter bearer() {
        ReactiveAuthenticationManagerResolver<ServerWebExchange> manager =
                exchange -> Mono.just(asked -> program((BearerTokenAuthenticationToken) asked, exchange));
        AuthenticationWebFilter filter = new AuthenticationWebFilter(manager);
        filter.setServerAuthenticationConverter(new ServerBearerTokenAuthenticationConverter());
        filter.setAuthenticationFailureHandler((exchange, reason) -> refuse(exchange.getExchange(), reason));
        return filter;
    }

    private Mono<Authentication> program(BearerTokenAuthenticationToken asked, ServerWebExchange exchange) {
        return provider.token(asked.getToken()).map(token -> program(token, exchange));
    }

    private SignedIn program(Jwt token, ServerWebExchange exchange) {
        Map<String, Object> claims = token.getClaims();
        String name = people.name(claims);
        List<String> groups = people.groups(claims);
        Instant end = token.getExpiresAt();
        // A stream of events may outlive the token that began it.
        SignedIn program = new SignedIn(
                name,
                SignedIn.Way.BEARER,
                groups,
                () -> end != null && clock.instant().isBefore(end.plus(settings.clockSkew()))
                        ? people.access(groups)
                        : Access.NONE);
        if (throttle.isNew(name, address(exchange))) {
            notes.succeeded(exchange, name, SignedIn.Way.BEARER);
        }
        return program;
    }

    private Mono<Void> refuse(ServerWebExchange exchange, AuthenticationException reason) {
        if (reason instanceof ProviderAwayException) {
            return refusals.providerAway(exchange);
        }
        // Spring's own words of a header that holds no token at all are no reason of ours.
        TokenRefusedException refused = reason instanceof TokenRefusedException token
                ? token
                : new TokenRefusedException(Text.TOKEN_SIGNATURE, reason);
        SignInThrottle.Verdict verdict = throttle.reserve(address(exchange));
        if (!verdict.delay().isZero()) {
            SlowedDownException slowed = new SlowedDownException(verdict.delay(), verdict.first());
            note(exchange, SignedIn.Way.BEARER, slowed);
            return refusals.slowedDown(exchange, slowed);
        }
        note(exchange, SignedIn.Way.BEARER, refused);
        return refusals.refused(exchange, refused);
    }

    // ---- people who come back ----

    private AuthenticationWebFilter back(ProviderSignIn provided) {
        ReactiveAuthenticationManagerResolver<ServerWebExchange> manager =
                exchange -> Mono.just(asked -> person(provided, (Coming) asked, exchange));
        AuthenticationWebFilter filter = new AuthenticationWebFilter(manager);
        filter.setRequiresAuthenticationMatcher(
                ServerWebExchangeMatchers.pathMatchers(HttpMethod.GET, ProviderSignIn.BACK_PATH));
        filter.setServerAuthenticationConverter(exchange -> Mono.defer(() -> reserved(exchange))
                .then(provided.back(exchange))
                .map(Coming::new));
        filter.setSecurityContextRepository(sessions);
        filter.setAuthenticationSuccessHandler((exchange, who) ->
                SecuritySide.redirect(exchange.getExchange(), URI.create(goOnTo(exchange.getExchange()))));
        filter.setAuthenticationFailureHandler((exchange, reason) -> showAgain(exchange.getExchange(), reason));
        return filter;
    }

    /** Each try costs the provider something, so it takes its token before it is made. */
    private Mono<Void> reserved(ServerWebExchange exchange) {
        SignInThrottle.Verdict verdict = throttle.reserve(address(exchange));
        return verdict.delay().isZero()
                ? Mono.empty()
                : Mono.error(new SlowedDownException(verdict.delay(), verdict.first()));
    }

    private Mono<Authentication> person(ProviderSignIn provided, Coming coming, ServerWebExchange exchange) {
        return provided.finish(exchange, coming.back).map(person -> {
            throttle.wasRight(address(exchange));
            exchange.getAttributes().put(GO_ON_TO, coming.back.visit().goOnTo());
            notes.succeeded(exchange, person.name(), SignedIn.Way.OIDC);
            return person;
        });
    }

    private static String goOnTo(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(GO_ON_TO, "/");
    }

    private Mono<Void> showAgain(ServerWebExchange exchange, AuthenticationException reason) {
        note(exchange, SignedIn.Way.OIDC, reason);
        if (reason instanceof SlowedDownException slowed) {
            exchange.getResponse().getHeaders().set("Retry-After", Long.toString(slowed.seconds()));
            return page.show(exchange, HttpStatus.TOO_MANY_REQUESTS, Words.of(Text.SLOWED_DOWN, slowed.seconds()));
        }
        if (reason instanceof TokenRefusedException refused) {
            return page.show(exchange, HttpStatus.UNAUTHORIZED, Words.of(Text.PROVIDER_REFUSED, refused.reason()));
        }
        return page.show(exchange, HttpStatus.SERVICE_UNAVAILABLE, Words.of(Text.PROVIDER_AWAY));
    }

    /** Somebody who came back, and of whom nothing is believed yet. */
    private static final class Coming extends AbstractAuthenticationToken {

        private static final long serialVersionUID = 1L;

        private final transient ProviderSignIn.Back back;

        Coming(ProviderSignIn.Back back) {
            super(List.of());
            this.back = back;
        }

        @Override
        public Object getCredentials() {
            return "";
        }

        @Override
        public Object getPrincipal() {
            return "";
        }
    }

    // ---- both ----

    private void note(ServerWebExchange exchange, SignedIn.Way way, AuthenticationException reason) {
        if (reason instanceof SlowedDownException slowed) {
            if (slowed.first()) {
                notes.refused(exchange, way, "too often", HttpStatus.TOO_MANY_REQUESTS);
            }
        } else if (reason instanceof TokenRefusedException refused) {
            notes.refused(
                    exchange, way, Texts.say(Words.of(refused.reason()), Locale.ENGLISH), HttpStatus.UNAUTHORIZED);
        }
    }

    private static String address(ServerWebExchange exchange) {
        String address = RemoteAddress.of(exchange);
        return address == null ? "" : address;
    }
}
