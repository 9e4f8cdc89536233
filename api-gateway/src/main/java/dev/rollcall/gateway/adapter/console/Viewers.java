package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.app.Views;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells who looks at a page, and in which language and colours. For any thread. */
final class Viewers {

    /** Cookie with the language that was chosen by hand. */
    static final String LANGUAGE = "rollcall-lang";

    /** Cookie with the colours that were chosen by hand. */
    static final String THEME = "rollcall-theme";

    static final Set<String> THEMES = Set.of("auto", "light", "dark");

    private final Views views;
    private final Scheduler pages;

    /**
     * Tells who looks.
     *
     * @param views without all of which there is no page
     * @param pages where pages are made: whoever asked who looks goes on there, and not on a thread that checks passwords or reads
     *     from the network
     */
    Viewers(Views views, Scheduler pages) {
        this.views = views;
        this.pages = pages;
    }

    /**
     * The person who asks for a page or a change; nobody where that is allowed.
     *
     * @return ends with a {@link PageFault} while the gateway still reads what there is: an empty list would be a wrong answer
     */
    Mono<Viewer> of(ServerWebExchange exchange) {
        return Mono.defer(() -> views.isCaughtUp()
                ? atAnyTime(exchange)
                : Mono.error(new PageFault(HttpStatus.SERVICE_UNAVAILABLE, PageFault.STARTING)));
    }

    /** The person who asks, also while the gateway knows nothing yet. */
    Mono<Viewer> atAnyTime(ServerWebExchange exchange) {
        Mono<CsrfToken> token = exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
        Mono<Optional<Caller>> caller =
                exchange.getPrincipal().ofType(Caller.class).map(Optional::of).defaultIfEmpty(Optional.empty());
        Mono<Optional<String>> csrf =
                token.map(each -> Optional.of(each.getToken())).defaultIfEmpty(Optional.empty());
        return caller.zipWith(csrf)
                .map(both -> new Viewer(
                        both.getT1().orElse(null),
                        language(exchange),
                        theme(exchange),
                        both.getT2().orElse(null)))
                .publishOn(pages);
    }

    /** What the address asks for, else what was chosen by hand, else what the browser prefers of the languages that there are. */
    static Language language(ServerWebExchange exchange) {
        String asked = exchange.getRequest().getQueryParams().getFirst("lang");
        if (asked != null) {
            return Language.of(Locale.forLanguageTag(asked));
        }
        HttpCookie chosen = exchange.getRequest().getCookies().getFirst(LANGUAGE);
        if (chosen != null) {
            return Language.of(Locale.forLanguageTag(chosen.getValue()));
        }
        Locale preferred = exchange.getLocaleContext().getLocale();
        return Language.of(preferred == null ? Locale.ENGLISH : preferred);
    }

    static String theme(ServerWebExchange exchange) {
        HttpCookie chosen = exchange.getRequest().getCookies().getFirst(THEME);
        return chosen != null && THEMES.contains(chosen.getValue()) ? chosen.getValue() : "auto";
    }
}
