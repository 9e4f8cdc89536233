package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.mysql.ServerError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fault switches; {@code odp-mechanics.md} section 7, last paragraph. Those of a hot restart itself are in {@link HotRestartIT}. */
class FaultsIT {

    private final Path home;
    private final EmulatedOdp odp;

    FaultsIT(@TempDir Path home) throws IOException {
        this.home = home;
        this.odp = EmulatedOdp.install(home, Installations.quick()).start();
    }

    @AfterEach
    void kill() throws IOException {
        odp.kill();
    }

    @Test
    void shouldRefuseAdministratorFromAfarLikeAWrongPassword() throws IOException {
        odp.fault(Fault.CLIENTS_ARE_FAR);

        assertRefused(1045, odp::admin);

        odp.clear(Fault.CLIENTS_ARE_FAR);
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET skip_proxy_sys_private_check=true");
        }
        odp.fault(Fault.CLIENTS_ARE_FAR);
        assertThat(odp.isServing()).isTrue();
    }

    @Test
    void shouldChangeNothingAndStartNothingWhenTheDiskIsFull() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        odp.requestHotRestart();
        odp.fault(Fault.DISK_FULL);
        long log = Files.size(home.resolve("log/obproxy.log"));
        try (MySqlClient client = odp.admin()) {
            assertRefused(4016, () -> client.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=5"));
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'hot_upgrade_exit_timeout'")
                            .get(0))
                    .contains("1000000");

            await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        }
        assertThat(odp.servingPid()).hasValue(pid);
        assertThat(Files.size(home.resolve("log/obproxy.log"))).isEqualTo(log);
        odp.clear(Fault.DISK_FULL);
        odp.requestHotRestart();
        await().until(() -> odp.servingPid().orElse(pid) != pid);
    }

    @Test
    void shouldTakeServiceBackWhenSuccessorCannotReadItsConfiguration() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        odp.fault(Fault.ETC_UNREADABLE);

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(odp.servingPid()).hasValue(pid);
        odp.stop();
        assertThatThrownBy(odp::start).hasMessageContaining("Permission denied");
    }

    @Test
    void shouldComeUpWithDefaultsWhenTheConfigurationIsLost() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        odp.fault(Fault.CONFIGURATION_LOST, Duration.ZERO, 1);

        odp.requestHotRestart();

        await().until(() -> odp.servingPid().orElse(pid) != pid);
        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'hot_upgrade_exit_timeout'")
                            .get(0))
                    .contains("30000000");
            assertThat(client.query("SHOW PROXYCONFIG DIFF").stream()
                            .map(row -> row.get(0))
                            .toList())
                    .contains("listen_port", "obproxy_sys_password")
                    .doesNotContain("proxy_hot_upgrade_check_interval");
        }
    }

    @Test
    void shouldAcceptAndDropACommandWhenToldToBeBusy() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        odp.fault(Fault.COMMAND_DROPPED, Duration.ZERO, 1);

        odp.requestHotRestart();

        await().until(() -> Files.readString(home.resolve("log/obproxy.log")).contains("CAN NOT do quick restart"));
        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'proxy_local_cmd'").get(0))
                    .contains("0");
        }
        assertThat(odp.servingPid()).hasValue(pid);
        assertThat(odp.ledger().commands(2)).isEqualTo(1);
        assertThat(odp.ledger().entries(Event.HOT_RESTART_BEGAN)).isEmpty();
    }

    @Test
    void shouldRestartThoughNobodyAskedWhenToldSo() throws IOException {
        long pid = odp.servingPid().orElseThrow();

        odp.fault(Fault.RESTARTS_BY_ITSELF, Duration.ZERO, 1);

        await().until(() -> odp.servingPid().orElse(pid) != pid);
        assertThat(odp.ledger().last(Event.HOT_RESTART_BEGAN).orElseThrow().by())
                .isEqualTo("the ODP itself");
        assertThat(odp.ledger().commands(2)).isZero();
    }

    @Test
    void shouldRefuseEachAlterWhenToldSo() throws IOException {
        odp.fault(Fault.ALTER_FAILS);

        assertRefused(4016, odp::requestHotRestart);
        odp.fault(Fault.ALTER_UNKNOWN);
        assertRefused(5099, odp::requestHotRestart);

        assertThat(odp.ledger().commands(2)).isZero();
    }

    @Test
    void shouldAnswerLateWhenToldSo() throws IOException {
        try (MySqlClient client = odp.admin()) {
            odp.fault(Fault.SLOW_ANSWERS, Duration.ofSeconds(1), 1);
            long begun = System.nanoTime();

            client.answeringPid();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void shouldNotRunWithoutItsLibrariesNorSayItsVersion() throws Exception {
        long pid = odp.servingPid().orElseThrow();
        odp.fault(Fault.NEEDS_LIBRARY_PATH);
        ProcessBuilder builder = new ProcessBuilder("./bin/obproxy", "-V").directory(home.toFile());
        builder.environment().clear();
        Process version = builder.start();

        assertThat(new String(version.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("error while loading shared libraries");
        assertThat(version.waitFor()).isEqualTo(127);
        odp.requestHotRestart();
        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(odp.servingPid()).hasValue(pid);
        builder.environment().put("LD_LIBRARY_PATH", "lib");
        assertThat(builder.start().waitFor()).isZero();
    }

    @Test
    void shouldTakeServiceBackWhenTheProgramIsGone() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        Files.delete(home.resolve("bin/obproxy"));

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(odp.servingPid()).hasValue(pid);
    }

    @Test
    void shouldOutliveSigtermWhenToldSo() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        odp.fault(Fault.IGNORES_SIGTERM);

        ProcessHandle.of(pid).orElseThrow().destroy();

        await().until(() -> Files.readString(home.resolve("log/obproxy.log")).contains("ignores SIGTERM"));
        assertThat(odp.servingPid()).hasValue(pid);
    }

    @Test
    void shouldLetAChangedPasswordInAndTheOldOneNot() throws IOException {
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET obproxy_sys_password='other'");
        }

        assertRefused(1045, odp::admin);

        EmulatedOdp.adopt(home, odp.settings().withAdminPassword("other"))
                .admin()
                .close();
    }

    @Test
    void shouldNameEachSwitchInTheHelp() throws Exception {
        Process process = new ProcessBuilder("bin/obproxy", "--help")
                .directory(home.toFile())
                .start();

        String help = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(Fault.values())
                .allSatisfy(fault ->
                        assertThat(help).contains("  " + fault.fileName() + " ").contains(fault.meaning()));
    }

    private static void assertRefused(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void shouldLeaveNoProcessBehindWhenItCrashesAfterARestart() throws IOException {
        long pid = odp.servingPid().orElseThrow();
        odp.fault(Fault.CRASH_AFTER, Duration.ofSeconds(2), 1);

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        await().until(() -> odp.pids().equals(List.of()));
        assertThat(odp.ledger().last(Event.STOPPED).orElseThrow().pid()).isNotEqualTo(pid);
    }
}
