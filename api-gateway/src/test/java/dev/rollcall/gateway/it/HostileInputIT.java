package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/**
 * Whatever a client sends, the gateway answers: never with an error of its own, never with its insides, and nothing goes onto a topic. Every request here is one that no
 * gateway may take, however its bytes are read; the seed of the random ones is {@code rollcall.fuzz.seed}.
 */
class HostileInputIT {

    private static final long SEED = Long.getLong("rollcall.fuzz.seed", 20_261_123L);
    private static final int RANDOM_REQUESTS = 300;
    /** Characters; a hostile body of 1 MiB must not be answered by many. */
    private static final int LONGEST_ANSWER = 50_000;

    private static final int PATIENCE_MILLIS = 10_000;

    private static final String CLUSTER = "/api/v1/clusters/real";
    private static final String NO_CLUSTER = "/api/v1/clusters/none";
    private static final String RESTARTS = CLUSTER + "/restarts";
    private static final String ENDED = "/api/v1/tasks/ended";
    private static final String RUNNING = "/api/v1/tasks/running";

    /** Refused for three reasons, so that no single changed byte makes it acceptable. */
    private static final String NO_ORDER = """
            {"mode":"FORCE_RESTART","odps":["ghost"],"hotUpgradeExitTimeout":"PT5S","batching":{"sizes":["1"],"drain":"OVERLAP"}}""";

    private static final String NO_DEFINITION = """
            {"name":"","labels":{"a":"b"},"defaults":{"home":"relative","launcher":"sh -c id"},"odps":[{"host":"-x","sqlPort":0}]}""";

    private static ConfigurableApplicationContext gateway;
    private static HttpOnly.StraightThrough publisher;
    private static int port;
    private static String session;
    private static String token;

