package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TaskId;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a definition says, and whatever the login on a host is like: the host's shells take it literally, and the agent gets along. */
@Execution(ExecutionMode.CONCURRENT)
class ShellSafetyIT {
    /** Each creates the file canary somewhere if it is ever executed. */
    private static final List<String> HOSTILE = List.of(
            "two words",
            " leading and trailing ",
            "o'quote",
            "dou\"ble",
            "$(touch canary)",
            "`touch canary`",
            ";touch canary;",
            "&& touch canary",
            "| touch canary",
            "> canary",
            "${IFS}$HOME",
            "-rf",
            "--help",
            "*",
            "?[a-z]{b,c}",
            "~",
            "#comment",
            "back\\slash\\n",
            "%s%n",
            "!!",
            "ünïcödé ✓ 日本",
            "'; touch canary; echo '");

    @TempDir
    static Path sshDirectory;

    @TempDir
    static Path parent;

    private static OpenSshServer server;

    @BeforeAll
    static void start() throws Exception {
        server = OpenSshServer.start(sshDirectory);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    static Stream<String> hostile() {
        return HOSTILE.stream();
    }

    private static Odp odp(OpenSshServer at, String home, int port) {
        return new Odp(
                new ClusterId("demo"),
                new OdpId("one"),
                at.address(),
                at.port(),
                at.user(),
                "ops",
                port,
                null,
                home,
                Odp.PLAIN_LAUNCHER,
                "proxysys",
                null,
                null,
                Launch.PLAIN);
    }

    private static Report last(List<Report> reports) {
        return reports.get(reports.size() - 1);
    }

    private static Facts factsOf(List<Report> reports) {
        Report last = last(reports);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }

    private static void assertNothingWasExecuted() throws Exception {
        try (Stream<Path> files = Files.walk(parent)) {
            assertThat(files).noneMatch(f -> f.getFileName().toString().equals("canary"));
        }
        assertThat(Path.of(System.getProperty("user.home"), "canary")).doesNotExist();
        assertThat(Path.of("/canary")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void shouldTakeLockAndJournalInAHomeOfAnyName(String name) throws Exception {
        // given
        Path home = Files.createDirectory(parent.resolve(name));
        Files.createDirectory(home.resolve("etc"));
        Commands commands = new Commands(odp(server, home.toString(), 2883), "task-1", 1);

        // when
        try (TestAgent agent = new TestAgent(server)) {
            Facts facts = factsOf(agent.run(commands.probe("PRECHECK")));
            Facts again = factsOf(agent.run(commands.probe("ROLL_CALL_1")));

            // then
            assertThat(List.of(facts.state(), again.state())).containsOnly(OdpState.STOPPED);
        }
        assertThat(Files.readString(home.resolve("run/rollcall/2883.journal"))).contains("fence cluster=demo");
        assertNothingWasExecuted();
    }

    @Test
    void shouldCarryOutEverythingInAHomeBelowAllTheseNames() throws Exception {
        // given
        Path home = parent.resolve("deep");
        for (String name : HOSTILE) {
            home = home.resolve(name);
        }
        EmulatedOdp emulated = EmulatedOdp.install(
                        Files.createDirectories(home),
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ZERO))
                .start();
        try (TestAgent agent = new TestAgent(server)) {
            Commands commands = new Commands(odp(server, home.toString(), emulated.port()), "task-1", 1);
            Facts before = factsOf(agent.run(commands.probe("PRECHECK")));

            // when
            Facts after = factsOf(agent.run(commands.hotRestart(before.process(), 1)));
            Commands next = new Commands(commands.odp(), "task-2", 2);
            Facts stopped = factsOf(agent.run(next.stop(after.process())));
            Facts started = factsOf(agent.run(next.start(after.process())));

            // then
            assertThat(after.inherited()).isTrue();
            assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
            assertThat(started.state()).isEqualTo(OdpState.RUNNING);
            assertThat(emulated.ledger().hotRestarts()).isEqualTo(1);
        } finally {
            emulated.kill();
        }
        assertNothingWasExecuted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/home/a\nb", "/home/\u0000", "/home/\r", "/home/\u001b[2J", "relative", "-rf", "~/odp", ""})
    void shouldRefuseInWordsAHomeThatIsNoPlainAbsolutePath(String home) {
        try (TestAgent agent = new TestAgent(server)) {
            // when
            Failure failure = Objects.requireNonNull(
                    last(agent.run(new Commands(odp(server, home, 2883), "task-1", 1).probe("PRECHECK")))
                            .failure());

            // then
            assertThat(failure.code()).isEqualTo("BAD_DEFINITION");
            assertThat(failure.detail()).contains("absolute path").doesNotContain("\n", "\u001b");
        }
    }

    @Test
    void shouldTakeIdsOfAnyKindForNothingButIds() throws Exception {
        // given
        Path home = Files.createDirectories(parent.resolve("ids"));
        String hostile = "x'; touch canary; $(touch canary) `touch canary` * \n release\nwork start";
        Odp odp = odp(server, home.toString(), 2883);
        Command command = new Command(
                hostile,
                Instant.now(),
                new CommandId(hostile),
                new TaskId(hostile),
                1,
                "PRECHECK",
                1,
                CommandKind.PROBE,
                null,
                odp,
                null,
                null,
                Duration.ofSeconds(60),
                null);

        // when
        try (TestAgent agent = new TestAgent(server)) {
            factsOf(agent.run(command));
        }

        // then
        assertThat(Files.readAllLines(home.resolve("run/rollcall/2883.journal")))
                .filteredOn(line -> !line.isBlank())
                .singleElement()
                .asString()
                .startsWith("J1 fence cluster=demo")
                .endsWith(" ;");
        assertNothingWasExecuted();
    }

    /** What a login does before it comes to the command; $SSH_ORIGINAL_COMMAND is what the agent asked for. */
    private enum Login {
        NOISY("echo 'Welcome! end'; echo 'rc0000 boot 1'; printf 'no line end'; echo 'careful' >&2; umask 0777", "sh"),
        SLOW("sleep 3", "sh"),
        DASH("PATH=/usr/bin:/bin:/usr/sbin:/sbin; export PATH; umask 077", "dash"),
        STRICT_BASH("set -eu; BASH_ENV=$0.profile; export BASH_ENV; LC_ALL=tr_TR.UTF-8; export LC_ALL", "bash"),
        OTHER_TONGUE("LANG=de_DE.UTF-8 LC_ALL=C POSIXLY_CORRECT=1 CDPATH=/:/tmp GREP_OPTIONS= IFS=o", "sh"),
        TCSH("umask 0777", "tcsh"),
        CSH("umask 0", "csh"),
        ZSH("umask 0", "zsh"),
        FISH("umask 0", "fish");

        private final String before;
        private final String shell;

        Login(String before, String shell) {
            this.before = before;
            this.shell = shell;
        }

        boolean found() {
            return Stream.of("/bin/", "/usr/bin/").anyMatch(d -> Files.isExecutable(Path.of(d + shell)));
        }

        Path script(Path directory) throws Exception {
            Path script = directory.resolve("login");
            Files.writeString(script, "#!/bin/sh\n" + before + "\nexec " + shell + " -c \"$SSH_ORIGINAL_COMMAND\"\n");
            Files.writeString(
                    directory.resolve("login.profile"),
                    "set -e\nset -u\nset -o noclobber\nshopt -s expand_aliases\nalias ls='ls --color=always' grep='grep -n' cd='cd -P'\necho from the profile\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return script;
        }
    }

    static Stream<String> logins() {
        return Stream.of(Login.values()).map(Login::name);
    }

    @ParameterizedTest
    @MethodSource("logins")
    void shouldGetAlongWithAnyLogin(String name, @TempDir Path directory, @TempDir Path home) throws Exception {
        // given
        Login login = Login.valueOf(name);
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(login.found()).as("the shell %s", login.shell).isTrue();
        }
        assumeTrue(login.found(), "skipped: there is no " + login.shell);
        EmulatedOdp emulated = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ZERO))
                .start();
        try (OpenSshServer odd = OpenSshServer.start(directory, "ForceCommand " + login.script(directory));
                TestAgent agent = new TestAgent(odd)) {
            Commands commands = new Commands(odp(odd, home.toString(), emulated.port()), "task-1", 1);
            Facts before = factsOf(agent.run(commands.probe("PRECHECK")));

            // when
            Facts after = factsOf(agent.run(commands.hotRestart(before.process(), 1)));
            Commands next = new Commands(commands.odp(), "task-2", 2);
            Facts stopped = factsOf(agent.run(next.stop(after.process())));
            Facts started = factsOf(agent.run(next.start(after.process())));

            // then
            assertThat(after.inherited()).isTrue();
            assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
            assertThat(started.state()).isEqualTo(OdpState.RUNNING);
            assertThat(emulated.ledger().restarts()).isEqualTo(2);
        } finally {
            emulated.kill();
        }
    }
}
