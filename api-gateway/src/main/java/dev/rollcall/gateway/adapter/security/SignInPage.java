package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.console.SignInLook;
import dev.rollcall.gateway.domain.Words;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.web.server.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Where people sign in; works without scripts. */
@RestController
final class SignInPage {

    static final String PATH = "/login";
    static final String SIGN_OUT_PATH = "/logout";

    /** Field of the form, and parameter of the page, with the page to go to afterwards. */
    static final String GO_ON_TO = "to";

    private static final Pattern OWN_PAGE = Pattern.compile("/(?![/\\\\])[\\x21-\\x5b\\x5d-\\x7e]*");

    private final SignInLook look;
    private final @Nullable String providerPath;

    /** @param providerPath where signing in with the identity provider begins; null without one */
    SignInPage(SignInLook look, @Nullable String providerPath) {
        this.look = look;
        this.providerPath = providerPath;
    }

    @GetMapping(PATH)
    Mono<Void> show(ServerWebExchange exchange) {
        return show(exchange, HttpStatus.OK, null);
    }

    /** @param trouble why it is shown again; null when it is not */
    Mono<Void> show(ServerWebExchange exchange, HttpStatus status, @Nullable Words trouble) {
        Mono<CsrfToken> token = exchange.getAttributeOrDefault(CsrfToken.class.getName(), Mono.empty());
        return token.zipWith(goOnTo(exchange)).flatMap(both -> {
            Map<String, String> hidden =
                    Map.of(both.getT1().getParameterName(), both.getT1().getToken(), GO_ON_TO, both.getT2());
            String link = providerPath == null ? null : address(providerPath, both.getT2());
            byte[] page = look.html(exchange, PATH, hidden, trouble, link).getBytes(StandardCharsets.UTF_8);
            exchange.getResponse().setStatusCode(status);
            exchange.getResponse()
                    .getHeaders()
                    .setContentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
            return exchange.getResponse()
                    .writeWith(Mono.just(exchange.getResponse().bufferFactory().wrap(page)));
        });
    }

    /** The address of a page that leads on to another one. */
    static String address(String path, String goOnTo) {
        return path + "?" + GO_ON_TO + "=" + URLEncoder.encode(goOnTo, StandardCharsets.UTF_8);
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
