package dev.rollcall.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Client of a Confluent-compatible registry over HTTP. Ids and schemas never change once they are known, so each is asked for once.
 *
 * <p>An address that does not answer, or answers 5xx or 429, is followed by the next one, with a growing pause, until the retry
 * time is over. Any other refusal is final.
 */
final class HttpSchemaRegistry implements SchemaRegistry {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final SerdeConfig config;
    private final HttpClient http;
    private final Map<String, Integer> registered = new ConcurrentHashMap<>();
    private final Map<String, Integer> lookedUp = new ConcurrentHashMap<>();
    private final Map<Integer, String> textById = new ConcurrentHashMap<>();

    HttpSchemaRegistry(SerdeConfig config) {
        this.config = config;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (!config.ssl().isEmpty()) {
            builder.sslContext(sslContext(config.ssl()));
        }
        this.http = builder.build();
    }

    /** As Kafka's own clients make it from the same settings: JKS, PKCS12 or PEM, files or texts. */
    private static SSLContext sslContext(Map<String, String> settings) {
        AbstractConfig parsed =
                new AbstractConfig(new ConfigDef().withClientSslSupport(), new HashMap<>(settings), false);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(parsed.values());
            return factory.sslContext();
        } catch (KafkaException e) {
            throw new ConfigException("The schema registry cannot be reached over TLS with the settings '%s*': %s"
                    .formatted(SerdeConfig.SSL_PREFIX, e.getMessage()));
        }
    }

    @Override
    public int register(String subject, String schemaText) {
        return registered.computeIfAbsent(
                subject + '\n' + schemaText,
                key -> idOf(ask("/subjects/" + encoded(subject) + "/versions", schemaBody(schemaText))));
    }

    @Override
    public int lookUp(String subject, String schemaText) {
        return lookedUp.computeIfAbsent(
                subject + '\n' + schemaText, key -> idOf(ask("/subjects/" + encoded(subject), schemaBody(schemaText))));
    }

    @Override
    public Registered latest(String subject) {
        JsonNode answer = ask("/subjects/" + encoded(subject) + "/versions/latest", null);
        return new Registered(idOf(answer), textOf(answer));
    }

    @Override
    public String byId(int id) {
        return textById.computeIfAbsent(id, key -> textOf(ask("/schemas/ids/" + key, null)));
    }

    @Override
    public void demand(String subject, String compatibility) {
        ask(
                "PUT",
                "/config/" + encoded(subject),
                JSON.createObjectNode().put("compatibility", compatibility).toString());
    }

    private JsonNode ask(String path, @Nullable String body) {
        return ask(body == null ? "GET" : "POST", path, body);
    }

    private JsonNode ask(String method, String path, @Nullable String body) {
        long deadline = System.nanoTime() + config.retryTimeout().toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 0; ; attempt++) {
            URI base = config.urls().get(attempt % config.urls().size());
            String trouble;
            @Nullable IOException cause = null;
            try {
                HttpResponse<String> response =
                        http.send(request(method, base, path, body), HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return JSON.readTree(response.body());
                }
                if (response.statusCode() / 100 != 5 && response.statusCode() != 429) {
                    throw refusal(path, response);
                }
                trouble = "answered " + response.statusCode();
            } catch (JsonProcessingException e) {
                throw new SerializationException(
                        "The schema registry at %s did not answer in JSON: is it one?".formatted(address(base)), e);
            } catch (IOException e) {
                trouble = "did not answer (" + e + ")";
                cause = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptException("Interrupted while asking the schema registry", e);
            }
            if (System.nanoTime() + Duration.ofMillis(pause).toNanos() > deadline) {
                throw new RegistryUnavailableException(
                        "The schema registry at %s %s, tried for %d s; check '%s' and that it runs"
                                .formatted(
                                        address(base),
                                        trouble,
                                        config.retryTimeout().toSeconds(),
                                        SerdeConfig.URL),
                        cause);
            }
            pause(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private HttpRequest request(String method, URI base, String path, @Nullable String body) {
        String root = base.getScheme() + "://" + address(base) + withoutSlash(base.getPath());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", MEDIA_TYPE);
        if (config.userInfo() != null) {
            String credentials =
                    Base64.getEncoder().encodeToString(config.userInfo().getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + credentials);
        }
        if (body != null) {
            request.header("Content-Type", MEDIA_TYPE).method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return request.build();
    }

    private static SerializationException refusal(String path, HttpResponse<String> response) {
        String reason = response.body();
        try {
            JsonNode message = JSON.readTree(reason).get("message");
            reason = message == null ? reason : message.asText();
        } catch (JsonProcessingException e) {
            // the body itself is then the reason
        }
        return new SerializationException(
                "The schema registry refused %s with %d: %s".formatted(path, response.statusCode(), reason));
    }

    private static String schemaBody(String schemaText) {
        return JSON.createObjectNode().put("schema", schemaText).toString();
    }

    private static int idOf(JsonNode answer) {
        JsonNode id = answer.get("id");
        if (id == null || !id.isInt()) {
            throw new SerializationException("The schema registry answered without an id: " + answer);
        }
        return id.asInt();
    }

    private static String textOf(JsonNode answer) {
        JsonNode schema = answer.get("schema");
        if (schema == null || !schema.isTextual()) {
            throw new SerializationException("The schema registry answered without a schema: " + answer);
        }
        return schema.asText();
    }

    private static String address(URI uri) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    private static String withoutSlash(@Nullable String path) {
        if (path == null) {
            return "";
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException("Interrupted while waiting for the schema registry", e);
        }
    }
}
