package dev.rollcall.agent.app;

import static dev.rollcall.agent.app.Reports.facts;
import static dev.rollcall.agent.app.Reports.failure;
import static dev.rollcall.agent.app.Reports.last;
import static dev.rollcall.agent.app.Reports.process;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The host's disk is full, a real one, before and in the middle of each command. The journal lies on it; the ODP and its ledger do not, so that they tell the truth. */
@Execution(ExecutionMode.CONCURRENT)
class FullDiskIT {
    @TempDir
    Path directory;

    private OpenSshServer server;
    private SmallDisk disk;
    private EmulatedOdp odp;
    private TestAgent agent;
    private Commands commands;
    private Path journal;

    @BeforeEach
    void start() throws Exception {
        server = OpenSshServer.start(Files.createDirectory(directory.resolve("ssh")));
        odp = EmulatedOdp.install(
                directory.resolve("odp"),
                OdpSettings.defaults().withTick(Duration.ofSeconds(2)).withExitTimeout(Duration.ofSeconds(3)));
        disk = SmallDisk.mount(odp.home().resolve("run"), "size=64k");
        odp.start();
        agent = new TestAgent(server);
        commands = new Commands(Commands.odp(server, odp), "task-1", 1);
        journal = odp.home().resolve("run/rollcall/" + odp.port() + ".journal");
    }

