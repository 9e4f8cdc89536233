package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.emulator.Ledger;
import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is refused, why, and what is possible instead: against one running demo, over HTTP and over Kafka. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RulesIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern KAFKA = Pattern.compile("Kafka\\s+(\\S+), schema registry (\\S+)");

    private static final Pattern PROBES = Pattern.compile("probes\\s+(http://[^/]+)/actuator");
    private static final Pattern SERIES = Pattern.compile("^[a-z_]+");

    @TempDir
    static Path data;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static DemoProcess demo;
    private static URI address;

    private record Answer(int status, JsonNode body) {
        String code() {
            return body.path("code").asString("");
        }
    }

    @BeforeAll
    static void start() throws IOException {
        demo = DemoProcess.start(data);
        address = demo.address();
        Awaitility.await("the gateway has seen every ODP")
                .atMost(PATIENCE)
                .until(() -> states("legacy").equals(Set.of("RUNNING"))
                        && states("wounded").equals(Set.of("RUNNING", "STOPPED")));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        demo.close();
    }

    @Test
    @Order(1)
    void shouldRefuseAHotRestartOfOdpsThatAreTooOld() throws Exception {
        Answer answer = post("operator", "/api/v1/clusters/legacy/restarts", "{\"mode\":\"RESTART\"}");

        assertThat(answer.status()).as("%s", answer).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("ODP21018");
        assertThat(answer.body().path("detail").asString()).contains("3.2.1").contains("FORCE_RESTART");
    }

    @Test
    @Order(1)
    void shouldRefuseAHotRestartWhileAnOdpIsStoppedAndNameIt() throws Exception {
        Answer answer = post("operator", "/api/v1/clusters/wounded/restarts", "{\"mode\":\"RESTART\"}");

        assertThat(answer.status()).as("%s", answer).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("ODP21017");
        assertThat(answer.body().path("detail").asString()).contains(stoppedOdp());
    }

    @Test
    @Order(1)
    void shouldRejectTheSameWhenAProgramAsksOverKafka() throws Exception {
        String taskId = UUID.randomUUID().toString();
        publish(request(taskId, "wounded"));

        JsonNode task = ended(taskId);

        assertThat(task.path("state").asString()).isEqualTo("REJECTED");
        assertThat(task.path("rejections").path(0).path("code").asString()).isEqualTo("ODP21017");
        assertThat(task.path("rejections").path(0).path("odps").toString()).contains(stoppedOdp());
    }

    @Test
    @Order(1)
    void shouldSayWhoMayDoWhat() throws Exception {
        assertThat(send("GET", null, "/api/v1/clusters", null).status()).isEqualTo(401);
        assertThat(get("/api/v1/clusters").status()).isEqualTo(200);
        Answer viewer = post("viewer", "/api/v1/clusters/demo/restarts", "{\"mode\":\"RESTART\"}");
        assertThat(viewer.status()).isEqualTo(403);
        assertThat(viewer.code()).isEqualTo("IAM11000");
    }

    @Test
    @Order(1)
    void shouldExplainRequestsThatMakeNoSense() throws Exception {
        assertThat(post("operator", "/api/v1/clusters/demo/restarts", "{\"mode\":")
                        .status())
                .isEqualTo(400);
        Answer unknownField = post("operator", "/api/v1/clusters/demo/restarts", "{\"mode\":\"RESTART\",\"modus\":1}");
        assertThat(unknownField.status()).isEqualTo(400);
        assertThat(unknownField.body().toString()).contains("modus");
        Answer unknownCluster = post("operator", "/api/v1/clusters/nowhere/restarts", "{\"mode\":\"RESTART\"}");
        assertThat(unknownCluster.status()).isEqualTo(404);
        assertThat(unknownCluster.code()).isEqualTo("ODP21001");
        Answer unknownOdp =
                post("operator", "/api/v1/clusters/demo/restarts", "{\"mode\":\"RESTART\",\"odps\":[\"127.0.1.1:1\"]}");
        assertThat(unknownOdp.code()).isEqualTo("ODP21019");
        Answer unconfirmed = post("operator", "/api/v1/clusters/demo/restarts", "{\"mode\":\"FORCE_RESTART\"}");
        assertThat(unconfirmed.status()).isEqualTo(400);
        assertThat(unconfirmed.body().toString()).contains("confirm");
    }

    @Test
    @Order(2)
    void shouldForceRestartBothOfThem() throws Exception {
        for (String cluster : List.of("legacy", "wounded")) {
            Answer answer = post(
                    "operator",
                    "/api/v1/clusters/" + cluster + "/restarts",
                    "{\"mode\":\"FORCE_RESTART\",\"confirm\":\"%s\",\"reason\":\"upgrade\"}".formatted(cluster));
            assertThat(answer.status()).as("%s", answer).isEqualTo(202);

            JsonNode task = ended(answer.body().path("id").asString());

            assertThat(task.path("state").asString()).as("%s", task).isEqualTo("COMPLETED");
        }
        assertThat(demo.ledgers("wounded").values())
                .allSatisfy(ledger -> assertThat(last(ledger)).isEqualTo(Event.SERVING));
    }

    @Test
    @Order(3)
    void shouldTakeOneTaskAtATimeAndKnowAKeyAgain() throws Exception {
        String body = "{\"mode\":\"RESTART\",\"odps\":[\"%s\"]}"
                .formatted(odps("demo").get(0));
        Answer first = post("operator", "/api/v1/clusters/demo/restarts", body, "Idempotency-Key", "again-1");
        assertThat(first.status()).as("%s", first).isEqualTo(202);
        String taskId = first.body().path("id").asString();

        Answer busy = post("operator", "/api/v1/clusters/demo/restarts", "{\"mode\":\"RESTART\"}");
        Answer again = post("operator", "/api/v1/clusters/demo/restarts", body, "Idempotency-Key", "again-1");
        Answer other = post(
                "operator", "/api/v1/clusters/demo/restarts", "{\"mode\":\"RESTART\"}", "Idempotency-Key", "again-1");

        assertThat(busy.status()).as("%s", busy).isEqualTo(409);
        assertThat(busy.code()).isEqualTo("COM10005");
        assertThat(busy.body().toString()).contains(taskId);
        assertThat(again.status()).as("%s", again).isEqualTo(200);
        assertThat(again.body().path("id").asString()).isEqualTo(taskId);
        assertThat(other.status()).isEqualTo(422);
        assertThat(ended(taskId).path("state").asString()).isEqualTo("COMPLETED");
        Answer afterwards = post("operator", "/api/v1/clusters/demo/restarts", body, "Idempotency-Key", "again-1");
        assertThat(afterwards.body().path("id").asString()).isEqualTo(taskId);
    }

    @Test
    @Order(4)
    void shouldShowTheMetricsThatThePageExplainsAndNoOther() throws Exception {
        URI management = demo.lines().stream()
                .map(PROBES::matcher)
                .filter(Matcher::find)
                .map(found -> URI.create(found.group(1)))
                .findFirst()
                .orElseThrow();
        String shown = HTTP.send(
                        HttpRequest.newBuilder(management.resolve("/actuator/prometheus"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();

        Set<String> families = new TreeSet<>();
        Set<String> series = new TreeSet<>();
        shown.lines().forEach(line -> {
            Matcher name = SERIES.matcher(line);
            if (name.find()) {
                series.add(name.group());
                if (name.group().startsWith("rollcall_")) {
                    families.add(MetricsPage.family(name.group()));
                }
            }
        });
        assertThat(families).isEqualTo(MetricsPage.explained());
        assertThat(series).containsAll(MetricsPage.used());
        assertThat(shown)
                .containsPattern(
                        "rollcall_task_duration_seconds_count\\{mode=\"FORCE_RESTART\",state=\"COMPLETED\"\\} [2-9]")
                .containsPattern("rollcall_tasks_open\\{state=\"RUNNING\"\\} 0")
                .containsPattern("rollcall_planner_commands_sent_total\\{kind=\"STOP\"\\} [1-9]")
                .containsPattern(
                        "rollcall_agent_commands_seconds_count\\{kind=\"START\",outcome=\"SUCCEEDED\"\\} [1-9]")
                .containsPattern("rollcall_odps\\{state=\"RUNNING\"\\} [1-9]")
                .containsPattern("rollcall_agent_odps\\{state=\"RUNNING\"\\} [1-9]");
        assertThat(shown.lines().filter(line -> line.startsWith("rollcall_dead_letters_total")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).endsWith(" 0.0"));
    }

    @Test
    @Order(4)
    void shouldLetForeignProgramsReadEveryTopicOfARestart() {
        Set<String> written = new HashSet<>();
        Map<String, Object> settings = kafka();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, "dashboard");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, RollcallAvroDeserializer.class);
        try (KafkaConsumer<String, GenericRecord> dashboard = new KafkaConsumer<>(settings)) {
            dashboard.subscribe(
                    Arrays.stream(Topics.values()).map(Topics::topicName).toList());
            Awaitility.await("records on every topic of a restart")
                    .atMost(PATIENCE)
                    .until(() -> {
                        dashboard.poll(Duration.ofMillis(500)).forEach(event -> {
                            assertThat(event.value().getSchema().getField("eventId"))
                                    .isNotNull();
                            written.add(event.topic());
                        });
                        return written.containsAll(List.of(
                                "odp.clusters.requested.v1",
                                "odp.clusters.v1",
                                "odp.inventory.v1",
                                "odp.restart.requested.v1",
                                "odp.commands.v1",
                                "odp.results.v1",
                                "odp.status.v1",
                                "odp.plan.events.v1",
                                "odp.tasks.v1",
                                "odp.task.odps.v1",
                                "odp.task.events.v1"));
                    });
        }
    }

    private static Event last(Ledger ledger) {
        return ledger.entries().get(ledger.entries().size() - 1).event();
    }

    private static Set<String> states(String cluster) throws Exception {
        Set<String> states = new HashSet<>();
        get("/api/v1/clusters/" + cluster)
                .body()
                .path("odps")
                .forEach(odp -> states.add(odp.path("state").asString("")));
        return states;
    }

    private static List<String> odps(String cluster) {
        return demo.ledgers(cluster).keySet().stream()
                .map(place -> place.odpId())
                .toList();
    }

    private static String stoppedOdp() {
        return demo.ledgers("wounded").keySet().stream()
                .filter(place -> place.stoppedAtFirst())
                .findFirst()
                .orElseThrow()
                .odpId();
    }

    private static JsonNode ended(String taskId) {
        return Awaitility.await("task " + taskId + " ends")
                .atMost(PATIENCE)
                .until(
                        () -> get("/api/v1/tasks/" + taskId).body(),
                        task -> !Set.of("", "PENDING", "RUNNING", "CANCELLING")
                                .contains(task.path("state").asString("")));
    }

    private static Answer get(String path) throws Exception {
        return send("GET", "viewer", path, null);
    }

    private static Answer post(String user, String path, String body, String... header) throws Exception {
        return send("POST", user, path, body, header);
    }

    private static Answer send(String method, String user, String path, String body, String... header)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (user != null) {
            String credentials = user + ":" + DemoProcess.PASSWORD;
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes()));
        }
        if (header.length > 0) {
            request.headers(header);
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body()));
    }

    private static RestartRequested request(String taskId, String cluster) {
        return RestartRequested.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .setTaskId(taskId)
                .setClusterId(cluster)
                .setMode(RestartMode.RESTART)
                .setBatching(Batching.newBuilder().build())
                .setRequestedBy("a program")
                .build();
    }

    private static void publish(RestartRequested request) throws Exception {
        Map<String, Object> settings = kafka();
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, RollcallAvroSerializer.class);
        try (KafkaProducer<String, RestartRequested> program = new KafkaProducer<>(settings)) {
            program.send(new ProducerRecord<>(Topics.RESTART_REQUESTED.topicName(), request.getClusterId(), request))
                    .get();
        }
    }

    private static Map<String, Object> kafka() {
        Matcher kafka = demo.lines().stream()
                .map(KAFKA::matcher)
                .filter(Matcher::find)
                .findFirst()
                .orElseThrow();
        return new HashMap<>(Map.of("bootstrap.servers", kafka.group(1), "schema.registry.url", kafka.group(2)));
    }

    /** Last, and on the same demo: starting another one takes longer than all of it. */
    @Nested
    class OnTheCommandLine extends CommandLineCases {
        @Override
        DemoProcess demo() {
            return demo;
        }

        @Override
        Map<String, Object> kafka() {
            return RulesIT.kafka();
        }
    }
}
