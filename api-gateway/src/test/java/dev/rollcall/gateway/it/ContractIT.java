package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.it.Http.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table of the HTTP contract row by row, every answer held against the OpenAPI description, and the description against the copy
 * in {@code docs/openapi.json}. After a change of the API: run this test with {@code -Drollcall.openapi.write=true}, and commit the copy.
 */
class ContractIT {

    private static final Path COPY = Path.of("../docs/openapi.json");
    private static final String DEFINITION = HttpGateway.DEFINITION;

    private static HttpGateway gateway;
    private static Views views;
    private static Http admin;
    private static Schemas schemas;
    private static JsonNode api;
    private static int port;

    @BeforeAll
    static void start() {
        gateway = HttpGateway.start(HttpGateway.user(0, "admin", "ADMIN"));
        views = gateway.views();
        views.caughtUp();
        port = gateway.port();
        admin = new Http(port, "admin");
        Answer described = admin.get("/v3/api-docs");
        assertThat(described.status()).as(described.text()).isEqualTo(200);
        api = described.json();
        schemas = new Schemas(api);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Sends to the row of a template, and holds the answer against the description. */
    private static Answer ask(
            String method, String template, List<String> ids, String query, String body, String... headers) {
        String path = template;
        for (String id : ids) {
            path = path.replaceFirst("\\{[a-z]+}", id);
        }
        Answer answer = admin.send(method, path + query, body.isEmpty() ? null : body, headers);
        if (answer.text().isEmpty()) {
            assertThat(api.path("paths")
                            .path(template)
                            .path(method.toLowerCase(java.util.Locale.ROOT))
                            .path("responses")
                            .has(Integer.toString(answer.status())))
                    .as("%s %s answers %s", method, template, answer.status())
                    .isTrue();
        } else {
            String type = answer.contentType().replaceFirst(";.*", "");
            assertThat(schemas.faults(
                            method.toLowerCase(java.util.Locale.ROOT), template, answer.status(), type, answer.json()))
                    .as("%s %s: %s %s", method, path, answer.status(), answer.text())
                    .isEmpty();
        }
        return answer;
    }

    private static final String CLUSTERS = "/api/v1/clusters";
    private static final String CLUSTER = "/api/v1/clusters/{cluster}";
    private static final String RESTARTS = "/api/v1/clusters/{cluster}/restarts";
    private static final String TASKS = "/api/v1/tasks";
    private static final String TASK = "/api/v1/tasks/{task}";
    private static final String TASK_ODPS = "/api/v1/tasks/{task}/odps";
    private static final String TASK_EVENTS = "/api/v1/tasks/{task}/events";
    private static final String ACTION = "/api/v1/tasks/{task}/{action}";
    private static final String SKIP = "/api/v1/tasks/{task}/odps/{odp}/skip";
    private static final String NO_TYPE = "";

    private static String registered() {
        String id = "c" + UUID.randomUUID();
        Answer answer = ask("PUT", CLUSTER, List.of(id), "", DEFINITION);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("ETag"))
                .hasValueSatisfying(tag -> assertThat(tag).matches("\"\\d+\""));
        return id;
    }

    private static String task(String cluster, TaskState state) {
        String id = UUID.randomUUID().toString();
        Task given = Given.task(id, 4, state, TaskPhase.RESTART, new Task.Counts(8, 3, 2, 0, 0, 0));
        views.apply(new Task(
                given.id(),
                new ClusterId(cluster),
                4,
                given.mode(),
                state,
                given.phase(),
                false,
                "bob",
                "",
                given.requestedAt(),
                given.startedAt(),
                null,
                given.counts(),
                List.of(),
                List.of(),
                null,
                Task.Plan.NONE));
        return id;
    }

    private static void row(String task, String odp, int batch, TaskOdpState state) {
        views.apply(new TaskOdp(
                new TaskId(task),
                new OdpId(odp),
                "z" + batch,
                batch,
                state,
                "BATCH_1",
                1,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                new TaskOdp.Times(null, null, null, null)));
    }

    // ---- one test a row ----

