package dev.rollcall.agent.app;

import static dev.rollcall.agent.app.Reports.facts;
import static dev.rollcall.agent.app.Reports.failure;
import static dev.rollcall.agent.app.Reports.last;
import static dev.rollcall.agent.app.Reports.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.ObdInstallation;
import dev.rollcall.emulator.ObshellInstallation;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.emulator.RpmInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Restarts of ODPs as the tools around them start and watch them; real processes over a real sshd. */
@Execution(ExecutionMode.CONCURRENT)
class LauncherIT {
    @TempDir
    static Path sshDirectory;

    @TempDir
    Path host;

    private static OpenSshServer server;
    private TestAgent agent;

    @BeforeAll
    static void startServer() throws Exception {
        server = OpenSshServer.start(sshDirectory);
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void start() {
        agent = new TestAgent(server);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private EmulatedOdp install(String home) throws IOException {
        return EmulatedOdp.install(
                host.resolve(home),
                OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ofSeconds(1)));
    }

    private static Commands commands(EmulatedOdp odp, String launcher) {
        return new Commands(Commands.odp(server, odp, launcher, Launch.PLAIN), "task-1", 1);
    }

    private ProcessIdentity baseline(Commands commands) {
        return process(facts(agent.run(commands.probe("PRECHECK"))));
    }

    private static long pidIn(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    /** Letter of the process's state, such as T for one that stands still. */
    private static char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    /** A zombie does not. */
    private static boolean runs(long pid) throws IOException {
        try {
            return state(pid) != 'Z';
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static String command(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                .replace('\0', ' ')
                .strip();
    }

    @Test
    void shouldForceRestartUnderObdAndLetItsWatchdogStartTheOdp() throws Exception {
        // given the same installation twice on one host
        try (ObdInstallation obd = ObdInstallation.of(install("obd")).start();
                ObdInstallation other = ObdInstallation.of(install("other")).start()) {
            long watchdog = obd.watchdogPid().orElseThrow();
            long otherWatchdog = other.watchdogPid().orElseThrow();
            long otherOdp = other.odp().servingPid().orElseThrow();
            int startsBefore = obd.odp().ledger().coldStarts();
            Commands commands = commands(obd.odp(), "obd");
            ProcessIdentity before = baseline(commands);

            // when
            Facts stopped = facts(agent.run(commands.stop(before)));
            char suspended = state(watchdog);
            Facts started = facts(agent.run(commands.start(before)));

            // then
            assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
            assertThat(suspended).isEqualTo('T');
            assertThat(process(started).pid()).isEqualTo(pidIn(obd.pidFile()));
            assertThat(obd.odp().ledger().coldStarts()).isEqualTo(startsBefore + 1);
            assertThat(obd.watchdogPid()).hasValue(watchdog);
            assertThat(state(watchdog)).isNotEqualTo('T');
            assertThat(other.watchdogPid()).hasValue(otherWatchdog);
            assertThat(other.odp().servingPid()).hasValue(otherOdp);
            // and it watches
            ProcessHandle.of(process(started).pid()).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> obd.odp().servingPid().orElse(process(started).pid())
                            != process(started).pid());
        }
    }

    @Test
    void shouldHotRestartUnderObdAndEndTheWatchdogThatKnowsTheOldProcessOnly() throws Exception {
        // given
        try (ObdInstallation obd = ObdInstallation.of(install("obd")).start();
                ObdInstallation other = ObdInstallation.of(install("other")).start()) {
            long watchdog = obd.watchdogPid().orElseThrow();
            long otherWatchdog = other.watchdogPid().orElseThrow();
            int startsBefore = obd.odp().ledger().coldStarts();
            Commands commands = commands(obd.odp(), "obd");
            Facts precheck = facts(agent.run(commands.probe("PRECHECK")));

            // when
            List<Report> reports = agent.run(commands.hotRestart(process(precheck), 1));

            // then
            assertThat(precheck.watchdog()).contains("obd", "pid " + watchdog, "hot restart ends it");
            Facts after = facts(reports);
            assertThat(after.inherited()).isTrue();
            assertThat(after.watchdog()).isNull();
            assertThat(last(reports).message()).contains("watchdog", "was ended");
            assertThat(pidIn(obd.pidFile())).isEqualTo(process(after).pid());
            assertThat(obd.watchdogPidFile()).doesNotExist();
            assertThat(runs(watchdog)).isFalse();
            assertThat(obd.odp().ledger().coldStarts()).isEqualTo(startsBefore);
            assertThat(other.watchdogPid()).hasValue(otherWatchdog);
            assertThat(state(otherWatchdog)).isNotEqualTo('T');
        }
    }

    @Test
    void shouldRefuseAnOdpWatchedByObdThatIsDefinedOtherwise() throws Exception {
        try (ObdInstallation obd = ObdInstallation.of(install("obd")).start()) {
            Commands commands = commands(obd.odp(), "obproxy");

            // when
            Facts precheck = facts(agent.run(commands.probe("PRECHECK")));
            List<Report> hot = agent.run(commands.hotRestart(process(precheck), 1));
            List<Report> stopped = agent.run(commands.stop(process(precheck)));

            // then
            assertThat(precheck.hotRestartBlockers()).singleElement().asString().contains("define the launcher obd");
            assertThat(precheck.startBlockers()).singleElement().asString().contains("define the launcher obd");
            assertThat(precheck.launcher()).contains("obproxy", "looks like", "obd");
            assertThat(failure(hot).category()).isEqualTo(FailureCategory.REFUSED);
            assertThat(failure(stopped).code()).isEqualTo("NOT_STARTABLE");
            assertThat(state(obd.watchdogPid().orElseThrow())).isNotEqualTo('T');
            assertThat(obd.odp().servingPid()).hasValue(process(precheck).pid());
        }
    }

    @Test
    void shouldNotTakeAnotherProcessWhosePidIsInTheFileForTheWatchdog() throws Exception {
        // given pid files that were copied, or survived a reboot
        try (ObdInstallation other = ObdInstallation.of(install("other")).start()) {
            EmulatedOdp odp = install("obd").start();
            try {
                Files.createDirectories(odp.home().resolve("run"));
                long foreign = other.watchdogPid().orElseThrow();
                Files.writeString(odp.home().resolve("run/obproxyd-127.0.0.1-" + odp.port() + ".pid"), foreign + "\n");
                Commands commands = commands(odp, "obd");

                // when
                Facts precheck = facts(agent.run(commands.probe("PRECHECK")));
                facts(agent.run(commands.stop(process(precheck))));
                Facts started = facts(agent.run(commands.start(process(precheck))));

                // then
                assertThat(precheck.watchdog()).isNull();
                assertThat(command(process(started).pid())).endsWith("bin/obproxy --listen_port " + odp.port());
                assertThat(other.watchdogPid()).hasValue(foreign);
                assertThat(state(foreign)).isNotEqualTo('T');
            } finally {
                odp.kill();
            }
        }
    }

    @Test
    void shouldWriteThePidFileOfObshellAfterBothKindsOfRestart() throws Exception {
        // given
        ObshellInstallation obshell = ObshellInstallation.of(install("obshell")).start();
        try {
            Commands commands = commands(obshell.odp(), "obshell");
            ProcessIdentity before = baseline(commands);

            // when
            Facts hot = facts(agent.run(commands.hotRestart(before, 1)));
            long afterHot = pidIn(obshell.pidFile());
            Commands second = new Commands(commands.odp(), "task-2", 2);
            facts(agent.run(second.stop(hot.process())));
            Facts started = facts(agent.run(second.start(hot.process())));

            // then
            assertThat(afterHot).isEqualTo(process(hot).pid()).isNotEqualTo(before.pid());
            assertThat(pidIn(obshell.pidFile())).isEqualTo(process(started).pid());
        } finally {
            obshell.odp().kill();
        }
    }

    @Test
    void shouldSuspendTheWatchdogOfTheRpmForEitherRestartAndLeaveItRunning() throws Exception {
        // given two of them on one host
        try (RpmInstallation rpm = RpmInstallation.of(install("rpm"), host).start();
                RpmInstallation other = RpmInstallation.of(install("other"), host.resolve("other"))
                        .start()) {
            long watchdog = rpm.watchdogPids().get(0);
            long otherWatchdog = other.watchdogPids().get(0);
            long otherOdp = other.odp().servingPid().orElseThrow();
            int startsBefore = rpm.odp().ledger().coldStarts();
            Commands commands = commands(rpm.odp(), "rpm");
            ProcessIdentity before = baseline(commands);

            // when
            List<Report> reports = agent.run(commands.hotRestart(before, 1));
            Facts hot = facts(reports);
            char afterHot = state(watchdog);
            int startsAfterHot = rpm.odp().ledger().coldStarts();
            Commands second = new Commands(commands.odp(), "task-2", 2);
            facts(agent.run(second.stop(hot.process())));
            char suspended = state(watchdog);
            Facts started = facts(agent.run(second.start(hot.process())));

            // then
            assertThat(hot.inherited()).isTrue();
            assertThat(last(reports).message()).isNull();
            assertThat(afterHot).isNotEqualTo('T');
            assertThat(startsAfterHot).isEqualTo(startsBefore);
            assertThat(suspended).isEqualTo('T');
            assertThat(started.watchdog()).contains("rpm", "pid " + watchdog);
            assertThat(state(watchdog)).isNotEqualTo('T');
            assertThat(rpm.odp().ledger().coldStarts()).isEqualTo(startsBefore + 1);
            assertThat(other.watchdogPids()).containsExactly(otherWatchdog);
            assertThat(state(otherWatchdog)).isNotEqualTo('T');
            assertThat(other.odp().servingPid()).hasValue(otherOdp);
        }
    }

    @Test
    void shouldLetTheWatchdogOfTheRpmGoOnWhereverTheAgentDies() throws Exception {
        // given
        try (RpmInstallation rpm = RpmInstallation.of(install("rpm"), host).start()) {
            long watchdog = rpm.watchdogPids().get(0);
            int coldStarts = rpm.odp().ledger().coldStarts();
            Commands commands = commands(rpm.odp(), "rpm");
            boolean wasSuspended = false;
            boolean died = true;
            for (int step = 1; died; step++) {
                Commands task = new Commands(commands.odp(), "task-" + step, step);
                ProcessIdentity before = baseline(task);
                int restarts = rpm.odp().ledger().hotRestarts();
                Command restart = task.hotRestart(before, 1);

                // when
                try (TestAgent mortal = new TestAgent(server).dyingBefore(step)) {
                    mortal.run(restart);
                    died = mortal.dead();
                }
                wasSuspended |= state(watchdog) == 'T';
                Facts finished = facts(agent.run(restart));

                // then
                assertThat(finished.settingsRestored()).isTrue();
                assertThat(state(watchdog))
                        .as("after death before step %d", step)
                        .isNotEqualTo('T');
                assertThat(rpm.odp().ledger().hotRestarts()).isEqualTo(restarts + 1);
            }
            assertThat(wasSuspended).isTrue();
            assertThat(rpm.watchdogPids()).containsExactly(watchdog);
            assertThat(rpm.odp().ledger().coldStarts()).isEqualTo(coldStarts);
        }
    }

    @Test
    void shouldStartTheOdpOnceByTheWatchdogOfObdWhereverTheAgentDies() throws Exception {
        // given
        try (ObdInstallation obd = ObdInstallation.of(install("obd")).start()) {
            long watchdog = obd.watchdogPid().orElseThrow();
            Commands commands = commands(obd.odp(), "obd");
            boolean died = true;
            for (int step = 1; died; step++) {
                Commands task = new Commands(commands.odp(), "task-" + step, step);
                ProcessIdentity before = baseline(task);
                int coldStarts = obd.odp().ledger().coldStarts();
                died = false;

                // when
                for (Command command : List.of(task.stop(before), task.start(before))) {
                    try (TestAgent mortal = new TestAgent(server).dyingBefore(step)) {
                        mortal.run(command);
                        died |= mortal.dead();
                    }
                    facts(agent.run(command));
                }

                // then
                assertThat(obd.watchdogPid())
                        .as("after death before step %d", step)
                        .hasValue(watchdog);
                assertThat(state(watchdog))
                        .as("after death before step %d", step)
                        .isNotEqualTo('T');
                assertThat(obd.odp().ledger().coldStarts()).isEqualTo(coldStarts + 1);
                assertThat(pidIn(obd.pidFile()))
                        .isEqualTo(obd.odp().servingPid().orElseThrow());
            }
        }
    }

    @Test
    void shouldSeeToTheWatchdogThatADeadAgentLeftSuspendedWithTheNextProbeOfATask() throws Exception {
        // given
        try (ObdInstallation obd = ObdInstallation.of(install("obd")).start()) {
            long watchdog = obd.watchdogPid().orElseThrow();
            Commands commands = commands(obd.odp(), "obd");
            int resumed = 0;
            int step = 0;
            while (obd.odp().ledger().hotRestarts() == 0) {
                step++;
                Commands task = new Commands(commands.odp(), "task-" + step, 2 * step);
                ProcessIdentity before = baseline(task);

                // when an agent dies, and another task only looks
                try (TestAgent mortal = new TestAgent(server).dyingBefore(step)) {
                    mortal.run(task.hotRestart(before, 1));
                    assertThat(mortal.dead()).isTrue();
                }
                resumed += state(watchdog) == 'T' ? 1 : 0;
                Commands next = new Commands(commands.odp(), "next-" + step, 2 * step + 1);
                await().atMost(Duration.ofSeconds(40)).until(() -> {
                    facts(agent.run(next.probe("ROLL_CALL_1")));
                    return !runs(watchdog) || state(watchdog) != 'T';
                });
            }

            // then
            assertThat(resumed).isPositive();
            assertThat(runs(watchdog)).isFalse();
            assertThat(obd.odp().servingPid()).isPresent();
        }
    }

    @Test
    void shouldStartAndStopByCommandsWithoutAShellReadingThem() throws Exception {
        // given
        EmulatedOdp odp = install("custom").start();
        try {
            Path tool = odp.home().resolve("bin/tool");
            Files.writeString(tool, """
                    #!/bin/sh
                    printf '%s|' "$1" "$2" "$TZ" >>./told
                    case $1 in
                      up) exec ./bin/obproxy ;;
                      down) kill "$(cat pid)" ;;
                    esac
                    """);
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
            String hostile = "$(touch harm) `touch harm` '; touch harm; \" * ~";
            Launch launch = new Launch(
                    null,
                    List.of("./bin/tool", "up", hostile),
                    List.of("./bin/tool", "down", "x"),
                    Map.of("TZ", hostile));
            Commands commands = new Commands(Commands.odp(server, odp, "command", launch), "task-1", 1);
            ProcessIdentity before = baseline(commands);
            Files.writeString(odp.home().resolve("pid"), Long.toString(before.pid()));

            // when
            Facts stopped = facts(agent.run(commands.stop(before)));
            Facts started = facts(agent.run(commands.start(before)));

            // then
            assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
            assertThat(started.state()).isEqualTo(OdpState.RUNNING);
            assertThat(Files.readString(odp.home().resolve("told")))
                    .isEqualTo("down|x|" + hostile + "|up|" + hostile + "|" + hostile + "|");
            assertThat(odp.home().resolve("harm")).doesNotExist();
        } finally {
            odp.kill();
        }
    }
}
