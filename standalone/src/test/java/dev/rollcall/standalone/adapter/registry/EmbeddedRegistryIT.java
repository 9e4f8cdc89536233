package dev.rollcall.standalone.adapter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.net.PortInUseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class EmbeddedRegistryIT {

    private static final String TYPE = "application/vnd.schemaregistry.v1+json";

    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();

    EmbeddedRegistryIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldFindEverythingAgainWhenBothWereStartedAgain() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0)) {
            assertThat(register(registry, "a-value", Schemas.LETTER).body()).isEqualTo("{\"id\":1}");
            assertThat(register(registry, "a-value", Schemas.LETTER_WITH_STAMP).body())
                    .isEqualTo("{\"id\":2}");
            assertThat(register(registry, "b%2Fc+d-value", Schemas.LETTER).body())
                    .isEqualTo("{\"id\":1}");
            send(registry, "PUT", "/config/a-value", "{\"compatibility\":\"FORWARD\"}");
            send(registry, "DELETE", "/subjects/a-value/versions/1", "");
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0)) {
            assertThat(send(registry, "GET", "/subjects", "").body()).isEqualTo("[\"a-value\",\"b/c+d-value\"]");
            assertThat(send(registry, "GET", "/subjects/a-value/versions", "").body())
                    .isEqualTo("[2]");
            assertThat(send(registry, "GET", "/config/a-value", "").body()).contains("FORWARD");
            assertThat(send(registry, "GET", "/schemas/ids/1", "").body()).contains("Letter");
            assertThat(register(registry, "a-value", Schemas.LETTER_WITH_STAMP).body())
                    .isEqualTo("{\"id\":2}");
            assertThat(register(registry, "e-value", "\"int\"").body()).isEqualTo("{\"id\":3}");
        }
    }

    @Test
    void shouldSpeakAsConfluentsRegistryDoes() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0)) {
            HttpResponse<String> missing = send(registry, "GET", "/subjects/none/versions", "");
            assertThat(missing.statusCode()).isEqualTo(404);
            assertThat(missing.headers().firstValue("Content-Type")).contains(TYPE);
            assertThat(missing.body()).isEqualTo("{\"error_code\":40401,\"message\":\"Subject 'none' not found.\"}");

            register(registry, "s", Schemas.LETTER);
            assertThat(register(registry, "s", Schemas.OTHER_TYPE).statusCode()).isEqualTo(409);
            assertThat(register(registry, "s", "x".repeat(1024 * 1024 + 1)).statusCode())
                    .isEqualTo(413);
        }
    }

    @Test
    void shouldNotServeAPageInABrowser() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0)) {
            HttpRequest asAFormCould = HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/s/versions"))
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("{\"schema\":\"\\\"int\\\"\"}"))
                    .build();
            assertThat(http.send(asAFormCould, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(415);
            assertThat(statusFor(registry, "rebound.example:" + registry.port()))
                    .contains(" 403 ");
            assertThat(statusFor(registry, "LocalHost:" + registry.port())).contains(" 200 ");
            assertThat(send(registry, "GET", "/subjects", "").body()).isEqualTo("[]");
        }
    }

    @Test
    void shouldRefuseATakenPortByNamingTheOption() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedRegistry.start(broker.bootstrapServers(), other.getLocalPort()))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining("Port " + other.getLocalPort())
                    .hasMessageContaining("--registry-port");
        }
    }

    private HttpResponse<String> register(EmbeddedRegistry registry, String subject, String schema)
            throws IOException, InterruptedException {
        String body = "{\"schema\":" + JsonMapper.shared().writeValueAsString(schema) + "}";
        return send(registry, "POST", "/subjects/" + subject + "/versions", body);
    }

    private HttpResponse<String> send(EmbeddedRegistry registry, String method, String address, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + address))
                .header("Content-Type", TYPE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** By hand, since the JDK's client does not let a program choose the Host header. */
    private static String statusFor(EmbeddedRegistry registry, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), registry.port())) {
            socket.getOutputStream()
                    .write(("GET /subjects HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }
}