    @Test
    void clusters() {
        String id = registered();

        Answer answer = ask(
                "GET", CLUSTERS, List.of(), "?query=" + id + "&status=UNKNOWN&page=1&size=5&sort=name,desc", NO_TYPE);

        assertThat(answer.json().path("items").size()).isEqualTo(1);
        assertThat(fields(answer.json().at("/items/0")))
                .contains("id", "name", "odpCount", "status", "versions", "zones", "activeTask");
        assertThat(answer.json().path("page").toString()).isEqualTo("{\"number\":1,\"size\":5,\"total\":1}");
        assertThat(ask("GET", CLUSTERS, List.of(), "?size=501&page=0&sort=colour&status=GREEN", NO_TYPE)
                        .json()
                        .path("errors")
                        .size())
                .isEqualTo(4);
    }

    @Test
    void cluster() {
        String id = registered();

        Answer answer = ask("GET", CLUSTER, List.of(id), "", NO_TYPE);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(fields(answer.json().at("/odps/0")))
                .contains("state", "version", "pid", "startedAt", "clients", "lastSeenAt", "draining");
        assertThat(answer.json().at("/restart/modes").size()).isEqualTo(2);
        assertThat(ask("GET", CLUSTER, List.of("none"), "", NO_TYPE).code()).isEqualTo("ODP21001");
    }

    @Test
    void putCluster() {
        String id = registered();
        String tag = admin.get(CLUSTERS + "/" + id).header("ETag").orElseThrow();

        assertThat(ask("PUT", CLUSTER, List.of(id), "", DEFINITION, "If-Match", "\"1000000000\"")
                        .status())
                .isIn(200, 412);
        assertThat(ask("PUT", CLUSTER, List.of(id), "", DEFINITION, "If-Match", tag)
                        .status())
                .isIn(200, 412);
        assertThat(ask("PUT", CLUSTER, List.of(id), "", DEFINITION, "If-None-Match", "*")
                        .status())
                .isEqualTo(412);
        assertThat(ask("PUT", CLUSTER, List.of(id), "", "{\"odps\":[{}],\"colour\":1}")
                        .status())
                .isEqualTo(400);
        assertThat(ask("PUT", CLUSTER, List.of(id), "", "x".repeat((4 << 20) + 1))
                        .status())
                .isEqualTo(413);
        assertThat(ask("PUT", CLUSTER, List.of(id), "", DEFINITION, "Content-Type", "text/plain")
                        .status())
                .isEqualTo(415);
    }

