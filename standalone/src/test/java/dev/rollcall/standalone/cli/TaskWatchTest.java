package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.adapter.http.GatewayException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TaskWatchTest {

    private static final String TASK = "/api/v1/tasks/t1";
    private static final String EVENTS = "GET " + TASK + "/events";

    private final List<String> events = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static String event(int id, String type) {
        return "id:%d\nevent:%s\ndata:{\"type\":\"%s\",\"at\":\"2026-01-01T00:00:0%dZ\",\"message\":\"m%d\"}\n\n"
                .formatted(id, type, type, id, id);
    }

    private static String task(String state) {
        return "{\"id\":\"t1\",\"state\":\"%s\",\"requestedAt\":\"2026-01-01T00:00:00Z\"}".formatted(state);
    }

    private String watch() throws InterruptedException {
        TaskView view = new TaskView() {
            @Override
            public void event(JsonNode event, Instant begin) {
                events.add(event.path("message").asString(""));
            }

            @Override
            public void task(JsonNode task) {}

            @Override
            public void note(String words) {
                notes.add(words);
            }

            @Override
            public boolean draws() {
                return false;
            }

            @Override
            public void close() {}
        };
        return new TaskWatch(new GatewayClient(gateway.address(), "u", "p"), view)
                .untilEnd("t1")
                .path("state")
                .asString("");
    }

    @Test
    void shouldShowEachEventOnceAlthoughTheConnectionBreaks() throws InterruptedException {
        gateway.says("GET " + TASK, 200, task("RUNNING"))
                .says("GET " + TASK, 200, task("COMPLETED"))
                .streams(EVENTS, event(1, "A") + ":\n\n" + event(2, "B"), true)
                .says(EVENTS, 503, "{\"detail\":\"starting\"}")
                .streams(EVENTS, event(3, "C") + event(4, "TASK_ENDED"), false);

        assertThat(watch()).isEqualTo("COMPLETED");

        assertThat(events).containsExactly("m1", "m2", "m3", "m4");
        assertThat(gateway.asked.stream()
                        .filter(asked -> asked.path().endsWith("/events"))
                        .map(asked -> asked.header("Last-Event-ID")))
                .containsExactly("", "2", "2");
        assertThat(notes).hasSize(2);
        assertThat(notes.get(0)).contains("Task t1 goes on", "old");
        assertThat(notes.get(1)).contains("answers again");
    }

    @Test
    void shouldEndWhereATaskIsHaltedAndNotWhereItWasOnce() throws InterruptedException {
        gateway.says("GET " + TASK, 200, task("HALTED"))
                .streams(EVENTS, event(1, "TASK_HALTED") + event(2, "TASK_RESUMED") + event(3, "TASK_HALTED"), true);

        assertThat(watch()).isEqualTo("HALTED");

        assertThat(events).containsExactly("m1", "m2", "m3");
    }

    @Test
    void shouldEndWhenTheStreamHasNothingMoreToSay() throws InterruptedException {
        gateway.says("GET " + TASK, 200, task("FAILED")).says(EVENTS, 204, "");

        assertThat(watch()).isEqualTo("FAILED");
    }

    @Test
    void shouldSayWhenTheTaskMayNotBeSeen() {
        gateway.says("GET " + TASK, 404, "{\"code\":\"RC22005\",\"detail\":\"There is no task t1\"}");

        assertThatThrownBy(this::watch).isInstanceOf(GatewayException.class).hasMessage("RC22005: There is no task t1");
    }
}
