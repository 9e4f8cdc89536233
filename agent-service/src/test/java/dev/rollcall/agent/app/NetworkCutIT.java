package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.OdpSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts in networks of their own, cut off in the middle of the work and plugged in again. */
class NetworkCutIT {
    /** A cut is noticed by the keep-alive, in three of its intervals; then the host is tried once more. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration BOUND = Duration.ofSeconds(40);

    @TempDir
    Path directory;

    private NetworkHost.Bridge bridge;
    private NetworkHost host;
    private TestAgent agent;
    private Commands commands;

    @BeforeEach
    void plug() throws Exception {
        bridge = NetworkHost.Bridge.build();
        host = plug("one");
        agent = agent(host);
        commands = new Commands(Commands.odp(host.server(), host.odp()), "task-1", 1);
    }

    @AfterEach
    void unplug() throws Exception {
        try (NetworkHost.Bridge network = bridge;
                NetworkHost there = host;
                TestAgent here = agent) {
            if (there != null) {
                there.plugIn();
            }
        }
    }

    private NetworkHost plug(String name) throws Exception {
        return bridge.plug(
                Files.createDirectory(directory.resolve(name)),
                OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ofSeconds(1)));
    }

    private static TestAgent agent(NetworkHost host) {
        Settings s = TestAgent.SETTINGS;
        Settings settings = new Settings(
                s.agentId(),
                s.maxInFlight(),
                s.loginTimeout(),
                s.lockWait(),
                Duration.ofSeconds(4),
                s.rollbackTimeout(),
                s.stopGrace(),
                s.startTimeout(),
                s.maxCommandAge(),
                s.heartbeat(),
                s.stopLease());
        return new TestAgent(
                host.server(),
                settings,
                new SshSettings(
                        host.server().knownHosts(), false, 8, CONNECT, KEEP_ALIVE, 8, 32, Duration.ofMinutes(1)));
    }

    private ProcessIdentity baseline() {
        return Objects.requireNonNull(
                factsOf(agent.run(commands.probe("PRECHECK"))).process());
    }

    private static Report last(List<Report> reports) {
        return reports.get(reports.size() - 1);
    }

    private static Facts factsOf(List<Report> reports) {
        Report last = last(reports);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }

    /** Runs a command, and cuts its host off at the first report like this. */
    private CompletableFuture<List<Report>> cutAt(Command command, Predicate<Report> moment) {
        AtomicBoolean cut = new AtomicBoolean();
        return CompletableFuture.supplyAsync(() -> agent.run(command, report -> {
            if (moment.test(report) && cut.compareAndSet(false, true)) {
                host.cutOff();
            }
        }));
    }

    private static void assertUnreachableInTime(List<Report> reports, long begun) {
        Report last = last(reports);
        assertThat(last.type()).isEqualTo(Report.Type.FAILED);
        Failure failure = Objects.requireNonNull(last.failure());
        assertThat(failure.category()).as(failure.detail()).isEqualTo(FailureCategory.UNREACHABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
    }

    @Test
    void shouldReportAHotRestartOfAHostThatWasCutOffWhenItIsBack() throws Exception {
        // given: a second host, and a cut just before the command goes to the ODP
        try (NetworkHost other = plug("two");
                TestAgent otherAgent = agent(other)) {
            ProcessIdentity before = baseline();
            Command restart = commands.hotRestart(before, 1_000_000L);
            long begun = System.nanoTime();

            // when
            CompletableFuture<List<Report>> cut =
                    cutAt(restart, r -> String.valueOf(r.message()).startsWith("asking process"));
            Commands there = new Commands(Commands.odp(other.server(), other.odp()), "task-1", 1);
            Facts otherBefore = factsOf(otherAgent.run(there.probe("PRECHECK")));
            Facts otherAfter = factsOf(otherAgent.run(there.hotRestart(otherBefore.process(), 1)));
            List<Report> reports = cut.join();

            // then
            assertUnreachableInTime(reports, begun);
            assertThat(otherAfter.inherited()).isTrue();

            // when
            host.plugIn();
            Facts after = factsOf(agent.run(restart));

            // then: also if the command that was on its way arrives after all
            assertThat(Objects.requireNonNull(after.process()).isSameProcess(before))
                    .isFalse();
            assertThat(after.settingsRestored()).isTrue();
            assertThat(after.exitTimeoutMicros()).isEqualTo(1_000_000L);
            assertThat(host.odp().ledger().hotRestarts()).isEqualTo(1);
            assertThat(host.odp().ledger().restarts()).isEqualTo(1);
        }
    }

    @Test
    void shouldFindTheHotRestartThatWentOnBehindTheCut() throws Exception {
        // given
        ProcessIdentity before = baseline();
        Command restart = commands.hotRestart(before, 1_000_000L);
        long begun = System.nanoTime();

        // when: the ODP has the command
        AtomicBoolean asked = new AtomicBoolean();
        List<Report> reports = cutAt(
                        restart,
                        r -> asked.get()
                                || (String.valueOf(r.message()).startsWith("asking process") && asked.getAndSet(true)))
                .join();

        // then
        assertUnreachableInTime(reports, begun);
        await("the restart on the host")
                .atMost(Duration.ofSeconds(20))
                .until(() -> host.odp().ledger().hotRestarts() == 1);

        // when
        host.plugIn();
        List<Report> again = agent.run(restart);

        // then
        Facts after = factsOf(again);
        assertThat(last(again).alreadyDone()).isTrue();
        assertThat(after.inherited()).isTrue();
        assertThat(after.settingsRestored()).isTrue();
        assertThat(host.odp().ledger().restarts()).isEqualTo(1);
    }

    @Test
    void shouldFindStoppedAndStartedWhatWentOnBehindTheCut() throws Exception {
        // given
        ProcessIdentity before = baseline();
        host.odp().fault(Fault.IGNORES_SIGTERM);
        Command stop = commands.stop(before);
        Command start = commands.start(before);
        long begun = System.nanoTime();

        // when: the script that stops it is on the host, and waits for an ODP that ignores SIGTERM
        CompletableFuture<List<Report>> stopping = CompletableFuture.supplyAsync(() -> agent.run(stop));
        await().atMost(Duration.ofSeconds(20)).until(this::workerRuns);
        host.cutOff();
        assertUnreachableInTime(stopping.join(), begun);

        // then
        await().atMost(Duration.ofSeconds(20)).until(() -> !host.odp().isRunning());
        host.plugIn();
        List<Report> stopped = agent.run(stop);
        assertThat(factsOf(stopped).state()).isEqualTo(OdpState.STOPPED);
        assertThat(last(stopped).alreadyDone()).isTrue();

        // when: the start is on the host too
        begun = System.nanoTime();
        CompletableFuture<List<Report>> starting = CompletableFuture.supplyAsync(() -> agent.run(start));
        await().atMost(Duration.ofSeconds(20)).until(this::workerRuns);
        host.cutOff();
        assertUnreachableInTime(starting.join(), begun);
        host.plugIn();
        List<Report> started = agent.run(start);

        // then
        assertThat(factsOf(started).state()).isEqualTo(OdpState.RUNNING);
        assertThat(last(started).alreadyDone()).isTrue();
        assertThat(host.odp().ledger().coldStarts()).isEqualTo(2);
        assertThat(host.odp().ledger().hotRestarts()).isZero();
    }

    private boolean workerRuns() {
        return ProcessHandle.allProcesses()
                .map(p -> p.info().commandLine().orElse(""))
                .anyMatch(c -> c.contains("rollcall-worker")
                        && c.contains(host.odp().home().toString()));
    }
}
