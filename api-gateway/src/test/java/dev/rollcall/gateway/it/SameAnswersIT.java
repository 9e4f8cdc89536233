package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.it.Http.Answer;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskOdpState;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two gateways side by side, one that saw everything happen and one that read it afterwards: whatever one asks, it does not matter whom.
 * Both keep less than there is, so they must also agree on what they no longer have.
 */
class SameAnswersIT {

    private static final long SEED = 20_261_128L;
    private static final int TASKS = 40;
    private static final String[] SMALL = {"--rollcall.gateway.max-tasks=30", "--rollcall.gateway.max-detailed-tasks=5"
    };

    private static Installation installation;
    private static FakeServices services;

    private final String cluster = "c" + UUID.randomUUID();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @BeforeAll
    static void start() {
        installation = Installation.shared();
        services = installation.services();
    }

    private static Http ready(int port) {
        Http http = new Http(port, "operator");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> http.get("/api/v1/clusters?size=1").status() == 200);
        return http;
    }

    private static String id(int number) {
        return "same-%02d".formatted(number);
    }

    private void happens(int number, Random random) {
        String task = cluster + "." + id(number);
        TaskState state = number == 3 ? TaskState.RUNNING : number % 4 == 0 ? TaskState.FAILED : TaskState.COMPLETED;
        List<Runnable> records = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            String odp = "o" + i;
            records.add(() -> services.publish(
                    Topics.TASK_ODPS,
                    Topics.odpKey(task, odp),
                    TaskOdpSnapshot.newBuilder()
                            .setEventId(UUID.randomUUID().toString())
                            .setOccurredAt(now)
                            .setTaskId(task)
                            .setClusterId(cluster)
                            .setOdpId(odp)
                            .setVersion(1)
                            .setBatch(1)
                            .setState(TaskOdpState.RUNNING)
                            .build()));
        }
        records.add(() ->
                services.event(task, cluster, 1, TaskEventType.ODP_STEP, state, "something happened in " + number));
        records.add(() -> services.publish(
                Topics.TASKS,
                task,
                TaskSnapshot.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now)
                        .setTaskId(task)
                        .setClusterId(cluster)
                        .setVersion(9)
                        .setMode(RestartMode.RESTART)
                        .setState(state)
                        .setPhase(TaskPhase.RESTART)
                        .setRequestedBy(number % 2 == 0 ? "alice" : "bob")
                        .setRequestedAt(now.minusSeconds(number))
                        .setStartedAt(now.minusSeconds(number))
                        .setFinishedAt(state == TaskState.RUNNING ? null : now.plusSeconds(number))
                        .setTotal(3)
                        .build()));
        // The topics are read side by side, so any of them may be ahead.
        Collections.shuffle(records, random);
        records.forEach(Runnable::run);
    }

    private List<String> questions() {
        List<String> questions = new ArrayList<>(List.of(
                "/api/v1/clusters?query=" + cluster,
                "/api/v1/clusters/" + cluster,
                "/api/v1/tasks?size=500",
                "/api/v1/tasks?cluster=" + cluster + "&size=500",
                "/api/v1/tasks?cluster=" + cluster + "&state=FAILED&sort=requestedAt,asc",
                "/api/v1/tasks?cluster=" + cluster + "&initiator=alice&page=2&size=3"));
        for (int number = 0; number < TASKS; number++) {
            String task = "/api/v1/tasks/" + cluster + "." + id(number);
            questions.addAll(List.of(task, task + "/odps", task + "/events"));
        }
        return questions;
    }

    /** Without what differs from one moment, or one request, to the next. */
    private static String said(Http gateway, String question) {
        Answer answer = gateway.get(question);
        return answer.status() + " "
                + answer.text().replaceAll("\"(traceId|durationMs|etaMs)\":(\"[^\"]*\"|\\d+),?", "");
    }

    @Test
    void shouldAnswerTheSameAtEveryGateway() {
        Random random = new Random(SEED);
        Http there = ready(installation.anotherGateway(SMALL));
        assertThat(there.put("/api/v1/clusters/" + cluster, """
                        {"defaults":{"home":"/home/admin/obproxy","ssh":{"user":"admin","credential":"ops-key"},
                         "adminCredential":"proxysys"},"odps":[{"host":"10.0.0.7"},{"host":"10.0.0.8"}]}""").status()).isEqualTo(201);
        services.status(cluster, "10.0.0.7:2883", OdpState.RUNNING, "4.3.1");
        List<Integer> order = new ArrayList<>();
        for (int number = 0; number < TASKS; number++) {
            order.add(number);
        }
        Collections.shuffle(order, random);
        order.subList(0, TASKS / 2).forEach(number -> happens(number, random));
        Http later = ready(installation.anotherGateway(SMALL));
        order.subList(TASKS / 2, TASKS).forEach(number -> happens(number, random));
        Http atLast = ready(installation.anotherGateway(SMALL));

        for (String question : questions()) {
            for (Http gateway : List.of(later, atLast)) {
                await().pollDelay(Duration.ZERO)
                        .atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(said(gateway, question))
                                .as("seed %s: %s", SEED, question)
                                .isEqualTo(said(there, question)));
            }
        }
        String newest = "/api/v1/tasks/" + cluster + "." + id(TASKS - 1) + "/odps";
        String older = "/api/v1/tasks/" + cluster + "." + id(TASKS - 10);
        String oldest = "/api/v1/tasks/" + cluster + "." + id(0);
        assertThat(said(there, newest)).startsWith("200 ").contains("\"total\":3");
        assertThat(said(there, older)).startsWith("200 ");
        assertThat(said(there, older + "/odps")).startsWith("410 ");
        assertThat(said(there, oldest)).startsWith("404 ");
        assertThat(said(there, "/api/v1/tasks/" + cluster + "." + id(3) + "/odps"))
                .contains("\"total\":3");
    }
}
