package dev.rollcall.gateway.adapter.console;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Language and colours, kept in cookies of the browser: nobody has to be signed in for them. */
@RestController
final class PreferencePages {

    private static final Duration KEPT = Duration.ofDays(365);

    @PostMapping(path = "/preferences", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<Void>> choose(ServerWebExchange exchange) {
        return exchange.getFormData().map(Asked::new).map(asked -> {
            boolean secure = "https".equals(exchange.getRequest().getURI().getScheme());
            ResponseEntity.BodyBuilder answer =
                    ResponseEntity.status(HttpStatus.SEE_OTHER).location(back(asked.text("back")));
            if (asked.flag("lang")) {
                Language language = Language.of(Locale.forLanguageTag(asked.text("lang")));
                answer.header("Set-Cookie", cookie(Viewers.LANGUAGE, language.tag(), secure));
            }
            if (Viewers.THEMES.contains(asked.text("theme"))) {
                answer.header("Set-Cookie", cookie(Viewers.THEME, asked.text("theme"), secure));
            }
            return answer.<Void>build();
        });
    }

    private static String cookie(String name, String value, boolean secure) {
        return ResponseCookie.from(name, value)
                .path("/")
                .maxAge(KEPT)
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .build()
                .toString();
    }

    /** Where the reader came from, as long as that is here: an address of another place would make this page a signpost for anybody. */
    static URI back(String path) {
        boolean here = path.matches("/(?:[A-Za-z0-9._~:@!$&'()*+,;=/?-]|%[0-9A-Fa-f]{2})*") && !path.startsWith("//");
        return URI.create("/clusters").resolve(here ? path : "/clusters");
    }
}
