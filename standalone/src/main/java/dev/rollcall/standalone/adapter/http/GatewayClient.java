package dev.rollcall.standalone.adapter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Client of the gateway's HTTP API. Thread-safe.
 *
 * <p>Errors: {@link GatewayException} when the gateway refuses, {@link GatewayUnreachableException} when it cannot be reached.
 */
public final class GatewayClient {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final long READY_POLL_MILLIS = 100;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int LARGEST_PAGE = 500;

    private static final Duration STREAM_TIMEOUT = Duration.ofSeconds(20);
    private static final int TRIES = 8;
    private static final long RETRY_MILLIS = 500;
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** What the gateway answered when it did not refuse. */
    public record Answer(int status, JsonNode body) {}

    private final String base;
    private final String authorization;
    private final HttpClient http;

    public GatewayClient(URI base, String user, String password) {
        this(base, user, password, null);
    }

    /** @param certificate PEM file; the server must have the first certificate of it, whatever name that is for; null: any valid one */
    public GatewayClient(URI base, String user, String password, @Nullable Path certificate) {
        this(base, basic(user, password), certificate == null ? null : PinnedCertificate.context(certificate));
    }

    /**
     * Client of any gateway.
     *
     * @param base address, with a path in front of {@code /api} where a proxy wants one
     * @param authorization the header of that name
     * @param trusted what servers are trusted; null: those that Java trusts
     */
    public GatewayClient(URI base, String authorization, @Nullable SSLContext trusted) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (trusted != null) {
            builder.sslContext(trusted);
        } else if ("http".equals(base.getScheme())) {
            // Reading all authorities that Java trusts takes a good part of a command's time, and none is asked here.
            builder.sslContext(TrustedAuthorities.nobody());
        }
        this.http = builder.build();
        String address = base.toString();
        this.base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        this.authorization = authorization;
    }

    /** The {@code Authorization} header of a user with a password. */
    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
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

    /**
     * Asks for a restart once, however often the network breaks: the key makes each repetition the same task.
     *
     * @param wait how long the gateway may wait for the planner's word, at most 30 s
     */
    public JsonNode restart(String cluster, ObjectNode request, String key, Duration wait) throws InterruptedException {
        Map<String, String> headers = Map.of(IDEMPOTENCY_KEY, key, "Prefer", "wait=" + wait.toSeconds());
        for (int tries = 1; ; tries++) {
            try {
                return call("POST", "/api/v1/clusters/" + encoded(cluster) + "/restarts", request, headers)
                        .body();
            } catch (GatewayUnreachableException e) {
                if (tries == TRIES) {
                    throw e;
                }
            } catch (GatewayException e) {
                if (tries == TRIES || (e.status() != 503 && e.status() != 504)) {
                    throw e;
                }
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /**
     * Steers a task.
     *
     * @param path below the task's, such as {@code pause} or {@code odps/10.0.0.7%3A2883/skip}
     * @param version the task's version it was decided on; null: any
     * @return 200 with the task when it is done, 202 when it is asked for
     */
    public Answer steer(String taskId, String path, @Nullable Long version) {
        return call(
                "POST",
                "/api/v1/tasks/" + encoded(taskId) + "/" + path,
                null,
                version == null ? Map.of() : Map.of("If-Match", "\"" + version + "\""));
    }

    /** Registers or replaces a cluster definition; 201 when it is new, 200 else. */
    public Answer put(String cluster, JsonNode definition) {
        return call("PUT", "/api/v1/clusters/" + encoded(cluster), definition, Map.of());
    }

    /**
     * All items of a list.
     *
     * @param path with its query, and at least one parameter
     * @param most no more than these
     */
    public List<JsonNode> list(String path, int most) {
        List<JsonNode> items = new ArrayList<>();
        for (int page = 1; ; page++) {
            JsonNode answer = json("GET", "%s&size=%d&page=%d".formatted(path, LARGEST_PAGE, page), null);
            answer.path("items").forEach(items::add);
            if (answer.path("items").isEmpty()
                    || items.size()
                            >= Math.min(most, answer.path("page").path("total").asInt(0))) {
                return items.size() > most ? List.copyOf(items.subList(0, most)) : items;
            }
        }
    }

    /** What is at a path. */
    public JsonNode get(String path) {
        return json("GET", path, null);
    }

    public JsonNode task(String taskId) {
        return json("GET", "/api/v1/tasks/" + encoded(taskId), null);
    }

    /** The rows of a task, one for each ODP. */
    public List<JsonNode> taskOdps(String taskId) {
        return list("/api/v1/tasks/" + encoded(taskId) + "/odps?sort=batch,asc", Integer.MAX_VALUE);
    }

    /**
     * Opens the timeline of a task, which comes live until the task has ended.
     *
     * @param lastEventId the last event that was seen; null: from the first one
     * @return empty when there is nothing after that event, and never will be
     * @throws GatewayUnreachableException when it cannot be reached
     */
    public Optional<EventStream> events(String taskId, @Nullable String lastEventId) {
        HttpRequest.Builder request = request("/api/v1/tasks/" + encoded(taskId) + "/events")
                .timeout(STREAM_TIMEOUT)
                .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == 204) {
            return Optional.empty();
        }
        EventStream stream = new EventStream(response.body());
        if (response.statusCode() / 100 == 2) {
            return Optional.of(stream);
        }
        try (stream) {
            throw refusal(response.statusCode(), new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new GatewayUnreachableException(base, e);
        }
    }

    private JsonNode json(String method, String path, @Nullable JsonNode body) {
        return call(method, path, body, Map.of()).body();
    }

    private Answer call(String method, String path, @Nullable JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).timeout(REQUEST_TIMEOUT).header("Accept", "application/json");
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        }
        HttpResponse<String> response = send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw refusal(response.statusCode(), response.body());
        }
        try {
            return new Answer(
                    response.statusCode(),
                    response.body().isBlank() ? JsonNodeFactory.instance.objectNode() : JSON.readTree(response.body()));
        } catch (JacksonException e) {
            throw new GatewayUnreachableException(
                    base, new IOException("what answers there is no gateway of Rollcall", e));
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", authorization);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new GatewayUnreachableException(base, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayUnreachableException(
                    base, new InterruptedIOException("interrupted while waiting for the gateway"));
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

    /** As one segment of a path. */
    public static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
