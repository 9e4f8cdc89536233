package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Shows a task on the terminal while it runs, from its first event on, and says how it ended. */
final class TaskWatch {

    private static final Logger LOG = LoggerFactory.getLogger(TaskWatch.class);
    private static final long PAUSE_MILLIS = 500;

    private final GatewayClient gateway;
    private final Terminal terminal;

    TaskWatch(GatewayClient gateway, Terminal terminal) {
        this.gateway = gateway;
        this.terminal = terminal;
    }

    /**
     * Returns when the task has ended, or waits for a person (halted).
     *
     * @return the task as it is then
     */
    JsonNode untilEnd(String taskId) throws InterruptedException {
        Instant begin = Instant.parse(gateway.task(taskId).path("requestedAt").asString());
        String seen = null;
        AtomicBoolean ended = new AtomicBoolean();
        while (!ended.get()) {
            seen = follow(taskId, seen, begin, ended);
            if (!ended.get()) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        return gateway.task(taskId);
    }

    private @Nullable String follow(String taskId, @Nullable String seen, Instant begin, AtomicBoolean ended) {
        try {
            return gateway.follow(taskId, seen, event -> {
                terminal.event(event, begin);
                String type = event.path("type").asString("");
                if (type.equals("TASK_ENDED") || type.equals("TASK_HALTED")) {
                    ended.set(true);
                }
                return !ended.get();
            });
        } catch (IOException e) {
            LOG.info("The stream of task {} broke; going on after event {}", taskId, seen, e);
            return seen;
        }
    }

    /** Prints the final line, and before it what to do where something went wrong. */
    void conclude(JsonNode task) {
        JsonNode failure = task.path("failure");
        if (!failure.path("advice").asString("").isEmpty()) {
            terminal.line("%s", failure.path("advice").asString(""));
        }
        JsonNode progress = task.path("progress");
        terminal.line(
                "%s %d/%d restarted in %d s",
                task.path("state").asString("UNKNOWN"),
                progress.path("restarted").asInt(0),
                progress.path("total").asInt(0),
                // Rounded up, as on the timeline: no restart takes no time.
                Math.max(1, (task.path("durationMs").asLong(0) + 999) / 1000));
    }
}
