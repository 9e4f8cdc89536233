package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.Bootstrap;
import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TaskId;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandDeskTest {
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final GatedShell shell = new GatedShell();
    private final List<String> published = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Object> kafka = CompletableFuture.completedFuture("taken");
    private CommandDesk desk = desk(1, 10);

    private CommandDesk desk(int inFlight, int queue) {
        Settings s = TestAgent.SETTINGS;
        Settings settings = new Settings(
                s.agentId(),
                inFlight,
                s.loginTimeout(),
                s.lockWait(),
                s.lockLease(),
                s.rollbackTimeout(),
                s.stopGrace(),
                s.startTimeout(),
                s.maxCommandAge(),
                Duration.ofMillis(50),
                s.stopLease());
        CommandRunner runner =
                new CommandRunner(new OdpHost(shell, false), new NoLogins(), settings, timer, Clock.systemUTC());
        return new CommandDesk(
                runner,
                (command, report) -> {
                    published.add(command.step() + " " + report.type());
                    return kafka;
                },
                settings,
                queue,
                timer,
                List.of());
    }

    @AfterEach
    void close() {
        shell.gate.countDown();
        desk.close();
        timer.shutdownNow();
    }

    /** A host that is not reached, once it may answer. */
    private static final class GatedShell implements RemoteShell {
        final CountDownLatch gate = new CountDownLatch(1);
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger now = new AtomicInteger();

        @Override
        public Talk start(Odp odp, Bootstrap bootstrap, boolean alone) throws TroubleException {
            asked.incrementAndGet();
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                gate.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            now.decrementAndGet();
            throw new TroubleException(Failure.of(FailureCategory.UNREACHABLE, "TEST", "no such host", null));
        }
    }

    private static final class NoLogins implements AdminPort {
        @Override
        public Session login(Odp odp, @Nullable Route route, String address, Duration timeout) throws LoginException {
            throw new LoginException(LoginException.Kind.UNREACHABLE, "not in this test");
        }

        @Override
        public void checkBusinessPath(Odp odp, String address, Duration timeout) throws LoginException {
            throw new LoginException(LoginException.Kind.UNREACHABLE, "not in this test");
        }
    }

    @Test
    void shouldBeginAgainWhatFailedWhileTheAgentStoodStillAndSaySo() {
        // given: a host that is lost each time, and an agent that slept through its first attempt
        shell.gate.countDown();
        AtomicLong slept = new AtomicLong();
        RemoteShell drowsy = (odp, bootstrap, alone) -> {
            if (shell.asked.get() == 0) {
                slept.addAndGet(Duration.ofSeconds(20).toNanos());
            }
            return shell.start(odp, bootstrap, alone);
        };
        CommandRunner runner = new CommandRunner(
                new OdpHost(drowsy, false), new NoLogins(), TestAgent.SETTINGS, timer, Clock.systemUTC(), slept::get);
        List<Report> reports = new CopyOnWriteArrayList<>();

        // when
        runner.run(probe("a"), reports::add);

        // then
        assertThat(shell.asked).hasValue(2);
        assertThat(reports)
                .extracting(Report::type)
                .containsExactly(Report.Type.STARTED, Report.Type.PROGRESS, Report.Type.FAILED);
        assertThat(reports.get(1).message()).contains("stood still for 20 s");
    }

    private static Command probe(String step) {
        return command(CommandKind.PROBE, step, Instant.now());
    }

    private static Command command(CommandKind kind, String step, Instant sent) {
        return new Command(
                "event",
                sent,
                new CommandId(step),
                new TaskId("task"),
                1,
                step,
                1,
                kind,
                null,
                new Odp(
                        new ClusterId("c"),
                        new OdpId("o"),
                        "host",
                        22,
                        "user",
                        "ssh",
                        2883,
                        null,
                        "/home",
                        "obproxy",
                        "sql",
                        null),
                null,
                null,
                Duration.ofSeconds(5),
                null);
    }

    private long count(String what) {
        return published.stream().filter(what::equals).count();
    }

    private void awaitPublished(String what) {
        await().atMost(Duration.ofSeconds(5)).until(() -> published.contains(what));
    }

    @Test
    void shouldAcceptARepeatedCommandAgainAndRunItOnce() {
        // when
        desk.take(probe("a"));
        desk.take(probe("a"));
        awaitPublished("a STARTED");
        desk.take(probe("a"));
        shell.gate.countDown();
        awaitPublished("a FAILED");

        // then
        assertThat(count("a ACCEPTED")).isEqualTo(3);
        assertThat(count("a STARTED")).isEqualTo(1);
    }

    @Test
    void shouldAnswerACommandThatEndedLatelyWithItsResult() {
        // given
        shell.gate.countDown();
        desk.take(probe("a"));
        awaitPublished("a FAILED");
        int asked = shell.asked.get();

        // when
        desk.take(probe("a"));

        // then
        await().atMost(Duration.ofSeconds(5)).until(() -> count("a FAILED") == 2);
        assertThat(shell.asked.get()).isEqualTo(asked);
        assertThat(count("a ACCEPTED")).isEqualTo(1);
    }

    @Test
    void shouldSayThatItIsAliveWhileWorkingAndWhileWaiting() {
        // when: one works, the other waits for the only slot
        desk.take(probe("a"));
        desk.take(probe("b"));

        // then
        awaitPublished("a PROGRESS");
        awaitPublished("b PROGRESS");
        assertThat(count("b STARTED")).isZero();
        assertThat(shell.most.get()).isEqualTo(1);
    }

    @Test
    void shouldRefuseWhatDoesNotFitIntoItsQueue() {
        desk.close();
        desk = desk(1, 1);

        assertThat(desk.take(probe("a"))).isTrue();
        awaitPublished("a STARTED");
        assertThat(desk.take(probe("b"))).isTrue();
        assertThat(desk.take(probe("c"))).isFalse();
        assertThat(count("c ACCEPTED")).isZero();
    }

    @Test
    void shouldBeginNothingThatItCannotReport() {
        // given
        kafka = CompletableFuture.failedFuture(new IllegalStateException("no Kafka"));

        // when
        desk.take(probe("a"));

        // then
        await().atMost(Duration.ofSeconds(5)).until(() -> published.contains("a ACCEPTED"));
        kafka = CompletableFuture.completedFuture("taken");
        desk.take(probe("b"));
        shell.gate.countDown();
        awaitPublished("b FAILED");
        assertThat(count("a STARTED")).isZero();
    }

    @Test
    void shouldFinishWhatItBeganAndNotBeginWhatWaitsWhenKafkaIsLost() {
        // given: one works, the other was accepted and waits for the only slot
        desk.take(probe("a"));
        desk.take(probe("b"));
        awaitPublished("a STARTED");
        awaitPublished("b ACCEPTED");

        // when: nothing is taken for longer than two heartbeats, and the first one ends
        CompletableFuture<Object> away = new CompletableFuture<>();
        kafka = away;
        long saidBefore = count("b PROGRESS");
        await().atMost(Duration.ofSeconds(5)).until(() -> count("b PROGRESS") > saidBefore + 4);
        shell.gate.countDown();

        // then
        awaitPublished("a FAILED");
        long saidWaiting = count("b PROGRESS");
        await().atMost(Duration.ofSeconds(5)).until(() -> count("b PROGRESS") > saidWaiting + 3);
        assertThat(count("b STARTED")).isZero();

        // when
        kafka = CompletableFuture.completedFuture("taken");
        away.complete("taken late");

        // then
        awaitPublished("b FAILED");
        assertThat(shell.asked).hasValue(2);
    }

    @Test
    void shouldSayNothingOfWorkThatItsOwnStopCutOff() {
        // given
        desk.take(probe("a"));
        desk.take(probe("b"));
        awaitPublished("a STARTED");

        // when
        desk.close();

        // then: whoever gets the command next finds out what was done
        assertThat(count("a FAILED")).isZero();
        assertThat(count("b STARTED")).isZero();
    }

    @Test
    void shouldNotBeginADisturbingCommandThatIsMuchTooOld() {
        // given
        shell.gate.countDown();
        Instant hourAgo = Instant.now().minus(Duration.ofHours(1));
        Map<String, Report> finals = new java.util.concurrent.ConcurrentHashMap<>();
        CommandRunner runner = new CommandRunner(
                new OdpHost(shell, false), new NoLogins(), TestAgent.SETTINGS, timer, Clock.systemUTC());

        // when
        for (CommandKind kind : CommandKind.values()) {
            runner.run(command(kind, kind.name(), hourAgo), report -> finals.put(kind.name(), report));
        }

        // then
        assertThat(code(finals, "STOP")).contains("OLD_COMMAND");
        assertThat(code(finals, "HOT_RESTART")).contains("OLD_COMMAND");
        assertThat(code(finals, "START")).contains("TEST");
        assertThat(code(finals, "PROBE")).contains("TEST");
    }

    private static Optional<String> code(Map<String, Report> finals, String kind) {
        return Optional.ofNullable(finals.get(kind)).map(Report::failure).map(Failure::code);
    }
}
