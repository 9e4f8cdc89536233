package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.Report;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes commands in, works on a bounded number of them at once, and answers repeated ones without working twice.
 *
 * <ul>
 *   <li>A command that is waiting or being worked on is answered with ACCEPTED again, one that ended lately with its final result again.
 *   <li>Work begins only when Kafka has ACCEPTED, and has lately taken something of a command that had to wait: an agent that cannot report
 *       begins nothing. What has begun is finished, and reported when that is possible again.
 *   <li>Every command that was accepted and has not ended sends PROGRESS at each heartbeat.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class CommandDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CommandDesk.class);
    private static final int REMEMBERED = 2_000;
    private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(30);

    private final CommandRunner runner;
    private final ResultSink results;
    private final ThreadPoolExecutor workers;
    private final Map<CommandId, Work> live = new ConcurrentHashMap<>();
    private final Map<CommandId, Report> ended = new LinkedHashMap<>();
    private final List<Listener> listeners;
    private final StopLease stopLease;
    private final Duration heartbeat;
    /** The agent is being stopped: what was cut off says nothing, so that its command is sent again and finished by whoever gets it. */
    private volatile boolean silent;

    /** Hears what commands report, as it is published. Must not block or fail. */
    @FunctionalInterface
    public interface Listener {
        void heard(Command command, Report report);
    }

    private static final class Work {
        final Command command;
        volatile String doing = "waiting for a free slot of the agent";
        /** When Kafka last took something of it. */
        volatile long confirmed = System.nanoTime();

        Work(Command command) {
            this.command = command;
        }
    }

    public CommandDesk(
            CommandRunner runner,
            ResultSink results,
            Settings settings,
            int queueCapacity,
            ScheduledExecutorService timer,
            List<Listener> listeners) {
        this.runner = runner;
        this.results = results;
        this.listeners = List.copyOf(listeners);
        AtomicInteger number = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(
                settings.maxInFlight(),
                settings.maxInFlight(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueCapacity),
                task -> {
                    Thread thread = new Thread(task, "agent-work-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        this.stopLease = new StopLease(settings.stopLease(), timer, workers, runner::run);
        this.heartbeat = settings.heartbeat();
        timer.scheduleAtFixedRate(this::heartbeat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes a command in; false when the queue is full and it has to come again later. Never blocks. */
    public boolean take(Command command) {
        stopLease.taken(command);
        Work work = new Work(command);
        Work running = live.putIfAbsent(command.id(), work);
        if (running != null) {
            results.publish(command, Report.of(Report.Type.ACCEPTED));
            return true;
        }
        Optional<Report> before = endedReport(command.id());
        if (before.isPresent()) {
            live.remove(command.id(), work);
            results.publish(command, before.get());
            return true;
        }
        CompletableFuture<?> accepted = new CompletableFuture<>();
        try {
            workers.execute(() -> work(work, accepted));
        } catch (java.util.concurrent.RejectedExecutionException full) {
            live.remove(command.id(), work);
            return false;
        }
        results.publish(command, Report.of(Report.Type.ACCEPTED)).whenComplete((ok, failure) -> {
            if (failure == null) {
                work.confirmed = System.nanoTime();
                accepted.complete(null);
            } else {
                accepted.completeExceptionally(failure);
            }
        });
        return true;
    }

    /** Commands that are worked on now. */
    public int working() {
        return workers.getActiveCount();
    }

    /** Commands that wait for their turn. */
    public int waiting() {
        return workers.getQueue().size();
    }

    /** Begins nothing new, and gives what runs a little time. What does not end in it is finished by whoever gets it next. */
    @Override
    public void close() {
        workers.getQueue().clear();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(2, TimeUnit.SECONDS)) {
                silent = true;
                workers.shutdownNow();
                workers.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            silent = true;
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void work(Work work, CompletableFuture<?> accepted) {
        Command command = work.command;
        MDC.put("taskId", command.task().value());
        MDC.put("odpId", command.odp().id().value());
        try {
            if (!published(accepted) || !kafkaIsThere(work) || silent) {
                log.warn(
                        "Not begun, because Kafka did not take its ACCEPTED or the agent stops: {} {} for {}",
                        command.kind(),
                        command.step(),
                        command.odp().id());
                live.remove(command.id(), work);
                return;
            }
            work.doing = "working";
            log.info(
                    "{} {} attempt {} of {} begins",
                    command.kind(),
                    command.step(),
                    command.attempt(),
                    command.odp().id());
            runner.run(command, report -> forward(work, report));
        } finally {
            live.remove(command.id(), work);
            MDC.clear();
        }
    }

    /** Whether Kafka still takes what we say: the command may have waited for its turn since it took ACCEPTED. */
    private boolean kafkaIsThere(Work work) {
        boolean lately =
                System.nanoTime() - work.confirmed < heartbeat.multipliedBy(2).toNanos();
        return lately || published(results.publish(work.command, Report.progress("it is its turn")));
    }

    private void forward(Work work, Report report) {
        if (silent) {
            return;
        }
        Command command = work.command;
        if (report.message() != null) {
            work.doing = report.message();
        }
        if (report.type().terminal()) {
            remember(command.id(), report);
            live.remove(command.id(), work);
            log.info(
                    "{} {} of {} ended {}{}",
                    command.kind(),
                    command.step(),
                    command.odp().id(),
                    report.type(),
                    report.failure() == null
                            ? ""
                            : " " + report.failure().code() + ": "
                                    + report.failure().detail());
        }
        results.publish(command, report);
        stopLease.heard(command, report);
        listeners.forEach(listener -> listener.heard(command, report));
    }

    private static boolean published(CompletableFuture<?> accepted) {
        try {
            accepted.get(PUBLISH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void heartbeat() {
        if (silent) {
            return;
        }
        live.values()
                .forEach(w -> results.publish(w.command, Report.progress(w.doing))
                        .thenRun(() -> w.confirmed = System.nanoTime()));
    }

    private void remember(CommandId id, Report report) {
        synchronized (ended) {
            ended.put(id, report);
            if (ended.size() > REMEMBERED) {
                ended.remove(ended.keySet().iterator().next());
            }
        }
    }

    private Optional<Report> endedReport(CommandId id) {
        synchronized (ended) {
            return Optional.ofNullable(ended.get(id));
        }
    }
}
