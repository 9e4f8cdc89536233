package dev.rollcall.gateway.adapter.web;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every request a W3C trace context: the caller's, or a new one. It is in every problem document and travels on to Kafka. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class Trace implements WebFilter {

    private static final String ATTRIBUTE = Trace.class.getName();
    private static final Pattern FORM =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");
    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String given = exchange.getRequest().getHeaders().getFirst("traceparent");
        Matcher matcher = FORM.matcher(given == null ? "" : given);
        String trace = matcher.matches() ? matcher.group(1) : random(TRACE_BYTES);
        String flags = matcher.matches() ? matcher.group(3) : "01";
        exchange.getAttributes().put(ATTRIBUTE, "00-" + trace + "-" + random(SPAN_BYTES) + "-" + flags);
        return chain.filter(exchange);
    }

    private static String random(int bytes) {
        byte[] id = new byte[bytes];
        RANDOM.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** The trace context of a request. */
    public static String parent(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(ATTRIBUTE, "00-" + "0".repeat(31) + "1-" + "0".repeat(15) + "1-00");
    }

    /** Its trace id alone. */
    static String id(ServerWebExchange exchange) {
        return parent(exchange).substring(3, 35);
    }
}
