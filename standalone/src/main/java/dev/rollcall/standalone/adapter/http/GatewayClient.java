package dev.rollcall.standalone.adapter.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Client of the gateway's HTTP API. Thread-safe.
 *
 * <p>Errors: {@link GatewayException} when the gateway refuses, {@link UncheckedIOException} when it cannot be reached.
 */
public final class GatewayClient {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final long READY_POLL_MILLIS = 100;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private final URI base;
    private final String authorization;
    private final HttpClient http;

    public GatewayClient(URI base, String user, String password) {
        this(base, user, password, null);
    }

    /** @param certificate PEM file; the server must have the first certificate of it, whatever name that is for; null: any valid one */
    public GatewayClient(URI base, String user, String password, @Nullable Path certificate) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (certificate != null) {
            builder.sslContext(PinnedCertificate.context(certificate));
        }
        this.http = builder.build();
        this.base = base;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Waits until the gateway knows all that is on the topics; after a kill that takes some seconds, since Kafka first has to end the
     * transactions that were open.
     *
     * @throws GatewayException when it does not know it in time, saying so
     */
    public void awaitReady(Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                json("GET", "/api/v1/clusters?size=1", null);
                return;
            } catch (GatewayException e) {
                if (e.status() != 503 || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(READY_POLL_MILLIS);
            }
        }
    }

    /** The cluster, or empty when it is not registered. */
    public Optional<JsonNode> cluster(String cluster) {
        try {
            return Optional.of(json("GET", "/api/v1/clusters/" + encoded(cluster), null));
        } catch (GatewayException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Registers or replaces a cluster definition. */
    public JsonNode putCluster(String cluster, JsonNode definition) {
        return json("PUT", "/api/v1/clusters/" + encoded(cluster), definition);
    }

    /** Asks for a restart and says what task it became. */
    public JsonNode restart(String cluster, ObjectNode request) {
        return json("POST", "/api/v1/clusters/" + encoded(cluster) + "/restarts", request);
    }

    public JsonNode task(String taskId) {
        return json("GET", "/api/v1/tasks/" + encoded(taskId), null);
    }

    /** The rows of a task, one for each ODP. */
    public List<JsonNode> taskOdps(String taskId) {
        List<JsonNode> rows = new ArrayList<>();
        for (int page = 1; ; page++) {
            JsonNode answer =
                    json("GET", "/api/v1/tasks/%s/odps?size=500&page=%d".formatted(encoded(taskId), page), null);
            answer.path("items").forEach(rows::add);
            if (answer.path("items").isEmpty()
                    || rows.size() >= answer.path("page").path("total").asInt(0)) {
                return rows;
            }
        }
    }

    /**
     * Follows the timeline of a task from its first event, and returns when the task has ended or the consumer has had enough.
     *
     * @param goOn takes each event, says whether to go on
     * @return id of the last event seen, to be given as {@code lastEventId} of the next call; null when there was none
     */
    public @Nullable String follow(String taskId, @Nullable String lastEventId, Predicate<JsonNode> goOn)
            throws IOException {
        HttpRequest.Builder request =
                request("/api/v1/tasks/" + encoded(taskId) + "/events").header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<Stream<String>> response = send(request.GET().build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() / 100 != 2) {
                throw refusal(response.statusCode(), String.join("\n", lines.toList()));
            }
            return readEvents(lines.iterator(), lastEventId, goOn);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static @Nullable String readEvents(
            Iterator<String> lines, @Nullable String lastEventId, Predicate<JsonNode> goOn) {
        String seen = lastEventId;
        String id = null;
        StringBuilder data = new StringBuilder();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                JsonNode event = JSON.readTree(data.toString());
                data.setLength(0);
                seen = id == null ? seen : id;
                if (!goOn.test(event)) {
                    return seen;
                }
            }
        }
        return seen;
    }

    private JsonNode json(String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request = request(path).timeout(REQUEST_TIMEOUT).header("Accept", "application/json");
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        }
        HttpResponse<String> response;
        try {
            response = send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("The gateway at %s does not answer: %s".formatted(base, e), e);
        }
        if (response.statusCode() / 100 != 2) {
            throw refusal(response.statusCode(), response.body());
        }
        return response.body().isBlank() ? JsonNodeFactory.instance.objectNode() : JSON.readTree(response.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", authorization);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the gateway", e);
        }
    }

    private static GatewayException refusal(int status, String body) {
        JsonNode problem;
        try {
            problem = JSON.readTree(body);
        } catch (JacksonException e) {
            problem = JsonNodeFactory.instance.objectNode().put("detail", body);
        }
        StringBuilder message = new StringBuilder();
        String code = problem.path("code").asString("");
        if (!code.isEmpty()) {
            message.append(code).append(": ");
        }
        message.append(problem.path("detail").asString("the gateway answered " + status));
        for (JsonNode error : problem.path("errors")) {
            message.append("\n  ")
                    .append(error.path("field").asString(""))
                    .append(": ")
                    .append(error.path("detail").asString(error.path("message").asString("")));
        }
        return new GatewayException(status, problem, message.toString());
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