    @BeforeAll
    static void start() {
        gateway = new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(
                        "--spring.config.name=api-gateway",
                        "--server.port=0",
                        "--rollcall.gateway.allow-plain-passwords=true",
                        // What is slowed down is not looked at.
                        "--rollcall.gateway.sign-in.failures-per-minute=1000000",
                        "--rollcall.gateway.sign-in.failures-per-minute-from-address=1000000",
                        "--rollcall.gateway.users[0].name=operator",
                        "--rollcall.gateway.users[0].password={noop}secret-operator",
                        "--rollcall.gateway.users[0].roles=OBPROXY_MANAGER",
                        "--rollcall.gateway.users[1].name=admin",
                        "--rollcall.gateway.users[1].password={noop}secret-admin",
                        "--rollcall.gateway.users[1].roles=ADMIN");
        Views views = gateway.getBean(Views.class);
        views.apply(new Cluster(new ClusterId("real"), 1, "Real", "", Map.of(), 0, "alice", Instant.now()));
        views.apply(Given.task("running", 4, TaskState.RUNNING, TaskPhase.RESTART, Task.Counts.NONE));
        views.apply(Given.task("ended", 4, TaskState.COMPLETED, TaskPhase.ROLL_CALL, Task.Counts.NONE));
        // With it the stream of the ended task ends at once.
        views.apply(Given.event("ended", 0, 5, true));
        views.caughtUp();
        publisher = gateway.getBean(HttpOnly.StraightThrough.class);
        var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
        port = server == null ? 0 : server.getPort();
        Browser browser = new Browser(new Http(port, null));
        assertThat(browser.signIn("admin", "secret-admin").status()).isEqualTo(303);
        token = browser.token();
        session = browser.cookies().entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void shouldHavePublishedNothing() {
        assertThat(publisher.published()).isEmpty();
    }

    // ---- bodies ----

    static Stream<byte[]> shouldRefuseBodies() {
        String deep = "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000);
        List<byte[]> bodies = new ArrayList<>();
        for (String text : List.of(
                "{",
                "[".repeat(5_000) + "]".repeat(5_000),
                deep,
                "{\"mode\":" + "[".repeat(700) + "]".repeat(700) + "}",
                "{\"mode\":\"RESTART\",\"mode\":\"RESTART\"}",
                "{\"batching\":{\"drain\":\"WAIT\",\"drain\":\"WAIT\"}}",
                "{\"mode\":\"RESTART\"} {\"mode\":\"RESTART\"}",
                "\ufeff{\"mode\":\"NONE\"}",
                "{\"mode\":\"\\ud800\"}",
                "{\"mode\":\"\\u0000\"}",
                "{\"mode\":NaN}",
                "{\"mode\":\"RESTART\",\"batching\":{\"maxFailures\":" + "9".repeat(5_000) + "}}",
                "{\"mode\":\"RESTART\",\"batching\":{\"maxFailures\":1e999999999}}",
                "{\"mode\":\"RESTART\",\"batching\":{\"maxFailures\":-1e-999999999}}",
                "{\"mode\":\"RESTART\",\"batching\":[]}",
                "{\"mode\":\"RESTART\",\"hotUpgradeExitTimeout\":\"PT" + "9".repeat(40) + "S\"}",
                "{\"mode\":\"RESTART\",\"hotUpgradeExitTimeout\":\"P" + "1".repeat(19) + "D\"}",
                "{\"mode\":\"RESTART\",\"notBefore\":\"+999999999-12-31T23:59:59Z\",\"notAfter\":\"-999999999-01-01T00:00:00Z\"}",
                "{\"mode\":\"" + "x".repeat(900_000) + "\"}",
                "{\"" + "x".repeat(900_000) + "\":1}",
                "{\"odps\":[" + "\"x\",".repeat(100_000) + "\"x\"]}",
                "{\"mode\":\"RESTART\"",
                "{\"mode\":\"RESTART",
                "{\"mode\":\"\\x\"}",
                "{\"mode\":tru}",
                "{\"mode\":00}",
                "{\"mode\":/*x*/1}",
                " ".repeat((1 << 20) + 1))) {
            bodies.add(text.getBytes(StandardCharsets.UTF_8));
        }
        bodies.add("{\"mode\":\"R\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        bodies.add(NO_ORDER.getBytes(StandardCharsets.UTF_16));
        bodies.add(NO_ORDER.getBytes(Charset.forName("UTF-32")));
        bodies.add(new byte[] {(byte) 0xc0, (byte) 0x80, '{', '}'});
        bodies.add(new byte[] {0, 0, 0, 0});
        return bodies.stream();
    }

    @ParameterizedTest
    @MethodSource
    void shouldRefuseBodies(byte[] body) throws IOException {
        String type = "Content-Type: application/json";

        isRefused(send("POST", RESTARTS, body, type), "an order");
        isRefused(send("PUT", NO_CLUSTER, body, type), "a definition");
    }

    @Test
    void shouldRefuseTypesAndLengthsOfBodiesThatAreWrong() throws IOException {
        byte[] body = NO_ORDER.getBytes(StandardCharsets.UTF_8);
        for (String header : List.of(
                "Content-Type: ////",
                "Content-Type: application/xml",
                "Content-Type: application/json;charset=none-such",
                "Content-Type: application/json;charset=\"",
                "Content-Type: */*",
                "Content-Type:",
                "Content-Type: application/json\r\nContent-Encoding: gzip",
                "Content-Type: application/json\r\nContent-Length: -5",
                "Content-Type: application/json\r\nContent-Length: 1, 2",
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
                "Content-Type: application/json\r\nTransfer-Encoding: cow")) {
            isRefused(send("POST", RESTARTS, body, header), header);
        }
    }

    // ---- headers ----

    private static final List<String> ODD_VALUES = List.of(
            "",
            " ",
            "\u0001",
            "\u00e9\u00ff",
            "%00",
            ",,,",
            ";;;",
            "\"",
            "\"\"\"",
            "\"1",
            "W/\"1\"",
            "1-99999999999999999999",
            "99999999999999999999-1",
            "-1--1",
            "wait=99999999999999999999",
            "wait=-1",
            "wait=\"",
            "en;q=abc",
            "*/*;q=9",
            "a/b/c",
            "application/json;v=\"",
            "zh-" + "x".repeat(100),
            "x".repeat(4_000));

    static Stream<String> shouldTakeNoHarmFromHeaders() {
        return Stream.of(
                "Last-Event-ID",
                "Idempotency-Key",
                "If-Match",
                "If-None-Match",
                "Prefer",
                "Accept",
                "Accept-Language",
                "Accept-Charset",
                "Accept-Encoding",
                "Origin",
                "traceparent",
                "Cookie",
                "Expect",
                "Host",
                "X-Forwarded-For");
    }

    @ParameterizedTest
    @MethodSource
    void shouldTakeNoHarmFromHeaders(String name) throws IOException {
        byte[] order = NO_ORDER.getBytes(StandardCharsets.UTF_8);
        for (String value : ODD_VALUES) {
            String header = name + ": " + value;
            isAnswered(send("GET", NO_CLUSTER, null, header), header);
            isAnswered(send("GET", "/api/v1/tasks", null, header), header);
            isRefused(send("POST", RESTARTS, order, "Content-Type: application/json", header), header);
            isRefused(send("POST", ENDED + "/pause", null, header), header);
            if (!name.equals("Accept")) {
                isAnswered(send("GET", ENDED + "/events", null, "Accept: text/event-stream", header), header);
            }
        }
    }

    @Test
    void shouldNotSteerOnAConditionThatCannotBeRead() throws IOException {
        for (String value : List.of("x", "\"", "1", "\"1\" \"2\"", "\"" + "9".repeat(30) + "\"", "\"1\"", "W/\"4\"")) {
            isRefused(send("POST", RUNNING + "/pause", null, "If-Match: " + value), value);
        }
    }

    @Test
    void shouldKnowNobodyByCredentialsThatAreNone() throws IOException {
        String basic = "Authorization: Basic ";
        for (String header : List.of(
                "Authorization:",
                "Authorization: Basic",
                basic + "!!!",
                basic + "====",
                basic + base64("nocolon"),
                basic + base64("operator:\u0000"),
                basic + base64("operator:" + "x".repeat(3_000)),
                basic + base64(":"),
                basic + base64("secret-operator:operator"),
                "Authorization: Bearer " + "x".repeat(3_000),
                "Authorization: Digest username=\"operator\"",
                "Authorization: \u00e9")) {
            String answer = sendAsNobody("GET", CLUSTER, null, header);
            isAnswered(answer, header);
            assertThat(status(answer)).as(header).isIn(400, 401);
        }
    }

    @Test
    void shouldRefuseAnswersInATypeThatThereIsNotBeforeAnythingHappens() throws IOException {
        for (String accept : List.of("text/event-stream", "image/png", "application/xml")) {
            String header = "Accept: " + accept;
            for (String path : List.of("/api/v1/clusters", CLUSTER, "/api/v1/tasks", RUNNING, RUNNING + "/odps")) {
                isNotAcceptable(send("GET", path, null, header), header + " " + path);
            }
            isNotAcceptable(send("POST", RUNNING + "/pause", null, header), header);
            isNotAcceptable(
                    send(
                            "POST",
                            RESTARTS,
                            "{\"mode\":\"RESTART\"}".getBytes(StandardCharsets.UTF_8),
                            header,
                            "Content-Type: application/json"),
                    header);
        }
    }

    private static void isNotAcceptable(String answer, String what) {
        isAnswered(answer, what);
        assertThat(status(answer)).as(what + "\n" + answer).isEqualTo(406);
        assertThat(answer).as(what).contains("Content-Type: application/problem+json", "\"code\":\"RC22106\"");
    }

    // ---- addresses and methods ----

    @Test
    void shouldTakeNoHarmFromAddresses() throws IOException {
        for (String path : List.of(
                "/api/v1/clusters/..%2f..%2fetc",
                "/api/v1/clusters/../../actuator",
                "/api/v1/clusters/%00",
                "/api/v1/clusters/%",
                "/api/v1/clusters/%zz",
                "/api/v1/clusters/%ff%fe",
                "/api/v1/clusters/%c0%ae%c0%ae",
                "/api/v1/clusters/real%2frestarts",
                "/api/v1/clusters//real",
                "/api/v1/clusters/real;x=1",
                "/api/v1/clusters/real%3bx",
                "/api/v1/clusters/REAL",
                "/api/v1/clusters/\u00e9",
                "/api/v1/clusters/" + "a".repeat(3_000),
                "/api/v1/clusters/" + "a".repeat(70_000),
                "/api/v1/tasks/%0d%0aX:%20y",
                "/api/v1/tasks/running/odps?state=%ff",
                "/api/v1/clusters?page",
                "/api/v1/clusters?%",
                "/api/v1/clusters?page=%zz",
                "/api/v1/clusters?page=99999999999999999999",
                "/api/v1/clusters?page=1&page=2",
                "/api/v1/clusters?page=2147483647&size=500",
                "/api/v1/clusters?sort=,",
                "/api/v1/clusters?sort=name,up",
                "/api/v1/clusters?query=(((%ff%00",
                "/api/v1/tasks?from=+999999999-12-31T23:59:59Z",
                "/api/v1/tasks?cluster=%2f&initiator=%00",
                "/actuator/env",
                "//",
                "*",
                "http://elsewhere.example" + CLUSTER,
                "http://[::1",
                "?")) {
            isAnswered(send("GET", path, null), path);
            isAnswered(send("POST", path + "/restarts", new byte[] {'{'}, "Content-Type: application/json"), path);
        }
        for (String odp : List.of("%5b::1%5d:1", "%00", "a%2fb", "..", "%ff", "x".repeat(3_000))) {
            isRefused(send("POST", ENDED + "/odps/" + odp + "/skip", null), odp);
        }
    }

    @Test
    void shouldTakeNoHarmFromMethods() throws IOException {
        for (String method :
                List.of("FOO", "TRACE", "CONNECT", "OPTIONS", "PATCH", "get", "PRI", "P".repeat(3_000), "G\u00e9T")) {
            for (String path : List.of(CLUSTER, RESTARTS, RUNNING + "/pause", ENDED + "/events", "/nowhere")) {
                isAnswered(send(method, path, null), method + " " + path);
            }
        }
    }

    // ---- at random ----

    @Test
    void shouldTakeNoHarmFromRequestsChangedAtRandom() throws IOException {
        Random random = new Random(SEED);
        for (int number = 0; number < RANDOM_REQUESTS; number++) {
            byte[] body = changed(pick(random, List.of(NO_ORDER, NO_DEFINITION)), random);
            String method = pick(random, List.of("POST", "POST", "PUT", "PUT", "GET"));
            String path = method.equals("PUT") ? NO_CLUSTER : pick(random, List.of(RESTARTS, ENDED + "/retry"));
            String header = pick(
                            random,
                            shouldTakeNoHarmFromHeaders()
                                    .filter(name -> !name.equals("Expect"))
                                    .toList())
                    + ": "
                    + new String(changed(pick(random, ODD_VALUES), random), StandardCharsets.ISO_8859_1)
                            .replaceAll("[\r\n]", "_");
            String what = "seed " + SEED + ", request " + number + ": " + method + " " + path + " " + header + " "
                    + new String(body, StandardCharsets.ISO_8859_1);

            String answer = send(method, path, body, "Content-Type: application/json", header);

            isRefused(answer, what);
            assertThat(publisher.published()).as(what).isEmpty();
        }
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** Bytes replaced, left out or repeated, at one to four places. */
    private static byte[] changed(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int times = 1 + random.nextInt(4); times > 0 && bytes.length > 0; times--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = joined(bytes, at, bytes, at + length);
                default -> bytes = joined(bytes, at + length, bytes, at);
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] head, int headEnd, byte[] tail, int tailBegin) {
        byte[] all = Arrays.copyOf(head, headEnd + tail.length - tailBegin);
        System.arraycopy(tail, tailBegin, all, headEnd, tail.length - tailBegin);
        return all;
    }

    // ---- every endpoint there is ----

    private static final int REQUESTS_EACH = 60;

    private static final String FORM = "application/x-www-form-urlencoded";

    private static final Pattern FIELD = Pattern.compile("\\sname=\"([\\w-]+)\"");
    private static final List<String> FIELDS_OF_PAGES = fieldsOfPages();

    /** Of the API; those of the pages are looked up in the templates. */
    private static final List<String> PARAMETERS =
            List.of("page", "size", "sort", "query", "status", "state", "cluster", "initiator", "user", "from", "to");

    private static final List<String> HOSTILE_PARTS = List.of(
            "none",
            "ended",
            "%00",
            "%ff%fe",
            "%2e%2e%2f",
            "%0d%0aSet-Cookie:%20a=b",
            "<script>",
            "%3Cscript%3E",
            "'%20or%201=1",
            "${7*7}",
            "%7Bx%7D",
            "T(x)",
            "\u00e9",
            "a".repeat(2_000),
            "-1",
            "99999999999999999999");

    private static final List<String> HOSTILE_TEXTS = List.of(
            "",
            " ",
            "\u0000",
            "\ud83d\ude00",
            "\u202e",
            "<script>alert(1)</script>",
            "${7*7} [[${7*7}]] __${7*7}__",
            "'\"><b>",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "/x\r\nSet-Cookie: a=b",
            "99999999999999999999",
            "-1",
            "1e999",
            "NaN",
            "PT" + "9".repeat(40) + "S",
            "%",
            "x".repeat(3_000));

    private static final List<String> HOSTILE_YAML = List.of(
            "a: &a [*a, *a]",
            "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]",
            "!!javax.script.ScriptEngineManager [!!x [http://127.0.0.1:1]]",
            "clusters: !!binary not-base64",
            "[".repeat(5_000),
            "a: ".repeat(2_000),
            "clusters:\n\tx: 1",
            "clusters: {pay: {odps: [{host: a, host: b}]}}",
            "clusters: {pay: {odps: [{host: 10.0.0.7, sqlPort: 0x7fffffffffffffff}]}}",
            "clusters: {? {a: b} : {}}",
            "clusters: {null: {}, ~: {}, 1: {}, 1.5: {}, 2001-01-01: {}}",
            "clusters: {pay: {odps: 'x', defaults: [1], labels: {a: [b]}}}",
            "%YAML 9.9\n---\na: b",
            "a: b\n---\nc: d\n---\n...",
            "\ufeffclusters: {x: }",
            "clusters: {pay: " + "{a: ".repeat(900) + "1" + "}".repeat(900) + "}",
            "{clusters: {" + "x".repeat(2_000) + ": {}}}");

    /** All that the running application maps, so that a new endpoint is here by itself, and what is answered without a mapping. */
    static Stream<Arguments> endpoints() {
        Stream<Arguments> mapped = gateway.getBeansOfType(RequestMappingHandlerMapping.class).values().stream()
                .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .flatMap(info -> info.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> info.getPatternsCondition().getPatterns().stream()
                                .map(pattern -> Arguments.of(
                                        method.name(),
                                        pattern.getPatternString(),
                                        info.getConsumesCondition().getConsumableMediaTypes().stream()
                                                .map(Object::toString)
                                                .findFirst()
                                                .orElse("")))));
        return Stream.concat(
                mapped,
                Stream.of(
                        Arguments.of("POST", "/login", FORM),
                        Arguments.of("POST", "/logout", FORM),
                        Arguments.of("GET", "/assets/{x}/{y}", ""),
                        Arguments.of("GET", "/webjars/{x}/{y}", ""),
                        Arguments.of("GET", "/actuator/{x}", "")));
    }

    @Test
    void shouldKnowTheEndpointsOfTheApiAndOfThePages() {
        assertThat(endpoints().map(endpoint -> endpoint.get()[0] + " " + endpoint.get()[1]))
                .contains(
                        "PUT /api/v1/clusters/{cluster}",
                        "GET /api/v1/events",
                        "GET /api/v1/audit",
                        "POST /clusters/register",
                        "POST /clusters/{cluster}/restart/preview",
                        "POST /preferences",
                        "GET /live/tasks/{task}",
                        "GET /login");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void shouldTakeNoHarmFromAnythingAtAnyEndpoint(String method, String pattern, String type) throws IOException {
        Random random = new Random(SEED + pattern.hashCode());
        for (int number = 0; number < REQUESTS_EACH; number++) {
            boolean byCookie = random.nextBoolean();
            List<String> headers = new ArrayList<>();
            String odd = pick(random, List.of("rollcall-language", "rollcall-theme", "language", "theme", "x")) + "="
                    + pick(random, ODD_VALUES);
            if (byCookie) {
                headers.add("Cookie: " + session + "; " + odd);
                headers.add("X-CSRF-Token: " + token);
            } else {
                headers.add("Authorization: Basic " + base64("admin:secret-admin"));
                headers.add("Cookie: " + odd);
            }
            headers.add(pick(
                            random,
                            List.of(
                                    "Last-Event-ID",
                                    "If-Match",
                                    "Idempotency-Key",
                                    "Prefer",
                                    "Accept",
                                    "Accept-Language",
                                    "HX-Request",
                                    "HX-Current-URL",
                                    "Referer",
                                    "X-Forwarded-Host"))
                    + ": " + pick(random, ODD_VALUES));
            headers.add("HX-Request: " + pick(random, List.of("true", "false", "\u0001")));
            byte[] body = null;
            if (!method.equals("GET") && !method.equals("DELETE")) {
                body = type.equals(FORM)
                        ? form(random)
                        : pick(random, shouldRefuseBodies().toList());
                headers.add("Content-Type: " + (random.nextInt(8) == 0 ? "text/plain" : type.isEmpty() ? FORM : type));
            }
            String path = filledIn(pattern, body != null && !type.isEmpty(), method, random);
            if (random.nextBoolean()) {
                path += "?" + query(random);
            }
            String what = "seed " + SEED + ", request " + number + ": " + method + " "
                    + path.substring(0, Math.min(path.length(), 200));

            String answer = sendAsNobody(method, path, body, headers.toArray(String[]::new));

            isAnswered(answer, what);
            assertThat(answer.substring(0, answer.indexOf("\r\n\r\n"))).as(what).doesNotContain("Set-Cookie: a=b");
            if (answer.contains("Content-Type: text/html")) {
                assertThat(answer).as(what).doesNotContain("<script>alert");
            }
            assertThat(publisher.published()).as(what).isEmpty();
        }
    }

    /** A cluster that exists only where the body is sure to be refused. */
    private static String filledIn(String pattern, boolean withBody, String method, Random random) {
        Matcher variable = Pattern.compile("\\{(\\w+)(?::([^}]*))?}").matcher(pattern);
        return variable.replaceAll(found -> {
            String choice = found.group(2);
            boolean mayExist = withBody || method.equals("GET");
            String part = choice != null
                    ? pick(random, List.of(choice.split("\\|")))
                    : found.group(1).equals("cluster") && mayExist && random.nextBoolean()
                            ? "real"
                            : pick(random, HOSTILE_PARTS);
            return Matcher.quoteReplacement(part);
        });
    }

    private static byte[] form(Random random) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String name : FIELDS_OF_PAGES) {
            if (random.nextInt(3) > 0) {
                fields.put(name, pick(random, HOSTILE_TEXTS));
            }
        }
        fields.put("definition", pick(random, random.nextInt(4) == 0 ? HOSTILE_TEXTS : HOSTILE_YAML));
        if (random.nextInt(4) == 0) {
            return changed(encoded(fields), random);
        }
        return encoded(fields).getBytes(StandardCharsets.US_ASCII);
    }

