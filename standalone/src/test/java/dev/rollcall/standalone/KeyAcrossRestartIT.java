package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.app.StandaloneServer;
import dev.rollcall.standalone.app.StandaloneSettings;
import dev.rollcall.standalone.app.Users;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** An idempotency key means the same task after everything there is was stopped and started again. */
@Timeout(180)
class KeyAcrossRestartIT {

    private static final String PASSWORD = "a password for this test";
    private static final String ORDER = "{\"mode\":\"RESTART\",\"reason\":\"CHG-1042\"}";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void shouldBeTheSameTaskAfterARestartOfEverything(@TempDir Path data) throws Exception {
        String task;
        try (StandaloneServer server = started(data)) {
            // Nothing answers at port 1: what becomes of the task does not matter here.
            assertThat(send(server, "PUT", "/api/v1/clusters/pay", "", """
                            {"defaults":{"home":"/home/admin/obproxy","ssh":{"user":"admin","port":1,"credential":"none"},
                             "adminCredential":"none"},"odps":[{"host":"127.0.0.1"}]}""").statusCode())
                    .isEqualTo(201);
            HttpResponse<String> asked = send(server, "POST", "/api/v1/clusters/pay/restarts", "CHG-1042", ORDER);
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
            task = id(asked);
        }

        try (StandaloneServer server = started(data)) {
            HttpResponse<String> again = send(server, "POST", "/api/v1/clusters/pay/restarts", "CHG-1042", ORDER);
            HttpResponse<String> other =
                    send(server, "POST", "/api/v1/clusters/pay/restarts", "CHG-1042", "{\"mode\":\"RESTART\"}");

            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(id(again)).isEqualTo(task);
            assertThat(other.statusCode()).as(other.body()).isEqualTo(422);
            assertThat(other.body()).contains("RC22122");
        }
    }

    private static StandaloneServer started(Path data) throws IOException, InterruptedException {
        Users users = Users.kept(data.resolve("users.yml"), data.resolve("users.properties"), PASSWORD);
        StandaloneServer server = StandaloneServer.start(new StandaloneSettings(
                data, new StandaloneSettings.Ports(0, 0, 0, 0), StandaloneSettings.Reach.LOOPBACK, users, Map.of()));
        new GatewayClient(server.gateway(), "admin", PASSWORD).awaitReady(Duration.ofSeconds(60));
        return server;
    }

    private static String id(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body()).path("id").asString();
    }

    private HttpResponse<String> send(StandaloneServer server, String method, String path, String key, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.gateway() + path))
                .header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
