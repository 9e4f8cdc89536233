package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.mysql.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hot restarts of a real process; what must be seen is in {@code odp-observed.md} sections 3 and 4. */
class HotRestartIT {

    private final Path home;
    private final EmulatedOdp odp;

    HotRestartIT(@TempDir Path home) throws IOException {
        this.home = home;
        this.odp = EmulatedOdp.install(home, Installations.quick().withBusinessBackend(true))
                .start();
    }

    @AfterEach
    void kill() throws IOException {
        odp.kill();
    }

    @Test
    void shouldLoseNoNewConnectionWhenRestarted() throws IOException {
        long old = pid();
        try (TrafficClient traffic = TrafficClient.start(
                List.of(odp.address()),
                TrafficClient.Login.business("democluster"),
                new TrafficClient.Pattern(2, Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofSeconds(10)))) {
            await().until(() -> traffic.report().heldAnswers() > 10);

            odp.requestHotRestart();
            await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
            await().until(() -> traffic.report().connections() > 50);

            assertThat(traffic.report().lost()).isZero();
            await().untilAsserted(() -> assertThat(traffic.report().heldCut()).isEqualTo(2));
        }
        assertThat(pid()).isNotEqualTo(old);
        assertThat(upgrade()).contains("is_inherited:true").contains("argc:1,").contains("HU_STATE_WAIT_HU_CMD");
        assertThat(odp.ledger().restarts()).isEqualTo(1);
        assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
        assertThat(odp.ledger().last(Event.DRAINED).orElseThrow().clientsCut()).isEqualTo(2);
        assertThat(odp.pids()).containsExactly(pid());
    }

