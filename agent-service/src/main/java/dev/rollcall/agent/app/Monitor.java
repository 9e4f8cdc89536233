package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the ODPs of this agent every few seconds, and says what it sees: at once when that changes, and as a heartbeat.
 *
 * <p>One script run and one short login a look; an ODP on which a command of this agent works is not logged in to. A host that does not
 * answer is asked less often, and holds up no other. Thread-safe.
 */
public final class Monitor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Monitor.class);
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final OdpHost hosts;
    private final Observer observer;
    private final StatusSink sink;
    private final Duration interval;
    private final Duration heartbeat;
    private final ScheduledExecutorService looks;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final Map<String, Busy> busy = new ConcurrentHashMap<>();

    private static final class Watched {
        final int partition;
        final Odp odp;
        volatile boolean gone;

        @Nullable
        Facts last;

        long lastSaid;
        int failures;

        Watched(int partition, Odp odp) {
            this.partition = partition;
            this.odp = odp;
        }
    }

    private record Busy(Command command, OdpState state) {}

    public Monitor(
            OdpHost hosts, AdminPort admin, StatusSink sink, Duration interval, Duration heartbeat, int threads) {
        this.hosts = hosts;
        this.observer = new Observer(hosts, admin);
        this.sink = sink;
        this.interval = interval;
        this.heartbeat = heartbeat;
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor executor =
                (ScheduledThreadPoolExecutor) Executors.newScheduledThreadPool(threads, task -> {
                    Thread thread = new Thread(task, "agent-monitor-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.setRemoveOnCancelPolicy(true);
        this.looks = executor;
    }

    /** This ODP is ours, with this definition. */
    public void put(int partition, String key, Odp odp) {
        Watched fresh = new Watched(partition, odp);
        Watched before = watched.get(key);
        if (before != null && before.partition == partition && before.odp.equals(odp)) {
            return;
        }
        watched.put(key, fresh);
        if (before != null) {
            before.gone = true;
        }
        // Spread out, so that a thousand ODPs are not looked at in the same moment.
        schedule(
                key,
                fresh,
                Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, Math.max(2, interval.toMillis() / 3))));
    }

    /** This ODP is no longer defined. */
    public void remove(int partition, String key) {
        Watched before = watched.remove(key);
        if (before != null) {
            before.gone = true;
        }
    }

    /** The ODPs of this partition are another agent's now. */
    public void lose(int partition) {
        watched.values().removeIf(w -> {
            if (w.partition == partition) {
                w.gone = true;
            }
            return w.gone;
        });
    }

    /** Hears what commands report, so that status does not lag behind them. */
    public void heard(Command command, Report report) {
        if (command.kind() == CommandKind.PROBE) {
            return;
        }
        String key = key(command.odp());
        switch (report.type()) {
            case STARTED -> {
                Busy work = new Busy(command, stateDuring(command.kind()));
                busy.put(key, work);
                Watched w = watched.get(key);
                if (w != null && w.last != null) {
                    say(w, w.last.withState(work.state()));
                }
            }
            case SERVING, SUCCEEDED, FAILED -> {
                busy.computeIfPresent(key, (k, b) -> b.command().id().equals(command.id()) ? null : b);
                Watched w = watched.get(key);
                Facts facts = report.facts();
                if (w != null && facts != null) {
                    say(w, facts);
                }
            }
            case ACCEPTED, PROGRESS, DRAINED -> {
                // They change no state.
            }
        }
    }

    private static OdpState stateDuring(CommandKind kind) {
        return switch (kind) {
            case HOT_RESTART -> OdpState.RESTARTING;
            case STOP -> OdpState.STOPPING;
            case START -> OdpState.STARTING;
            case PROBE -> OdpState.UNKNOWN;
        };
    }

    private void schedule(String key, Watched w, Duration delay) {
        if (!looks.isShutdown()) {
            looks.schedule(() -> look(key, w), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(String key, Watched w) {
        if (w.gone) {
            return;
        }
        Duration next = interval;
        try {
            Busy work = busy.get(key);
            if (work != null) {
                Facts last = w.last;
                say(w, (last == null ? Facts.unknown("a command works on it") : last).withState(work.state()));
            } else {
                Facts facts = facts(w);
                // What a command began meanwhile is newer than what was seen before it.
                if (busy.get(key) == null && !w.gone) {
                    say(w, facts);
                }
                if (w.failures > 0) {
                    Duration pause = interval.multipliedBy(Math.min(8, 1L << Math.min(3, w.failures)));
                    next = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
                }
            }
        } catch (RuntimeException e) {
            log.error("Looking at {} failed in the agent", key, e);
        }
        schedule(key, w, next);
    }

    private Facts facts(Watched w) {
        String flaw = w.odp.flaw();
        if (flaw != null) {
            w.failures++;
            return Facts.unknown("its definition cannot be used: " + flaw);
        }
        try {
            Facts facts = observer.observe(w.odp, hosts.glance(w.odp), Depth.STATE, LOGIN_TIMEOUT)
                    .facts();
            w.failures = 0;
            return facts;
        } catch (TroubleException e) {
            w.failures++;
            return Facts.unknown(e.failure().detail());
        }
    }

    private void say(Watched w, Facts facts) {
        synchronized (w) {
            long now = System.nanoTime();
            Facts last = w.last;
            boolean due = now - w.lastSaid >= heartbeat.toNanos();
            if (last == null || due || facts.differsFrom(last)) {
                w.lastSaid = now;
                sink.publish(w.odp, facts, heartbeat);
            }
            w.last = facts;
        }
    }

    private static String key(Odp odp) {
        return odp.cluster().value() + "/" + odp.id().value();
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
