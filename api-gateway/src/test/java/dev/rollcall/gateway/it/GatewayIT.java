package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.it.Http.Answer;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two gateways over a real broker. */
class GatewayIT {

    private static final String ODPS = """
            {"name":"Payments","defaults":{"home":"/home/admin/obproxy","ssh":{"user":"admin","credential":"ops-key"},
             "adminCredential":"proxysys"},
             "odps":[{"host":"10.0.0.7","zone":"z1"},{"host":"10.0.0.8","zone":"z2","sqlPort":2884,"id":"b2"}]}""";

    private static Installation installation;
    private static FakeServices services;
    private static Http operator;
    private static Http onAnother;
    private static Http viewer;

    private final String cluster = "c" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        installation = new Installation();
        services = installation.services();
        operator = new Http(installation.port(), "operator");
        viewer = new Http(installation.port(), "viewer");
        onAnother = new Http(installation.anotherGateway(), "operator");
        awaitReady(operator);
        awaitReady(onAnother);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        installation.close();
    }

    @AfterEach
    void answerAgain() {
        services.silent(false);
        services.refuseControls(null);
        services.foldNothing(false);
    }

    private static void awaitReady(Http http) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> http.get("/api/v1/clusters?size=1").status() == 200);
    }

    @Test
    void shouldServeProbesAndMetricsOnTheirOwnPortOnly() {
        Http ops = new Http(installation.managementPort(), null);
        Http people = new Http(installation.port(), null);

        assertThat(ops.get("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(ops.get("/actuator/health/readiness").text()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(ops.get("/actuator/prometheus").text()).contains("jvm_memory_used_bytes");
        assertThat(ops.get("/actuator/env").status()).isIn(401, 404);
        assertThat(ops.get("/api/v1/clusters").status()).isIn(401, 404);
        assertThat(people.get("/actuator/prometheus").status()).isIn(401, 404);
        assertThat(people.get("/actuator/health/readiness").status()).isIn(401, 404);
    }

    @Test
    void shouldShowWhatTheAuditChainSays() {
        Http admin = new Http(installation.port(), "admin");
        String path = "/api/v1/clusters/not-there/restarts";

        assertThat(operator.post(path, "{\"mode\":\"RESTART\"}").status()).isEqualTo(404);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> admin.get("/api/v1/audit?cluster=not-there").text().contains("ODP21001"));
        Answer answer = admin.get("/api/v1/audit?cluster=not-there");
        assertThat(answer.json().path("items").path(0).path("user").asString()).isEqualTo("operator");
        assertThat(answer.json().path("items").path(0).path("from").asString()).isEqualTo("127.0.0.1");
        assertThat(answer.json().path("items").path(0).path("outcome").asString())
                .isEqualTo("404");
    }

    private String path() {
        return "/api/v1/clusters/" + cluster;
    }

    private Answer register() {
        Answer answer = operator.put(path(), ODPS);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer;
    }

    private static Answer awaitStatus(Http http, String path, int status) {
        return await().atMost(Duration.ofSeconds(10)).until(() -> http.get(path), answer -> answer.status() == status);
    }

    @Test
    void shouldStoreAClusterThroughThePlannerAndReadItBackAtOnce() {
        Answer created = register();

        assertThat(created.header("ETag")).contains("\"1\"");
        assertThat(created.json().path("odpCount").asInt()).isEqualTo(2);
        Answer read = operator.get(path());
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.json().at("/odps/0/id").asString()).isEqualTo("10.0.0.7:2883");
        assertThat(read.json().at("/odps/1/id").asString()).isEqualTo("b2");
        assertThat(read.json().at("/odps/0/state").asString()).isEqualTo("UNKNOWN");
        Answer replaced = operator.put(path(), ODPS, "If-Match", "\"1\"");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.header("ETag")).contains("\"2\"");
    }

    @Test
    void shouldRefuseAChangeMadeOnAnOlderRevision() {
        register();
        assertThat(operator.put(path(), ODPS).status()).isEqualTo(200);

        Answer stale = operator.put(path(), ODPS, "If-Match", "\"1\"");

        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.header("ETag")).contains("\"2\"");
        assertThat(operator.put(path(), ODPS, "If-None-Match", "*").status()).isEqualTo(412);
        // A revision this gateway has not read yet is for the planner to judge.
        assertThat(operator.put(path(), ODPS, "If-Match", "\"9\"").status()).isEqualTo(412);
    }

    @Test
    void shouldAnswer409WhenThePlannerSaysThatATaskIsActive() {
        register();
        services.busy(cluster, "some-task");

        Answer put = operator.put(path(), ODPS);
        Answer delete = operator.delete(path());

        assertThat(put.status()).isEqualTo(409);
        assertThat(put.code()).isEqualTo("COM10005");
        assertThat(delete.status()).isEqualTo(409);
    }

    @Test
    void shouldSaySoWhenThePlannerIsSilent() {
        services.silent(true);

        Answer answer = operator.put(path(), ODPS);

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.json().path("detail").asString()).contains("may still be carried out");
    }

    @Test
    void shouldForgetACluster() {
        register();

        assertThat(operator.delete(path()).status()).isEqualTo(204);

        assertThat(operator.get(path()).status()).isEqualTo(404);
        assertThat(operator.delete(path()).code()).isEqualTo("ODP21001");
    }

    @Test
    void shouldMakeOneTaskOfOneKeyOnAnyGatewayEvenWhenTheClusterIsBusy() {
        register();
        awaitStatus(onAnother, path(), 200);
        String key = UUID.randomUUID().toString();
        String body = "{\"mode\":\"RESTART\",\"reason\":\"CHG-1\"}";

        Answer first = operator.post(path() + "/restarts", body, "Idempotency-Key", key);
        Answer again = operator.post(path() + "/restarts", body, "Idempotency-Key", key);
        String id = first.json().path("id").asString();
        awaitStatus(onAnother, "/api/v1/tasks/" + id, 200);
        Answer elsewhere = onAnother.post(
                path() + "/restarts", "{ \"reason\":\"CHG-1\", \"mode\":\"RESTART\" }", "Idempotency-Key", key);
        Answer other = onAnother.post(path() + "/restarts", "{\"mode\":\"RESTART\"}", "Idempotency-Key", key);
        Answer busy = operator.post(path() + "/restarts", body);

        assertThat(first.status()).as(first.text()).isEqualTo(202);
        assertThat(first.header("Location")).contains("/api/v1/tasks/" + id);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("id").asString()).isEqualTo(id);
        assertThat(elsewhere.status()).isEqualTo(200);
        assertThat(elsewhere.json().path("id").asString()).isEqualTo(id);
        assertThat(other.status()).isEqualTo(422);
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.code()).isEqualTo("COM10005");
        assertThat(busy.json().at("/activeTask/id").asString()).isEqualTo(id);
        assertThat(requests()).hasSize(1);
    }

    private List<RestartRequested> requests() {
        return services.heard(RestartRequested.class).stream()
                .filter(request -> request.getClusterId().equals(cluster))
                .toList();
    }

    @Test
    void shouldShowARequestAsPendingBeforeTheTaskServiceTookItUp() {
        register();

        Answer asked = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\"}");

        Answer task = operator.get(asked.header("Location").orElseThrow());
        assertThat(task.status()).isEqualTo(200);
        assertThat(task.json().path("state").asString()).isEqualTo("PENDING");
        assertThat(task.json().path("requestedBy").asString()).isEqualTo("operator");
    }

    @Test
    void shouldWaitForTheEndOfThePrecheckWhenPreferred() {
        register();
        Thread planner = new Thread(() -> {
            await().until(() -> !requests().isEmpty());
            services.task(requests().get(0), 1, TaskState.RUNNING, TaskPhase.PRECHECK);
            services.task(requests().get(0), 2, TaskState.RUNNING, TaskPhase.RESTART);
        });
        planner.start();

        Answer asked = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\"}", "Prefer", "wait=20");

        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.json().path("phase").asString()).isEqualTo("RESTART");
        assertThat(asked.header("Preference-Applied")).contains("wait=20");
    }

    @Test
    void shouldRefuseEarlyWhatIsCertainAndPublishNothing() {
        register();
        services.status(cluster, "10.0.0.7:2883", OdpState.RUNNING, "3.1.0");
        services.status(cluster, "b2", OdpState.STOPPED, null);
        await().until(() ->
                operator.get(path()).json().at("/odps/1/state").asString().equals("STOPPED"));

        Answer old = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\",\"odps\":[\"10.0.0.7:2883\"]}");
        Answer down = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\",\"odps\":[\"b2\"]}");
        Answer unknown = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\",\"odps\":[\"nobody\"]}");
        Answer nowhere = operator.post("/api/v1/clusters/nowhere/restarts", "{\"mode\":\"RESTART\"}");

        assertThat(old.status()).isEqualTo(422);
        assertThat(old.code()).isEqualTo("ODP21017");
        assertThat(old.json().path("rejections").findValuesAsString("code")).contains("ODP21018", "ODP21017");
        assertThat(down.code()).isEqualTo("ODP21017");
        assertThat(down.json().path("detail").asString()).contains("b2 STOPPED");
        assertThat(unknown.code()).isEqualTo("ODP21019");
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.code()).isEqualTo("ODP21001");
        Answer cluster = operator.get(path());
        assertThat(cluster.json().at("/restart/modes/0/allowed").asBoolean()).isFalse();
        assertThat(cluster.json().at("/restart/recommended").asString()).isEqualTo("FORCE_RESTART");
        assertThat(requests()).isEmpty();
    }

    @Test
    void shouldPublishNothingOfABadRequest() {
        register();
        long changes = services.heard(ClusterChangeRequested.class).size();

        Answer broken = operator.post(path() + "/restarts", "{\"mode\":\n  \"RESTART\",,}");
        Answer unknown = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\",\"speed\":9,\"maxFailures\":1}");
        Answer byViewer = viewer.post(path() + "/restarts", "{\"mode\":\"RESTART\"}");
        Answer byNobody = new Http(installation.port(), null).post(path() + "/restarts", "{\"mode\":\"RESTART\"}");
        Answer definition = operator.put(path(), "{\"odps\":[{\"hots\":\"x\"}]}");

        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.json().path("detail").asString()).contains("line 2, column");
        assertThat(unknown.json().path("errors").findValuesAsString("field")).containsExactly("speed", "maxFailures");
        assertThat(byViewer.status()).isEqualTo(403);
        assertThat(byViewer.code()).isEqualTo("IAM11000");
        assertThat(byNobody.status()).isEqualTo(401);
        assertThat(definition.status()).isEqualTo(400);
        assertThat(requests()).isEmpty();
        assertThat(services.heard(ClusterChangeRequested.class)).hasSize((int) changes);
    }

    private String runningTask() {
        String task = UUID.randomUUID().toString();
        services.task(task, cluster, 1, TaskState.RUNNING, TaskPhase.RESTART, "operator");
        awaitStatus(operator, "/api/v1/tasks/" + task, 200);
        return task;
    }

    @Test
    void shouldSteerATask() {
        String task = runningTask();
        String path = "/api/v1/tasks/" + task;

        Answer paused = operator.post(path + "/pause", null, "If-Match", "\"1\"");
        services.refuseControls("Expected to resume a task, but it runs");
        Answer refused = operator.post(path + "/resume", null);
        services.silent(true);
        Answer open = operator.post(path + "/odps/b2/skip", null);

        assertThat(paused.status()).as(paused.text()).isEqualTo(200);
        assertThat(paused.json().path("state").asString()).isEqualTo("PAUSED");
        assertThat(paused.header("ETag")).contains("\"2\"");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("detail").asString()).contains("Expected to resume a task, but it runs");
        assertThat(open.status()).isEqualTo(202);
        List<TaskControlRequested> heard = services.heard(TaskControlRequested.class).stream()
                .filter(control -> control.getTaskId().equals(task))
                .toList();
        assertThat(heard).extracting(control -> control.getControl().name()).containsExactly("PAUSE", "RESUME", "SKIP");
        assertThat(heard.get(0).getTaskVersion()).contains(1L);
        assertThat(heard.get(2).getOdpId()).contains("b2");
    }

    @Test
    void shouldNotCallAControlAppliedThatTheTaskDoesNotShow() {
        String task = runningTask();
        services.foldNothing(true);

        Answer answer = operator.post("/api/v1/tasks/" + task + "/pause", null);

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.json().path("state").asString()).isEqualTo("RUNNING");
    }

    @Test
    void shouldRefuseAControlDecidedOnAnOlderVersionAndOneThatComesTooLate() {
        String task = runningTask();
        String path = "/api/v1/tasks/" + task;
        services.task(task, cluster, 5, TaskState.COMPLETED, TaskPhase.UNKNOWN, "operator");
        await().until(() -> operator.get(path).json().path("version").asInt() == 5);

        Answer stale = operator.post(path + "/cancel", null, "If-Match", "\"1\"");
        Answer late = operator.post(path + "/cancel", null);

        assertThat(stale.status()).isEqualTo(412);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().path("detail").asString()).contains("COMPLETED");
        assertThat(services.heard(TaskControlRequested.class))
                .noneMatch(control -> control.getTaskId().equals(task));
    }

    @Test
    void shouldGoOnWithAStreamOnAnotherGatewayWithoutGapOrDuplicate() {
        String task = runningTask();
        for (int i = 1; i <= 3; i++) {
            services.event(task, cluster, i, TaskEventType.ODP_STEP, TaskState.RUNNING, "step " + i);
        }
        String path = "/api/v1/tasks/" + task + "/events";
        String second;
        try (Stream<String> lines = operator.lines(path, "Accept", "text/event-stream")) {
            second = lines.filter(line -> line.startsWith("id:"))
                    .skip(1)
                    .findFirst()
                    .orElseThrow()
                    .substring(3);
        }
        awaitStatus(onAnother, "/api/v1/tasks/" + task, 200);
        services.event(task, cluster, 4, TaskEventType.TASK_ENDED, TaskState.COMPLETED, "done");

        List<String> rest;
        try (Stream<String> lines = onAnother.lines(path, "Accept", "text/event-stream", "Last-Event-ID", second)) {
            rest = lines.filter(line -> line.startsWith("data:")).toList();
        }

        assertThat(rest).hasSize(2);
        assertThat(rest.get(0)).contains("step 3");
        assertThat(rest.get(1)).contains("TASK_ENDED");
        await().until(() -> operator.get(path).json().at("/page/total").asInt() == 4);
        String last = operator.get(path).json().at("/items/3/id").asString();
        Answer after = operator.get(path, "Accept", "text/event-stream", "Last-Event-ID", last);
        assertThat(after.status()).isEqualTo(204);
    }

    @Test
    void shouldTellChangesLive() {
        register();
        try (Stream<String> lines = operator.lines("/api/v1/events?cluster=" + cluster, "Last-Event-ID", "1")) {
            var seen = lines.filter(line -> line.startsWith("event:") || line.startsWith("data:"))
                    .iterator();
            assertThat(seen.next()).isEqualTo("event:reset");
            assertThat(seen.next()).contains(cluster);
            for (int odp = 0; odp < 2; odp++) {
                assertThat(seen.next()).isEqualTo("event:odp");
                assertThat(seen.next()).contains("\"UNKNOWN\"").contains(cluster);
            }
            services.status("another", "b2", OdpState.RUNNING, "4.3.1");
            services.status(cluster, "b2", OdpState.RUNNING, "4.3.1");

            assertThat(seen.next()).isEqualTo("event:odp");
            assertThat(seen.next()).contains("\"RUNNING\"").contains("4.3.1").contains(cluster);
        }
    }

    @Test
    void shouldKnowEverythingAgainAfterARestart() {
        register();
        String key = UUID.randomUUID().toString();
        Answer asked = operator.post(path() + "/restarts", "{\"mode\":\"RESTART\"}", "Idempotency-Key", key);
        String id = asked.json().path("id").asString();
        services.status(cluster, "b2", OdpState.RUNNING, "4.3.1.0");

        Http fresh = new Http(installation.anotherGateway(), "operator");
        awaitReady(fresh);

        Answer read = fresh.get(path());
        assertThat(read.json().at("/odps/1/state").asString()).isEqualTo("RUNNING");
        assertThat(read.json().at("/activeTask/id").asString()).isEqualTo(id);
        assertThat(fresh.post(path() + "/restarts", "{\"mode\":\"RESTART\"}", "Idempotency-Key", key)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldMakeOneTaskWhenTwoGatewaysGetTheSameKeyAtOnce() {
        register();
        awaitStatus(onAnother, path(), 200);
        String key = UUID.randomUUID().toString();
        String body = "{\"mode\":\"RESTART\"}";

        CompletableFuture<Answer> one =
                CompletableFuture.supplyAsync(() -> operator.post(path() + "/restarts", body, "Idempotency-Key", key));
        CompletableFuture<Answer> two =
                CompletableFuture.supplyAsync(() -> onAnother.post(path() + "/restarts", body, "Idempotency-Key", key));

        List<Answer> answers = List.of(one.join(), two.join());
        assertThat(answers).extracting(Answer::status).isSubsetOf(200, 202);
        assertThat(answers)
                .extracting(answer -> answer.json().path("id").asString())
                .containsOnly(answers.get(0).json().path("id").asString());
    }

    @Test
    void shouldNotSeeWhatAnAbortedTransactionWrote() {
        register();
        services.publishAborted(
                Topics.CLUSTERS,
                cluster,
                ClusterDefinition.newBuilder()
                        .setEventId("e")
                        .setOccurredAt(Instant.EPOCH)
                        .setClusterId(cluster)
                        .setRevision(99)
                        .setName("never")
                        .setOdpCount(0)
                        .setChangedBy("nobody")
                        .build());

        Answer replaced = operator.put(path(), ODPS);

        assertThat(replaced.header("ETag")).contains("\"2\"");
        assertThat(operator.get(path()).json().path("name").asString()).isEqualTo("Payments");
    }

    @Test
    void shouldGoOnAfterARecordThatNobodyCanRead() {
        services.publishGarbage(Topics.TASKS, "x");
        services.publishGarbage(Topics.STATUS, "x/y");
        services.task("not a task id!", cluster, 1, TaskState.RUNNING, TaskPhase.RESTART, "operator");

        assertThat(operator.get("/api/v1/tasks/" + runningTask()).status()).isEqualTo(200);
    }

    @Test
    void shouldStopInWordsWhenTopicsHaveAnotherNumberOfPartitions() {
        assertThatThrownBy(() -> installation.anotherGateway(5))
                .rootCause()
                .hasMessageContaining(
                        "rollcall.kafka.partitions is 5, but these topics have another number of partitions");
    }
}
