package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An agent in a process of its own that is stopped (SIGSTOP) in the middle of a command, right before a step, until it is woken. */
final class SleepyAgent implements AutoCloseable {
    private static final String AFTERWARDS = "afterwards";
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final Process process;
    private final CompletableFuture<List<String>> said;

    private SleepyAgent(Process process) {
        this.process = process;
        this.said = CompletableFuture.supplyAsync(() -> readAll(process));
    }

    /**
     * Begins task-1, epoch 1: a precheck, then {@code work}.
     *
     * @param work hot-restart, stop, or stop-lease (stop, and the dead-man rule after it)
     * @param step before which it falls asleep, as {@link TestAgent#telling} names them; "a, b": before the first b after an a; null: when the command has ended
     */
    static SleepyAgent start(OpenSshServer server, EmulatedOdp odp, String work, @Nullable String step)
            throws IOException {
        return new SleepyAgent(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SleepyAgent.class.getName(),
                        server.directory().toString(),
                        Integer.toString(server.port()),
                        Integer.toString(odp.port()),
                        odp.home().toString(),
                        work,
                        step == null ? AFTERWARDS : step)
                .redirectErrorStream(true)
                .start());
    }

    private static List<String> readAll(Process process) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("cannot be read any more: " + e);
        }
        return lines;
    }

    /** Whether it stands still now. */
    boolean sleeps() {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
        } catch (IOException ended) {
            throw new IllegalStateException("The agent has ended: " + said.getNow(List.of()), ended);
        }
    }

    void wake() throws IOException {
        new ProcessBuilder("kill", "-CONT", Long.toString(process.pid())).start();
    }

    /** Its last words: type and code of the final report, when it has ended. */
    List<String> said() throws Exception {
        return said.get(90, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) throws Exception {
        List<String> steps = List.of(args[5].split(", "));
        AtomicInteger seen = new AtomicInteger();
        Settings s = TestAgent.SETTINGS;
        Settings settings = new Settings(
                "sleepy-agent",
                s.maxInFlight(),
                s.loginTimeout(),
                s.lockWait(),
                LEASE,
                s.rollbackTimeout(),
                s.stopGrace(),
                s.startTimeout(),
                s.maxCommandAge(),
                s.heartbeat(),
                s.stopLease());
        try (TestAgent agent = new TestAgent(Path.of(args[0]), settings, Path.of(args[0], "known_hosts"), false)) {
            Commands commands = new Commands(
                    Commands.odp(
                            "127.0.0.1",
                            Integer.parseInt(args[1]),
                            Integer.parseInt(args[2]),
                            Path.of(args[3]),
                            Odp.PLAIN_LAUNCHER,
                            Launch.PLAIN),
                    "task-1",
                    1);
            ProcessIdentity baseline = Objects.requireNonNull(Objects.requireNonNull(
                            last(agent.run(commands.probe("PRECHECK"))).facts())
                    .process());
            agent.telling(next -> {
                int at = seen.get();
                if (at < steps.size() && next.equals(steps.get(at)) && seen.incrementAndGet() == steps.size()) {
                    fallAsleep();
                }
            });
            Command command =
                    args[4].equals("hot-restart") ? commands.hotRestart(baseline, 1) : commands.stop(baseline);
            ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
            CompletableFuture<Void> started = new CompletableFuture<>();
            StopLease lease = new StopLease(
                    LEASE,
                    timer,
                    work -> {
                        work.run();
                        started.complete(null);
                    },
                    agent.runner::run);
            Report end = last(agent.run(command, report -> {
                if (args[4].equals("stop-lease")) {
                    lease.heard(command, report);
                }
            }));
            if (args[5].equals(AFTERWARDS)) {
                fallAsleep();
            }
            if (args[4].equals("stop-lease")) {
                started.get(60, TimeUnit.SECONDS);
            }
            timer.shutdownNow();
            Failure failure = end.failure();
            say(String.format(
                    Locale.ROOT,
                    "%s %s",
                    end.type(),
                    failure == null ? end.alreadyDone() ? "already done" : "done" : failure.code()));
        }
    }

    private static void fallAsleep() {
        try {
            // Does not return before somebody wakes this process.
            new ProcessBuilder(
                            "kill",
                            "-STOP",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Report last(List<Report> reports) {
        return reports.get(reports.size() - 1);
    }

    private static void say(String line) throws IOException {
        System.out.write((line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
