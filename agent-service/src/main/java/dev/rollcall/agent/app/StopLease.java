package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Report;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead-man rule: an ODP that this agent stopped, and of which no command comes for the length of the lease, is started by the agent
 * itself, again and again until it runs. The start goes through lock, fence and journal as any other: where a newer task has begun to act, nothing is done.
 *
 * <p>Thread-safe. It lives as long as the agent does; after its death the planner's own START is what remains.
 */
final class StopLease implements CommandDesk.Listener {
    private static final Logger log = LoggerFactory.getLogger(StopLease.class);

    private final Duration lease;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final BiConsumer<Command, Reporter> runner;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    /** One term of a lease; each is another. */
    private final class Held {
        private final Command stop;
        private final ScheduledFuture<?> expiry;

        Held(String key, Command stop) {
            this.stop = stop;
            this.expiry = timer.schedule(() -> due(key, this), lease.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * @param runner runs a command, and returns when it has ended
     */
    StopLease(Duration lease, ScheduledExecutorService timer, Executor workers, BiConsumer<Command, Reporter> runner) {
        this.lease = lease;
        this.timer = timer;
        this.workers = workers;
        this.runner = runner;
    }

    @Override
    public void heard(Command command, Report report) {
        String key = key(command);
        // Also when another agent, which may be dead by now, did the stopping.
        if (command.kind() == CommandKind.STOP && report.type() == Report.Type.SUCCEEDED) {
            hold(key, command);
        } else if (command.kind() == CommandKind.START && report.type() == Report.Type.SUCCEEDED) {
            release(key);
        }
    }

    /** Somebody still cares for this ODP: the lease begins anew. */
    void taken(Command command) {
        Held before = held.get(key(command));
        if (before != null) {
            hold(key(command), before.stop);
        }
    }

    private void hold(String key, Command stop) {
        // In one step: an expiry waits until it can be found here.
        held.compute(key, (k, before) -> {
            if (before != null) {
                before.expiry.cancel(false);
            }
            return new Held(key, stop);
        });
    }

    private void due(String key, Held term) {
        try {
            workers.execute(() -> expire(key, term));
        } catch (RejectedExecutionException busy) {
            held.computeIfPresent(key, (k, now) -> now == term ? new Held(key, term.stop) : now);
        }
    }

    private void release(String key) {
        Held before = held.remove(key);
        if (before != null) {
            before.expiry.cancel(false);
        }
    }

    /** Nothing is done where the lease has begun anew, or was released, in the meantime. */
    private void expire(String key, Held term) {
        if (!held.remove(key, term)) {
            return;
        }
        Command stop = term.stop;
        log.warn(
                "{} was stopped for task {} and nothing was heard of it for {} s; it is started now",
                stop.odp().place(),
                stop.task(),
                lease.toSeconds());
        runner.accept(startFor(stop), report -> {
            if (report.type().terminal()) {
                log.warn(
                        "Starting {} by itself ended {}{}",
                        stop.odp().place(),
                        report.type(),
                        report.failure() == null ? "" : ": " + report.failure().detail());
                if (report.type() == Report.Type.FAILED && !fencedOff(report)) {
                    hold(key, stop);
                }
            }
        });
    }

    /** Somebody newer is responsible for the ODP. */
    private static boolean fencedOff(Report report) {
        return report.failure() != null
                && Set.of("OLD_EPOCH", "SAME_EPOCH", "OTHER_CLUSTER")
                        .contains(report.failure().code());
    }

    private static Command startFor(Command stop) {
        String id = UUID.nameUUIDFromBytes((stop.id() + "/" + Command.STOP_LEASE).getBytes(StandardCharsets.UTF_8))
                .toString();
        return new Command(
                stop.eventId(),
                stop.sentAt(),
                new CommandId(id),
                stop.task(),
                stop.epoch(),
                Command.STOP_LEASE,
                stop.attempt(),
                CommandKind.START,
                stop.baseline(),
                stop.odp(),
                null,
                null,
                stop.runWithin(),
                null);
    }

    private static String key(Command command) {
        return command.odp().cluster() + "/" + command.odp().id();
    }
}