    /** A cluster may be there before its ODPs are: what cannot be done with it is a restart (R1), and that says so. */
    @Test
    void putClusterWithoutOdps() {
        String id = "c" + UUID.randomUUID();

        assertThat(ask("PUT", CLUSTER, List.of(id), "", "{\"odps\":[]}").status())
                .isEqualTo(201);
        assertThat(ask("GET", CLUSTER, List.of(id), "", NO_TYPE)
                        .json()
                        .path("status")
                        .asString())
                .isEqualTo("EMPTY");
        Answer refused = ask("POST", RESTARTS, List.of(id), "", "{\"mode\":\"RESTART\"}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("ODP21115");
    }

    @Test
    void deleteCluster() {
        assertThat(ask("DELETE", CLUSTER, List.of(registered()), "", NO_TYPE).status())
                .isEqualTo(204);
        assertThat(ask("DELETE", CLUSTER, List.of("none"), "", NO_TYPE).status())
                .isEqualTo(404);
        assertThat(ask("DELETE", CLUSTER, List.of(registered()), "", NO_TYPE, "If-Match", "\"0\"")
                        .status())
                .isEqualTo(412);
    }

    @Test
    void restarts() {
        String id = registered();
        String key = UUID.randomUUID().toString();

        Answer asked = ask("POST", RESTARTS, List.of(id), "", "{\"mode\":\"RESTART\"}", "Idempotency-Key", key);
        Answer again = ask("POST", RESTARTS, List.of(id), "", "{ \"mode\" : \"RESTART\" }", "Idempotency-Key", key);
        Answer other = ask(
                "POST", RESTARTS, List.of(id), "", "{\"mode\":\"RESTART\",\"reason\":\"x\"}", "Idempotency-Key", key);
        Answer busy = ask("POST", RESTARTS, List.of(id), "", "{\"mode\":\"RESTART\"}");
        Answer waited = ask(
                "POST",
                RESTARTS,
                List.of(registered()),
                "",
                "{\"mode\":\"RESTART\"}",
                "Prefer",
                "respond-async, wait=1");

        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.header("Location"))
                .hasValue("/api/v1/tasks/" + asked.json().path("id").asString());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("id")).isEqualTo(asked.json().path("id"));
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("RC22122");
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.code()).isEqualTo("COM10005");
        assertThat(busy.json().at("/activeTask/id")).isEqualTo(asked.json().path("id"));
        assertThat(waited.header("Preference-Applied")).hasValue("wait=1");
        assertThat(ask("POST", RESTARTS, List.of("none"), "", "{\"mode\":\"RESTART\"}")
                        .code())
                .isEqualTo("ODP21001");
        assertThat(ask("POST", RESTARTS, List.of(id), "", "{\"mode\":\"RESTART\",\"mode\":\"RESTART\"}")
                        .status())
                .isEqualTo(400);
        assertThat(ask("POST", RESTARTS, List.of(id), "", "{\"mode\":\"FORCE_RESTART\"}")
                        .code())
                .isEqualTo("RC22001");
        assertThat(ask("POST", RESTARTS, List.of(registered()), "", "{\"mode\":\"RESTART\",\"odps\":[\"ghost\"]}")
                        .code())
                .isEqualTo("ODP21019");
        assertThat(ask("POST", RESTARTS, List.of(id), "", "x".repeat((1 << 20) + 1))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void tasks() {
        String cluster = registered();
        String running = task(cluster, TaskState.RUNNING);
        task(cluster, TaskState.PLANNED);

        Answer answer = ask(
                "GET", TASKS, List.of(), "?cluster=" + cluster + "&sort=state,desc&from=2020-01-01T00:00:00Z", NO_TYPE);

        assertThat(answer.json().path("items").findValuesAsString("id")).containsExactly(running);
        assertThat(ask("GET", TASKS, List.of(), "?cluster=" + cluster + "&state=PLANNED", NO_TYPE)
                        .json()
                        .at("/page/total")
                        .asInt())
                .isEqualTo(1);
        assertThat(ask("GET", TASKS, List.of(), "?initiator=nobody&to=2020-01-01T00:00:00Z", NO_TYPE)
                        .json()
                        .path("items")
                        .size())
                .isZero();
    }

    @Test
    void task() {
        String id = task(registered(), TaskState.HALTED);

        Answer answer = ask("GET", TASK, List.of(id), "", NO_TYPE);

        assertThat(answer.header("ETag")).hasValue("\"4\"");
        assertThat(answer.json().path("actions").toString()).isEqualTo("[\"retry\",\"skip\",\"cancel\"]");
        assertThat(fields(answer.json().path("links"))).containsExactlyInAnyOrder("self", "events", "console");
        assertThat(ask("GET", TASK, List.of("none"), "", NO_TYPE).status()).isEqualTo(404);
    }

    @Test
    void taskOdps() {
        String id = task(registered(), TaskState.RUNNING);
        row(id, "a", 2, TaskOdpState.FAILED);
        row(id, "b", 1, TaskOdpState.RUNNING);

        assertThat(ask("GET", TASK_ODPS, List.of(id), "", NO_TYPE)
                        .json()
                        .path("items")
                        .findValuesAsString("odp"))
                .containsExactly("b", "a");
        for (String field : List.of("odp", "zone", "batch", "state", "attempts", "startedAt", "finishedAt")) {
            for (String direction : List.of("", ",asc", ",desc")) {
                assertThat(ask("GET", TASK_ODPS, List.of(id), "?sort=" + field + direction, NO_TYPE)
                                .status())
                        .isEqualTo(200);
            }
        }
        assertThat(ask("GET", TASK_ODPS, List.of(id), "?state=FAILED,SKIPPED", NO_TYPE)
                        .json()
                        .path("items")
                        .findValuesAsString("odp"))
                .containsExactly("a");
    }

    @Test
    void taskEvents() {
        String id = task(registered(), TaskState.RUNNING);
        views.apply(Given.event(id, 0, 5, false));

        assertThat(ask("GET", TASK_EVENTS, List.of(id), "?sort=sequence,desc", NO_TYPE)
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
        try (Stream<String> lines = admin.lines("/api/v1/tasks/" + id + "/events", "Accept", "text/event-stream")) {
            assertThat(lines.limit(2)).containsExactly("id:0-5", "event:ODP_STEP");
        }
        assertThat(ask("GET", TASK_EVENTS, List.of("none"), "", NO_TYPE).status())
                .isEqualTo(404);
    }

    @Test
    void events() {
        String cluster = registered();

        try (Stream<String> lines = admin.lines("/api/v1/events?cluster=" + cluster)) {
            var all = lines.iterator();
            String first = all.next();
            assertThat(first).startsWith("id:");
            task(cluster, TaskState.RUNNING);
            String line = first;
            while (!line.startsWith("event:")) {
                line = all.next();
            }
            assertThat(line).isEqualTo("event:task");
        }
    }

    @ParameterizedTest
    @CsvSource({"pause,RUNNING", "resume,PAUSED", "retry,HALTED", "cancel,RUNNING"})
    void action(String action, TaskState state) {
        String id = task(registered(), state);

        assertThat(ask("POST", ACTION, List.of(id, action), "", NO_TYPE, "If-Match", "\"3\"")
                        .status())
                .isEqualTo(412);
        assertThat(ask("POST", ACTION, List.of(id, action), "", NO_TYPE, "If-Match", "\"4\"")
                        .status())
                .isIn(200, 202);
        assertThat(ask("POST", ACTION, List.of(task(registered(), TaskState.COMPLETED), action), "", NO_TYPE)
                        .status())
                .isEqualTo(409);
        assertThat(ask("POST", ACTION, List.of("none", action), "", NO_TYPE).status())
                .isEqualTo(404);
    }

    @Test
    void skip() {
        String id = task(registered(), TaskState.HALTED);
        row(id, "a", 1, TaskOdpState.FAILED);

        assertThat(ask("POST", SKIP, List.of(id, "ghost"), "", NO_TYPE).code()).isEqualTo("ODP21019");
        assertThat(ask("POST", SKIP, List.of(id, "a"), "", NO_TYPE).status()).isIn(200, 202);
    }

    @Test
    void audit() {
        assertThat(ask("GET", "/api/v1/audit", List.of(), "?user=admin&from=2026-01-01T00:00:00Z&sort=at,asc", NO_TYPE)
                        .status())
                .isEqualTo(200);
        assertThat(ask("GET", "/api/v1/audit", List.of(), "?from=noon", NO_TYPE).status())
                .isEqualTo(400);
    }

    // ---- what all rows have in common ----

    private static final List<String> GETS = List.of(CLUSTERS, CLUSTER, TASKS, TASK, TASK_ODPS);

    @Test
    void shouldAnswerHeadAsGetWithoutABody() {
        String cluster = registered();
        String task = task(cluster, TaskState.RUNNING);
        for (String template : GETS) {
            String path = template.replace("{cluster}", cluster).replace("{task}", task);
            Answer head = admin.send("HEAD", path, null);
            assertThat(head.status()).as(path).isEqualTo(200);
            assertThat(head.text()).as(path).isEmpty();
            assertThat(head.header("ETag")).as(path).isEqualTo(admin.get(path).header("ETag"));
        }
        assertThat(admin.send("HEAD", "/api/v1/tasks/none", null).status()).isEqualTo(404);
    }

    @Test
    void shouldTellTheMethodsThereAre() {
        for (String template : GETS) {
            String path = template.replaceAll("\\{[a-z]+}", "x");
            Answer options = admin.send("OPTIONS", path, null);
            assertThat(options.status()).as(path).isEqualTo(200);
            assertThat(options.header("Allow"))
                    .as(path)
                    .hasValueSatisfying(allow -> assertThat(allow).contains("GET"));
            Answer patch = admin.send("PATCH", path, "{}");
            assertThat(patch.status()).as(path).isEqualTo(405);
            assertThat(patch.header("Allow")).as(path).isPresent();
            assertThat(patch.code()).isEqualTo("RC22105");
            Answer picture = admin.get(path, "Accept", "image/png");
            assertThat(picture.status()).as(path).isEqualTo(406);
            assertThat(picture.contentType()).isEqualTo("application/problem+json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "zh-CN, zh, 请求无效",
        "'fr, zh;q=0.3', zh, 请求无效",
        "en, en, The request is not valid",
        "de, en, The request is not valid"
    })
    void shouldSpeakTheLanguageOfTheCaller(String accept, String language, String title) {
        Answer answer = admin.post(CLUSTERS + "/x/restarts", "{\"mode\":1}", "Accept-Language", accept);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Language")).hasValue(language);
        assertThat(answer.json().path("title").asString()).isEqualTo(title);
        assertThat(answer.json().path("traceId").asString()).matches("[0-9a-f]{32}");
    }

    // ---- the description ----

    @Test
    void shouldDescribeEveryRowInWords() {
        assertThat(api.path("openapi").asString()).startsWith("3.");
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    assertThat(operation.getValue().path("summary").asString(""))
                            .as("%s %s needs a row in ApiDescription", operation.getKey(), path.getKey())
                            .isNotEmpty();
                    assertThat(operation.getValue().path("responses").has("401"))
                            .as("%s %s", operation.getKey(), path.getKey())
                            .isTrue();
                }));
    }

    /** The forms are read by hand: what they know is in the faults they find. */
    @Test
    void shouldDescribeTheFieldsThatAreTaken() {
        String id = registered();
        known("RestartBody", admin.post(CLUSTERS + "/" + id + "/restarts", "{\"zzz\":1}"), "zzz");
        known(
                "BatchingBody",
                admin.post(CLUSTERS + "/" + id + "/restarts", "{\"batching\":{\"zzz\":1}}"),
                "batching.zzz");
        known("DefinitionBody", admin.put(CLUSTERS + "/" + id, "{\"zzz\":1}"), "zzz");
        known("OdpDefaultsBody", admin.put(CLUSTERS + "/" + id, "{\"defaults\":{\"zzz\":1}}"), "defaults.zzz");
        known("OdpBody", admin.put(CLUSTERS + "/" + id, "{\"odps\":[{\"zzz\":1}]}"), "odps[0].zzz");
        known("SshBody", admin.put(CLUSTERS + "/" + id, "{\"defaults\":{\"ssh\":{\"zzz\":1}}}"), "defaults.ssh.zzz");
    }

    private static void known(String schema, Answer answer, String field) {
        String detail = answer.json()
                .path("errors")
                .valueStream()
                .filter(error -> error.path("field").asString().equals(field))
                .map(error -> error.path("detail").asString())
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.text()));
        String names = detail.substring(detail.indexOf(": ") + 2).replaceFirst("\\.$", "");
        assertThat(fields(api.path("components").path("schemas").path(schema).path("properties")))
                .as(schema)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(names.split(", ", -1)).collect(Collectors.toSet()));
    }

    @Test
    void shouldHaveAnUpToDateCopyOfTheDescription() throws IOException {
        String now = JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(api)
                + "\n";
        if (Boolean.getBoolean("rollcall.openapi.write")) {
            Files.writeString(COPY, now);
        }
        if (!Files.exists(COPY) || !Files.readString(COPY).equals(now)) {
            fail("docs/openapi.json is stale: run ContractIT with -Drollcall.openapi.write=true and commit it.");
        }
    }

    /** Everything the page loads is there, comes from here, and fits the strict content policy of all pages. */
    @ParameterizedTest
    @ValueSource(
            strings = {"index.html", "swagger-initializer.js", "swagger-ui.css", "swagger-ui-bundle.js", "index.css"})
    void shouldServeAPageThatShowsTheDescription(String file) {
        Answer page = admin.get("/swagger-ui.html");
        assertThat(page.status()).isIn(200, 302);
        String folder = page.header("Location")
                .map(there -> there.replaceFirst("index\\.html.*", ""))
                .orElse("/swagger-ui/");
        Answer answer = admin.get(folder + file);

        assertThat(answer.status()).as(folder + file).isEqualTo(200);
        assertThat(answer.header("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("script-src 'self'").doesNotContain("unsafe"));
        if (file.equals("index.html")) {
            assertThat(answer.text())
                    .doesNotContain("<style")
                    .doesNotContain("style=\"")
                    .doesNotContainPattern("<script[^>]*>[^<\\s]");
        }
        if (file.equals("swagger-initializer.js")) {
            assertThat(answer.text())
                    .contains("/v3/api-docs")
                    .doesNotContain("validator.swagger.io")
                    .doesNotContain("petstore");
        }
    }

    private static Set<String> fields(JsonNode object) {
        return new TreeSet<>(object.propertyNames());
    }

    @Test
    void shouldPageThroughMoreThanOnePage() {
        String cluster = registered();
        Set<String> all = IntStream.range(0, 7)
                .mapToObj(i -> task(cluster, TaskState.COMPLETED))
                .collect(Collectors.toSet());
        Set<String> seen = new TreeSet<>();
        for (int page = 1; page <= 4; page++) {
            JsonNode items = ask("GET", TASKS, List.of(), "?cluster=" + cluster + "&size=2&page=" + page, NO_TYPE)
                    .json()
                    .path("items");
            assertThat(items.size()).isEqualTo(page < 4 ? 2 : 1);
            seen.addAll(items.findValuesAsString("id"));
        }
        assertThat(seen).isEqualTo(new TreeSet<>(all));
    }
}
