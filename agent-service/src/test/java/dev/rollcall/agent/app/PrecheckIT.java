package dev.rollcall.agent.app;

import static dev.rollcall.agent.app.Reports.facts;
import static dev.rollcall.agent.app.Reports.failure;
import static dev.rollcall.agent.app.Reports.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the precheck finds around a real process: containers, second processes, rooms that are too small, settings that wait. */
@Execution(ExecutionMode.CONCURRENT)
class PrecheckIT {
    @TempDir
    static Path sshDirectory;

    private static OpenSshServer server;

    @TempDir
    Path home;

    private EmulatedOdp odp;
    private TestAgent agent;
    private @Nullable Process outside;

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
    void install() throws Exception {
        odp = install(home);
        agent = new TestAgent(server);
    }

    private static EmulatedOdp install(Path where) throws IOException {
        return EmulatedOdp.install(
                where, OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ofSeconds(2)));
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        odp.kill();
        if (outside != null) {
            outside.destroy();
        }
    }

    private Commands commands(OpenSshServer through) {
        return new Commands(Commands.odp(through, odp), "task-1", 1);
    }

    private Facts precheck() {
        return facts(agent.run(commands(server).probe("PRECHECK")));
    }

    /** Whether it has so many that call themselves as an ODP does: none does in its first milliseconds. */
    static boolean hasProcesses(EmulatedOdp odp, int count) throws IOException {
        int named = 0;
        for (long pid : odp.pids()) {
            Path name = Path.of("/proc/" + pid + "/comm");
            named += Files.exists(name) && Files.readString(name).strip().equals("obproxy") ? 1 : 0;
        }
        return named == count;
    }

    private static void needRoot() {
        boolean root = System.getProperty("user.name").equals("root");
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(root).as("root, who alone makes namespaces").isTrue();
        }
        assumeTrue(root, "skipped: only root makes namespaces");
    }

    @Test
    void shouldSayThatTheControlGroupHasNoMemoryForASecondProcess() throws Exception {
        // given
        needRoot();
        Path first = Path.of("/sys/fs/cgroup/memory");
        boolean old = Files.isDirectory(first);
        Path group = (old ? first : Path.of("/sys/fs/cgroup")).resolve("rollcall-" + odp.port());
        Files.createDirectory(group);
        try {
            Files.writeString(group.resolve(old ? "memory.limit_in_bytes" : "memory.max"), "25165824");
            odp.start();
            // What it has already is charged to where it had it from; what it takes from now on is small.
            Files.writeString(
                    group.resolve("cgroup.procs"),
                    Long.toString(odp.servingPid().orElseThrow()));

            // when
            List<String> blockers = precheck().hotRestartBlockers();

            // then
            assertThat(blockers)
                    .singleElement()
                    .asString()
                    .contains("The control group of its service or container has")
                    .contains("a second process may need");
        } finally {
            odp.kill();
            await().until(() -> group.toFile().delete());
        }
    }

    /** Runs a shell line in the home, in namespaces of its own, until the ODP serves. */
    private void contain(String line) throws IOException {
        needRoot();
        outside = new ProcessBuilder("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", line)
                .directory(odp.home().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(Duration.ofSeconds(30)).until(odp::isServing);
    }

    /** The process of the host that is process 1 of the container. */
    private long first() {
        return Objects.requireNonNull(outside)
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private OpenSshServer inside(Path directory) throws Exception {
        return OpenSshServer.start(
                List.of("nsenter", "--pid", "--mount", "--target", Long.toString(first())), "127.0.0.1", directory);
    }

    private void assertNothingIsTouched(TestAgent by, Commands commands, Facts facts) throws Exception {
        int before = odp.ledger().entries(Event.STARTED).size();
        OptionalLong serving = odp.servingPid();
        assertThat(failure(by.run(commands.hotRestart(facts.process(), 1))).code())
                .isEqualTo("NOT_HOT_RESTARTABLE");
        assertThat(failure(by.run(commands.stop(facts.process()))).code()).isEqualTo("NOT_STARTABLE");
        assertThat(odp.servingPid()).isEqualTo(serving);
        assertThat(odp.ledger().entries(Event.STARTED)).hasSize(before);
    }

    @Test
    void shouldRefuseTheFirstProcessOfAContainerToWhichItLogsIn(@TempDir Path keys) throws Exception {
        // given
        contain("exec ./bin/obproxy -N");
        try (OpenSshServer within = inside(keys);
                TestAgent other = new TestAgent(within)) {
            Commands there = commands(within);

            // when
            Facts facts = facts(other.run(there.probe("PRECHECK")));

            // then
            assertThat(process(facts).pid()).isEqualTo(1);
            assertThat(facts.hotRestartBlockers()).anyMatch(r -> r.contains("process 1 of a container"));
            assertThat(facts.startBlockers()).anyMatch(r -> r.contains("process 1 of a container"));
            assertNothingIsTouched(other, there, facts);
        }
    }

    @Test
    void shouldRefuseWhatTheFirstProcessOfItsContainerWaitsFor(@TempDir Path keys) throws Exception {
        // given
        contain("./bin/obproxy -N; exit $?");
        try (OpenSshServer within = inside(keys);
                TestAgent other = new TestAgent(within)) {
            Commands there = commands(within);

            // when
            Facts facts = facts(other.run(there.probe("PRECHECK")));

            // then
            assertThat(facts.hotRestartBlockers())
                    .singleElement()
                    .asString()
                    .contains("in the foreground (-N) by process 1 (sh)");
            assertThat(facts.startBlockers()).singleElement().asString().contains("below process 1 (sh)");
            assertNothingIsTouched(other, there, facts);
        }
    }

    @Test
    void shouldRestartInAContainerWhereNobodyWaitsForIt(@TempDir Path keys) throws Exception {
        // given
        contain("./bin/obproxy; exec sleep 600");
        try (OpenSshServer within = inside(keys);
                TestAgent other = new TestAgent(within)) {
            Commands there = commands(within);
            Facts before = facts(other.run(there.probe("PRECHECK")));

            // when
            Facts after = facts(other.run(there.hotRestart(before.process(), 1)));

            // then
            assertThat(before.startBlockers()).isEmpty();
            assertThat(after.inherited()).isTrue();
            assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseWhatRunsInAContainerSeenFromOutside() throws Exception {
        // given
        contain("exec ./bin/obproxy -N");

        // when
        Facts facts = precheck();

        // then
        assertThat(facts.state()).isEqualTo(OdpState.RUNNING);
        assertThat(process(facts).pid()).isEqualTo(first());
        assertThat(facts.hotRestartBlockers())
                .singleElement()
                .asString()
                .contains("runs in a container, as process 1 there");
        assertThat(facts.startBlockers()).anyMatch(r -> r.contains("runs in a container, as process 1 there"));
        assertNothingIsTouched(agent, commands(server), facts);
    }

    @Test
    void shouldRefuseWhereASecondProcessOfTheHomeHasANetworkOfItsOwn() throws Exception {
        // given
        needRoot();
        odp.start();
        outside = new ProcessBuilder(
                        "unshare", "--net", "sh", "-c", "ip link set lo up && ./bin/obproxy && exec sleep 600")
                .directory(odp.home().toFile())
                .start();
        await().atMost(Duration.ofSeconds(20)).until(() -> hasProcesses(odp, 2));

        // when
        Facts facts = precheck();

        // then
        assertThat(facts.hotRestartBlockers()).singleElement().asString().contains("runs in a network of its own");
        assertThat(facts.startBlockers()).singleElement().asString().contains("runs in a network of its own");
        assertNothingIsTouched(agent, commands(server), facts);
    }

    @Test
    void shouldWaitForASecondStartThatFailsByItself() throws Exception {
        // given
        odp.start();
        odp.fault(Fault.SLOW_START, Duration.ofSeconds(1), 1);
        odp.launch();
        await().atMost(Duration.ofSeconds(20)).until(() -> hasProcesses(odp, 2));

        // when
        Facts facts = precheck();

        // then
        assertThat(facts.hotRestartBlockers()).isEmpty();
        assertThat(odp.pids()).hasSize(1);
    }

    @Test
    void shouldTakeNoGenerationThatDrainsForASecondProcess() throws Exception {
        // given
        odp.start();
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=-1");
            long old = client.answeringPid();
            odp.requestHotRestart();
            await().atMost(Duration.ofSeconds(20)).until(() -> odp.servingPid().orElse(old) != old);

            // when
            Facts facts = precheck();

            // then
            assertThat(facts.drainingPids()).containsExactly(old);
            assertThat(facts.hotRestartBlockers()).isEmpty();
            assertThat(facts.startBlockers()).isEmpty();
        }
    }

    @Test
    void shouldNameWhereItWouldListenIfItWereStartedAgain() throws Exception {
        // given
        odp.start();
        Facts before = precheck();
        int port = odp.port() == 31_999 ? 31_998 : odp.port() + 1;
        try (MySqlClient client = odp.admin()) {
            client.query("ALTER PROXYCONFIG SET listen_port=" + port);
            client.query("ALTER PROXYCONFIG SET local_bound_ip='0.0.0.0'");
        }

        // when
        Facts changed = precheck();
        Facts restarted = facts(agent.run(commands(server).hotRestart(changed.process(), 1)));

        // then
        assertThat(before.pendingSettings()).isEmpty();
        assertThat(changed.pendingSettings()).containsExactly("listen_port", "local_bound_ip");
        assertThat(changed.hotRestartBlockers()).isEmpty();
        assertThat(changed.startBlockers())
                .singleElement()
                .asString()
                .contains("listen_port is set to " + port, "still listens on " + odp.port());
        assertThat(restarted.pendingSettings()).as("a socket is inherited").isEqualTo(changed.pendingSettings());
    }

    @Test
    void shouldLookForSettingsAndLogBelowTheRootThatTheProcessHas(@TempDir Path root) throws Exception {
        // given
        EmulatedOdp elsewhere = EmulatedOdp.install(root, odp.settings());
        ProcessBuilder start =
                new ProcessBuilder("./bin/obproxy").directory(odp.home().toFile());
        start.environment().put("OBPROXY_ROOT", elsewhere.home().toString());
        start.start();
        await().atMost(Duration.ofSeconds(20)).until(odp::isServing);
        Files.move(odp.home().resolve("etc"), odp.home().resolve("etc.old"));

        // when
        Facts whole = precheck();
        Files.writeString(elsewhere.home().resolve("etc/proxyconfig_v1.db"), "");
        Facts damaged = precheck();
        ProcessIdentity before = process(damaged);
        Facts stopped = facts(agent.run(commands(server).stop(before)));
        Files.copy(
                odp.home().resolve("etc.old/proxyconfig_v1.db"),
                elsewhere.home().resolve("etc/proxyconfig_v1.db"),
                StandardCopyOption.REPLACE_EXISTING);
        Facts started = facts(agent.run(commands(server).start(before)));

        // then
        assertThat(whole.hotRestartBlockers()).isEmpty();
        assertThat(whole.startBlockers()).isEmpty();
        assertThat(damaged.hotRestartBlockers())
                .singleElement()
                .asString()
                .contains("etc/proxyconfig_v1.db", "is empty");
        assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
        assertThat(stopped.startBlockers())
                .as("the journal knows where the etc of the next process is")
                .isEmpty();
        assertThat(environment(started)).contains("OBPROXY_ROOT=" + elsewhere.home());
    }

    private static List<String> environment(Facts facts) throws IOException {
        return List.of(Files.readString(Path.of("/proc/" + process(facts).pid() + "/environ"))
                .split("\0"));
    }

    @Test
    void shouldForceWhatCannotRestartHotForWantOfALibraryPath() throws Exception {
        // given
        odp.start();
        odp.fault(Fault.NEEDS_LIBRARY_PATH);

        // when
        Facts before = precheck();
        facts(agent.run(commands(server).stop(before.process())));
        Facts started = facts(agent.run(commands(server).start(before.process())));

        // then
        assertThat(before.hotRestartBlockers())
                .singleElement()
                .asString()
                .contains("it needs LD_LIBRARY_PATH=" + odp.home() + "/lib");
        assertThat(before.startBlockers()).isEmpty();
        assertThat(environment(started)).contains("LD_LIBRARY_PATH=" + odp.home() + "/lib");
    }

    @Test
    void shouldRefuseWhereThereIsNoRoomForASecondProcess(@TempDir Path small, @TempDir Path crowded) throws Exception {
        // given
        List<String> reasons = new ArrayList<>();
        for (Path mounted : List.of(small, crowded)) {
            try (SmallDisk disk =
                    SmallDisk.mount(mounted, mounted.equals(small) ? "size=66m" : "size=80m,nr_inodes=90")) {
                EmulatedOdp there = install(mounted.resolve("odp")).start();
                try {
                    if (mounted.equals(small)) {
                        Files.write(mounted.resolve("filler"), new byte[4 << 20]);
                    }

                    // when
                    Facts facts =
                            facts(agent.run(new Commands(Commands.odp(server, there), "task-1", 1).probe("PRECHECK")));

                    reasons.addAll(facts.hotRestartBlockers());
                } finally {
                    there.kill();
                }
                assertThat(disk).isNotNull();
            }
        }

        // then
        assertThat(reasons).hasSize(2);
        assertThat(reasons.get(0)).matches("The disk of its home, etc or log has only [0-9]+ MB left");
        assertThat(reasons.get(1)).matches("The disk of its home, etc or log has room for [0-9]+ more files only");
    }
}