    private static String query(Random random) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            fields.put(
                    pick(random, random.nextBoolean() ? PARAMETERS : FIELDS_OF_PAGES),
                    pick(random, HOSTILE_TEXTS.subList(0, HOSTILE_TEXTS.size() - 1)));
        }
        return random.nextInt(4) == 0
                ? new String(changed(encoded(fields), random), StandardCharsets.ISO_8859_1).replaceAll("\\s", "_")
                : encoded(fields);
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Names of all fields that the templates have. */
    private static List<String> fieldsOfPages() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .flatMap(file -> FIELD.matcher(text(file)).results().map(found -> found.group(1)))
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- sending and judging ----

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String send(String method, String path, byte @Nullable [] body, String... headers)
            throws IOException {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Authorization: Basic " + base64("operator:secret-operator");
        return sendAsNobody(method, path, body, all);
    }

    /** As bytes, since no client library sends such requests. */
    private static String sendAsNobody(String method, String path, byte @Nullable [] body, String... headers)
            throws IOException {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\nConnection: close\r\n");
        String lines = String.join("\r\n", headers);
        head.append(lines).append("\r\n");
        if (!lines.contains("Host:")) {
            head.append("Host: x\r\n");
        }
        if (body != null && !lines.contains("Content-Length:") && !lines.contains("Transfer-Encoding:")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            if (body != null) {
                request.write(body);
            }
            try {
                socket.getOutputStream().write(request.toByteArray());
            } catch (SocketException refusedBeforeItsEnd) {
                // The answer, if there is one, is still to be read.
            }
            return everything(socket.getInputStream());
        }
    }

    private static String everything(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.write(buffer, 0, read);
                if (isStream(answer.toString(StandardCharsets.ISO_8859_1))) {
                    break;
                }
            }
        } catch (SocketException cutOff) {
            // A server that refuses a body closes without having read it.
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** A stream of events has no end to wait for. */
    private static boolean isStream(String begun) {
        int end = begun.indexOf("\r\n\r\n");
        return end > 0 && begun.substring(0, end).contains("text/event-stream");
    }

    private static int status(String answer) {
        assertThat(answer).matches("(?s)HTTP/1\\.[01] \\d{3} .*");
        return Integer.parseInt(answer.substring(9, 12));
    }

    private static void isAnswered(String answer, String what) {
        String shown = what.substring(0, Math.min(what.length(), 300)) + "\n"
                + answer.substring(0, Math.min(answer.length(), 3_000));
        assertThat(answer).as(shown).startsWith("HTTP/1.");
        assertThat(status(answer)).as(shown).isBetween(200, 499);
        assertThat(answer)
                .as(shown)
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("dev.rollcall")
                .doesNotContain("springframework")
                .doesNotContain("tools.jackson")
                .doesNotContain("java.")
                .doesNotContain("StreamRead")
                .doesNotContain("JsonToken")
                .doesNotContain("[Source")
                .hasSizeLessThan(LONGEST_ANSWER);
    }

    private static void isRefused(String answer, String what) {
        isAnswered(answer, what);
        assertThat(status(answer))
                .as(what.substring(0, Math.min(what.length(), 300)) + "\n" + answer)
                .isBetween(400, 499);
    }
}
