package dev.rollcall.gateway.adapter.security;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.HtmlUtils;
import reactor.core.publisher.Mono;

/** Where people sign in; works without scripts. */
@RestController
final class SignInPage {

    static final String PATH = "/login";
    static final String SIGN_OUT_PATH = "/logout";

    /** Field of the form, and parameter of the page, with the page to go to afterwards. */
    static final String GO_ON_TO = "to";

    private static final Pattern OWN_PAGE = Pattern.compile("/(?![/\\\\])[\\x21-\\x5b\\x5d-\\x7e]*");

    private final @Nullable String providerLink;

    /** @param providerLink where signing in with the identity provider begins; null without one */
    SignInPage(@Nullable String providerLink) {
        this.providerLink = providerLink;
    }

    @GetMapping(PATH)
    Mono<Void> show(ServerWebExchange exchange) {
        return show(exchange, HttpStatus.OK, "");
    }

    /** @param message what to tell; empty: nothing */
    Mono<Void> show(ServerWebExchange exchange, HttpStatus status, String message) {
        Mono<CsrfToken> token = exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
        return token.zipWith(goOnTo(exchange)).flatMap(both -> {
            byte[] page = page(both.getT1(), both.getT2(), message).getBytes(StandardCharsets.UTF_8);
            exchange.getResponse().setStatusCode(status);
            exchange.getResponse()
                    .getHeaders()
                    .setContentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
            return exchange.getResponse()
                    .writeWith(Mono.just(exchange.getResponse().bufferFactory().wrap(page)));
        });
    }

    private String page(CsrfToken token, String goOnTo, String message) {
        String provider = providerLink == null
                ? ""
                : "<p><a href=\"%s\">Sign in with the identity provider</a></p>".formatted(providerLink);
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>Sign in - Rollcall</title></head>
                <body><main><h1>Rollcall</h1>
                <p role="alert">%s</p>
                <form method="post" action="%s">
                <input type="hidden" name="%s" value="%s"><input type="hidden" name="%s" value="%s">
                <p><label>User <input name="username" autocomplete="username" required autofocus></label></p>
                <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
                <p><button>Sign in</button></p>
                </form>%s</main></body></html>
                """.formatted(
                        HtmlUtils.htmlEscape(message),
                        PATH,
                        token.getParameterName(),
                        HtmlUtils.htmlEscape(token.getToken()),
                        GO_ON_TO,
                        HtmlUtils.htmlEscape(goOnTo),
                        provider);
    }

    /** The page somebody wanted before they had to sign in, if it is one of ours. */
    static Mono<String> goOnTo(ServerWebExchange exchange) {
        String asked = exchange.getRequest().getQueryParams().getFirst(GO_ON_TO);
        return exchange.getFormData()
                .mapNotNull(form -> form.getFirst(GO_ON_TO))
                .defaultIfEmpty(asked == null ? "/" : asked)
                .map(page -> OWN_PAGE.matcher(page).matches() ? page : "/");
    }
}
