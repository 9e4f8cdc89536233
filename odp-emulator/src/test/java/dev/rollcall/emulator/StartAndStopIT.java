package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.mysql.ServerError;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cold starts and ends of a real process; {@code odp-observed.md} sections 1 and 5. */
class StartAndStopIT {

    private final Path home;
    private EmulatedOdp odp;

    StartAndStopIT(@TempDir Path home) throws IOException {
        this.home = home;
        this.odp = EmulatedOdp.install(home, Installations.quick());
    }

    @AfterEach
    void kill() throws IOException {
        odp.kill();
    }

    private EmulatedOdp install(OdpSettings settings) throws IOException {
        odp = EmulatedOdp.install(home, settings);
        return odp;
    }

    @Test
    void shouldBeKnownByNameDirectoryAndParent() throws IOException {
        odp.start();

        long pid = odp.servingPid().orElseThrow();

        Path proc = Path.of("/proc", String.valueOf(pid));
        assertThat(Files.readString(proc.resolve("comm"))).isEqualTo("obproxy\n");
        assertThat(Files.readSymbolicLink(proc.resolve("cwd"))).isEqualTo(home.toRealPath());
        assertThat(Files.readString(proc.resolve("status"))).contains("PPid:\t1\n");
        assertThat(Files.readString(home.resolve("log/obproxy_diagnosis.log"))).contains("result: reboot success");
        try (var files = Files.walk(home)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".pid"));
        }
        assertThat(odp.ledger().served()).hasSize(1);
        assertThat(odp.ledger().served().get(0).pid()).isEqualTo(pid);
    }

    @Test
    void shouldPrintVersionOnStandardErrorWithEmptyEnvironment() throws Exception {
        install(Installations.quick().withVersion("4.2.3.0"));
        ProcessBuilder builder = new ProcessBuilder("bin/obproxy", "-V").directory(home.toFile());
        builder.environment().clear();
        Process process = builder.start();

        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(error).startsWith("obproxy (OceanBase 4.2.3.0 1.el7)\n");
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void shouldReturnZeroWhenPortIsTaken() throws IOException {
        odp.start();
        long first = odp.servingPid().orElseThrow();

        int status = odp.launch();

        assertThat(status).isZero();
        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
        assertThat(Files.readString(home.resolve("log/obproxy_diagnosis.log"))).contains("result: reboot failed");
        assertThat(odp.servingPid()).hasValue(first);
        await().until(() -> odp.pids().equals(List.of(first)));
    }

    @Test
    void shouldReturnZeroWhenStartFails() throws IOException {
        odp.fault(Fault.START_FAILS, Duration.ZERO, 1);

        assertThat(odp.launch()).isZero();

        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
        await().until(() -> !odp.isRunning());
        odp.fault(Fault.PORT_TAKEN, Duration.ZERO, 1);
        assertThatThrownBy(odp::start).hasMessageContaining("Address already in use");
        odp.start();
        assertThat(odp.ledger().coldStarts()).isEqualTo(1);
    }

    @Test
    void shouldReturnZeroWhenLogCannotBeWritten() throws IOException {
        Files.writeString(home.resolve("log"), "not a directory");

        assertThat(odp.launch()).isZero();

        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
        assertThat(odp.isServing()).isFalse();
    }

    @Test
    void shouldEndSoonAndCutClientsWhenTerminated() throws IOException {
        odp.start();
        try (MySqlClient held = odp.admin()) {
            long begun = System.nanoTime();
            ProcessHandle.of(held.answeringPid()).orElseThrow().destroy();

            await().pollInterval(20, TimeUnit.MILLISECONDS).until(() -> !odp.isRunning());

            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(3));
            assertThatThrownBy(held::answeringPid).isInstanceOf(IOException.class);
        }
        LedgerEntry last = odp.ledger().last(Event.STOPPED).orElseThrow();
        assertThat(last.why()).isEqualTo("SIGTERM");
        assertThat(last.clientsCut()).isEqualTo(1);
    }

    @Test
    void shouldEndByLocalCommand() throws IOException {
        odp.start();
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET proxy_local_cmd='1'");
        }

        await().until(() -> !odp.isRunning());

        assertThat(odp.ledger().last(Event.STOPPED).orElseThrow().why()).isEqualTo("local command");
    }

    @Test
    void shouldSurviveSigtermWhenTold() throws IOException {
        odp.start();
        odp.fault(Fault.IGNORES_SIGTERM, Duration.ZERO, 1);
        long pid = odp.servingPid().orElseThrow();

        ProcessHandle.of(pid).orElseThrow().destroy();

        await().until(() -> !Files.exists(home.resolve("fault/ignores-sigterm")));
        assertThat(odp.servingPid()).hasValue(pid);
    }

    @Test
    void shouldKeepWhatWasSetBySqlOverColdRestart() throws IOException {
        odp.start();
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=4711");
            client.query("ALTER PROXYCONFIG SET local_vip_tenant_version=7");
        }
        odp.stop();

        odp.start();

        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'hot_upgrade_exit_timeout'")
                            .get(0))
                    .contains("4711");
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'local_vip_tenant_version'")
                            .get(0))
                    .contains("0");
        }
        assertThat(odp.ledger().restarts()).isEqualTo(1);
        assertThat(odp.ledger().coldStarts()).isEqualTo(2);
    }

    @Test
    void shouldKnowNoHotRestartWhenOld() throws IOException {
        install(Installations.quick().withVersion("3.1.0.0")).start();

        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYINFO BINARY").get(0).get(1))
                    .startsWith("ObProxy-OceanBase 3.1.0.0-1.el7\n");
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'hot_upgrade_exit_timeout'")
                            .get(0))
                    .hasSize(5);
            assertThatThrownBy(() -> client.query("ALTER PROXYCONFIG SET proxy_local_cmd=2"))
                    .isInstanceOfSatisfying(
                            ServerError.class, e -> assertThat(e.code()).isEqualTo(5099));
        }
    }

    @Test
    void shouldRefuseAdministratorWhenTold() throws IOException {
        odp.start();
        odp.fault(Fault.WRONG_ADMIN_PASSWORD);

        assertThatThrownBy(odp::admin)
                .isInstanceOfSatisfying(
                        ServerError.class, e -> assertThat(e.code()).isEqualTo(1045));
    }

    @Test
    void shouldNotGreetWhenTold() throws IOException {
        odp.start();
        odp.fault(Fault.NO_GREETING);

        try (Socket socket = new Socket(odp.address().getAddress(), odp.port())) {
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void shouldCrashWhenTold() throws IOException {
        odp.fault(Fault.CRASH_AFTER, Duration.ofSeconds(1), 1);
        odp.start();

        await().until(() -> !odp.isRunning());

        assertThat(odp.ledger().last(Event.STOPPED).orElseThrow().why()).startsWith("crash");
    }

    @Test
    void shouldStartFromOptionsAloneAndRememberThem() throws IOException {
        String port = String.valueOf(odp.port());
        Files.delete(home.resolve("etc/proxyconfig_v1.db"));

        odp.launch("-p", port, "-n", "other");
        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
        assertThat(odp.ledger().last(Event.STOPPED).orElseThrow().why()).contains("a first start needs");
        odp.launch(
                "-p",
                port,
                "-n",
                "other",
                "-c",
                "c1",
                "-r",
                "127.0.0.1:2881",
                "-o",
                "local_bound_ip=127.0.0.1,obproxy_sys_password=e3fd448c516073714189b57233c9cf428ccb1bed");
        await().until(odp::isServing);
        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYINFO UPGRADE").get(0).get(1))
                    .contains("argc:11, argv[0]=\"./bin/obproxy\", argv[1]=\"-p\"")
                    .contains("obproxy_sys_password=***\"");
        }
        odp.stop();

        odp.start();

        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SHOW PROXYCONFIG LIKE 'app_name'").get(0)).contains("other");
        }
    }

    @Test
    void shouldUseRootOfEnvironmentEvenForSuccessor(@TempDir Path elsewhere) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/obproxy").toString());
        builder.directory(elsewhere.toFile()).environment().clear();
        builder.environment().put("OBPROXY_ROOT", home.toString());
        assertThat(builder.start().waitFor()).isZero();
        await().until(odp::isServing);
        long first = odp.servingPid().orElseThrow();

        odp.requestHotRestart();

        await().until(() -> odp.servingPid().orElse(first) != first);
        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        long second = odp.servingPid().orElseThrow();
        assertThat(Files.readSymbolicLink(Path.of("/proc", String.valueOf(second), "cwd")))
                .isEqualTo(elsewhere.toRealPath());
        String environment = Files.readString(Path.of("/proc", String.valueOf(second), "environ"));
        assertThat(environment)
                .contains("OBPROXY_ROOT=" + home, "OBPROXY_INHERITED_FD=0")
                .doesNotContain("PATH=");
        ProcessHandle.of(second).orElseThrow().destroy();
        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
    }

    @Test
    void shouldStartAndRestartWhereTheNamesOfDirectoriesHaveSpacesAndOtherLetters(@TempDir Path elsewhere)
            throws IOException {
        String name = "spaces \u00e4 \u5bb6";
        assumeTrue(
                Charset.forName(System.getProperty("sun.jnu.encoding", "US-ASCII"))
                        .newEncoder()
                        .canEncode(name),
                "The locale of this test has no such letters");
        Path named = elsewhere.resolve(name);
        odp = EmulatedOdp.install(named.resolve("home"), Installations.quick().withCache(named.resolve("cache")));
        odp.start();
        long first = odp.servingPid().orElseThrow();

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        long second = odp.servingPid().orElseThrow();
        assertThat(second).isNotEqualTo(first);
        await().until(odp::pids, List.of(second)::equals);
        assertThat(Files.readSymbolicLink(Path.of("/proc", String.valueOf(second), "cwd")))
                .isEqualTo(named.resolve("home").toRealPath());
        odp.stop();
        assertThat(odp.isRunning()).isFalse();
    }

    @Test
    void shouldStayInForegroundWhenToldSo() throws Exception {
        Process process = new ProcessBuilder("./bin/obproxy", "-N")
                .directory(home.toFile())
                .start();
        await().until(odp::isServing);
        assertThat(odp.servingPid()).hasValue(process.pid());

        process.destroy();

        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void shouldTakeServiceBackWhenConfigurationIsDamaged() throws IOException {
        odp.start();
        long pid = odp.servingPid().orElseThrow();
        odp.requestHotRestart();
        Files.writeString(home.resolve("etc/proxyconfig_v1.db"), "damaged");

        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());

        assertThat(odp.servingPid()).hasValue(pid);
    }
}
