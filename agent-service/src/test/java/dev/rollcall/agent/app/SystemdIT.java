package dev.rollcall.agent.app;

import static dev.rollcall.agent.app.Reports.facts;
import static dev.rollcall.agent.app.Reports.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ODPs that systemd starts and keeps, played by a program that manages real processes; there is no systemd where tests run. */
class SystemdIT {
    @TempDir
    Path directory;

    private Path tools;
    private OpenSshServer server;
    private TestAgent agent;
    private EmulatedOdp odp;

    @BeforeEach
    void start() throws Exception {
        Path ssh = Files.createDirectory(directory.resolve("ssh"));
        tools = Files.createDirectory(directory.resolve("tools"));
        try (InputStream script = SystemdIT.class.getResourceAsStream("systemctl.sh")) {
            tool("systemctl", new String(Objects.requireNonNull(script).readAllBytes()));
        }
        server = OpenSshServer.start(ssh, "SetEnv SHLVL=1 PATH=" + tools + ":/usr/sbin:/usr/bin:/sbin:/bin");
        agent = new TestAgent(server);
        odp = EmulatedOdp.install(
                directory.resolve("odp"), OdpSettings.defaults().withTick(Duration.ofSeconds(1)));
        Path unit = Files.createDirectories(tools.resolve("units/odp@1"));
        Files.writeString(unit.resolve("home"), odp.home() + "\n");
        systemctl("start");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> odp.isServing());
        Files.delete(unit.resolve("log"));
    }

    @AfterEach
    void stop() throws Exception {
        if (odp != null) {
            systemctl("stop");
            odp.kill();
        }
        if (agent != null) {
            agent.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private void tool(String name, String text) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void systemctl(String task) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(tools.resolve("systemctl").toString(), task, "odp@1.service")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(tools.resolve("units/odp@1/log"));
    }

    private Commands commands(String launcher) {
        return new Commands(Commands.odp(server, odp, launcher, Launch.PLAIN), "task-1", 1);
    }

    @Test
    void shouldStopAndStartByTheUnitAndRefuseAHotRestart() throws Exception {
        // given
        Commands commands = commands("systemd:odp@1.service");
        Facts before = facts(agent.run(commands.probe("PRECHECK")));
        ProcessIdentity process = Objects.requireNonNull(before.process());

        // when
        List<Report> hot = agent.run(commands.hotRestart(process, 1));
        Facts stopped = facts(agent.run(commands.stop(process)));
        Facts started = facts(agent.run(commands.start(process)));

        // then
        assertThat(before.startBlockers()).isEmpty();
        assertThat(failure(hot).code()).isEqualTo("NOT_HOT_RESTARTABLE");
        assertThat(failure(hot).detail()).contains("main process of the systemd unit odp@1.service", "FORCE_RESTART");
        assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
        assertThat(started.state()).isEqualTo(OdpState.RUNNING);
        assertThat(Objects.requireNonNull(started.process()).pid()).isNotEqualTo(process.pid());
        assertThat(log()).containsExactly("stop", "ended", "start");
    }

    @Test
    void shouldGoThroughSudoWhereItIsNotRoot() throws Exception {
        // given a user that is not root, and two rules
        tool("id", "#!/bin/sh\n[ \"$*\" = -u ] && echo 1000 && exit\nexec /usr/bin/id \"$@\"\n");
        tool("sudo", """
                #!/bin/sh
                echo "$*" >>%s/sudo.log
                case $* in
                  "-n -l systemctl stop odp@1" | "-n -l systemctl start odp@1") exit 0 ;;
                  "-n systemctl stop odp@1" | "-n systemctl start odp@1") shift && exec "$@" ;;
                esac
                exit 1
                """.formatted(tools));
        Commands commands = commands("systemd:odp@1");
        Facts before = facts(agent.run(commands.probe("PRECHECK")));

        // when
        facts(agent.run(commands.stop(before.process())));
        facts(agent.run(commands.start(before.process())));

        // then
        assertThat(Files.readAllLines(tools.resolve("sudo.log")))
                .containsOnlyOnce("-n systemctl stop odp@1", "-n systemctl start odp@1");
    }

    @Test
    void shouldSayAtThePrecheckWhatIsMissing() throws Exception {
        // given
        tool("id", "#!/bin/sh\n[ \"$*\" = -u ] && echo 1000 && exit\nexec /usr/bin/id \"$@\"\n");
        tool("sudo", "#!/bin/sh\nexit 1\n");

        // when
        Facts forbidden = facts(agent.run(commands("systemd:odp@1").probe("PRECHECK")));
        Facts unknown = facts(agent.run(commands("systemd:other").probe("PRECHECK")));

        // then
        assertThat(forbidden.startBlockers())
                .singleElement()
                .asString()
                .contains("sudo -n systemctl stop odp@1", "sudoers");
        assertThat(unknown.startBlockers())
                .anyMatch(reason -> reason.contains("systemd knows no unit other"))
                .anyMatch(reason -> reason.contains("does not belong to the unit other"));
    }

    @Test
    void shouldTellWhatSystemdSaidOfAStartThatFailed() throws Exception {
        // given
        Commands commands = commands("systemd:odp@1");
        Facts before = facts(agent.run(commands.probe("PRECHECK")));
        facts(agent.run(commands.stop(before.process())));
        String fake = Files.readString(tools.resolve("systemctl"));
        tool(
                "systemctl",
                fake.replace(
                        "case $task in",
                        "[ $task = start ] && echo 'Job for odp@1 failed' >&2 && exit 1\ncase $task in"));

        // when
        List<Report> started = agent.run(commands.start(before.process()));
        tool("systemctl", fake);

        // then
        assertThat(failure(started).code()).isEqualTo("DID_NOT_START");
        assertThat(failure(started).detail()).contains("Job for odp@1 failed");
    }
}
