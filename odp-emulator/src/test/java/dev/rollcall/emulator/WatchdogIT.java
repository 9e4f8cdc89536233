package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.emulator.LedgerEntry.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools around an ODP, and what their watchdogs make of a restart; {@code odp-mechanics.md} sections 2.3 and 2.4. */
class WatchdogIT {

    private final Path host;

    WatchdogIT(@TempDir Path host) {
        this.host = host;
    }

    private EmulatedOdp install(String home) throws IOException {
        return EmulatedOdp.install(host.resolve(home), Installations.quick());
    }

    @Test
    void shouldWriteBothPidFilesAndKillWhatItFindsWhenStartedByObd() throws IOException {
        try (ObdInstallation obd = ObdInstallation.of(install("obd"))) {
            obd.start();

            long pid = obd.odp().servingPid().orElseThrow();
            assertThat(obd.pidFile())
                    .hasFileName("obproxy-127.0.0.1-" + obd.odp().port() + ".pid");
            assertThat(Files.readString(obd.pidFile()).strip()).isEqualTo(String.valueOf(pid));
            assertThat(obd.watchdogPid()).isPresent();
            assertThat(obd.odp().ledger().coldStarts()).isEqualTo(2);
            assertThat(environmentOf(pid))
                    .contains("LD_LIBRARY_PATH=" + obd.odp().home() + "/lib:");
            assertThat(commandOf(pid))
                    .endsWith("/bin/obproxy --listen_port " + obd.odp().port());
        }
    }

    @Test
    void shouldBringBackKilledOdpWhenWatchedByObd() throws IOException {
        try (ObdInstallation obd = ObdInstallation.of(install("obd"))) {
            obd.start();
            long first = obd.odp().servingPid().orElseThrow();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            await().until(() -> obd.odp().servingPid().orElse(first) != first);
            await().until(() -> Commands.pidIn(obd.pidFile()).equals(obd.odp().servingPid()));
            assertThat(obd.odp().ledger().coldStarts()).isEqualTo(3);
        }
    }

    @Test
    void shouldLoseTheOdpAfterHotRestartWhenWatchedByObd() throws IOException {
        try (ObdInstallation obd = ObdInstallation.of(install("obd"))) {
            obd.start();
            OptionalLong watchdog = obd.watchdogPid();

            obd.odp().requestHotRestart();

            await().until(() -> obd.odp().ledger().last(Event.DRAINED).isPresent());
            long second = obd.odp().servingPid().orElseThrow();
            await().until(() -> obd.odp().ledger().entries(Event.STOPPED).stream()
                    .anyMatch(entry -> entry.why().contains("fail to listen")));
            assertThat(Commands.pidIn(obd.pidFile())).isNotEqualTo(OptionalLong.of(second));
            assertThat(obd.watchdogPid()).isEqualTo(watchdog);
            assertThat(obd.odp().servingPid()).hasValue(second);
        }
    }

    @Test
    void shouldReplaceItsPredecessorWhenObdsWatchdogIsStartedAgain() throws IOException {
        try (ObdInstallation obd = ObdInstallation.of(install("obd"))) {
            obd.start();
            long watchdog = obd.watchdogPid().orElseThrow();
            long odp = obd.odp().servingPid().orElseThrow();

            obd.startWatchdog();

            assertThat(obd.watchdogPid().orElseThrow()).isNotEqualTo(watchdog);
            assertThat(ProcessHandle.of(watchdog).filter(ProcessHandle::isAlive))
                    .isEmpty();
            assertThat(obd.odp().servingPid().orElseThrow()).isNotEqualTo(odp);
        }
    }

    @Test
    void shouldStopWatchdogBeforeOdpWhenStoppedByObd() throws IOException {
        try (ObdInstallation obd = ObdInstallation.of(install("obd"))) {
            obd.start();

            obd.stop();

            await().until(() -> !obd.odp().isRunning());
            assertThat(obd.watchdogPid()).isEmpty();
            assertThat(obd.pidFile()).doesNotExist();
        }
    }

    @Test
    void shouldKillTheWrongProcessAfterHotRestartWhenStoppedByObshell() throws IOException {
        ObshellInstallation obshell = ObshellInstallation.of(install("obshell"));
        try {
            obshell.start();
            assertThat(Commands.pidIn(obshell.pidFile()))
                    .isEqualTo(obshell.odp().servingPid());
            obshell.odp().requestHotRestart();
            await().until(() -> obshell.odp().ledger().last(Event.DRAINED).isPresent());

            obshell.stop();

            assertThat(obshell.odp().isServing()).isTrue();
            assertThat(obshell.odp().servingPid()).isNotEqualTo(Commands.pidIn(obshell.pidFile()));
        } finally {
            obshell.odp().kill();
        }
    }

    @Test
    void shouldSurviveHotRestartAndBringBackKilledOdpWhenWatchedByTheRpm() throws IOException {
        try (RpmInstallation rpm = RpmInstallation.of(install("rpm"), host)) {
            rpm.start();
            assertThat(rpm.watchdogPids()).hasSize(1);
            assertThat(commandOf(rpm.odp().servingPid().orElseThrow()))
                    .contains("obproxy -p " + rpm.odp().port() + " -n demo -c democluster");
            rpm.odp().requestHotRestart();
            await().until(() -> rpm.odp().ledger().last(Event.DRAINED).isPresent());
            long second = rpm.odp().servingPid().orElseThrow();
            assertThat(rpm.odp().ledger().coldStarts()).isEqualTo(1);

            ProcessHandle.of(second).orElseThrow().destroyForcibly();

            await().until(() -> rpm.odp().servingPid().orElse(second) != second);
            assertThat(rpm.odp().ledger().coldStarts()).isEqualTo(2);
        }
    }

    @Test
    void shouldStopNeighbourOfTheSameNameWhenStoppedByTheRpm() throws IOException {
        EmulatedOdp neighbour = install("neighbour").start();
        try (RpmInstallation rpm = RpmInstallation.of(install("rpm"), host)) {
            rpm.stop();

            assertThat(neighbour.isRunning()).isFalse();
            assertThat(neighbour.ledger().last(Event.STOPPED).orElseThrow().why())
                    .isEqualTo("SIGTERM");
        } finally {
            neighbour.kill();
        }
    }

    @Test
    void shouldLaunchDoomedProcessWhenTheRpmFindsNoGreeting() throws IOException {
        try (RpmInstallation rpm = RpmInstallation.of(install("rpm"), host)) {
            rpm.start();
            long serving = rpm.odp().servingPid().orElseThrow();

            rpm.odp().fault(Fault.NO_GREETING);

            await().until(() -> rpm.odp().ledger().entries(Event.STOPPED).stream()
                    .anyMatch(entry -> entry.why().contains("fail to listen")));
            rpm.odp().clear(Fault.NO_GREETING);
            await().until(() -> rpm.odp().pids().equals(List.of(serving)));
        }
    }

    private static String environmentOf(long pid) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(pid), "environ"));
    }

    private static String commandOf(long pid) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"))
                .replace('\0', ' ')
                .strip();
    }
}
