package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two gateways tell two receivers, one of which is in trouble. */
class WebhookIT {

    private static final String SECRET = "0123456789abcdef-secret";

    /** One request as it came. */
    private record Told(String signature, String timestamp, String eventId, String body) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    private static final List<Told> TAKEN = new CopyOnWriteArrayList<>();
    private static final List<Told> REFUSED = new CopyOnWriteArrayList<>();
    private static final List<Told> ALL_THE_TIME = new CopyOnWriteArrayList<>();
    private static final AtomicInteger TROUBLES = new AtomicInteger(3);

    private static HttpServer receiver;
    private static ExecutorService threads;
    private static FakeServices services;
    private static Installation installation;

    private static String watched = "";

    @BeforeAll
    static void start() throws IOException {
        watched = "w" + UUID.randomUUID();
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newFixedThreadPool(4);
        receiver.setExecutor(threads);
        receiver.createContext("/troubled", WebhookIT::troubled);
        receiver.createContext("/fine", exchange -> answer(exchange, ALL_THE_TIME, 204));
        receiver.start();
        String url = "http://127.0.0.1:" + receiver.getAddress().getPort();
        String[] settings = {
            "--rollcall.gateway.notices.first-pause=50ms",
            "--rollcall.gateway.notices.longest-pause=200ms",
            "--rollcall.gateway.webhooks[0].name=troubled",
            "--rollcall.gateway.webhooks[0].url=" + url + "/troubled",
            "--rollcall.gateway.webhooks[0].secret=" + SECRET,
            "--rollcall.gateway.webhooks[0].clusters=" + watched,
            "--rollcall.gateway.webhooks[1].name=fine",
            "--rollcall.gateway.webhooks[1].url=" + url + "/fine",
            "--rollcall.gateway.webhooks[1].secret=" + SECRET,
            "--rollcall.gateway.webhooks[1].events=HALTED,ENDED"
        };
        installation = Installation.shared();
        services = installation.services();
        for (int number = 0; number < 2; number++) {
            Http gateway = new Http(installation.anotherGateway(settings), "operator");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.get("/api/v1/clusters").status() == 200);
        }
        // Receivers hear of what happens once their groups have begun: these events say when that is, on each
        // partition.
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    for (int number = 0; number < Installation.PARTITIONS * 3; number++) {
                        happens(
                                "begin-" + number,
                                "begin",
                                TaskEventType.TASK_HALTED,
                                TaskPhase.RESTART,
                                TaskState.HALTED);
                    }
                    happens(watched, "begin", TaskEventType.TASK_PAUSED, TaskPhase.RESTART, TaskState.PAUSED);
                    return ALL_THE_TIME.stream()
                                            .map(told ->
                                                    told.json().path("cluster").asString())
                                            .distinct()
                                            .count()
                                    == Installation.PARTITIONS * 3
                            && !TAKEN.isEmpty();
                });
    }

    @AfterAll
    static void stop() {
        receiver.stop(0);
        threads.shutdown();
    }

    private static void troubled(HttpExchange exchange) throws IOException {
        boolean trouble = TROUBLES.getAndDecrement() > 0;
        answer(exchange, trouble ? REFUSED : TAKEN, trouble ? 500 : 200);
    }

    private static void answer(HttpExchange exchange, List<Told> list, int status) throws IOException {
        var headers = exchange.getRequestHeaders();
        list.add(new Told(
                headers.getFirst("Rollcall-Signature"),
                headers.getFirst("Rollcall-Timestamp"),
                headers.getFirst("Rollcall-Event-Id"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static String happens(String cluster, String task, TaskEventType type, TaskPhase phase, TaskState state) {
        String id = UUID.randomUUID().toString();
        services.publish(
                Topics.TASK_EVENTS,
                cluster,
                TaskEvent.newBuilder()
                        .setEventId(id)
                        .setOccurredAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .setTaskId(task)
                        .setClusterId(cluster)
                        .setSequence(1)
                        .setType(type)
                        .setPhase(phase)
                        .setState(state)
                        .setMessage("what happened")
                        .build());
        return id;
    }

    private static List<Told> of(List<Told> list, String task) {
        return list.stream()
                .filter(told -> told.json().path("task").asString().equals(task))
                .toList();
    }

    @Test
    void shouldTellAReceiverInOrderThoughItRefusesAtFirst() throws GeneralSecurityException {
        String task = UUID.randomUUID().toString();
        TROUBLES.set(3);
        List<String> ids = new ArrayList<>();
        happens(watched, task, TaskEventType.TASK_ACCEPTED, TaskPhase.PRECHECK, TaskState.RUNNING);
        ids.add(happens(watched, task, TaskEventType.PHASE_STARTED, TaskPhase.RESTART, TaskState.RUNNING));
        happens(watched, task, TaskEventType.PHASE_STARTED, TaskPhase.DRAIN, TaskState.RUNNING);
        happens("o" + UUID.randomUUID(), task, TaskEventType.TASK_PAUSED, TaskPhase.RESTART, TaskState.PAUSED);
        ids.add(happens(watched, task, TaskEventType.TASK_PAUSED, TaskPhase.RESTART, TaskState.PAUSED));
        ids.add(happens(watched, task, TaskEventType.TASK_HALTED, TaskPhase.RESTART, TaskState.HALTED));
        ids.add(happens(watched, task, TaskEventType.TASK_ENDED, TaskPhase.UNKNOWN, TaskState.COMPLETED));

        await().atMost(Duration.ofSeconds(30)).until(() -> of(TAKEN, task).size() >= ids.size());

        List<Told> told = of(TAKEN, task);
        assertThat(told).extracting(Told::eventId).containsExactlyElementsOf(ids);
        assertThat(told)
                .extracting(one -> one.json().path("event").asString())
                .containsExactly("task.started", "task.paused", "task.halted", "task.ended");
        assertThat(of(REFUSED, task)).hasSize(3).extracting(Told::eventId).containsOnly(ids.get(0));
        for (Told one : told) {
            assertThat(one.json().path("eventId").asString()).isEqualTo(one.eventId());
            assertThat(one.signature()).isEqualTo("v1=" + signature(one.timestamp() + "." + one.body()));
            assertThat(Long.parseLong(one.timestamp()))
                    .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(120L));
        }
    }

    @Test
    void shouldNotLetOneReceiverWaitForAnother() {
        String task = UUID.randomUUID().toString();
        TROUBLES.set(Integer.MAX_VALUE);
        try {
            happens(watched, task, TaskEventType.TASK_PAUSED, TaskPhase.RESTART, TaskState.PAUSED);
            happens(watched, task, TaskEventType.TASK_HALTED, TaskPhase.RESTART, TaskState.HALTED);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !of(ALL_THE_TIME, task).isEmpty());
            assertThat(of(ALL_THE_TIME, task))
                    .extracting(told -> told.json().path("event").asString())
                    .containsExactly("task.halted");
            assertThat(of(TAKEN, task)).isEmpty();
        } finally {
            TROUBLES.set(0);
        }
        // At least once: one that was sent while its receiver was in trouble may come again.
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        of(TAKEN, task).stream().map(Told::eventId).distinct().count() == 2);
    }

    private static String signature(String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
