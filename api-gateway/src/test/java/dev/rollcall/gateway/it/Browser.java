package dev.rollcall.gateway.it;

import dev.rollcall.gateway.it.Http.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a browser does with cookies and forms, and nothing else; it goes to no other page by itself. */
final class Browser {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]* value=\"([^\"]+)\"");

    private final Map<String, String> cookies = new LinkedHashMap<>();
    private Http http;

    Browser(Http http) {
        this.http = http;
    }

    /** The same browser, led to another gateway. */
    Browser at(Http other) {
        http = other;
        return this;
    }

    Map<String, String> cookies() {
        return cookies;
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer post(String path, @Nullable String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer signIn(String user, String password) {
        return submit("/login", Map.of("username", user, "password", password, "_csrf", token()));
    }

    /** The token that a page of this browser's would carry. */
    String token() {
        Matcher matcher = TOKEN.matcher(get("/login").text());
        if (!matcher.find()) {
            throw new IllegalStateException("The sign-in page has no token");
        }
        return matcher.group(1);
    }

    Answer submit(String path, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send("POST", path, body, "Content-Type", "application/x-www-form-urlencoded");
    }

    Answer send(String method, String path, @Nullable String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (!cookies.isEmpty()) {
            all.add("Cookie");
            all.add(cookies.entrySet().stream()
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                    .collect(Collectors.joining("; ")));
        }
        Answer answer = http.send(method, path, body, all.toArray(String[]::new));
        for (String set : answer.raw().headers().allValues("Set-Cookie")) {
            String pair = set.split(";", 2)[0];
            String name = pair.substring(0, pair.indexOf('='));
            String value = pair.substring(pair.indexOf('=') + 1);
            if (value.isEmpty()) {
                cookies.remove(name);
            } else {
                cookies.put(name, value);
            }
        }
        return answer;
    }
}
