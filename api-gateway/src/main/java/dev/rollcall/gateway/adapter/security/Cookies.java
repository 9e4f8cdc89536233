package dev.rollcall.gateway.adapter.security;

import java.time.Duration;
import org.springframework.http.ResponseCookie;
import org.springframework.web.server.ServerWebExchange;

/** Cookies that no script can read, no other site's form can use, and, under TLS, no other host can set. */
final class Cookies {

    private Cookies() {}

    /** Under TLS the prefix makes browsers refuse a cookie of this name from anybody but this very host. */
    static String name(ServerWebExchange exchange, String name) {
        return isSecure(exchange) ? "__Host-" + name : name;
    }

    /** A cookie that the browser forgets when it is closed. */
    static ResponseCookie of(ServerWebExchange exchange, String name, String value) {
        return builder(exchange, name, value).build();
    }

    static ResponseCookie of(ServerWebExchange exchange, String name, String value, Duration maxAge) {
        return builder(exchange, name, value).maxAge(maxAge).build();
    }

    static ResponseCookie expired(ServerWebExchange exchange, String name) {
        return of(exchange, name, "", Duration.ZERO);
    }

    private static ResponseCookie.ResponseCookieBuilder builder(ServerWebExchange exchange, String name, String value) {
        return ResponseCookie.from(name(exchange, name), value)
                .path("/")
                .httpOnly(true)
                .sameSite("Lax")
                .secure(isSecure(exchange));
    }

    static boolean isSecure(ServerWebExchange exchange) {
        return "https".equalsIgnoreCase(exchange.getRequest().getURI().getScheme());
    }
}
