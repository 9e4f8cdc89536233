package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.it.Http.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The HTTP contract, row by row, over a real server without Kafka. */
class HttpIT {

    private static final String DEFINITION = HttpGateway.DEFINITION;

    private static HttpGateway gateway;
    private static Views views;
    private static HttpOnly.StraightThrough publisher;
    private static int port;
    private static Http operator;
    private static Http viewer;
    private static Http nobody;

    @BeforeAll
    static void start() {
        gateway = HttpGateway.start(HttpGateway.all(
                HttpGateway.user(0, "operator", "OBPROXY_MANAGER"), HttpGateway.user(1, "viewer", "OBPROXY_VIEWER")));
        views = gateway.views();
        publisher = gateway.publisher();
        port = gateway.port();
        operator = new Http(port, "operator");
        viewer = new Http(port, "viewer");
        nobody = new Http(port, null);
        shouldAnswerNothingBeforeTheViewsAreComplete();
        views.caughtUp();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void mend() {
        publisher.broken(false);
    }

    private static void shouldAnswerNothingBeforeTheViewsAreComplete() {
        Answer answer = operator.get("/api/v1/clusters");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("RC22153");
        assertThat(answer.header("Retry-After")).isPresent();
        assertThat(nobody.get("/api/v1/clusters").status()).isEqualTo(401);
    }

    private static String registered() {
        String id = "c" + UUID.randomUUID();
        Answer answer = operator.put("/api/v1/clusters/" + id, DEFINITION);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return id;
    }

    private static void isProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asString()).isEqualTo(code);
        assertThat(problem.path("type").asString()).isEqualTo("urn:rollcall:problem:" + code);
        assertThat(problem.path("title").asString()).isNotEmpty();
        assertThat(problem.path("detail").asString())
                .isNotEmpty()
                .doesNotContain("%1$s")
                .doesNotContain("Exception");
        assertThat(problem.path("traceId").asString()).matches("[0-9a-f]{32}");
        assertThat(problem.has("trace")).isFalse();
        assertThat(answer.text()).doesNotContain("\tat ").doesNotContain("org.springframework");
    }

    // ---- who may ----

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/clusters", "/api/v1/tasks", "/api/v1/events", "/", "/nowhere"})
    void shouldAnswer401WithoutIdentity(String path) {
        Answer answer = nobody.get(path);

        isProblem(answer, 401, "RC22101");
        assertThat(answer.header("WWW-Authenticate").orElse("")).startsWith("Basic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic !!!",
                "Basic bm9jb2xvbg==",
                "Basic dmlld2VyOndyb25n",
                "Basic Z2hvc3Q6eA==",
                "Bearer x"
            })
    void shouldAnswer401ToCredentialsThatAreNone(String header) {
        isProblem(nobody.get("/api/v1/clusters", "Authorization", header), 401, "RC22101");
    }

    @Test
    void shouldAnswer403ToAViewerThatWantsToChangeSomething() {
        String cluster = registered();
        int before = publisher.published().size();

        isProblem(viewer.put("/api/v1/clusters/x", DEFINITION), 403, "IAM11000");
        isProblem(viewer.delete("/api/v1/clusters/" + cluster), 403, "IAM11000");
        isProblem(viewer.post("/api/v1/clusters/" + cluster + "/restarts", "{}"), 403, "IAM11000");
        isProblem(viewer.post("/api/v1/tasks/t/cancel", null), 403, "IAM11000");
        isProblem(viewer.post("/api/v1/tasks/t/odps/o/skip", null), 403, "IAM11000");
        assertThat(viewer.get("/api/v1/clusters/" + cluster).status()).isEqualTo(200);
        assertThat(publisher.published()).hasSize(before);
    }

    @Test
    void shouldRefuseWhatABrowserSendsForAnotherSite() {
        int before = publisher.published().size();

        isProblem(operator.post("/api/v1/tasks/t/cancel", null, "Origin", "https://evil.example"), 403, "RC22123");
        isProblem(operator.post("/api/v1/tasks/t/cancel", null, "Origin", "null"), 403, "RC22123");
        isProblem(operator.post("/api/v1/tasks/t/cancel", null, "Sec-Fetch-Site", "cross-site"), 403, "RC22123");
        isProblem(operator.post("/api/v1/tasks/t/cancel", null, "Origin", "http://127.0.0.1:" + port), 404, "RC22104");
        assertThat(publisher.published()).hasSize(before);
    }

    @Test
    void shouldSendSecureHeadersAndNoCookie() {
        Answer answer = operator.get("/api/v1/clusters");

        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.header("X-Frame-Options")).contains("DENY");
        assertThat(answer.header("Content-Security-Policy").orElse("")).contains("default-src 'none'");
        assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    // ---- bad requests ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/api/v1/nothing|404|RC22104",
                "GET|/nothing|404|RC22104",
                "GET|/api/v1/tasks/unknown|404|RC22104",
                "GET|/api/v1/tasks/%00|400|RC22001",
                "GET|/api/v1/tasks/unknown/odps|404|RC22104",
                "GET|/api/v1/tasks/unknown/events|404|RC22104",
                "GET|/api/v1/clusters/unknown|404|ODP21001",
                "GET|/api/v1/clusters/NOT%20AN%20ID|404|ODP21001",
                "DELETE|/api/v1/clusters/unknown|404|ODP21001",
                "POST|/api/v1/tasks/unknown/pause|404|RC22104",
                "POST|/api/v1/tasks/unknown/explode|404|RC22104",
                "PATCH|/api/v1/clusters/x|405|RC22105",
                "POST|/api/v1/clusters|405|RC22105",
                "DELETE|/api/v1/tasks/t|405|RC22105",
                "GET|/api/v1/clusters?page=0|400|RC22001",
                "GET|/api/v1/clusters?size=501|400|RC22001",
                "GET|/api/v1/clusters?sort=price|400|RC22001",
                "GET|/api/v1/clusters?status=FINE|400|RC22001",
                "GET|/api/v1/tasks?from=yesterday|400|RC22001",
                "GET|/api/v1/tasks?state=SLEEPING|400|RC22001",
                "GET|/api/v1/clusters/x;y=1|400|RC22001",
            })
    void shouldAnswerWithAProblem(String method, String path, int status, String code) {
        isProblem(operator.send(method, path, null), status, code);
    }

    @Test
    void shouldSayWhatIsPossibleInstead() {
        Answer method = operator.send("PATCH", "/api/v1/clusters/x", null);
        assertThat(method.header("Allow").orElse(""))
                .contains("GET")
                .contains("PUT")
                .contains("DELETE");
        isProblem(operator.get("/api/v1/clusters", "Accept", "image/png"), 406, "RC22106");
        isProblem(operator.put("/api/v1/clusters/x", "a: b", "Content-Type", "application/yaml"), 415, "RC22115");
        isProblem(
                operator.post(
                        "/api/v1/clusters/x/restarts",
                        "mode=RESTART",
                        "Content-Type",
                        "application/x-www-form-urlencoded"),
                415,
                "RC22115");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "1",
                "\"x\"",
                "{\"mode\":\"RESTART\"} {}",
                "{\"mode\":1,\"mode\":2}",
                "{'a':1}"
            })
    void shouldRefuseBodiesThatAreNoJsonObject(String body) {
        String cluster = registered();
        int before = publisher.published().size();

        isProblem(operator.post("/api/v1/clusters/" + cluster + "/restarts", body), 400, "RC22001");

        assertThat(publisher.published()).hasSize(before);
    }

    @Test
    void shouldNameLineAndColumnOfBrokenJson() {
        Answer answer = operator.put("/api/v1/clusters/x", "{\n \"name\": \"x\",\n \"odps\": [}\n}");

        isProblem(answer, 400, "RC22001");
        assertThat(answer.json().path("detail").asString()).contains("line 3, column 11");
    }

    @Test
    void shouldTellAllFaultsOfARestartByField() {
        String cluster = registered();

        Answer answer = operator.post("/api/v1/clusters/" + cluster + "/restarts", """
                {"mode":"SLOWLY","odps":[7],"batching":{"sizes":"1","window":"yes","groupBy":"room","maxFailures":1.5},
                 "hotUpgradeExitTimeout":null,"dryRun":"yes","notBefore":"noon","notbefore":1}""");

        isProblem(answer, 400, "RC22001");
        assertThat(answer.json().path("errors").findValuesAsString("field"))
                .containsExactlyInAnyOrder(
                        "mode",
                        "odps[0]",
                        "batching.sizes",
                        "batching.window",
                        "batching.groupBy",
                        "batching.maxFailures",
                        "hotUpgradeExitTimeout",
                        "dryRun",
                        "notBefore",
                        "notbefore");
    }

    @Test
    void shouldTellAllFaultsOfADefinitionByField() {
        Answer answer = operator.put("/api/v1/clusters/x", """
                {"nmae":"x","labels":{"a":1},"defaults":{"ssh":{"passwort":"x"}},"odps":[{"host":"-x","sqlPort":"a"},7]}""");

        isProblem(answer, 400, "RC22001");
        assertThat(answer.json().path("errors").findValuesAsString("field"))
                .contains("nmae", "labels.a", "defaults.ssh.passwort", "odps[0].host", "odps[0].sqlPort", "odps[1]");
        isProblem(operator.put("/api/v1/clusters/NOPE", DEFINITION), 400, "RC22001");
    }

    @Test
    void shouldRefuseBodiesThatAreTooLarge() {
        String cluster = registered();
        String large = "{\"mode\":\"RESTART\",\"reason\":\"" + "x".repeat(1 << 20) + "\"}";

        isProblem(operator.post("/api/v1/clusters/" + cluster + "/restarts", large), 413, "RC22113");
        isProblem(operator.put("/api/v1/clusters/x", " ".repeat((4 << 20) + 1)), 413, "RC22113");
        // A definition may be larger than other bodies.
        isProblem(operator.put("/api/v1/clusters/x", large), 400, "RC22001");
    }

    @Test
    void shouldRefuseATooLargeBodyOfUnknownLength() throws IOException {
        String token = Base64.getEncoder().encodeToString("operator:secret-operator".getBytes(StandardCharsets.UTF_8));
        String cluster = registered();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            StringBuilder request = new StringBuilder("POST /api/v1/clusters/" + cluster + "/restarts HTTP/1.1\r\n"
                    + "Host: x\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Basic " + token
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = " ".repeat(0x10000);
            for (int i = 0; i < 17; i++) {
                request.append("10000\r\n").append(chunk).append("\r\n");
            }
            request.append("0\r\n\r\n");
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            String status = new String(in.readNBytes(12), StandardCharsets.UTF_8);

            assertThat(status).isEqualTo("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @CsvSource({"If-Match,3", "If-Match,'\"3'", "If-None-Match,abc"})
    void shouldRefuseConditionsItCannotRead(String header, String value) {
        isProblem(operator.put("/api/v1/clusters/x", DEFINITION, header, value), 400, "RC22001");
    }

    @Test
    void shouldRefuseKeysAndEventIdsItCannotRead() {
        String cluster = registered();
        isProblem(
                operator.post(
                        "/api/v1/clusters/" + cluster + "/restarts",
                        "{\"mode\":\"RESTART\"}",
                        "Idempotency-Key",
                        "x".repeat(129)),
                400,
                "RC22001");
        String task = task(cluster, TaskState.RUNNING);
        isProblem(
                operator.get(
                        "/api/v1/tasks/" + task + "/events",
                        "Accept",
                        "text/event-stream",
                        "Last-Event-ID",
                        "nonsense"),
                400,
                "RC22001");
    }

    @Test
    void shouldTakeOverTheCallersTrace() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        Answer answer = operator.get("/api/v1/tasks/unknown", "traceparent", "00-" + trace + "-00f067aa0ba902b7-01");

        assertThat(answer.json().path("traceId").asString()).isEqualTo(trace);
    }

    @Test
    void shouldSayThatKafkaDidNotTakeIt() {
        String cluster = registered();
        publisher.broken(true);

        isProblem(operator.post("/api/v1/clusters/" + cluster + "/restarts", "{\"mode\":\"RESTART\"}"), 503, "RC22154");
        isProblem(operator.put("/api/v1/clusters/" + cluster, DEFINITION), 503, "RC22154");
    }

    // ---- clusters ----

    @Test
    void shouldListClusters() {
        String cluster = registered();
        views.apply(Given.sighting("b2", OdpState.RUNNING, "4.3.1", Instant.now()));

        JsonNode list = operator.get("/api/v1/clusters?query=" + cluster.substring(0, 20) + "&size=1")
                .json();

        assertThat(list.path("page").path("total").asInt()).isEqualTo(1);
        assertThat(list.at("/items/0/id").asString()).isEqualTo(cluster);
        assertThat(list.at("/items/0/zones").size()).isEqualTo(2);
        assertThat(list.at("/items/0/status").asString()).isEqualTo("UNKNOWN");
        assertThat(list.at("/items/0/activeTask").isNull()).isTrue();
        assertThat(operator.get("/api/v1/clusters?query=" + cluster + "&status=RUNNING,STOPPED")
                        .json()
                        .at("/page/total")
                        .asInt())
                .isZero();
        assertThat(operator.get("/api/v1/clusters?page=999")
                        .json()
                        .path("items")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void shouldSortClusters() {
        String one = registered();
        String other = registered();
        String first = one.compareTo(other) < 0 ? one : other;

        JsonNode ascending =
                operator.get("/api/v1/clusters?sort=id&size=500").json().path("items");
        JsonNode descending =
                operator.get("/api/v1/clusters?sort=id,desc&size=500").json().path("items");

        List<String> up = ascending.findValuesAsString("id");
        assertThat(up).isSorted().contains(first);
        assertThat(descending.findValuesAsString("id")).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void shouldForgetAClusterWithoutABody() {
        String cluster = registered();

        Answer answer = operator.delete("/api/v1/clusters/" + cluster);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
    }

    // ---- restarts ----

    @Test
    void shouldDemandConfirmationOfAForceRestart() {
        String cluster = registered();
        String path = "/api/v1/clusters/" + cluster + "/restarts";

        Answer refused = operator.post(path, "{\"mode\":\"FORCE_RESTART\"}");
        Answer accepted =
                operator.post(path, "{\"mode\":\"FORCE_RESTART\",\"confirm\":\"" + cluster + "\",\"reason\":\"r\"}");

        isProblem(refused, 400, "RC22001");
        assertThat(refused.json().at("/errors/0/field").asString()).isEqualTo("confirm");
        assertThat(refused.json().at("/errors/0/code").asString()).isEqualTo("RC22002");
        assertThat(refused.json().at("/errors/0/detail").asString()).contains(cluster);
        assertThat(accepted.status()).isEqualTo(202);
    }

    @Test
    void shouldAnswerWithTheTaskDocument() {
        String cluster = registered();

        Answer asked = operator.post("/api/v1/clusters/" + cluster + "/restarts", "{\"mode\":\"RESTART\"}");

        assertThat(asked.json().propertyNames())
                .containsExactly(
                        "id",
                        "cluster",
                        "mode",
                        "state",
                        "phase",
                        "version",
                        "actions",
                        "requestedBy",
                        "reason",
                        "requestedAt",
                        "startedAt",
                        "finishedAt",
                        "durationMs",
                        "progress",
                        "batches",
                        "failure",
                        "rejections",
                        "rules",
                        "links");
        assertThat(asked.json().at("/links/events").asString())
                .isEqualTo(asked.header("Location").orElse("") + "/events");
        assertThat(asked.json().path("requestedAt").asString()).matches("\\d{4}-.*Z");
    }

    // ---- tasks ----

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
                Instant.now(),
                Instant.now(),
                null,
                given.counts(),
                List.of(new Task.Batch(1, 1, BatchState.DONE)),
                List.of(),
                null,
                Task.Plan.NONE));
        views.apply(new TaskOdp(
                new TaskId(id),
                new OdpId("10.0.0.7:2883"),
                "z1",
                1,
                TaskOdpState.RUNNING,
                "BATCH_1",
                1,
                null,
                new TaskOdp.Incarnation(1L, null, "4.3.1"),
                new TaskOdp.Incarnation(2L, null, "4.3.1"),
                true,
                true,
                5L,
                null,
                null,
                null,
                null,
                null,
                new TaskOdp.Times(Instant.parse("2026-01-01T00:00:00Z"), null, null, null)));
        return id;
    }

    @Test
    void shouldShowATask() {
        String id = task("some", TaskState.RUNNING);

        Answer answer = viewer.get("/api/v1/tasks/" + id);

        assertThat(answer.header("ETag")).contains("\"4\"");
        JsonNode task = answer.json();
        assertThat(task.at("/progress/percent").asInt()).isEqualTo(37);
        assertThat(task.at("/actions/0").asString()).isEqualTo("pause");
        assertThat(task.at("/batches/0/odps/0").asString()).isEqualTo("10.0.0.7:2883");
        assertThat(task.at("/batches/0/state").asString()).isEqualTo("DONE");
        assertThat(task.path("durationMs").isIntegralNumber()).isTrue();
    }

    @Test
    void shouldListTasksNewestFirstAndPlansOnlyWhenAsked() {
        String cluster = "c" + UUID.randomUUID();
        task(cluster, TaskState.COMPLETED);
        String planned = task(cluster, TaskState.PLANNED);
        String newest = task(cluster, TaskState.RUNNING);
        String list = "/api/v1/tasks?cluster=" + cluster;

        assertThat(operator.get(list).json().at("/page/total").asInt()).isEqualTo(2);
        assertThat(operator.get(list).json().at("/items/0/id").asString()).isEqualTo(newest);
        assertThat(operator.get(list + "&state=PLANNED")
                        .json()
                        .at("/items/0/id")
                        .asString())
                .isEqualTo(planned);
        assertThat(operator.get(list + "&initiator=alice")
                        .json()
                        .at("/page/total")
                        .asInt())
                .isZero();
        assertThat(operator.get(list + "&to=2020-01-01T00:00:00Z")
                        .json()
                        .at("/page/total")
                        .asInt())
                .isZero();
    }

    @Test
    void shouldShowRowsOfATask() {
        String id = task("some", TaskState.RUNNING);

        JsonNode rows =
                operator.get("/api/v1/tasks/" + id + "/odps?state=RUNNING").json();

        assertThat(rows.at("/items/0/odp").asString()).isEqualTo("10.0.0.7:2883");
        assertThat(rows.at("/items/0/old/pid").asInt()).isEqualTo(1);
        assertThat(rows.at("/items/0/new/pid").asInt()).isEqualTo(2);
        assertThat(rows.at("/items/0/clientsCut").isNull()).isTrue();
        assertThat(rows.at("/items/0/precheckedAt").asString()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(rows.at("/items/0/drainedAt").isNull()).isTrue();
        assertThat(operator.get("/api/v1/tasks/" + id + "/odps?state=FAILED")
                        .json()
                        .at("/page/total")
                        .asInt())
                .isZero();
    }

    @Test
    void shouldSkipOnlyWhatTheTaskHas() {
        String id = task("some", TaskState.HALTED);

        assertThat(operator.post("/api/v1/tasks/" + id + "/odps/10.0.0.7:2883/skip", null)
                        .status())
                .isEqualTo(200);
        isProblem(operator.post("/api/v1/tasks/" + id + "/odps/ghost/skip", null), 404, "ODP21019");
    }

    @Test
    void shouldStreamWithHeartbeatsAndEndWithTheTask() {
        String id = task("some", TaskState.RUNNING);
        views.apply(Given.event(id, 0, 5, false));
        try (Stream<String> lines = operator.lines("/api/v1/tasks/" + id + "/events", "Accept", "text/event-stream")) {
            var all = lines.filter(line -> !line.isEmpty()).iterator();
            assertThat(all.next()).isEqualTo("id:0-5");
            assertThat(all.next()).isEqualTo("event:ODP_STEP");
            assertThat(all.next()).startsWith("data:{\"id\":\"0-5\"");
            assertThat(all.next()).isEqualTo(":alive");
            views.apply(Given.event(id, 0, 6, true));
            while (all.hasNext()) {
                String line = all.next();
                assertThat(line).matches(":alive|id:0-6|event:TASK_ENDED|data:.*");
            }
        }
    }

    @Test
    void shouldEndAStreamOfATaskThatHasEndedWithoutALastEvent() {
        String id = task("some", TaskState.COMPLETED);

        try (Stream<String> lines = operator.lines("/api/v1/tasks/" + id + "/events", "Accept", "text/event-stream")) {
            assertThat(lines.filter(line -> line.startsWith("data:"))).isEmpty();
        }
    }

    @Test
    void shouldGiveEventsAsJsonWithoutAnAcceptHeader() {
        String id = task("some", TaskState.RUNNING);
        views.apply(Given.event(id, 0, 5, false));

        Answer answer = operator.get("/api/v1/tasks/" + id + "/events");

        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.json().at("/items/0/type").asString()).isEqualTo("ODP_STEP");
    }

    @Test
    void shouldShowTheLiveStateEvenToWhoKnowsTheRevision() {
        String cluster = registered();
        String path = "/api/v1/clusters/" + cluster;
        String tag = operator.get(path).header("ETag").orElseThrow();

        assertThat(operator.get(path, "If-None-Match", tag).status()).isEqualTo(200);
        assertThat(operator.get("/api/v1/tasks/" + task(cluster, TaskState.RUNNING), "If-None-Match", "\"4\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldTellTheEndOfATaskOnlyWhenTheTaskShowsIt() {
        String id = task("some", TaskState.RUNNING);
        views.apply(Given.event(id, 0, 5, false));
        try (Stream<String> lines = operator.lines("/api/v1/tasks/" + id + "/events", "Accept", "text/event-stream")) {
            var ids = lines.filter(line -> line.startsWith("id:")).iterator();
            assertThat(ids.next()).isEqualTo("id:0-5");
            views.apply(Given.event(id, 0, 6, true));
            Task ended = Given.task(id, 5, TaskState.COMPLETED, TaskPhase.UNKNOWN, Task.Counts.NONE);
            views.apply(ended);

            assertThat(ids.next()).isEqualTo("id:0-6");
            assertThat(operator.get("/api/v1/tasks/" + id).json().path("state").asString())
                    .isEqualTo("COMPLETED");
        }
    }

    @Test
    void shouldTellEverythingAnewToWhoComesBackAfterMoreThanAnHour() {
        registered();
        String young =
                views.positions().now(Instant.now().minusSeconds(59 * 60)).text();
        String old = views.positions().now(Instant.now().minusSeconds(61 * 60)).text();

        assertThat(firstLine("/api/v1/events", young)).startsWith("id:");
        assertThat(firstLine("/api/v1/events", old)).isEqualTo("event:reset");
    }

    private static String firstLine(String path, String lastEventId) {
        try (Stream<String> lines = operator.lines(path, "Last-Event-ID", lastEventId)) {
            return lines.findFirst().orElseThrow();
        }
    }

    @Test
    void shouldWaitHalfAMinuteAtMost() {
        String cluster = registered();
        Thread planner = new Thread(() -> {
            await().until(() -> !tasksOf(cluster).isEmpty());
            Task asked = tasksOf(cluster).get(0);
            views.apply(Given.task(asked.id().value(), 2, TaskState.RUNNING, TaskPhase.RESTART, Task.Counts.NONE));
        });
        planner.start();

        Answer answer = operator.post(
                "/api/v1/clusters/" + cluster + "/restarts", "{\"mode\":\"RESTART\"}", "Prefer", "wait=9999");

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).contains("wait=30");
        assertThat(answer.json().path("phase").asString()).isEqualTo("RESTART");
    }

    private static List<Task> tasksOf(String cluster) {
        return views.tasks().stream()
                .filter(task -> task.cluster().value().equals(cluster))
                .toList();
    }
}
