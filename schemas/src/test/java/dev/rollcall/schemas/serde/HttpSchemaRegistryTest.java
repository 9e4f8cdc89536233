package dev.rollcall.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.rollcall.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSchemaRegistryTest {

    private record Answer(int status, String body) {}

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldAskForASchemaOnceAndKeepIt() {
        answers.add(new Answer(200, "{\"id\":7}"));
        SchemaRegistry registry = registry(Map.of());

        assertThat(registry.register("odp.tasks.v1-value", "\"string\"")).isEqualTo(7);
        assertThat(registry.register("odp.tasks.v1-value", "\"string\"")).isEqualTo(7);

        assertThat(requests)
                .containsExactly("POST /subjects/odp.tasks.v1-value/versions - {\"schema\":\"\\\"string\\\"\"}");
    }

    @Test
    void shouldTryAgainWhileTheRegistryIsNotReady() {
        answers.add(new Answer(503, "starting"));
        answers.add(new Answer(500, "{\"error_code\":50001,\"message\":\"leader unknown\"}"));
        answers.add(new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));

        assertThat(registry(Map.of()).byId(3)).isEqualTo("\"string\"");
        assertThat(requests).hasSize(3);
    }

    @Test
    void shouldGiveUpInWordsWhenTheRegistryStaysAway() {
        for (int i = 0; i < 20; i++) {
            answers.add(new Answer(503, "starting"));
        }
        assertThatThrownBy(() -> registry(Map.of("schema.registry.retry.timeout.ms", "200"))
                        .byId(3))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("answered 503")
                .hasMessageContaining("schema.registry.url");
    }

    @Test
    void shouldNotRepeatWhatWasRefused() {
        answers.add(new Answer(409, "{\"error_code\":409,\"message\":\"incompatible with version 2\"}"));

        assertThatThrownBy(() -> registry(Map.of()).register("s", "\"string\""))
                .isInstanceOf(SerializationException.class)
                .isNotInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("incompatible with version 2");
        assertThat(requests).hasSize(1);
    }

    @Test
    void shouldSignInWithTheGivenUserAndNeverPrintIt() {
        answers.add(new Answer(401, "{\"error_code\":401,\"message\":\"who?\"}"));
        Map<String, String> credentials =
                Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "rollcall:s3cret");

        assertThatThrownBy(() -> registry(credentials).byId(1)).hasMessageNotContaining("s3cret");
        assertThat(requests).containsExactly("GET /schemas/ids/1 Basic cm9sbGNhbGw6czNjcmV0 ");
        assertThat(SerdeConfig.of(Map.of("schema.registry.url", "http://rollcall:s3cret@127.0.0.1:1"))
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void shouldSpeakTlsWithWhomTheTrustStoreNamesAndWithNobodyElse(@TempDir Path directory) throws Exception {
        server.stop(0);
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        "changeit",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "registry",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(keys.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context));
        secure.createContext("/", this::answer);
        secure.start();
        server = secure;
        Map<String, String> trust = Map.of(
                "schema.registry.ssl.truststore.location",
                keys.toString(),
                "schema.registry.ssl.truststore.type",
                "PKCS12",
                "schema.registry.ssl.truststore.password",
                "changeit");

        answers.add(new Answer(200, "{\"schema\":\"\\\"string\\\"\"}"));
        assertThat(registry("https", trust).byId(3)).isEqualTo("\"string\"");

        assertThatThrownBy(() -> registry("https", Map.of("schema.registry.retry.timeout.ms", "200"))
                        .byId(3))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("did not answer");
        assertThatThrownBy(() -> registry(
                        "https", Map.of("schema.registry.ssl.truststore.location", directory + "/nowhere.p12")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.ssl.")
                .hasMessageContaining("nowhere.p12");
    }

    @Test
    void shouldRegisterEveryTopicUnderADemandThatLaterVersionsMustKeep() {
        for (int i = 0; i < Topics.values().length; i++) {
            answers.add(new Answer(200, "{\"compatibility\":\"FULL_TRANSITIVE\"}"));
            answers.add(new Answer(200, "{\"id\":%d}".formatted(100 + i)));
        }

        Map<Topics, Integer> ids = SchemasInPlace.ensure(Map.of(
                "schema.registry.url",
                "http://127.0.0.1:%d/all".formatted(server.getAddress().getPort())));

        assertThat(ids).hasSize(Topics.values().length).containsEntry(Topics.values()[0], 100);
        assertThat(requests.get(0))
                .isEqualTo("PUT /all/config/odp.clusters.requested.v1-value - {\"compatibility\":\"FULL_TRANSITIVE\"}");
        assertThat(requests.get(1)).startsWith("POST /all/subjects/odp.clusters.requested.v1-value/versions - ");
    }

    private SchemaRegistry registry(Map<String, String> more) {
        return registry("http", more);
    }

    private SchemaRegistry registry(String scheme, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put(
                "schema.registry.url",
                "%s://127.0.0.1:%d/".formatted(scheme, server.getAddress().getPort()));
        return new HttpSchemaRegistry(SerdeConfig.of(settings));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add("%s %s %s %s"
                .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        authorization == null ? "-" : authorization,
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Answer answer = answers.remove();
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
