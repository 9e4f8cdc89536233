package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parents, groups, signals, exit statuses and what a start leaves in its files; {@code odp-observed.md} sections 1, 3 and 5. */
class SignalsIT {

    /** A supervisor that survives what an ODP sends it, and notes it. */
    private static final String SUPERVISOR = """
            trap 'echo SIGUSR2 >>supervisor' USR2
            ./bin/obproxy -N &
            child=$!
            while :; do
              wait $child
              status=$?
              kill -0 $child 2>/dev/null || break
            done
            echo "exit $status" >>supervisor
            """;

    private final Path home;
    private final EmulatedOdp odp;

    SignalsIT(@TempDir Path home) throws IOException {
        this.home = home;
        this.odp = EmulatedOdp.install(home, Installations.quick());
    }

    @AfterEach
    void kill() throws IOException {
        odp.kill();
    }

    @Test
    void shouldSignalItsSupervisorAndEndWithOneWhenRestartedInForeground() throws Exception {
        Process supervisor = new ProcessBuilder("sh", "-c", SUPERVISOR)
                .directory(home.toFile())
                .start();
        await().until(odp::isServing);
        long first = odp.servingPid().orElseThrow();

        odp.requestHotRestart();

        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(home.resolve("supervisor")))
                .startsWith("SIGUSR2")
                .endsWith("exit 1");
        long second = odp.servingPid().orElseThrow();
        assertThat(second).isNotEqualTo(first);
        await().until(() -> statOf(second, 4).equals("1"));
    }

    @Test
    void shouldStayInTheGroupOfTheFirstProcessAndHearOfItsEnd() throws IOException {
        odp.start();
        long first = odp.servingPid().orElseThrow();
        assertThat(statOf(first, 5)).isEqualTo(String.valueOf(first));

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        long second = odp.servingPid().orElseThrow();
        assertThat(statOf(second, 5)).isEqualTo(String.valueOf(first));
        assertThat(statOf(second, 6)).isEqualTo(String.valueOf(first));
        assertThat(Files.readString(Path.of("/proc", String.valueOf(second), "comm")))
                .isEqualTo("obproxy\n");
        await().until(() -> Files.readString(home.resolve("log/obproxy.log")).contains("recv SIGHUP"));
    }

    @Test
    void shouldLoseArgumentsAndEnvironmentWhenRestarted() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("./bin/obproxy", "-p", String.valueOf(odp.port()), "-n", "demo")
                .directory(home.toFile());
        builder.environment().put("TZ", "Asia/Shanghai");
        builder.environment().put("LD_LIBRARY_PATH", "/nowhere");
        builder.start().waitFor();
        await().until(odp::isServing);
        long first = odp.servingPid().orElseThrow();
        assertThat(procFile(first, "cmdline")).endsWith("./bin/obproxy\0-p\0" + odp.port() + "\0-n\0demo\0");
        assertThat(procFile(first, "environ")).contains("TZ=Asia/Shanghai");

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        long second = odp.servingPid().orElseThrow();
        assertThat(procFile(second, "cmdline")).endsWith("\0./bin/obproxy\0");
        assertThat(procFile(second, "environ")).doesNotContain("TZ=", "LD_LIBRARY_PATH=", "HOME=");
    }

    @Test
    void shouldEndWithOneWhenTheLocalCommandEndsIt() throws Exception {
        Process process = new ProcessBuilder("./bin/obproxy", "-N")
                .directory(home.toFile())
                .start();
        await().until(odp::isServing);

        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET proxy_local_cmd=1");
        }

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @Test
    void shouldCutAtTheNextSweepWhenToldNotToWait() throws IOException {
        odp.start();
        try (MySqlClient held = odp.admin()) {
            held.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=0");
            held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");

            await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());

            LedgerEntry drained = odp.ledger().last(Event.DRAINED).orElseThrow();
            LedgerEntry committed =
                    odp.ledger().last(Event.HOT_RESTART_COMMITTED).orElseThrow();
            assertThat(drained.clientsCut()).isEqualTo(1);
            assertThat(Duration.between(committed.at(), drained.at())).isLessThan(Duration.ofSeconds(3));
            assertThatThrownBy(held::answeringPid).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldWaitForTheLastClientWhenToldToWaitForEver() throws IOException {
        odp.start();
        long first = odp.servingPid().orElseThrow();
        try (MySqlClient held = odp.admin()) {
            held.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=-1");
            held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");
            await().until(() -> odp.ledger().last(Event.HOT_RESTART_COMMITTED).isPresent());

            // Longer than the time between two sweeps, in which it would leave if it did not wait.
            await().during(Duration.ofMillis(1_500))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> odp.pids().contains(first));
            assertThat(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1)).contains("need_conn_accept:false");
        }
        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        assertThat(odp.ledger().last(Event.DRAINED).orElseThrow().clientsCut()).isZero();
    }

    @Test
    void shouldLeaveNothingButUsageInTheLogWhenAStartFails() throws IOException {
        odp.fault(Fault.PORT_TAKEN);

        assertThat(odp.launch()).isZero();

        await().until(() -> odp.ledger().last(Event.STOPPED).isPresent());
        assertThat(Files.readString(home.resolve("log/obproxy.log")))
                .contains("--listen_port")
                .doesNotContain("Address already in use", "fail to");
        assertThat(Files.readString(home.resolve("log/obproxy_diagnosis.log"))).contains("reboot failed");
    }

    @Test
    void shouldKeepTheFilesOfARealHomeAndNoPidFile() throws IOException {
        odp.start();
        assertThat(home.resolve("log/obproxy_xflush.log")).isEmptyFile();
        assertThat(home.resolve("etc/obproxy_config.bin")).doesNotExist();

        for (int restart = 1; restart <= 2; restart++) {
            int drained = restart;
            odp.requestHotRestart();
            await().until(() -> odp.ledger().entries(Event.DRAINED).size() == drained);
        }

        assertThat(home.resolve("etc/obproxy_config.bin")).exists();
        assertThat(home.resolve("etc/obproxy_config.bin.old")).exists();
        assertThat(home.resolve(".conf/obproxy_config.bin")).exists();
        assertThat(home.resolve("control-config")).isDirectory();
        assertThat(home.resolve("sharding-config")).isDirectory();
        assertThat(home.resolve("run")).doesNotExist();
    }

    @Test
    void shouldPrintNothingWhenAskedForTheReleaseThroughAPipe() throws Exception {
        Process process =
                new ProcessBuilder("bin/obproxy", "-R").directory(home.toFile()).start();

        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void shouldTellWhoStartedAndWhoCommanded() throws IOException {
        odp.start();

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        Ledger ledger = odp.ledger();
        assertThat(ledger.commands(2)).isEqualTo(1);
        assertThat(ledger.commands(1)).isZero();
        assertThat(ledger.last(Event.COMMANDED).orElseThrow().by()).startsWith("root@proxysys 127.0.0.1:");
        assertThat(ledger.last(Event.HOT_RESTART_BEGAN).orElseThrow().by())
                .isEqualTo(ledger.last(Event.COMMANDED).orElseThrow().by());
        List<LedgerEntry> started = ledger.entries(Event.STARTED);
        assertThat(started.get(0).by()).endsWith(" " + ProcessHandle.current().pid());
        assertThat(started.get(1).by()).isEqualTo("obproxy " + started.get(0).pid());
    }

    @Test
    void shouldResetAndThenRefuseNewConnectionsWhenTerminated() throws IOException {
        odp.start();
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET delay_exit_time='500ms'");
        }
        long pid = odp.servingPid().orElseThrow();
        try (TrafficClient traffic = TrafficClient.start(
                List.of(odp.address()),
                TrafficClient.Login.administrator("proxysys"),
                new TrafficClient.Pattern(1, Duration.ofMillis(10), Duration.ofSeconds(5), Duration.ofSeconds(20)))) {
            await().until(() -> traffic.report().heldAnswers() > 0);

            ProcessHandle.of(pid).orElseThrow().destroy();

            await().until(() -> traffic.report().refused() > 0);
            assertThat(traffic.report().reset()).isPositive();
            assertThat(traffic.report().failed()).isZero();
            assertThat(traffic.report().heldCut()).isEqualTo(1);
        }
    }

    @Test
    void shouldKillItsSuccessorWhenItIsTheFirstProcessOfAContainer() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "Only root may make a process namespace");
        EmulatedOdp contained = EmulatedOdp.install(
                home, Installations.quick().withConfiguration("hot_upgrade_rollback_timeout", "2s"));
        Process container = new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "./bin/obproxy", "-N")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("container").toFile())
                .start();
        await().until(() -> contained.isServing() || !container.isAlive());
        assumeTrue(container.isAlive(), "This machine makes no process namespaces");
        assertThat(contained.servingPid()).hasValue(1);

        contained.requestHotRestart();

        await().until(() -> contained.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(contained.ledger().last(Event.ROLLED_BACK).orElseThrow().why())
                .contains("did not serve in time");
        assertThat(contained.servingPid()).hasValue(1);
        contained.kill();
    }

    @Test
    void shouldRunAndRestartAsAnotherUser(@TempDir Path cache) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "Only root may start an ODP as somebody else");
        for (Path path : List.of(home, cache)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        EmulatedOdp other = EmulatedOdp.install(home, Installations.quick().withCache(cache))
                .startAs("nobody");
        assertThat(Files.getOwner(Path.of("/proc", "" + other.servingPid().orElseThrow())))
                .hasToString("nobody");

        other.requestHotRestart();

        await().until(() -> other.ledger().last(Event.DRAINED).isPresent());
        assertThat(Files.getOwner(Path.of("/proc", "" + other.servingPid().orElseThrow())))
                .hasToString("nobody");
        other.kill();
    }

    /** A field of the process's stat, counted from 1 as its manual does; for fields after the name. */
    private static String statOf(long pid, int field) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[field - 3];
    }

    private static String procFile(long pid, String name) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(pid), name), StandardCharsets.ISO_8859_1);
    }
}
