package dev.rollcall.standalone.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that follows the events of a task as a browser does: it stays with one gateway, and when that is gone goes to the next with the
 * id of the last event that it has.
 */
final class Follower implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<Instance> gateways;
    private final Function<URI, HttpRequest.Builder> signedIn;
    private final String path;
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile int with;
    private volatile boolean done;
    private @Nullable String last;

    /**
     * Begins at once.
     *
     * @param gateways tried in this order, over and over
     * @param signedIn begins a request of somebody who may see the task
     */
    Follower(List<Instance> gateways, Function<URI, HttpRequest.Builder> signedIn, String task) {
        this.gateways = gateways;
        this.signedIn = signedIn;
        this.path = "/api/v1/tasks/" + task + "/events";
        this.thread = new Thread(this::follow, "follower");
        thread.setDaemon(true);
        thread.start();
    }

    /** What came so far, in the order in which it came. */
    List<JsonNode> events() {
        return events;
    }

    /** Whether an event of this type, and where it is not 0 of this batch, has come. */
    boolean heard(String type, int batch) {
        return events.stream()
                .anyMatch(event -> event.path("type").asString().equals(type)
                        && (batch == 0 || event.path("batch").asInt(0) == batch));
    }

    /** The gateway that it hangs on. */
    Instance gateway() {
        return gateways.get(with);
    }

    private void follow() {
        while (!done) {
            try {
                read();
            } catch (IOException | UncheckedIOException e) {
                with = (with + 1) % gateways.size();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void read() throws IOException, InterruptedException {
        HttpRequest.Builder request = signedIn.apply(gateway().at(path)).header("Accept", "text/event-stream");
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        HttpResponse<Stream<String>> response = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        if (response.statusCode() == 204) {
            done = true;
            return;
        }
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        String id = "";
        try (Stream<String> lines = response.body()) {
            for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
                String text = line.next();
                if (text.startsWith("id:")) {
                    id = text.substring(3).strip();
                } else if (text.startsWith("data:")) {
                    events.add(JsonMapper.shared().readTree(text.substring(5)));
                    last = id;
                }
            }
        }
    }

    @Override
    public void close() {
        done = true;
        thread.interrupt();
    }
}
