package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.mysql.ServerError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an ODP answers, keeps and inherits, by version; {@code odp-mechanics.md} sections 1.1, 1.5, 3.1 and 3.2. */
class VersionsIT {

    private final Path home;
    private EmulatedOdp odp;

    VersionsIT(@TempDir Path home) throws IOException {
        this.home = home;
        this.odp = EmulatedOdp.install(home, Installations.quick());
    }

    @AfterEach
    void kill() throws IOException {
        odp.kill();
    }

    @ParameterizedTest
    @CsvSource({
        "3.1.0.0, 5, 'none',  5099, 1235, 1235, etc/obproxy_config.bin, etc/proxyconfig.db",
        "3.2.3.0, 5, '[0,2]', 4147, ok,   1235, etc/obproxy_config.bin, etc/proxyconfig.db",
        "4.0.0,   5, '[0,2]', 4147, ok,   1235, etc/obproxy_config.bin, etc/proxyconfig.db",
        "4.2.3.0, 5, '[0,4]', ok,   ok,   ok,   etc/obproxy_config.bin, etc/proxyconfig_v1.db",
        "4.3.1.0, 7, '[0,4]', ok,   ok,   ok,   etc/proxyconfig_v1.db,  etc/proxyconfig_v1.db"
    })
    void shouldAnswerAsThatVersion(
            String version,
            int columns,
            String range,
            String offline,
            String versionFunction,
            String statusFunction,
            String file,
            String database)
            throws IOException {
        odp = EmulatedOdp.install(home, Installations.quick().withVersion(version))
                .start();
        try (MySqlClient client = odp.admin()) {
            List<List<String>> command = client.query("SHOW PROXYCONFIG LIKE 'proxy_local_cmd'");

            assertThat(client.query("SHOW PROXYCONFIG LIKE 'hot_upgrade_exit_timeout'")
                            .get(0))
                    .hasSize(columns);
            assertThat(command).hasSize(range.equals("none") ? 0 : 1);
            if (columns == 7) {
                assertThat(command.get(0)).contains(range);
            }
            assertThat(outcome(client, "ALTER PROXYCONFIG SET proxy_local_cmd=4"))
                    .isEqualTo(offline);
            assertThat(outcome(client, "SELECT proxy_version()")).isEqualTo(versionFunction);
            assertThat(outcome(client, "SELECT proxy_status()")).isEqualTo(statusFunction);
            assertThat(client.query("SHOW PROXYSESSION").get(0)).hasSize(13);
        }
        assertThat(home.resolve(file)).isNotEmptyFile();
        assertThat(home.resolve(database)).exists();
    }

    @ParameterizedTest
    @CsvSource({
        "3.2.3.0, 'fd:0,', 'OBPROXY_INHERITED_FD=0'",
        "4.2.3.0, 'ipv4_fd:0, ipv6_fd:-1, received_sig', 'OBPROXY_INHERITED_FD=0 OBPROXY_INHERITED_IPV6_FD=-1'",
        "4.3.1.0, 'ipv4_fd:0, ipv6_fd:-1, rpc_ipv4_fd:-1, rpc_ipv6_fd:-1, received_sig', 'OBPROXY_INHERITED_FD=0 OBPROXY_INHERITED_IPV6_FD=-1'"
    })
    void shouldRestartHotAsThatVersion(String version, String descriptors, String environment) throws IOException {
        odp = EmulatedOdp.install(home, Installations.quick().withVersion(version))
                .start();

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        long second = odp.servingPid().orElseThrow();
        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYINFO UPGRADE").get(0).get(1))
                    .contains("is_inherited:true")
                    .contains(descriptors);
        }
        assertThat(Files.readString(Path.of("/proc", String.valueOf(second), "environ"))
                        .lines()
                        .flatMap(line -> Arrays.stream(line.split("\0", -1)))
                        .filter(variable -> variable.startsWith("OBPROXY_")))
                .containsExactlyInAnyOrder(environment.split(" ", -1));
    }

    @Test
    void shouldTakeServiceBackWhenYoungerGenerationLeavesAsBefore4Dot1() throws IOException {
        odp = EmulatedOdp.install(
                        home, Installations.quick().withVersion("4.0.0").withExitTimeout(Duration.ofMinutes(1)))
                .start();
        long first = odp.servingPid().orElseThrow();
        try (MySqlClient held = odp.admin()) {
            odp.requestHotRestart();
            await().until(() -> odp.servingPid().orElse(first) != first);

            odp.requestHotRestart();

            await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
            assertThat(odp.ledger().last(Event.ROLLED_BACK).orElseThrow().pid()).isEqualTo(first);
            assertThat(held.answeringPid()).isEqualTo(first);
        }
    }

    @Test
    void shouldNameItselfWithThreeNumbersWhenTheRealOneDid() throws Exception {
        odp = EmulatedOdp.install(
                        home, Installations.quick().withVersion("4.0.0").withRelease("20221103165243.el7"))
                .start();

        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYINFO BINARY").get(0).get(1))
                    .startsWith("ObProxy-OceanBase 4.0.0-20221103165243.el7\n");
            assertThat(client.query("SELECT proxy_version()")).containsExactly(List.of("4.0.0"));
        }
        Process process =
                new ProcessBuilder("bin/obproxy", "-V").directory(home.toFile()).start();
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("obproxy (OceanBase 4.0.0 20221103165243.el7)\n");
    }

    @ParameterizedTest
    @CsvSource({"4.2.3.0, true", "4.3.1.0, false"})
    void shouldLetAdministratorInWithoutPasswordByDefaultOnlyBefore4Dot3(String version, boolean welcome)
            throws IOException {
        odp = EmulatedOdp.install(
                home, Installations.quick().withVersion(version).withAdminPassword(""));
        Path file = home.resolve(odp.settings().version().configurationFile());
        String firstLine = Files.readAllLines(file, StandardCharsets.ISO_8859_1).get(0);
        Files.writeString(file, firstLine + "\nlocal_bound_ip=127.0.0.1\nlisten_port=" + odp.port() + "\n");

        odp.launch();

        await().until(() -> odp.ledger().last(Event.SERVING).isPresent());
        assertThat(odp.isServing()).isEqualTo(welcome);
    }

    private static String outcome(MySqlClient client, String sql) throws IOException {
        try {
            client.query(sql);
            return "ok";
        } catch (ServerError refused) {
            return String.valueOf(refused.code());
        }
    }
}
