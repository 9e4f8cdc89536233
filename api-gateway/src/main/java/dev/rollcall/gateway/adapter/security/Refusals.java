package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.web.AuditDraft;
import dev.rollcall.gateway.adapter.web.Problem;
import dev.rollcall.gateway.adapter.web.ProblemWriter;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Role;
import dev.rollcall.gateway.domain.Text;
import java.net.URI;
import java.security.Principal;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What those hear who may not: people are led to the sign-in page, programs get a problem document. */
final class Refusals {

    private static final String PROVIDER_RETRY_SECONDS = "5";

    private final ProblemWriter problems;
    private final Sessions sessions;
    private final String challenge;

    /** @param challenge the schemes a program can sign in with */
    Refusals(ProblemWriter problems, Sessions sessions, String challenge) {
        this.problems = problems;
        this.sessions = sessions;
        this.challenge = challenge;
    }

    Mono<Void> unauthenticated(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (wantsPage(request)) {
            String page = request.getURI().getRawPath()
                    + (request.getURI().getRawQuery() == null
                            ? ""
                            : "?" + request.getURI().getRawQuery());
            exchange.getResponse().setStatusCode(HttpStatus.SEE_OTHER);
            exchange.getResponse().getHeaders().setLocation(URI.create(SignInPage.address(SignInPage.PATH, page)));
            return exchange.getResponse().setComplete();
        }
        if (!isBrowser(request)) {
            // A browser would ask for user and password by itself, and then send them with everything for ever.
            exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, challenge);
        }
        return problems.write(
                exchange, Problem.of(HttpStatus.UNAUTHORIZED, Code.UNAUTHENTICATED, Text.UNAUTHENTICATED));
    }

    private static boolean wantsPage(ServerHttpRequest request) {
        return request.getMethod() == HttpMethod.GET
                && !request.getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)
                && !request.getPath().value().startsWith("/api/")
                && request.getHeaders().getAccept().stream()
                        .anyMatch(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML));
    }

    private static boolean isBrowser(ServerHttpRequest request) {
        return request.getHeaders().containsHeader("Sec-Fetch-Mode");
    }

    /** A token that is not accepted; RFC 6750 tells it apart from none at all. */
    Mono<Void> refused(ServerWebExchange exchange, TokenRefusedException refused) {
        exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        return problems.write(
                exchange,
                Problem.of(HttpStatus.UNAUTHORIZED, Code.UNAUTHENTICATED, Text.TOKEN_REFUSED, refused.reason()));
    }

    Mono<Void> providerAway(ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, PROVIDER_RETRY_SECONDS);
        return problems.write(
                exchange, Problem.of(HttpStatus.SERVICE_UNAVAILABLE, Code.PROVIDER_AWAY, Text.PROVIDER_AWAY));
    }

    Mono<Void> slowedDown(ServerWebExchange exchange, SlowedDownException slowed) {
        exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(slowed.seconds()));
        return problems.write(
                exchange,
                Problem.of(HttpStatus.TOO_MANY_REQUESTS, Code.SLOWED_DOWN, Text.SLOWED_DOWN, slowed.seconds()));
    }

    Mono<Void> forged(ServerWebExchange exchange) {
        // Nobody has signed in yet at this point; whose cookie it is must be told all the same.
        sessions.current(exchange).ifPresent(session -> AuditDraft.of(exchange).by(session.user()));
        return problems.write(exchange, Problem.of(HttpStatus.FORBIDDEN, Code.FORGED, Text.FORGED));
    }

    Mono<Void> forbidden(ServerWebExchange exchange) {
        HttpMethod method = exchange.getRequest().getMethod();
        boolean looks = method == HttpMethod.GET || method == HttpMethod.HEAD;
        Role needed = exchange.getRequest().getPath().value().startsWith(SecuritySide.AUDIT)
                ? Role.ADMIN
                : looks ? Role.OBPROXY_VIEWER : Role.OBPROXY_MANAGER;
        return exchange.getPrincipal()
                .map(Principal::getName)
                .defaultIfEmpty("")
                .flatMap(name -> problems.write(
                        exchange, Problem.of(HttpStatus.FORBIDDEN, Code.FORBIDDEN, Text.FORBIDDEN, name, needed)));
    }
}
