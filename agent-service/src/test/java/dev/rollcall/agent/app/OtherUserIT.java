package dev.rollcall.agent.app;

import static dev.rollcall.agent.app.Reports.facts;
import static dev.rollcall.agent.app.Reports.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ODP that runs as another user than the one Rollcall logs in as, reached by the real sudo. Only root can play two users. */
class OtherUserIT {
    private static final String USER = "nobody";
    private static final Path SUDO = Path.of("/usr/bin/sudo");

    @TempDir
    Path directory;

    private OpenSshServer server;
    private TestAgent agent;
    private EmulatedOdp odp;

    @BeforeEach
    void start() throws Exception {
        boolean possible = System.getProperty("user.name").equals("root") && Files.isExecutable(SUDO);
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(possible).as("root and %s (package sudo)", SUDO).isTrue();
        }
        assumeTrue(possible, "skipped: only root can start an ODP as another user, and there must be " + SUDO);
        Path ssh = Files.createDirectory(directory.resolve("ssh"));
        // Seen by this sshd alone: the rules of this machine stay as they are.
        Path rules = directory.resolve("sudoers");
        Files.writeString(rules, "Defaults env_reset, use_pty\nroot ALL=(nobody) NOPASSWD: /bin/sh\n");
        Files.setPosixFilePermissions(rules, PosixFilePermissions.fromString("r--r-----"));
        List<String> withRules = List.of(
                "unshare", "--mount", "sh", "-c", "mount --bind '" + rules + "' /etc/sudoers && exec \"$@\"", "sh");
        server = OpenSshServer.start(withRules, "127.0.0.1", ssh);
        agent = new TestAgent(server);
        Path home = directory.resolve("odp");
        odp = EmulatedOdp.install(
                home,
                OdpSettings.defaults()
                        .withCache(directory.resolve("cache"))
                        .withTick(Duration.ofSeconds(1))
                        .withExitTimeout(Duration.ofSeconds(1)));
        // Not the keys of sshd, which it would not use then.
        run(directory, "chmod", "a+rx", directory.toString());
        run(directory, "chmod", "-R", "a+rX", "cache", "odp");
        run(directory, "chown", "-R", USER, home.toString());
        run(home, "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", "./bin/obproxy");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> odp.isServing());
    }

    @AfterEach
    void stop() throws Exception {
        if (odp != null) {
            odp.kill();
        }
        if (agent != null) {
            agent.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static void run(Path in, String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).directory(in.toFile()).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }

    private Commands commands(@Nullable String runAs) {
        Launch launch = new Launch(runAs, List.of(), List.of(), Map.of());
        return new Commands(Commands.odp(server, odp, "obproxy", launch), "task-1", 1);
    }

    private String ownerOf(long pid) throws IOException {
        return Files.getOwner(Path.of("/proc/" + pid)).getName();
    }

    @Test
    void shouldDoEverythingAsTheUserThatTheDefinitionNames() throws Exception {
        // given
        Commands commands = commands(USER);
        Facts before = facts(agent.run(commands.probe("PRECHECK")));

        // when
        Facts hot = facts(agent.run(commands.hotRestart(before.process(), 1)));
        Commands second = new Commands(commands.odp(), "task-2", 2);
        facts(agent.run(second.stop(hot.process())));
        Facts cold = facts(agent.run(second.start(hot.process())));

        // then
        assertThat(before.startBlockers()).isEmpty();
        assertThat(hot.inherited()).isTrue();
        assertThat(ownerOf(Objects.requireNonNull(cold.process()).pid())).isEqualTo(USER);
        assertThat(Files.getOwner(odp.home().resolve("run/rollcall/" + odp.port() + ".journal"))
                        .getName())
                .isEqualTo(USER);
    }

    @Test
    void shouldRefuseToStartAsRootWhatRunsAsSomebodyElse() throws Exception {
        // given
        Commands commands = commands(null);

        // when
        Facts running = facts(agent.run(commands.probe("PRECHECK")));
        List<Report> stopped = agent.run(commands.stop(running.process()));
        odp.stop();
        Facts down = facts(agent.run(commands.probe("PRECHECK")));

        // then
        assertThat(running.startBlockers())
                .singleElement()
                .asString()
                .contains("runs as the user nobody", "runAs: nobody");
        assertThat(running.hotRestartBlockers())
                .singleElement()
                .asString()
                .contains("runs as the user nobody", "runAs: nobody");
        assertThat(failure(stopped).code()).isEqualTo("NOT_STARTABLE");
        assertThat(down.startBlockers()).singleElement().asString().contains("runAs: nobody");
    }

    @Test
    void shouldSayWhatASuccessorOfThatUserCouldNotRead() throws Exception {
        // given
        Commands commands = commands(USER);
        Path settings = odp.home().resolve("etc/proxyconfig_v1.db");
        Path log = odp.home().resolve("log");

        // when
        run(odp.home(), "chown", "root", settings.toString());
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-------"));
        Facts noSettings = facts(agent.run(commands.probe("PRECHECK")));
        run(odp.home(), "chown", USER, settings.toString());
        run(odp.home(), "chown", "root", log.toString());
        Facts noLog = facts(agent.run(commands.probe("PRECHECK")));

        // then
        assertThat(noSettings.hotRestartBlockers())
                .singleElement()
                .asString()
                .contains("etc/proxyconfig_v1.db", "cannot be read and written");
        assertThat(noLog.hotRestartBlockers())
                .singleElement()
                .asString()
                .contains("its directory log cannot be read and written");
    }

    @Test
    void shouldSayWhichRuleOfSudoIsMissing() {
        // when
        List<Report> reports = agent.run(commands("daemon").probe("PRECHECK"));

        // then
        assertThat(failure(reports).code()).isEqualTo("RUN_AS_REFUSED");
        assertThat(failure(reports).detail()).contains("sudo -n -u daemon /bin/sh");
    }
}
