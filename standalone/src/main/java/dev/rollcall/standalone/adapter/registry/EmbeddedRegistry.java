package dev.rollcall.standalone.adapter.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollcall.standalone.adapter.net.LoopbackPorts;
import dev.rollcall.standalone.adapter.net.PortInUseException;
import dev.rollcall.standalone.adapter.registry.RegistryApi.Reply;
import dev.rollcall.standalone.adapter.registry.RegistryApi.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schema registry on a port of its own at 127.0.0.1, kept in the Kafka it is given.
 *
 * <p>It has no sign-in: whoever has an account on this machine may use it. A page in a browser of that person may not,
 * hence the checks of host name and content type.
 */
public final class EmbeddedRegistry implements AutoCloseable {

    /** The command-line option that chooses the port. */
    public static final String PORT_OPTION = "--registry-port";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_BODY_BYTES = 1024 * 1024;
    private static final int THREADS = 4;
    private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    private final HttpServer server;
    private final ExecutorService threads;
    private final SchemaLog log;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedRegistry(HttpServer server, ExecutorService threads, SchemaLog log) {
        this.server = server;
        this.threads = threads;
        this.log = log;
    }

    /**
     * Reads what is kept and returns when requests are answered.
     *
     * @param port 0 takes any free port, see {@link #port}
     * @throws PortInUseException if the port is taken; then nothing was written
     */
    public static EmbeddedRegistry start(String bootstrapServers, int port) {
        // Bound first, so that a taken port is noticed before the topic is created; connections wait until start().
        HttpServer server = bind(port);
        @Nullable SchemaLog log = null;
        try {
            log = new KafkaSchemaLog(bootstrapServers);
            RegistryApi api = new RegistryApi(new Registry(log));
            ExecutorService threads = pool();
            server.setExecutor(threads);
            server.createContext("/", exchange -> serve(exchange, api));
            server.start();
            EmbeddedRegistry registry = new EmbeddedRegistry(server, threads, log);
            LOG.info("Schema registry answers at {}", registry.url());
            return registry;
        } catch (RuntimeException e) {
            server.stop(0);
            if (log != null) {
                log.close();
            }
            throw e;
        }
    }

    /** For {@code schema.registry.url}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** The port it really listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.stop(0);
            threads.shutdown();
            log.close();
        }
    }

    private static HttpServer bind(int port) {
        // Without this the JDK's server answers a reused connection 40 ms late (delayed acknowledgements).
        System.setProperty("sun.net.httpserver.nodelay", "true");
        LoopbackPorts.requireFree(port, "the schema registry", PORT_OPTION);
        try {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            return HttpServer.create(new InetSocketAddress(loopback, port), 64);
        } catch (IOException e) {
            throw new PortInUseException("the schema registry", port, PORT_OPTION, e);
        }
    }

    private static ExecutorService pool() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "schema-registry-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static void serve(HttpExchange exchange, RegistryApi api) throws IOException {
        try (exchange) {
            Reply reply = reply(exchange, api);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Reply reply(HttpExchange exchange, RegistryApi api) throws IOException {
        // Read even when it will be refused: an unread body would end the connection under the answer.
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            return RegistryApi.error(413, 413, "The body is larger than " + MAX_BODY_BYTES + " bytes");
        }
        if (!namesUs(exchange.getRequestHeaders().getFirst("Host"))) {
            return RegistryApi.error(403, 403, "This registry answers to 127.0.0.1 and localhost only");
        }
        String method = exchange.getRequestMethod();
        if ((method.equals("POST") || method.equals("PUT"))
                && !isJson(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            return RegistryApi.error(415, 415, "Send JSON, with Content-Type: " + CONTENT_TYPE);
        }
        try {
            URI uri = exchange.getRequestURI();
            return api.handle(new Request(method, segments(uri.getRawPath()), query(uri.getRawQuery()), body));
        } catch (IllegalArgumentException e) {
            return RegistryApi.error(400, 400, "The address cannot be decoded: " + e.getMessage());
        }
    }

    /** A page that had its own host name point to 127.0.0.1 would send that name. */
    private static boolean namesUs(@Nullable String host) {
        if (host == null) {
            return true;
        }
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        return OWN_NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** A browser sends these types to another origin only after asking for leave, which is never given here. */
    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || (type.startsWith("application/") && type.endsWith("+json"));
    }

    private static List<String> segments(@Nullable String rawPath) {
        List<String> segments = new ArrayList<>();
        if (rawPath != null) {
            for (String raw : rawPath.split("/")) {
                if (!raw.isEmpty()) {
                    // In a path a plus sign is itself.
                    segments.add(URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
                }
            }
        }
        return segments;
    }

    private static Map<String, String> query(@Nullable String rawQuery) {
        Map<String, String> query = new HashMap<>();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "true");
            }
        }
        return query;
    }
}
