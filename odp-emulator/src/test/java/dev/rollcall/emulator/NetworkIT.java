package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses and ports, and which of them a successor inherits; {@code odp-observed.md} sections 1 and 3, {@code odp-mechanics.md} section 1.3. */
class NetworkIT {

    private final Path home;
    private EmulatedOdp odp;

    NetworkIT(@TempDir Path home) throws IOException {
        this.home = home;
        this.odp = EmulatedOdp.install(home, Installations.quick());
    }

    @AfterEach
    void kill() throws IOException {
        odp.kill();
    }

    private EmulatedOdp start(OdpSettings settings) throws IOException {
        odp = EmulatedOdp.install(home, settings);
        return odp.start();
    }

    static boolean hasIpv6() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.getHostAddress().startsWith("0:0:0:0:0:0:0:1"));
    }

    @ParameterizedTest
    @EnabledIf("hasIpv6")
    @CsvSource({"::1, ::1, '', [::1]", "'::', ::1, 127.0.0.1, [::]"})
    void shouldListenAndRestartOnIpv6(String listen, String six, String four, String shown) throws IOException {
        start(Installations.quick().withListenIp(listen));
        long first = odp.servingPid().orElseThrow();
        try (MySqlClient held = MySqlClient.connect(
                new InetSocketAddress(six, odp.port()), "root@proxysys", "proxysys", Duration.ofSeconds(5))) {
            assertThat(held.query("SHOW PROXYSESSION").get(0).get(5)).startsWith("::1:");
            assertThat(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1))
                    .contains("ipv4_fd:-1, ipv6_fd:0,")
                    .contains("local_addr:\"" + shown + ":" + odp.port() + "\"");
        }
        if (!four.isEmpty()) {
            MySqlClient.connect(
                            new InetSocketAddress(four, odp.port()), "root@proxysys", "proxysys", Duration.ofSeconds(5))
                    .close();
        }

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        long second = odp.servingPid().orElseThrow();
        assertThat(second).isNotEqualTo(first);
        assertThat(environmentOf(second)).contains("OBPROXY_INHERITED_FD=-1\0", "OBPROXY_INHERITED_IPV6_FD=0\0");
    }

    @Test
    void shouldBeReachedOnAnyAddressWhenBoundToAll() throws IOException {
        start(Installations.quick().withListenIp("0.0.0.0"));

        for (String ip : new String[] {"127.0.0.1", "127.0.0.7"}) {
            try (MySqlClient client = MySqlClient.connect(
                    new InetSocketAddress(ip, odp.port()), "root@proxysys", "proxysys", Duration.ofSeconds(5))) {
                assertThat(client.answeringPid()).isPositive();
            }
        }
    }

    @Test
    void shouldServeMetricsOnAllAddressesFromWhicheverProcessServes() throws IOException {
        start(Installations.quick().withListenIp("127.0.0.3").withPrometheusPort(0));
        assertThat(metrics("127.0.0.1")).contains("odp_current_session{role=\"client\"} ");
        odp.fault(Fault.CHILD_HANGS);
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET hot_upgrade_rollback_timeout='1s'");
        }

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.HOT_RESTART_BEGAN).isPresent());
        assertThatThrownBy(() -> metrics("127.0.0.1")).isInstanceOf(ConnectException.class);
        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(metrics("127.0.0.1")).isNotEmpty();
        odp.clear(Fault.CHILD_HANGS);
        odp.requestHotRestart();
        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        assertThat(metrics("127.0.0.1")).isNotEmpty();
    }

    @Test
    void shouldStartWithoutMetricsWhenTheirPortIsTaken() throws IOException {
        EmulatedOdp first = EmulatedOdp.install(
                        home.resolve("first"), Installations.quick().withPrometheusPort(0))
                .start();
        try {
            start(Installations.quick().withPrometheusPort(first.prometheusPort()));

            assertThat(odp.isServing()).isTrue();
            assertThat(Files.readString(home.resolve("log/obproxy.log"))).contains("fail to init prometheus exposer");
        } finally {
            first.kill();
        }
    }

    @Test
    void shouldHandTheRpcPortToItsSuccessor() throws IOException {
        start(Installations.quick().withRpcPort(0));
        assertThat(upgrade()).contains("rpc_ipv4_fd:1,");
        long first = odp.servingPid().orElseThrow();

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        await().until(() -> !odp.pids().contains(first));
        long second = odp.servingPid().orElseThrow();
        assertThat(environmentOf(second)).contains("OBPROXY_INHERITED_RPC_FD=1\0");
        assertThat(upgrade()).contains("rpc_ipv4_fd:1,");
        new Socket(odp.address().getAddress(), odp.rpcPort()).close();
    }

    @Test
    void shouldRefuseSecondProcessOfTheSameHomeOnAnotherPort() throws IOException {
        start(Installations.quick().withRpcPort(0));
        long first = odp.servingPid().orElseThrow();

        int status = odp.launch("-p", String.valueOf(odp.rpcPort() == 20_001 ? 20_002 : 20_001));

        assertThat(status).isZero();
        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
        assertThat(odp.ledger().last(Event.STOPPED).orElseThrow().why())
                .contains("fail to listen on port " + odp.rpcPort());
        assertThat(odp.servingPid()).hasValue(first);
    }

    @Test
    void shouldKeepInheritedPortUntilColdStartWhenAnotherOneWasSet() throws IOException {
        odp.start();
        int port = odp.port();
        int other = port == 31_999 ? 31_998 : port + 1;
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET listen_port=" + other);
        }

        odp.requestHotRestart();
        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());

        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'listen_port'").get(0))
                    .contains(String.valueOf(other));
        }
        odp.stop();
        odp.launch();
        EmulatedOdp moved = EmulatedOdp.adopt(home, odp.settings().withPort(other));
        await().until(moved::isServing);
        assertThat(odp.isServing()).isFalse();
    }

    private String metrics(String ip) throws IOException {
        var connection = URI.create("http://" + ip + ":" + odp.prometheusPort() + "/metrics")
                .toURL()
                .openConnection();
        try (var stream = connection.getInputStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String upgrade() throws IOException {
        try (MySqlClient client = odp.admin()) {
            return client.query("SHOW PROXYINFO UPGRADE").get(0).get(1);
        }
    }

    private static String environmentOf(long pid) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(pid), "environ"));
    }
}