    @AfterEach
    void stop() throws Exception {
        if (agent != null) {
            agent.close();
        }
        if (odp != null) {
            odp.kill();
        }
        if (disk != null) {
            disk.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private void fill() {
        try {
            disk.fill(journal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessIdentity baseline() {
        return process(facts(agent.run(commands.probe("PRECHECK"))));
    }

    private List<String> settings() throws IOException {
        List<String> values = new ArrayList<>();
        try (MySqlClient admin = odp.admin()) {
            for (String name : List.of(
                    "hot_upgrade_exit_timeout",
                    "hot_upgrade_rollback_timeout",
                    "proxy_hot_upgrade_check_interval",
                    "proxy_local_cmd")) {
                values.add(admin.query("SHOW PROXYCONFIG LIKE '" + name + "'")
                        .get(0)
                        .get(1));
            }
        }
        return values;
    }

    @Test
    void shouldBeginNothingThatDisturbsAndSayWhy() throws Exception {
        // given
        ProcessIdentity before = baseline();
        List<String> settings = settings();
        fill();

        // when
        Failure restart = failure(agent.run(commands.hotRestart(before, 500_000L)));
        Failure stop = failure(agent.run(commands.stop(before)));
        Failure newer = failure(agent.run(new Commands(commands.odp(), "task-2", 2).probe("PRECHECK")));

        // then
        assertThat(List.of(restart, stop, newer)).allSatisfy(failure -> {
            assertThat(failure.code()).isEqualTo("JOURNAL_UNWRITABLE");
            assertThat(failure.detail()).contains(journal.toString(), "0 kB left", "nothing is begun");
            assertThat(failure.advice()).contains("Make room");
        });
        assertThat(odp.servingPid()).hasValue(before.pid());
        assertThat(odp.ledger().restarts()).isZero();
        assertThat(settings()).isEqualTo(settings);

        // and when there is room again
        disk.free();
        assertThat(process(facts(agent.run(commands.hotRestart(before, 500_000L))))
                        .pid())
                .isNotEqualTo(before.pid());
        assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
    }

    @Test
    void shouldRestartHotOnceWhicheverLineOfTheJournalFindsNoRoom() throws Exception {
        List<String> settings = settings();
        int line = 1;
        for (boolean filled = true; filled; line++) {
            Commands task = new Commands(commands.odp(), "task-" + line, line);
            ProcessIdentity before = process(facts(agent.run(task.probe("PRECHECK"))));
            int restarts = odp.ledger().hotRestarts();
            Command restart = task.hotRestart(before, 500_000L);

            // when
            List<Report> first;
            try (TestAgent unlucky = new TestAgent(server)) {
                first = filling(unlucky, "order append"::equals, line).run(restart);
            }
            filled = Files.exists(odp.home().resolve("run/filler"));

            // then nothing stays changed, and what is said is so
            boolean restarted = odp.ledger().hotRestarts() > restarts;
            assertThat(settings()).as("line %d: %s", line, last(first)).isEqualTo(settings);
            if (last(first).type() == Report.Type.SUCCEEDED) {
                assertThat(restarted).as("line %d", line).isTrue();
            } else {
                assertThat(failure(first).code()).as("line %d", line).isEqualTo("JOURNAL_UNWRITABLE");
                assertThat(failure(first).detail().contains("A new process"))
                        .as(failure(first).detail())
                        .isEqualTo(restarted);
            }
            if (filled) {
                disk.free();
            }
            Facts again = facts(agent.run(restart));
            assertThat(again.process()).as("line %d", line).isNotEqualTo(before);
            assertThat(again.settingsRestored()).as("line %d", line).isTrue();
            assertThat(settings()).as("line %d", line).isEqualTo(settings);
            assertThat(odp.ledger().hotRestarts()).as("line %d", line).isEqualTo(restarts + 1);
        }
        // intent, three settings, three restored, outcome
        assertThat(line - 2).as("lines that found no room").isEqualTo(8);
    }

    /** The disk fills up before the agent's step of this kind and number. */
    private TestAgent filling(TestAgent unlucky, Predicate<String> kind, int number) {
        AtomicInteger count = new AtomicInteger();
        return unlucky.telling(step -> {
            if (kind.test(step) && count.incrementAndGet() == number) {
                fill();
            }
        });
    }

    @Test
    void shouldTellWhatBecameOfAStopWhoseOutcomeFindsNoRoomAndStartTheOdpAllTheSame() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> stopped = filling(agent, "order work"::equals, 1).run(commands.stop(before));
        boolean running = odp.isRunning();
        List<Report> started = agent.run(commands.start(before));
        List<Report> again = agent.run(commands.start(before));
        List<Report> late = agent.run(commands.stop(before));

        // then
        assertThat(facts(stopped).state()).isEqualTo(OdpState.STOPPED);
        assertThat(last(stopped).message()).contains("journal", "cannot be written");
        assertThat(running).isFalse();
        assertThat(facts(started).state()).isEqualTo(OdpState.RUNNING);
        assertThat(last(started).message()).contains("journal", "cannot be written");
        assertThat(last(again).alreadyDone()).isTrue();
        assertThat(failure(late).code()).isNotBlank();
        assertThat(odp.servingPid()).hasValue(process(facts(started)).pid());
        assertThat(odp.ledger().coldStarts()).isEqualTo(2);

        // and when there is room again
        disk.free();
        assertThat(facts(agent.run(new Commands(commands.odp(), "task-2", 2).probe("PRECHECK")))
                        .state())
                .isEqualTo(OdpState.RUNNING);
    }

    @Test
    void shouldSayThatAnOdpDidNotStartAlsoWhereTheHostCannotWriteItDown() throws Exception {
        // given
        ProcessIdentity before = baseline();
        facts(agent.run(commands.stop(before)));
        fill();
        odp.fault(Fault.START_FAILS);
        Command start = within(Duration.ofSeconds(3), commands.start(before));

        // when
        Failure failed = failure(agent.run(start));
        odp.clear(Fault.START_FAILS);
        Facts retried = facts(agent.run(commands.command(start.kind(), "START", 2, before, null)));

        // then
        assertThat(failed.code()).isEqualTo("DID_NOT_START");
        assertThat(retried.state()).isEqualTo(OdpState.RUNNING);
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
    void shouldStartByItselfWhatItStoppedAlsoOnAFullDisk() throws Exception {
        // given
        ProcessIdentity before = baseline();
        Command stop = commands.stop(before);
        facts(agent.run(stop));
        fill();
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

        // when
        lease.heard(stop, Report.of(Report.Type.SUCCEEDED));

        // then
        assertThat(expired.await(60, TimeUnit.SECONDS)).isTrue();
        timer.shutdownNow();
        assertThat(odp.isServing()).isTrue();
    }

    @Test
    void shouldGoOnWithALongJournalThatThereIsNoRoomToShorten() throws Exception {
        // given
        ProcessIdentity before = baseline();
        String whole = Files.readString(journal);
        StringBuilder torn = new StringBuilder();
        while ((torn.length() + whole.length()) % 4096 > 50 || torn.length() < 4096 * 3) {
            torn.append("J1 torn\n");
        }
        Files.writeString(journal, torn + whole);
        disk.fill();

        // when
        Facts facts = facts(agent.run(new Commands(commands.odp(), "task-2", 2).probe("PRECHECK")));

        // then
        assertThat(process(facts).isSameProcess(before)).isTrue();
        assertThat(Files.readString(journal)).contains("epoch=1", "epoch=2");
        assertThat(journal.resolveSibling(odp.port() + ".journal.new")).doesNotExist();
    }

    @Test
    void shouldLeaveThePidFilesOfOtherToolsWhereThereIsNoRoomToWriteThem() throws Exception {
        // given
        Path pidFile = odp.home().resolve("run/obproxy-127.0.0.1-" + odp.port() + ".pid");
        ProcessIdentity before = baseline();
        Files.writeString(pidFile, before.pid() + "\n");

        // when
        try (TestAgent unlucky = new TestAgent(server)) {
            filling(unlucky, "order pidfiles"::equals, 1).run(commands.hotRestart(before, 500_000L));
        }
        String full = Files.readString(pidFile).strip();
        disk.free();
        Facts after = facts(agent.run(commands.hotRestart(before, 500_000L)));

        // then
        assertThat(full).isEqualTo(Long.toString(before.pid()));
        assertThat(Files.readString(pidFile).strip())
                .isEqualTo(Long.toString(process(after).pid()));
        assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
    }
}
