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
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the ODPs of this agent every few seconds, and says what it sees: at once when that changes, and as a heartbeat.
 *
 * <p>One question to a script that stays on the host and one new, short login a look: a connection kept from before would prove nothing about new
 * ones. An ODP on which a command of this agent works is not logged in to. Looks keep to their rate, however long one takes. A host that does not
 * answer is asked less often, and all such hosts together take at most half of the looks there can be at once, so that they hold up no other.
 * ODPs that were never seen are taken up a few at a time: to sign in to a host costs more processor time than many looks, and if hundreds were signed in to
 * at once, none would be done before its time is up. A monitor that cannot keep up says so. Thread-safe.
 */
public final class Monitor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Monitor.class);
    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration NO_ROOM = Duration.ofMillis(100);
    /** Enough to keep the processors of an agent busy with key exchanges, each of which takes some 50 ms of one. */
    private static final int NEW_AT_ONCE = 32;
    /** After this long, whoever is not signed in waits for the host, and holds up no other that is new. */
    private static final Duration SIGN_IN_TAKES = Duration.ofSeconds(2);

    private static final Duration COMPLAIN_EVERY = Duration.ofMinutes(1);

    private final OdpHost hosts;
    private final Observer observer;
    private final StatusSink sink;
    private final Duration interval;
    private final Duration heartbeat;
    private final LookMeter meter;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Threads.platformDaemons("agent-monitor-timer"));
    private final ThreadPoolExecutor looks;
    /** Looks at hosts that did not answer the last time. */
    private final Semaphore doubtful;
    /** Looks that sign in to a host for the first time. */
    private final Semaphore newcomers = new Semaphore(NEW_AT_ONCE);

    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final Map<String, Busy> busy = new ConcurrentHashMap<>();
    private final AtomicLong nextComplaint = new AtomicLong(System.nanoTime());

    /** Hears how each look went. Must not block or fail. */
    @FunctionalInterface
    public interface LookMeter {
        /**
         * @param late after its time
         * @param answered whether the ODP answered a login
         */
        void looked(Duration late, Duration took, boolean answered);
    }

    private static final class Watched {
        final int partition;
        final Odp odp;
        /** Used by one look after the other. */
        final OdpHost.Glances glances;

        volatile boolean gone;

        volatile @Nullable Facts last;

        long lastSaid;
        /** In a row, without an answer of the host. */
        volatile int failures;
        /** When the next look is due. */
        volatile long due;

        Watched(int partition, Odp odp, OdpHost.Glances glances) {
            this.partition = partition;
            this.odp = odp;
            this.glances = glances;
        }
    }

    private record Busy(Command command, OdpState state) {}

    public Monitor(OdpHost hosts, AdminPort admin, StatusSink sink, Duration interval, Duration heartbeat, int atOnce) {
        this(hosts, admin, sink, interval, heartbeat, atOnce, (late, took, answered) -> {});
    }

    /**
     * @param atOnce how many looks there may be at the same time, each with a thread that mostly waits
     */
    public Monitor(
            OdpHost hosts,
            AdminPort admin,
            StatusSink sink,
            Duration interval,
            Duration heartbeat,
            int atOnce,
            LookMeter meter) {
        this.hosts = hosts;
        this.observer = new Observer(hosts, admin);
        this.sink = sink;
        this.interval = interval;
        this.heartbeat = heartbeat;
        this.meter = meter;
        this.doubtful = new Semaphore(Math.max(1, atOnce / 2));
        this.looks = new ThreadPoolExecutor(
                0, atOnce, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), Threads.daemons("agent-monitor"));
        timer.setRemoveOnCancelPolicy(true);
    }

    /** This ODP is ours, with this definition. */
    public void put(int partition, String key, Odp odp) {
        Watched before = watched.get(key);
        if (before != null && before.partition == partition && before.odp.equals(odp)) {
            return;
        }
        Watched fresh = new Watched(
                partition, odp, hosts.glances(odp, interval.multipliedBy(3).plus(LONGEST_PAUSE)));
        watched.put(key, fresh);
        if (before != null) {
            before.gone = true;
        }
        // Spread out, so that a thousand ODPs are not looked at in the same moment.
        fresh.due = System.nanoTime() + ThreadLocalRandom.current().nextLong(interval.toNanos());
        schedule(key, fresh);
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

    /** How many of the watched ODPs were last seen in each state; one that was never seen is UNKNOWN. */
    public Map<OdpState, Long> states() {
        Map<OdpState, Long> states = new EnumMap<>(OdpState.class);
        for (Watched w : watched.values()) {
            Facts last = w.last;
            states.merge(last == null ? OdpState.UNKNOWN : last.state(), 1L, Long::sum);
        }
        return states;
    }

    private static OdpState stateDuring(CommandKind kind) {
        return switch (kind) {
            case HOT_RESTART -> OdpState.RESTARTING;
            case STOP -> OdpState.STOPPING;
            case START -> OdpState.STARTING;
            case PROBE -> OdpState.UNKNOWN;
        };
    }

    private void schedule(String key, Watched w) {
        scheduleAt(key, w, w.due);
    }

    private void scheduleAt(String key, Watched w, long time) {
        try {
            timer.schedule(() -> begin(key, w), Math.max(0, time - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // Nobody is looked at any more.
        }
    }

    private void begin(String key, Watched w) {
        boolean isNew = w.last == null;
        Semaphore limit = isNew ? newcomers : w.failures > 0 ? doubtful : null;
        if (limit != null && !limit.tryAcquire()) {
            scheduleAt(key, w, System.nanoTime() + NO_ROOM.toNanos());
            return;
        }
        Runnable makeRoom = onceReleasing(limit);
        try {
            looks.execute(() -> {
                try {
                    look(key, w);
                } finally {
                    makeRoom.run();
                }
            });
        } catch (RejectedExecutionException full) {
            makeRoom.run();
            complainOfLateness(System.nanoTime() - w.due);
            scheduleAt(key, w, System.nanoTime() + NO_ROOM.toNanos());
            return;
        }
        if (isNew) {
            try {
                timer.schedule(makeRoom, SIGN_IN_TAKES.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                // Nobody is looked at any more.
            }
        }
    }

    private static Runnable onceReleasing(@Nullable Semaphore limit) {
        AtomicBoolean held = new AtomicBoolean(limit != null);
        return () -> {
            if (limit != null && held.getAndSet(false)) {
                limit.release();
            }
        };
    }

    private void look(String key, Watched w) {
        if (w.gone) {
            w.glances.close();
            return;
        }
        boolean isNew = w.last == null;
        long begun = System.nanoTime();
        boolean answered = false;
        Duration pause = interval;
        try {
            Busy work = busy.get(key);
            if (work != null) {
                Facts last = w.last;
                say(w, (last == null ? Facts.unknown("a command works on it") : last).withState(work.state()));
            } else {
                Facts facts = facts(w);
                answered = facts.state() == OdpState.RUNNING;
                // What a command began meanwhile is newer than what was seen before it.
                if (busy.get(key) == null && !w.gone) {
                    say(w, facts);
                }
                if (w.failures > 0) {
                    pause = pauseAfter(w.failures);
                }
            }
        } catch (RuntimeException e) {
            log.error("Looking at {} failed in the agent", key, e);
        }
        long ended = System.nanoTime();
        meter.looked(Duration.ofNanos(begun - w.due), Duration.ofNanos(ended - begun), answered);
        if (!isNew) {
            complainOfLateness(begun - w.due);
        }
        // Of a host in doubt from now, of any other from when it was to be: a look that takes long delays none but
        // itself.
        long next = w.failures > 0 ? ended + pause.toNanos() : w.due + pause.toNanos();
        w.due = next - ended < 0 ? ended : next;
        schedule(key, w);
    }

    private Duration pauseAfter(int failures) {
        Duration longest = interval.compareTo(LONGEST_PAUSE) > 0 ? interval : LONGEST_PAUSE;
        Duration longer = interval.multipliedBy(1L << Math.min(3, failures));
        return longer.compareTo(longest) > 0 ? longest : longer;
    }

    private void complainOfLateness(long lateNanos) {
        long now = System.nanoTime();
        long next = nextComplaint.get();
        if (lateNanos > interval.toNanos()
                && now - next >= 0
                && nextComplaint.compareAndSet(next, now + COMPLAIN_EVERY.toNanos())) {
            log.warn(
                    "The monitor is {} ms late: {} ODPs every {} ms are more than this agent manages. Run more agents, or raise"
                            + " rollcall.agent.monitor.interval or .threads",
                    lateNanos / 1_000_000,
                    watched.size(),
                    interval.toMillis());
        }
    }

    private Facts facts(Watched w) {
        String flaw = w.odp.flaw();
        if (flaw != null) {
            w.failures = w.failures + 1;
            return Facts.unknown("its definition cannot be used: " + flaw);
        }
        try {
            Facts facts = observer.observe(w.odp, w.glances.glance(), Depth.STATE, LOGIN_TIMEOUT, w.last)
                    .facts();
            w.failures = 0;
            return facts;
        } catch (TroubleException e) {
            w.failures = w.failures + 1;
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
        timer.shutdownNow();
        looks.shutdownNow();
    }
}
