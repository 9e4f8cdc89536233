package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.EventStream;
import dev.rollcall.standalone.adapter.http.EventStream.Sign;
import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.adapter.http.GatewayException;
import dev.rollcall.standalone.adapter.http.GatewayUnreachableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Follows a task from its first event on until it has ended, or waits for a person (halted). Events come once and in order, however often
 * the connection breaks: each time it goes on after the last event that was seen, on whichever gateway then answers.
 *
 * <p>A stream that is silent for three heartbeats is given up and opened again. It never gives up for good: that it cannot see the task
 * says nothing about the task. One thread shows, one reads.
 */
final class TaskWatch {

    /** Three heartbeats of a gateway. */
    private static final Duration SILENT = Duration.ofSeconds(45);

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final GatewayClient gateway;
    private final TaskView view;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    private @Nullable String seen;
    private boolean away;
    private boolean halted;
    private boolean changed = true;
    private long lookedAt = System.nanoTime() - BETWEEN_LOOKS.toNanos();

    /** What the reader of one connection tells; those of an earlier one do not count any more. */
    private record Signal(
            int connection, @Nullable Sign sign, @Nullable Exception end) {}

    private record Reading(EventStream stream, Thread reader) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    TaskWatch(GatewayClient gateway, TaskView view) {
        this.gateway = gateway;
        this.view = view;
    }

    /**
     * Returns when the task has ended or is halted.
     *
     * @return the task as it is then
     * @throws GatewayException when the gateway does not let it be seen (any more)
     * @throws GatewayUnreachableException when it cannot be reached at the beginning
     */
    JsonNode untilEnd(String taskId) throws InterruptedException {
        JsonNode first = gateway.task(taskId);
        Instant begin = Instant.parse(first.path("requestedAt").asString());
        long pause = TICK.toMillis();
        try {
            for (int connection = 1; ; connection++) {
                String before = seen;
                try {
                    JsonNode end = follow(taskId, begin, connection);
                    if (end != null) {
                        return end;
                    }
                } catch (GatewayUnreachableException e) {
                    goneAway(taskId, String.valueOf(e.getMessage()));
                } catch (GatewayException e) {
                    if (!passes(e)) {
                        throw e;
                    }
                    goneAway(taskId, String.valueOf(e.getMessage()));
                } catch (IOException e) {
                    goneAway(taskId, "The connection to the gateway broke");
                }
                pause = before == null || before.equals(seen)
                        ? Math.min(2 * pause, LONGEST_PAUSE.toMillis())
                        : TICK.toMillis();
                Thread.sleep(pause);
            }
        } finally {
            view.close();
        }
    }

    /** A gateway that starts, or has too much to do. */
    private static boolean passes(GatewayException refusal) {
        return refusal.status() >= 500 || refusal.status() == 429;
    }

    private void goneAway(String taskId, String why) {
        if (!away) {
            away = true;
            view.note("%s. Task %s goes on without being watched; what is shown is old. Trying again"
                    .formatted(why, taskId));
        }
    }

    private void isBack() {
        if (away) {
            away = false;
            view.note("The gateway answers again");
        }
    }

    /** One connection. Returns the task once it has ended, null when the stream did. */
    private @Nullable JsonNode follow(String taskId, Instant begin, int connection)
            throws IOException, InterruptedException {
        if (halted) {
            // The connection broke before anybody looked.
            JsonNode now = gateway.task(taskId);
            if (now.path("state").asString("").equals("HALTED")) {
                return now;
            }
        }
        Optional<EventStream> opened;
        try {
            opened = gateway.events(taskId, seen);
        } catch (GatewayException e) {
            if (e.status() == 410) {
                // The details have gone with time; such a task has ended long ago.
                return ended(taskId);
            }
            throw e;
        }
        isBack();
        if (opened.isEmpty()) {
            return ended(taskId);
        }
        try (Reading reading = reading(opened.get(), connection)) {
            long heard = System.nanoTime();
            while (true) {
                Signal signal = signals.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (signal == null) {
                    if (System.nanoTime() - heard > SILENT.toNanos()) {
                        throw new IOException(
                                "nothing heard from " + reading.reader().getName());
                    }
                    JsonNode now = look(taskId);
                    if (halted && now != null && now.path("state").asString("").equals("HALTED")) {
                        return now;
                    }
                    continue;
                }
                if (signal.connection() != connection) {
                    continue;
                }
                heard = System.nanoTime();
                Sign sign = signal.sign();
                if (sign == null) {
                    if (signal.end() != null) {
                        throw new IOException(signal.end());
                    }
                    return ended(taskId);
                }
                JsonNode event = sign.event();
                if (event == null) {
                    continue;
                }
                seen = sign.id() == null ? seen : sign.id();
                view.event(event, begin);
                changed = true;
                String type = event.path("type").asString("");
                if (type.equals("TASK_ENDED")) {
                    return gateway.task(taskId);
                }
                // The timeline of a task that was halted and then retried goes on.
                halted = type.equals("TASK_HALTED");
                if (view.draws()) {
                    look(taskId);
                }
            }
        }
    }

    private @Nullable JsonNode ended(String taskId) {
        JsonNode now = gateway.task(taskId);
        return ExitCodes.hasEnded(now.path("state").asString("")) ? now : null;
    }

    /** Looks at the task when something has changed since the last look, and not too often. */
    private @Nullable JsonNode look(String taskId) {
        if (!(view.draws() || halted) || !changed || System.nanoTime() - lookedAt < BETWEEN_LOOKS.toNanos()) {
            return null;
        }
        lookedAt = System.nanoTime();
        JsonNode now = gateway.task(taskId);
        // The event of a halt comes before the task shows it: look again.
        changed = halted && !now.path("state").asString("").equals("HALTED");
        view.task(now);
        return now;
    }

    private Reading reading(EventStream stream, int connection) {
        Thread reader = new Thread(
                () -> {
                    Exception end = null;
                    try {
                        for (Sign sign = stream.next(); sign != null; sign = stream.next()) {
                            signals.add(new Signal(connection, sign, null));
                        }
                    } catch (IOException | RuntimeException e) {
                        end = e;
                    }
                    signals.add(new Signal(connection, null, end));
                },
                "stream-" + connection);
        reader.setDaemon(true);
        reader.start();
        return new Reading(stream, reader);
    }

    /** Prints the final line, and before it what to do where something went wrong. */
    static void conclude(JsonNode task, Terminal terminal) {
        for (JsonNode rejection : task.path("rejections")) {
            terminal.line("%s: %s", Table.text(rejection.path("code")), Table.text(rejection.path("detail")));
        }
        JsonNode failure = task.path("failure");
        if (!failure.path("detail").asString("").isEmpty()) {
            terminal.line("%s", failure.path("detail").asString(""));
        }
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
