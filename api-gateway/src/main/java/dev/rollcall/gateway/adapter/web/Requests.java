package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.app.Requester;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what is common to requests: who asks, bodies, and headers. */
public final class Requests {

    /** Bytes of a body. */
    static final int USUAL_LIMIT = 1 << 20;

    /** Bytes of a cluster definition. */
    static final int DEFINITION_LIMIT = 4 << 20;

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern ETAG = Pattern.compile("\\s*\"(\\d{1,18})\"\\s*");
    private static final Pattern ANY_ETAG = Pattern.compile("\\s*(W/)?\"[\\x21\\x23-\\x7e]*\"\\s*");

    private static final Pattern PARSER_ASIDE =
            Pattern.compile("\\s*\\(?(start marker at|for|from)? ?\\[Source.*|\\(?\\S*`\\w+\\..*");

    private Requests() {}

    static Locale locale(ServerWebExchange exchange) {
        return Texts.locale(exchange.getRequest().getHeaders().getFirst("Accept-Language"));
    }

    /** Who asks, from where. */
    public static Mono<Requester> requester(ServerWebExchange exchange) {
        return exchange.getPrincipal()
                .cast(Caller.class)
                .map(caller -> new Requester(
                        caller.getName(), RemoteAddress.of(exchange), Trace.parent(exchange), caller.access()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("A request came past the sign-in")));
    }

    /** The cluster of an address; a text that can be none is unknown. */
    static ClusterId cluster(String text) {
        if (!ClusterId.isValid(text)) {
            throw Problem.refused(List.of(Rules.clusterUnknown(text))).exception();
        }
        return new ClusterId(text);
    }

    /** Reads the body as one JSON object, strictly. */
    static Mono<JsonForm> form(ServerWebExchange exchange, int limit) {
        if (exchange.getRequest().getHeaders().getContentLength() > limit) {
            return Mono.error(tooLarge(limit).exception());
        }
        return DataBufferUtils.join(exchange.getRequest().getBody(), limit)
                .map(buffer -> {
                    byte[] bytes = new byte[buffer.readableByteCount()];
                    buffer.read(bytes);
                    DataBufferUtils.release(buffer);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0])
                .onErrorMap(DataBufferLimitException.class, e -> tooLarge(limit).exception())
                .map(Requests::parse);
    }

    private static JsonForm parse(byte[] body) {
        JsonNode node;
        try {
            node = STRICT.readTree(body);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw Problem.of(
                            HttpStatus.BAD_REQUEST,
                            Code.INVALID,
                            Text.BROKEN_JSON,
                            inWords(e),
                            at == null ? 1 : Math.max(1, at.getLineNr()),
                            at == null ? 1 : Math.max(1, at.getColumnNr()))
                    .exception();
        }
        if (node == null || !node.isObject()) {
            throw Problem.of(
                            HttpStatus.BAD_REQUEST,
                            Code.INVALID,
                            Text.NOT_AN_OBJECT,
                            node == null ? Text.KIND_EMPTY : JsonForm.kind(node))
                    .exception();
        }
        return JsonForm.of(node);
    }

    /** The parser's own words where they are about the text; it also likes to speak of its classes and switches. */
    private static Object inWords(JacksonException thrown) {
        if (thrown instanceof StreamConstraintsException) {
            return Text.JSON_LIMITS;
        }
        if (thrown instanceof DatabindException) {
            return Text.JSON_TRAILING;
        }
        String message = thrown.getOriginalMessage();
        String first = message == null ? "" : message.lines().findFirst().orElse("");
        String words = PARSER_ASIDE.matcher(first).replaceAll("").strip();
        return words.isEmpty() ? Text.JSON_UNREADABLE : words;
    }

    static Problem tooLarge(int limit) {
        return Problem.of(HttpStatus.CONTENT_TOO_LARGE, Code.TOO_LARGE, Text.TOO_LARGE, limit);
    }

    /**
     * The versions a condition header names.
     *
     * @return null without the header; empty for {@code *}; tags that are none of ours are -1
     */
    static @Nullable List<Long> etags(ServerWebExchange exchange, String header) {
        List<String> values = exchange.getRequest().getHeaders().get(header);
        if (values == null) {
            return null;
        }
        String all = String.join(",", values);
        if (all.strip().equals("*")) {
            return List.of();
        }
        List<Long> versions = new ArrayList<>();
        for (String part : all.split(",", -1)) {
            Matcher matcher = ETAG.matcher(part);
            if (matcher.matches()) {
                versions.add(Long.parseLong(matcher.group(1)));
            } else if (ANY_ETAG.matcher(part).matches()) {
                versions.add(-1L);
            } else {
                throw Problem.invalid(List.of(Fault.of(header, Text.HEADER_FORM, Text.FORM_ETAG)))
                        .exception();
            }
        }
        return versions;
    }

    /**
     * Tags an answer with the version that a change can be made conditional on. Set behind Spring's back: it would answer 304 to who
     * has this version, although the live state in the answer is newer.
     */
    static void tag(ServerWebExchange exchange, long version) {
        exchange.getResponse().getHeaders().setETag(etag(version));
    }

    static String etag(long version) {
        return "\"" + version + "\"";
    }
}
