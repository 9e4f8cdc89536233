package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.Odp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A client of a stream that stops reading, at a real socket: it is dropped, and what it did not read has never been written for it. */
class SlowClientIT {

    private static final String TASK = "/api/v1/tasks/long/events";
    private static final String EVERYTHING = "/api/v1/events";
    private static final int SMALL_BUFFER = 4_096;
    private static final int LARGE_BUFFER = 1 << 20;
    private static final int THINGS = 20_000;
    private static final String LONG = "x".repeat(2_000);

    /** What the kernel takes for a connection at most, and then some for what is on its way. */
    private static final long KERNEL_AND_NETTY = 16L << 20;

    private static ConfigurableApplicationContext gateway;
    private static int port;

    @BeforeAll
    static void start() {
        gateway = new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(
                        "--spring.config.name=api-gateway",
                        "--server.port=0",
                        "--rollcall.gateway.stream-heartbeat=200ms",
                        "--rollcall.gateway.allow-plain-passwords=true",
                        "--rollcall.gateway.users[0].name=viewer",
                        "--rollcall.gateway.users[0].password={noop}secret-viewer",
                        "--rollcall.gateway.users[0].roles=OBPROXY_VIEWER");
        Views views = gateway.getBean(Views.class);
        views.apply(new Cluster(Given.PAY, 1, "Pay", "", Map.of(), THINGS, "alice", Given.NOW));
        views.apply(Given.task("long", 4, TaskState.RUNNING, TaskPhase.RESTART, Task.Counts.NONE));
        for (int i = 0; i < THINGS; i++) {
            views.apply(new TimelineEvent(
                    new TimelineEvent.Position(0, i),
                    new TaskId("long"),
                    Given.PAY,
                    null,
                    Given.NOW,
                    i,
                    "ODP_STEP",
                    TaskState.RUNNING,
                    TaskPhase.RESTART,
                    0,
                    null,
                    0,
                    0,
                    null,
                    null,
                    LONG,
                    false));
            views.apply(new Odp(Given.PAY, new OdpId("odp-" + i), LONG, "z1", 2883, "/home/admin/obproxy"));
        }
        views.caughtUp();
        var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
        port = server == null ? 0 : server.getPort();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {TASK, EVERYTHING})
    void shouldDropAClientThatStopsReading(String path) throws IOException {
        try (Socket client = opened(path, SMALL_BUFFER)) {
            InputStream in = client.getInputStream();
            assertThat(in.readNBytes(1_000)).asString(StandardCharsets.UTF_8).contains("HTTP/1.1 200");

            // By the kernel's word: the client itself cannot see it before it has read all that was sent.
            await().atMost(Duration.ofSeconds(20)).until(() -> !isOpenAtTheGateway(client));

            assertThat(rest(in)).isLessThan(KERNEL_AND_NETTY).isLessThan((long) THINGS * LONG.length());
        }
    }

    @Test
    void shouldSendAllOfItToAClientThatReads() throws IOException {
        try (Socket client = opened(TASK, LARGE_BUFFER)) {
            InputStream in = client.getInputStream();

            assertThat(in.readNBytes(THINGS * LONG.length()))
                    .asString(StandardCharsets.UTF_8)
                    .contains("id:0-" + (THINGS / 2));
        }
    }

    private static Socket opened(String path, int buffer) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(buffer);
        client.setSoTimeout(20_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String head = "GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nLast-Event-ID: "
                // Of everything: an id that is no longer known, so that all there is comes.
                + (path.equals(EVERYTHING) ? "old" : "")
                + "\r\nAuthorization: Basic "
                + Base64.getEncoder().encodeToString("viewer:secret-viewer".getBytes(StandardCharsets.UTF_8))
                + "\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /** How many bytes there still were to read. */
    private static long rest(InputStream in) throws IOException {
        long all = 0;
        byte[] buffer = new byte[1 << 16];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all += read;
            }
        } catch (SocketException reset) {
            // It was dropped.
        }
        return all;
    }

    /** Whether the gateway's end of a connection is established. */
    private static boolean isOpenAtTheGateway(Socket client) throws IOException {
        String ends = ":%04X .*:%04X 01 ".formatted(port, client.getLocalPort());
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                if (lines.anyMatch(line -> line.matches(".*" + ends + ".*"))) {
                    return true;
                }
            }
        }
        return false;
    }
}
