package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Restarts of real processes over a real sshd. */
@Execution(ExecutionMode.CONCURRENT)
class RestartIT {
    @TempDir
    static Path sshDirectory;

    @TempDir
    Path home;

    private static OpenSshServer server;
    private EmulatedOdp odp;
    private TestAgent agent;
    private Commands commands;
    private OdpHost.@Nullable Glances glances;

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
    void start() throws Exception {
        odp = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ofSeconds(3)))
                .start();
        agent = new TestAgent(server);
        commands = new Commands(Commands.odp(server, odp), "task-1", 1);
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        odp.kill();
    }

    private ProcessIdentity baseline() {
        return Objects.requireNonNull(
                factsOf(agent.run(commands.probe("PRECHECK"))).process());
    }

    private static ProcessIdentity process(Facts facts) {
        return Objects.requireNonNull(facts.process());
    }

    private static Report last(List<Report> reports) {
        return reports.get(reports.size() - 1);
    }

    private static Facts factsOf(List<Report> reports) {
        Report last = last(reports);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }

    @Test
    void shouldTellFactsOfARunningOdp() throws Exception {
        // when
        Facts facts = factsOf(agent.run(commands.probe("PRECHECK")));

        // then
        assertThat(facts.state()).isEqualTo(OdpState.RUNNING);
        assertThat(facts.version()).isEqualTo("4.3.1.0");
        assertThat(process(facts).pid()).isEqualTo(odp.servingPid().getAsLong());
        assertThat(facts.inherited()).isFalse();
        assertThat(facts.exitTimeoutMicros()).isEqualTo(3_000_000L);
        assertThat(facts.hotRestartBlockers()).isEmpty();
        assertThat(facts.startBlockers()).isEmpty();
        assertThat(facts.settingsRestored()).isTrue();
        assertThat(facts.clientConnections()).isEqualTo(1);
        assertThat(facts.detail()).contains("business path not checked");
    }

    @Test
    void shouldRestartHotIntoANewProcessThatInherits() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> reports = agent.run(commands.hotRestart(before, 1_000_000L));

        // then
        Facts facts = factsOf(reports);
        assertThat(reports)
                .extracting(Report::type)
                .contains(Report.Type.STARTED, Report.Type.SERVING, Report.Type.DRAINED);
        assertThat(process(facts).pid())
                .isNotEqualTo(before.pid())
                .isEqualTo(odp.servingPid().getAsLong());
        assertThat(facts.inherited()).isTrue();
        assertThat(facts.settingsRestored()).isTrue();
        assertThat(facts.exitTimeoutMicros()).isEqualTo(3_000_000L);
        assertThat(reports).extracting(Report::message).noneMatch(m -> m != null && m.contains("settings are not"));
        assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
        assertThat(odp.pids()).containsExactly(process(facts).pid());
        assertThat(last(reports).message()).isNull();
        assertThat(facts.detail()).contains("business path not checked");
    }

    @Test
    void shouldNameAnOldProcessThatMayDrainForEverAndNotWaitForItForEver() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> reports;
        try (MySqlClient client = odp.admin()) {
            assertThat(client.answeringPid()).isEqualTo(before.pid());
            reports = agent.run(within(Duration.ofSeconds(12), commands.hotRestart(before, -1L)));

            // then
            assertThat(client.answeringPid()).as("nobody was cut").isEqualTo(before.pid());
        }
        Facts facts = factsOf(reports);
        assertThat(last(reports).message())
                .contains("the old process " + before.pid() + " still has clients and has not left");
        assertThat(facts.drainingPids()).containsExactly(before.pid());
        assertThat(facts.exitTimeoutMicros()).as("put back in the new process").isEqualTo(3_000_000L);
        assertThat(reports).extracting(Report::type).doesNotContain(Report.Type.DRAINED);
    }

    @Test
    void shouldSayThatNobodyWasCutByAnOldProcessThatLeftEarlyAndNothingOfOneThatStayed() throws Exception {
        // when
        List<Report> early = agent.run(commands.hotRestart(baseline(), 20_000_000L));
        List<Report> late;
        try (MySqlClient client = odp.admin()) {
            assertThat(client.answeringPid()).isEqualTo(odp.servingPid().getAsLong());
            Commands second = new Commands(commands.odp(), "task-2", 2);
            late = agent.run(second.hotRestart(factsOf(early).process(), 2_000_000L));
        }

        // then
        assertThat(cutSaid(early)).containsExactly(0L, 0L);
        assertThat(cutSaid(late)).containsExactly(null, null);
    }

    private static List<Long> cutSaid(List<Report> reports) {
        return reports.stream()
                .filter(r -> r.type() == Report.Type.DRAINED || r.type() == Report.Type.SUCCEEDED)
                .map(Report::clientsCut)
                .toList();
    }

    @Test
    void shouldStopAndStart() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> stopped = agent.run(commands.stop(before));
        List<Long> left = odp.pids();
        List<Report> started = agent.run(commands.start(before));

        // then
        assertThat(factsOf(stopped).state()).isEqualTo(OdpState.STOPPED);
        assertThat(left).isEmpty();
        assertThat(factsOf(started).state()).isEqualTo(OdpState.RUNNING);
        assertThat(odp.ledger().coldStarts()).isEqualTo(2);
    }

    @Test
    void shouldSeeInAShortLookWhetherAStoppedOdpCouldBeStarted() throws Exception {
        // given
        Facts running = glance();
        odp.fault(Fault.NO_GREETING);
        Facts silent = glance();
        odp.kill();

        // when
        Facts stopped = glance();
        Files.delete(home.resolve("bin/obproxy"));
        Facts without = glance();

        // then
        assertThat(List.of(running.state(), silent.state(), stopped.state(), without.state()))
                .containsExactly(OdpState.RUNNING, OdpState.UNAVAILABLE, OdpState.STOPPED, OdpState.STOPPED);
        assertThat(running.startBlockers()).isEmpty();
        assertThat(silent.startBlockers()).isEmpty();
        assertThat(stopped.startBlockers()).isEmpty();
        assertThat(without.startBlockers()).singleElement().asString().contains("bin/obproxy");
    }

    /** As the monitor looks. */
    private Facts glance() throws Exception {
        Odp o = commands.odp();
        if (glances == null) {
            glances = agent.hosts.glances(o, Duration.ofSeconds(20));
        }
        return agent.observer
                .observe(o, glances.glance(), Observer.Depth.STATE, Duration.ofSeconds(1))
                .facts();
    }

    @Test
    void shouldNotStopAnOdpWhenTheStopComesAfterItsStart() throws Exception {
        // given a START that found nothing to do, because its STOP still waited somewhere
        ProcessIdentity before = baseline();
        factsOf(agent.run(commands.start(before)));

        // when
        List<Report> late = agent.run(commands.stop(before));

        // then
        assertThat(Objects.requireNonNull(last(late).failure()).code()).isEqualTo("STOP_AFTER_START");
        assertThat(odp.servingPid()).hasValue(before.pid());
    }

    @Test
    void shouldKeepOdpsApartThatListenOnTheSamePortOfOtherAddresses(@TempDir Path otherHome) throws Exception {
        // given
        EmulatedOdp other = EmulatedOdp.install(
                        otherHome,
                        OdpSettings.defaults()
                                .withTick(Duration.ofSeconds(1))
                                .withExitTimeout(Duration.ofSeconds(1))
                                .withListenIp("127.0.0.2")
                                .withPort(odp.port()))
                .start();
        try {
            Commands toOther = new Commands(Commands.odp(server, other), "task-2", 1);
            ProcessIdentity before = baseline();
            ProcessIdentity otherBefore = process(factsOf(agent.run(toOther.probe("PRECHECK"))));

            // when
            Facts stopped = factsOf(agent.run(commands.stop(before)));
            OptionalLong otherMeanwhile = other.servingPid();
            Facts started = factsOf(agent.run(commands.start(before)));
            Facts restarted = factsOf(agent.run(toOther.hotRestart(otherBefore, 1)));

            // then
            assertThat(before.listenAddress()).isEqualTo("127.0.0.1");
            assertThat(otherBefore.listenAddress()).isEqualTo("127.0.0.2");
            assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
            assertThat(otherMeanwhile).hasValue(otherBefore.pid());
            assertThat(process(started).pid()).isEqualTo(odp.servingPid().getAsLong());
            assertThat(process(restarted).pid()).isEqualTo(other.servingPid().getAsLong());
            assertThat(odp.ledger().hotRestarts()).isZero();
            assertThat(odp.ledger().coldStarts()).isEqualTo(2);
            assertThat(other.ledger().hotRestarts()).isEqualTo(1);
        } finally {
            other.kill();
        }
    }

    @Test
    void shouldRestartOnceWhenTheSameCommandComesThriceAndFromTwoAgentsAtOnce() throws Exception {
        // given
        Command restart = commands.hotRestart(baseline(), 1);

        // when
        try (TestAgent second = new TestAgent(server)) {
            CompletableFuture<List<Report>> other = CompletableFuture.supplyAsync(() -> second.run(restart));
            List<Report> mine = agent.run(restart);
            List<Report> theirs = other.get(60, TimeUnit.SECONDS);
            List<Report> again = agent.run(restart);

            // then
            assertThat(factsOf(mine).inherited()).isTrue();
            assertThat(factsOf(theirs).process()).isEqualTo(factsOf(mine).process());
            assertThat(List.of(last(mine).alreadyDone(), last(theirs).alreadyDone()))
                    .containsExactlyInAnyOrder(true, false);
            assertThat(factsOf(again).process()).isEqualTo(factsOf(mine).process());
            assertThat(last(again).alreadyDone()).isTrue();
        }
        assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
        assertThat(odp.ledger().restarts()).isEqualTo(1);
    }

    @Test
    void shouldRestartOnceWhenARetryWithAnotherAttemptFollowsALostResult() throws Exception {
        // given
        ProcessIdentity before = baseline();
        agent.run(commands.hotRestart(before, 1));

        // when
        List<Report> retried = agent.run(commands.hotRestart(before, 2));

        // then
        assertThat(last(retried).alreadyDone()).isTrue();
        assertThat(factsOf(retried).state()).isEqualTo(OdpState.RUNNING);
        assertThat(odp.ledger().restarts()).isEqualTo(1);
    }

    @Test
    void shouldLeaveAnOdpAloneThatIsNotTheProcessThatWasMeant() throws Exception {
        // given
        ProcessIdentity before = baseline();
        odp.stop();
        odp.start();
        long running = odp.servingPid().getAsLong();

        // when
        Failure restart = failureOf(agent.run(commands.hotRestart(before, 1)));
        Failure stop = failureOf(agent.run(commands.stop(before)));

        // then
        assertThat(restart.category()).isEqualTo(FailureCategory.CHANGED);
        assertThat(stop.category()).isEqualTo(FailureCategory.CHANGED);
        assertThat(stop.detail()).contains(Long.toString(before.pid()), Long.toString(running));
        assertThat(odp.servingPid()).hasValue(running);
    }

    @Test
    void shouldRefuseOlderTasksLowerAttemptsAndOtherClustersByName() throws Exception {
        // given
        ProcessIdentity before = baseline();
        Commands newer = new Commands(commands.odp(), "task-2", 2);
        agent.run(newer.probe("PRECHECK"));
        agent.run(newer.hotRestart(before, 2));
        int restarts = odp.ledger().restarts();
        Odp o = commands.odp();
        Odp foreign = new Odp(
                new ClusterId("other"),
                o.id(),
                o.host(),
                o.sshPort(),
                o.sshUser(),
                o.sshCredential(),
                o.sqlPort(),
                null,
                o.home(),
                o.launcher(),
                o.adminCredential(),
                null);

        // when
        Failure old = failureOf(agent.run(commands.stop(before)));
        Failure lower = failureOf(agent.run(newer.hotRestart(before, 1)));
        Failure other = failureOf(agent.run(new Commands(foreign, "task-9", 9).stop(before)));

        // then
        assertThat(List.of(old.category(), lower.category(), other.category())).containsOnly(FailureCategory.REFUSED);
        assertThat(old.detail()).contains("task-1", "task-2");
        assertThat(lower.code()).isEqualTo("OLD_ATTEMPT");
        assertThat(other.detail()).contains("'demo'", "'other'");
        assertThat(odp.ledger().restarts()).isEqualTo(restarts).isEqualTo(1);
        assertThat(odp.isServing()).isTrue();
    }

    @Test
    void shouldFailInWordsAndPutSettingsBackWhenTheNewProcessDies() throws Exception {
        // given
        ProcessIdentity before = baseline();
        odp.fault(Fault.CHILD_DIES);

        // when
        List<Report> reports = agent.run(commands.hotRestart(before, 500_000L));

        // then
        Failure failure = failureOf(reports);
        assertThat(failure.category()).isEqualTo(FailureCategory.TARGET);
        assertThat(failure.code()).isEqualTo("CHILD_DIED");
        assertThat(failure.logFile()).endsWith(".log");
        assertThat(failure.logTail()).isNotBlank();
        Facts facts = Objects.requireNonNull(last(reports).facts());
        assertThat(facts.state()).isEqualTo(OdpState.RUNNING);
        assertThat(process(facts).isSameProcess(before)).isTrue();
        assertThat(facts.exitTimeoutMicros()).isEqualTo(3_000_000L);
        assertThat(facts.settingsRestored()).isTrue();
        assertThat(setting("hot_upgrade_rollback_timeout")).isEqualTo("24h");
    }

    @Test
    void shouldShortenTheTimerForARestartAndPutItBackHoweverItEnds() throws Exception {
        // given
        try (MySqlClient admin = odp.admin()) {
            admin.query("ALTER PROXYCONFIG SET proxy_hot_upgrade_check_interval='2s'");
        }
        List<String> meanwhile = new ArrayList<>();

        // when
        Facts restarted = factsOf(agent.run(commands.hotRestart(baseline(), 1), report -> {
            if (report.message() != null && report.message().startsWith("asking process")) {
                meanwhile.add(timer());
            }
        }));
        String after = timer();
        odp.fault(Fault.CHILD_DIES);
        Commands second = new Commands(commands.odp(), "task-2", 2);
        Failure failed = failureOf(agent.run(second.hotRestart(restarted.process(), 1)));

        // then
        assertThat(meanwhile).containsExactly("1s");
        assertThat(after).isEqualTo("2s");
        assertThat(restarted.settingsRestored()).isTrue();
        assertThat(failed.code()).isEqualTo("CHILD_DIED");
        assertThat(timer()).isEqualTo("2s");
    }

    private String timer() {
        try {
            return setting("proxy_hot_upgrade_check_interval");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldServeBeforeTheOldProcessHasDrainedAndReportBoth() throws Exception {
        // given
        ProcessIdentity before = baseline();
        List<String> atServing = new ArrayList<>();

        // when
        try (MySqlClient client = odp.admin()) {
            assertThat(client.answeringPid()).isEqualTo(before.pid());
            List<Report> reports = agent.run(commands.hotRestart(before, 6_000_000L), report -> {
                if (report.type() == Report.Type.SERVING) {
                    atServing.addAll(livingPids());
                }
            });

            // then
            assertThat(atServing).hasSize(2).contains(Long.toString(before.pid()));
            assertThat(reports.stream().map(Report::type).filter(t -> t != Report.Type.PROGRESS))
                    .containsExactly(
                            Report.Type.STARTED, Report.Type.SERVING, Report.Type.DRAINED, Report.Type.SUCCEEDED);
            Facts serving = Objects.requireNonNull(reports.stream()
                    .filter(r -> r.type() == Report.Type.SERVING)
                    .findFirst()
                    .orElseThrow()
                    .facts());
            assertThat(serving.drainingPids()).containsExactly(before.pid());
            assertThat(serving.settingsRestored()).isTrue();
            assertThat(factsOf(reports).drainingPids()).isEmpty();
        }
    }

    private List<String> livingPids() {
        try {
            return odp.pids().stream().map(String::valueOf).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldFailWhenTheNewProcessDiesWhileTheOldOneDrainsAndPutSettingsBackInTheOldOne() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> reports;
        try (MySqlClient client = odp.admin()) {
            assertThat(client.answeringPid()).isEqualTo(before.pid());
            reports = agent.run(commands.hotRestart(before, 20_000_000L), report -> {
                if (report.type() == Report.Type.SERVING) {
                    long pid = process(Objects.requireNonNull(report.facts())).pid();
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            });
        }

        // then
        assertThat(failureOf(reports).code()).isEqualTo("NEW_PROCESS_DIED");
        assertThat(odp.servingPid()).hasValue(before.pid());
        assertThat(setting("hot_upgrade_exit_timeout")).isEqualTo("3000000");
        assertThat(setting("hot_upgrade_rollback_timeout")).isEqualTo("24h");
    }

    @Test
    void shouldForceButNotHotRestartAVersionThatCannotRestartItself() throws Exception {
        // given
        odp.stop();
        odp = EmulatedOdp.install(
                        home, OdpSettings.defaults().withPort(odp.port()).withVersion("3.1.0.0"))
                .start();

        // when
        Facts before = factsOf(agent.run(commands.probe("PRECHECK")));
        Facts stopped = factsOf(agent.run(commands.stop(before.process())));
        Facts started = factsOf(agent.run(commands.start(before.process())));

        // then
        assertThat(before.state()).isEqualTo(OdpState.RUNNING);
        assertThat(before.version()).startsWith("3.1.0");
        assertThat(before.hotRestartBlockers()).isNotEmpty();
        assertThat(before.startBlockers()).isEmpty();
        assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
        assertThat(started.state()).isEqualTo(OdpState.RUNNING);
    }

    @Test
    void shouldCheckTheBusinessPathThroughTheProbeCredential() throws Exception {
        // given
        Odp o = commands.odp();
        Odp probed = new Odp(
                o.cluster(),
                o.id(),
                o.host(),
                o.sshPort(),
                o.sshUser(),
                o.sshCredential(),
                o.sqlPort(),
                null,
                o.home(),
                o.launcher(),
                o.adminCredential(),
                "app");

        // when
        Facts without = factsOf(agent.run(new Commands(probed, "t", 0).probe("PRECHECK")));
        odp.businessBackend(true);
        Facts with = factsOf(agent.run(new Commands(probed, "t", 0).probe("PRECHECK")));

        // then
        assertThat(without.businessPathChecked()).isFalse();
        assertThat(without.detail()).contains("business path");
        assertThat(with.businessPathChecked()).isTrue();
        assertThat(with.state()).isEqualTo(OdpState.RUNNING);
    }

    private String setting(String name) throws Exception {
        try (AdminPort.Session session = agent.admin.login(commands.odp(), null, "127.0.0.1", Duration.ofSeconds(5))) {
            return session.setting(name).orElseThrow();
        }
    }

    @Test
    void shouldRefuseWithoutTouchingAnythingWhenASuccessorCannotStart() throws Exception {
        // given
        ProcessIdentity before = baseline();
        Path binary = home.resolve("bin/obproxy");
        String program = Files.readString(binary);
        Files.writeString(
                binary, "#!/bin/sh\necho 'error while loading shared libraries: libobproxy.so' >&2\nexit 127\n");

        // when
        Facts facts = factsOf(agent.run(new Commands(commands.odp(), "task-1", 1).probe("PRECHECK")));
        Failure failure = failureOf(agent.run(commands.hotRestart(before, 1)));
        Files.writeString(binary, program);

        // then
        assertThat(facts.hotRestartBlockers()).singleElement().asString().contains("libobproxy.so");
        assertThat(failure.category()).isEqualTo(FailureCategory.REFUSED);
        assertThat(failure.detail()).contains("libobproxy.so");
        assertThat(odp.servingPid()).hasValue(before.pid());
        assertThat(journal()).doesNotContain("intent");
    }

    private String journal() throws Exception {
        return Files.readString(home.resolve("run/rollcall/" + odp.port() + ".journal"));
    }

    @Test
    void shouldFinishAStopThatItsAgentBeganAndKillWhatIgnoresSigterm() throws Exception {
        // given
        ProcessIdentity before = baseline();
        odp.fault(Fault.IGNORES_SIGTERM);
        Command stop = commands.stop(before);
        TestAgent mortal = new TestAgent(server);
        CompletableFuture<List<Report>> first = CompletableFuture.supplyAsync(() -> mortal.run(stop));
        await().atMost(Duration.ofSeconds(20)).until(this::hostScriptWorks);

        // when
        mortal.die();
        first.get(20, TimeUnit.SECONDS);

        // then
        await().atMost(Duration.ofSeconds(20)).until(() -> !odp.isRunning());
        List<Report> again = agent.run(stop);
        assertThat(factsOf(again).state()).isEqualTo(OdpState.STOPPED);
        assertThat(last(again).alreadyDone()).isTrue();
        assertThat(journal()).contains("result=killed");
    }

    private boolean hostScriptWorks() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .map(RestartIT::commandLine)
                    .anyMatch(c -> c.contains("rollcall-worker") && c.contains("\0" + odp.port() + "\0"));
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Puts a line of its own before all that the ODP's program does. */
    private void beginProgramWith(String line) throws IOException {
        Path program = home.resolve("bin/obproxy");
        Files.writeString(
                program, Files.readString(program, StandardCharsets.UTF_8).replaceFirst("\n", "\n" + line + "\n"));
    }

    @Test
    void shouldTellWhoOutlivesAStoppedOdpWithItsPort() throws Exception {
        // given: a successor that leaves a process behind, which has the listening socket as every child of it has
        beginProgramWith(
                "if [ -n \"\\$OBPROXY_INHERITED_FD\" ]; then exec 9<&0; (cd / && exec sleep 120) >/dev/null 2>&1 &"
                        + " echo \\$! >heir.pid; exec 9<&-; fi");
        ProcessIdentity serving = process(factsOf(agent.run(commands.hotRestart(baseline(), 1))));
        Commands next = new Commands(commands.odp(), "task-2", 2);

        // when
        Failure failure =
                Objects.requireNonNull(last(agent.run(next.stop(serving))).failure());

        // then
        assertThat(failure.code()).isEqualTo("PORT_HELD");
        assertThat(failure.detail()).contains("was stopped, but its port is still held by another process");
        assertThat(odp.isRunning()).isFalse();
        assertThat(journal()).contains("result=port-held");

        // when: a person has seen to it
        long heir = Long.parseLong(Files.readString(home.resolve("heir.pid")).strip());
        ProcessHandle process = ProcessHandle.of(heir).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);

        // then
        assertThat(factsOf(agent.run(next.start(serving))).state()).isEqualTo(OdpState.RUNNING);
    }

    @Test
    void shouldNotPassItsLockToTheOdpItStarts() throws Exception {
        // given
        ProcessIdentity before = baseline();
        beginProgramWith(
                "printf %s \"\\$(readlink /proc/\\$\\$/fd/0 /proc/\\$\\$/fd/1 /proc/\\$\\$/fd/2)\" >descriptors");
        agent.run(commands.stop(before));

        // when
        List<Report> started = agent.run(commands.start(before));

        // then
        long pid = process(factsOf(started)).pid();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            assertThat(descriptors.map(RestartIT::target)).noneMatch(target -> target.contains("/run/rollcall/"));
        }
        assertThat(home.resolve("descriptors")).hasContent("/dev/null\n/dev/null\n/dev/null");
        assertThat(Files.readString(Path.of("/proc/" + pid + "/environ"))).doesNotContain("RC_TEXT");
        assertThat(factsOf(agent.run(commands.probe("ROLL_CALL_1"))).state()).isEqualTo(OdpState.RUNNING);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void shouldStartByItselfWhatItStoppedWhenNothingIsHeardForTheLease() throws Exception {
        // given
        ProcessIdentity before = baseline();
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        StopLease lease = new StopLease(Duration.ofSeconds(1), timer, Runnable::run, agent.runner::run);
        Command stop = commands.stop(before);

        // when
        agent.run(stop, report -> lease.heard(stop, report));

        // then
        await().atMost(Duration.ofSeconds(20)).until(odp::isServing);
        assertThat(journal()).contains("step=STOP_LEASE", "kind=START");
        assertThat(odp.ledger().coldStarts()).isEqualTo(2);
        timer.shutdownNow();
    }

    @Test
    void shouldStartWhatItStoppedAlsoWhenANewerTaskHasOnlyLooked() throws Exception {
        // given
        ProcessIdentity before = baseline();
        Command stop = commands.stop(before);
        agent.run(stop);

        // when
        agent.run(new Commands(commands.odp(), "task-2", 2).probe("PRECHECK"));
        runOut(stop);

        // then
        assertThat(odp.isServing()).isTrue();
        assertThat(journal()).contains("epoch=1 step=STOP_LEASE");
        // and the newer task is not taken for one that has started it
        ProcessIdentity started =
                process(factsOf(agent.run(new Commands(commands.odp(), "task-2", 2).probe("SETTLE"))));
        assertThat(factsOf(agent.run(new Commands(commands.odp(), "task-2", 2).stop(started)))
                        .state())
                .isEqualTo(OdpState.STOPPED);
    }

    @Test
    void shouldLeaveAStoppedOdpToANewerTaskThatHasBegunToAct() throws Exception {
        // given
        ProcessIdentity before = baseline();
        Command stop = commands.stop(before);
        agent.run(stop);
        odp.fault(Fault.START_FAILS);
        Failure failed = failureOf(
                agent.run(within(Duration.ofSeconds(3), new Commands(commands.odp(), "task-2", 2).start(null))));
        odp.clear(Fault.START_FAILS);

        // when
        runOut(stop);

        // then
        assertThat(failed.code()).isEqualTo("DID_NOT_START");
        assertThat(odp.isRunning()).isFalse();
        assertThat(journal()).doesNotContain("STOP_LEASE");
    }

    /** Returns when the lease of what was stopped has run out and was dealt with. */
    private void runOut(Command stop) throws InterruptedException {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        CountDownLatch expired = new CountDownLatch(1);
        StopLease lease = new StopLease(
                Duration.ofMillis(1),
                timer,
                work -> {
                    work.run();
                    expired.countDown();
                },
                agent.runner::run);
        lease.heard(stop, Report.of(Report.Type.SUCCEEDED));
        assertThat(expired.await(30, TimeUnit.SECONDS)).isTrue();
        timer.shutdownNow();
    }

    @Test
    void shouldSayAlreadyDoneWhenAskedToStartWhatRunsOrToStopWhatDoesNot() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        odp.stop();
        // A process that is on its way out is still one to the host, when the emulator already counts it as gone.
        await().atMost(Duration.ofSeconds(20)).until(() -> glance().state() == OdpState.STOPPED);
        List<Report> stopped = agent.run(commands.stop(before));
        odp.start();
        List<Report> started = agent.run(commands.start(before));

        // then
        assertThat(last(stopped).alreadyDone()).isTrue();
        assertThat(last(started).alreadyDone()).isTrue();
        assertThat(process(factsOf(started)).pid()).isEqualTo(odp.servingPid().getAsLong());
        assertThat(odp.ledger().coldStarts()).as("both by the test itself").isEqualTo(2);
    }

    @Test
    void shouldSayWhyAnOdpDidNotStart() throws Exception {
        // given
        odp.stop();
        odp.fault(Fault.START_FAILS);

        // when
        List<Report> reports = agent.run(within(Duration.ofSeconds(3), commands.start(null)));

        // then
        assertThat(failureOf(reports).code()).isEqualTo("DID_NOT_START");
        assertThat(failureOf(reports).logTail()).isNotBlank();
        assertThat(Objects.requireNonNull(last(reports).facts()).state()).isEqualTo(OdpState.STOPPED);
    }

    private static Command within(Duration limit, Command c) {
        return new Command(
                c.eventId(),
                c.sentAt(),
                c.id(),
                c.task(),
                c.epoch(),
                c.step(),
                c.attempt(),
                c.kind(),
                c.baseline(),
                c.odp(),
                c.exitTimeoutMicros(),
                c.expectedVersion(),
                limit,
                null);
    }

    @Test
    void shouldPutBackWhatADeadAgentLeftChangedWithTheNextFencedProbe() throws Exception {
        // given
        ProcessIdentity before = baseline();
        try (TestAgent mortal = new TestAgent(server).dyingBefore("alter proxy_local_cmd")) {
            mortal.run(commands.hotRestart(before, 500_000L));
            assertThat(mortal.dead()).isTrue();
        }
        assertThat(setting("hot_upgrade_exit_timeout")).isEqualTo("500000");
        assertThat(journal()).contains("setting", "hot_upgrade_exit_timeout");

        // when
        Facts facts = factsOf(agent.run(new Commands(commands.odp(), "task-2", 2).probe("PRECHECK")));

        // then
        assertThat(facts.settingsRestored()).isTrue();
        assertThat(facts.exitTimeoutMicros()).isEqualTo(3_000_000L);
        assertThat(setting("hot_upgrade_rollback_timeout")).isEqualTo("24h");
        assertThat(odp.ledger().hotRestarts()).isZero();
    }

    @Test
    void shouldSayInWordsWhatIsWrongWithLoginsKeysAndDefinitions() throws Exception {
        // given
        Odp o = commands.odp();

        // when
        Facts denied = factsOf(
                agent.run(new Commands(with(o, o.sshCredential(), "wrong", o.home()), "t", 0).probe("PRECHECK")));
        Failure stranger = failureOf(
                agent.run(new Commands(with(o, "stranger", o.adminCredential(), o.home()), "t", 0).probe("PRECHECK")));
        Failure missing = failureOf(
                agent.run(new Commands(with(o, "nobody", o.adminCredential(), o.home()), "t", 0).probe("PRECHECK")));
        Facts elsewhere = factsOf(agent.run(
                new Commands(with(o, o.sshCredential(), o.adminCredential(), "/tmp"), "t", 0).probe("PRECHECK")));
        Failure relative = failureOf(agent.run(
                new Commands(with(o, o.sshCredential(), o.adminCredential(), "home"), "t", 0).probe("PRECHECK")));

        // then
        assertThat(denied.state()).isEqualTo(OdpState.UNAVAILABLE);
        assertThat(denied.detail()).contains("1045");
        assertThat(stranger.code()).isEqualTo("SSH_LOGIN_DENIED");
        assertThat(missing.code()).isEqualTo("NO_CREDENTIAL");
        assertThat(elsewhere.state()).isEqualTo(OdpState.UNAVAILABLE);
        assertThat(elsewhere.detail()).contains("working directory is not /tmp");
        assertThat(relative.code()).isEqualTo("BAD_DEFINITION");
    }

    private static Odp with(Odp o, String ssh, String admin, String home) {
        return new Odp(
                o.cluster(),
                o.id(),
                o.host(),
                o.sshPort(),
                o.sshUser(),
                ssh,
                o.sqlPort(),
                null,
                home,
                o.launcher(),
                admin,
                null);
    }

    @Test
    void shouldRefuseAHostWhoseKeyIsUnknownOrAnotherUnlessFirstUseIsTrusted(@TempDir Path keys) throws Exception {
        // given
        Path empty = Files.createFile(keys.resolve("empty"));
        Path changed = keys.resolve("changed");
        Files.writeString(
                changed,
                "[127.0.0.1]:" + server.port() + " " + Files.readString(sshDirectory.resolve("other_key.pub")));
        Path first = keys.resolve("first");
        Command probe = new Commands(commands.odp(), "t", 0).probe("PRECHECK");

        // when
        Failure unknown = failureOf(run(empty, false, probe));
        Failure another = failureOf(run(changed, false, probe));
        Failure anotherTrusting = failureOf(run(changed, true, probe));
        Facts trusted = factsOf(run(first, true, probe));
        Facts later = factsOf(run(first, false, probe));

        // then
        assertThat(unknown.code()).isEqualTo("HOST_KEY_UNKNOWN");
        assertThat(another.code()).isEqualTo("HOST_KEY_CHANGED");
        assertThat(anotherTrusting.code()).isEqualTo("HOST_KEY_CHANGED");
        assertThat(trusted.state()).isEqualTo(OdpState.RUNNING);
        assertThat(later.state()).isEqualTo(OdpState.RUNNING);
    }

    private static List<Report> run(Path knownHosts, boolean trust, Command command) {
        try (TestAgent other = new TestAgent(server, TestAgent.SETTINGS, knownHosts, trust)) {
            return other.run(command);
        }
    }

    @Test
    void shouldNameTheOptionWhenSshdForbidsForwarding(@TempDir Path strictDirectory) throws Exception {
        // given
        try (OpenSshServer strict = OpenSshServer.start(strictDirectory, "AllowTcpForwarding no");
                TestAgent other = new TestAgent(strict)) {
            Commands there = new Commands(Commands.odp(strict, odp), "task-1", 1);

            // when
            Facts facts = factsOf(other.run(there.probe("PRECHECK")));

            // then
            assertThat(facts.state()).isEqualTo(OdpState.UNAVAILABLE);
            assertThat(facts.detail()).contains("AllowTcpForwarding");
        }
    }

    @Test
    void shouldWorkBehindALoginThatPrintsBanners(@TempDir Path noisyDirectory) throws Exception {
        // given
        Path noise = noisyDirectory.resolve("noise");
        Files.writeString(
                noise,
                "#!/bin/sh\necho 'Welcome! end'\necho 'boot 1234' >&2\numask 0777\nexec sh -c \"$SSH_ORIGINAL_COMMAND\"\n");
        Files.setPosixFilePermissions(noise, PosixFilePermissions.fromString("rwx------"));
        try (OpenSshServer noisy = OpenSshServer.start(noisyDirectory, "ForceCommand " + noise);
                TestAgent other = new TestAgent(noisy)) {
            Commands there = new Commands(Commands.odp(noisy, odp), "task-1", 1);

            // when
            Facts facts = factsOf(other.run(there.probe("PRECHECK")));

            // then
            assertThat(facts.state()).isEqualTo(OdpState.RUNNING);
        }
    }

    @Test
    void shouldRestartAnOdpWhoseHomeHasAHostileName(@TempDir Path parent) throws Exception {
        // given
        Path canary = parent.resolve("canary");
        Path hostile =
                Files.createDirectory(parent.resolve("o'd p\";touch canary;$(touch canary)`touch canary` -rf *"));
        EmulatedOdp other = EmulatedOdp.install(
                        hostile,
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ZERO))
                .start();
        try {
            Commands there = new Commands(Commands.odp(server, other), "task-1", 1);
            ProcessIdentity before = Objects.requireNonNull(
                    factsOf(agent.run(there.probe("PRECHECK"))).process());

            // when
            ProcessIdentity after = Objects.requireNonNull(
                    factsOf(agent.run(there.hotRestart(before, 1))).process());
            Facts stopped = factsOf(agent.run(new Commands(there.odp(), "task-2", 2).stop(after)));
            Facts started = factsOf(agent.run(new Commands(there.odp(), "task-2", 2).start(after)));

            // then
            assertThat(after.isSameProcess(before)).isFalse();
            assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
            assertThat(started.state()).isEqualTo(OdpState.RUNNING);
            assertThat(canary).doesNotExist();
            assertThat(hostile.resolve("canary")).doesNotExist();
        } finally {
            other.kill();
        }
    }

    private static Failure failureOf(List<Report> reports) {
        Report last = last(reports);
        assertThat(last.type()).as("%s", last.facts()).isEqualTo(Report.Type.FAILED);
        Failure failure = Objects.requireNonNull(last.failure());
        assertThat(failure.detail()).isNotBlank();
        return failure;
    }
}