    @Test
    void shouldOnlyDelayNewConnectionsWhenSuccessorIsSlow() throws IOException {
        odp.fault(Fault.SLOW_START, Duration.ofSeconds(1), 1);
        try (TrafficClient traffic = TrafficClient.start(
                List.of(odp.address()),
                TrafficClient.Login.administrator("proxysys"),
                new TrafficClient.Pattern(1, Duration.ofMillis(10), Duration.ofMillis(900), Duration.ofSeconds(10)))) {
            await().until(() -> traffic.report().heldAnswers() > 10);

            odp.requestHotRestart();
            await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());

            assertThat(traffic.report().slow()).isPositive();
            assertThat(traffic.report().slowest()).isGreaterThan(Duration.ofMillis(900));
            assertThat(traffic.report().lost()).isZero();
        }
    }

    @Test
    void shouldAnswerOldConnectionsByOldProcessUntilTimeout() throws IOException {
        try (MySqlClient held = odp.admin()) {
            long old = held.answeringPid();
            held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");
            assertThat(held.query("SHOW PROXYCONFIG LIKE 'proxy_local_cmd'")
                            .get(0)
                            .get(1))
                    .isEqualTo("2");
            await().until(() -> pidNow().orElse(old) != old);

            assertThat(held.answeringPid()).isEqualTo(old);
            assertThat(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1))
                    .contains("need_conn_accept:false")
                    .contains("sub_pid:" + pid())
                    .contains("HU_STATE_WAIT_LOCAL_CR_FINISH");
            assertThatThrownBy(() -> held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2"))
                    .isInstanceOfSatisfying(
                            ServerError.class, e -> assertThat(e.code()).isEqualTo(4016));
            await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
            assertThatThrownBy(held::answeringPid).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldLeaveAtOnceWhenNoClientIsLeft() throws IOException {
        alter("hot_upgrade_exit_timeout", "-1");

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        assertThat(odp.ledger().last(Event.DRAINED).orElseThrow().clientsCut()).isZero();
    }

    @Test
    void shouldCloseConnectionWhenPingedWhileDraining() throws IOException {
        try (MySqlClient held = odp.admin()) {
            held.query("PING PROXY");
            odp.requestHotRestart();
            await().until(() -> odp.ledger().last(Event.HOT_RESTART_COMMITTED).isPresent());

            assertThatThrownBy(() -> held.query("PING PROXY")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldRestartAgainWhileOldestStillDrains() throws IOException {
        alter("hot_upgrade_exit_timeout", "60000000");
        long first = pid();
        MySqlClient held = odp.admin();
        odp.requestHotRestart();
        await().until(() -> pidNow().orElse(first) != first);
        long second = pid();

        odp.requestHotRestart();

        await().until(() -> pidNow().orElse(second) != second);
        long third = pid();
        await().until(() -> !odp.pids().contains(second));
        assertThat(held.answeringPid()).isEqualTo(first);
        assertThat(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1))
                .contains("need_conn_accept:false")
                .contains(", sub_status:\"\"");
        held.close();
        await().until(() -> !odp.pids().contains(first));
        assertThat(odp.pids()).containsExactly(third);
        assertThat(odp.ledger().entries(Event.ROLLED_BACK)).isEmpty();
    }

    @Test
    void shouldTakeServiceBackWhenSuccessorDies() throws IOException {
        long old = pid();
        odp.fault(Fault.CHILD_DIES, Duration.ZERO, 1);
        try (MySqlClient held = odp.admin()) {
            odp.requestHotRestart();

            await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());

            assertThat(pid()).isEqualTo(old);
            assertThat(held.answeringPid()).isEqualTo(old);
            assertThat(upgrade())
                    .contains("sub_pid:-1")
                    .contains("need_conn_accept:true")
                    .contains("HU_STATE_WAIT_HU_CMD")
                    .doesNotContain("timeout_rollback_timeout_at:0,");
        }
        odp.requestHotRestart();
        await().until(() -> pidNow().orElse(old) != old);
    }

    @Test
    void shouldTakeServiceBackWhenProgramCannotBeExecuted() throws IOException {
        long old = pid();
        Files.setPosixFilePermissions(home.resolve("bin/obproxy"), PosixFilePermissions.fromString("rw-r--r--"));

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(pid()).isEqualTo(old);
    }

    @Test
    void shouldKillSuccessorWhenItHangs() throws IOException {
        long old = pid();
        odp.fault(Fault.CHILD_HANGS);
        alter("hot_upgrade_rollback_timeout", "1s");

        odp.requestHotRestart();

        await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
        assertThat(pid()).isEqualTo(old);
        await().until(() -> odp.pids().equals(List.of(old)));
    }

    @Test
    void shouldDropSecondRequestWhileBusyWhenOlder() throws IOException {
        odp.stop();
        EmulatedOdp older = EmulatedOdp.install(
                        home,
                        Installations.quick()
                                .withVersion("4.2.3.0")
                                .withConfiguration("hot_upgrade_rollback_timeout", "2s"))
                .start();
        older.fault(Fault.CHILD_HANGS);
        try (MySqlClient held = older.admin()) {
            held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");
            await().until(() -> older.ledger().last(Event.HOT_RESTART_BEGAN).isPresent());

            held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");

            await().until(() ->
                    Files.readString(home.resolve("log/obproxy.log")).contains("CAN NOT do quick restart"));
            await().until(() -> older.ledger().last(Event.ROLLED_BACK).isPresent());
            assertThat(older.ledger().entries(Event.HOT_RESTART_BEGAN)).hasSize(1);
        }
    }

    @Test
    void shouldDrainWithoutSuccessorWhenAnybodySendsSigusr1() throws Exception {
        try (MySqlClient held = odp.admin()) {
            long pid = held.answeringPid();
            new ProcessBuilder("kill", "-USR1", String.valueOf(pid)).start().waitFor();

            await().until(() ->
                    held.query("SHOW PROXYINFO UPGRADE").get(0).get(1).contains("need_conn_accept:false"));
            await().until(() -> odp.ledger().last(Event.DRAINED).isPresent());
        }
        assertThat(odp.ledger().last(Event.DRAINED).orElseThrow().why()).contains("without a successor");
        await().until(() -> !odp.isRunning());
    }

    @Test
    void shouldTakeServiceBackWhenNewProcessIsKilledDuringDrain() throws IOException {
        alter("hot_upgrade_exit_timeout", "60000000");
        long old = pid();
        try (MySqlClient held = odp.admin()) {
            odp.requestHotRestart();
            await().until(() -> pidNow().orElse(old) != old);

            ProcessHandle.of(pid()).orElseThrow().destroyForcibly();

            await().until(() -> odp.ledger().last(Event.ROLLED_BACK).isPresent());
            assertThat(pid()).isEqualTo(old);
            assertThat(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1)).contains("graceful_exit_end_time:0,");
        }
    }

    @Test
    void shouldRunReplacedProgramAfterRestart() throws IOException {
        odp.replaceBinary("4.3.2.0");
        long old = pid();

        odp.requestHotRestart();

        await().until(() -> pidNow().orElse(old) != old);
        try (MySqlClient client = odp.admin()) {
            assertThat(client.query("SELECT proxy_version()")).containsExactly(List.of("4.3.2.0"));
        }
    }

    private void alter(String name, String value) throws IOException {
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET " + name + "='" + value + "'");
        }
    }

    private String upgrade() throws IOException {
        try (MySqlClient client = odp.admin()) {
            return client.query("SHOW PROXYINFO UPGRADE").get(0).get(1);
        }
    }

    private long pid() {
        return odp.servingPid().orElseThrow();
    }

    private OptionalLong pidNow() {
        return odp.servingPid();
    }
}
