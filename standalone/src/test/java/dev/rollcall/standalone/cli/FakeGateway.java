package dev.rollcall.standalone.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers what a test tells it to, in order, the last answer again and again; and remembers what it was asked. */
final class FakeGateway implements AutoCloseable {

    /** What was asked. */
    record Asked(String method, String path, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /**
     * An answer.
     *
     * @param breaks whether the connection is broken in place of the end of the body
     */
    private record Answer(int status, String type, String body, boolean breaks) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    FakeGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers a request, {@code "GET /api/v1/tasks/1"}, with JSON. */
    FakeGateway says(String request, int status, String json) {
        return says(
                request,
                new Answer(status, status < 400 ? "application/json" : "application/problem+json", json, false));
    }

    /** Answers with a stream of events; where it breaks the client sees the connection fail. */
    FakeGateway streams(String request, String events, boolean breaks) {
        return says(request, new Answer(200, "text/event-stream", events, breaks));
    }

    private synchronized FakeGateway says(String request, Answer answer) {
        answers.computeIfAbsent(request, any -> new ArrayDeque<>()).add(answer);
        return this;
    }

    private synchronized Answer next(String request) {
        Deque<Answer> queue = answers.getOrDefault(request, new ArrayDeque<>());
        if (queue.isEmpty()) {
            return new Answer(
                    404,
                    "application/problem+json",
                    "{\"detail\":\"the test has no answer for %s\"}".formatted(request),
                    false);
        }
        return queue.size() == 1 ? queue.element() : queue.remove();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        String path = exchange.getRequestURI().getPath();
        asked.add(new Asked(
                exchange.getRequestMethod(),
                path,
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        String request = exchange.getRequestMethod() + " " + path;
        Answer answer = next(request);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        // Of a body that is to break more is promised than comes.
        exchange.sendResponseHeaders(
                answer.status(),
                answer.status() == 204
                        ? -1
                        : answer.breaks() ? body.length + 100 : body.length == 0 ? -1 : body.length);
        if (answer.status() != 204 && body.length > 0) {
            OutputStream out = exchange.getResponseBody();
            out.write(body);
            out.flush();
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
