package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.web.Problem;
import dev.rollcall.gateway.adapter.web.ProblemWriter;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Text;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses changes that a browser sends for a page of another site. A browser adds a remembered Basic sign-in to such requests by
 * itself, and a form can POST without asking first. Programs send neither of the two headers looked at here, so nothing changes
 * for them; that is why tokens against forgery are left out as long as there is no sign-in by cookie.
 */
final class ForeignOrigin implements WebFilter {

    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final ProblemWriter problems;

    ForeignOrigin(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String site = headers.getFirst("Sec-Fetch-Site");
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        boolean harmless = HARMLESS.contains(exchange.getRequest().getMethod());
        boolean own = (site == null || OWN.contains(site.toLowerCase(Locale.ROOT)))
                && (origin == null || isHost(origin, headers.getFirst(HttpHeaders.HOST)));
        if (harmless || own) {
            return chain.filter(exchange);
        }
        return problems.write(
                exchange,
                Problem.of(
                        HttpStatus.FORBIDDEN,
                        Code.FOREIGN_ORIGIN,
                        Text.FOREIGN_ORIGIN,
                        origin == null ? String.valueOf(site) : origin));
    }

    private static boolean isHost(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
