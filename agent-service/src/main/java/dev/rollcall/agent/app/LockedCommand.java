package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FencingRules;
import dev.rollcall.agent.domain.Journal;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The lock of an ODP, got for one command that its journal lets through, and kept alive until it is closed. */
final class LockedCommand implements AutoCloseable {
    /** A beat waits for its host: one that hangs must not keep the others from theirs. */
    private static final ExecutorService BEATS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "agent-lock-beat");
        thread.setDaemon(true);
        return thread;
    });

    private final HostLock lock;
    private final ScheduledFuture<?> beats;

    private LockedCommand(HostLock lock, ScheduledFuture<?> beats) {
        this.lock = lock;
        this.beats = beats;
    }

    /**
     * Gets the lock, checks the fence and raises it.
     *
     * @param alone see {@link OdpHost#lock}
     * @throws TroubleException also when the journal refuses the command; nothing was touched then
     */
    static LockedCommand get(
            Command command,
            OdpHost hosts,
            Settings settings,
            Duration wait,
            boolean alone,
            ScheduledExecutorService timer,
            Reporter reporter)
            throws TroubleException {
        boolean[] said = new boolean[1];
        HostLock lock = hosts.lock(command.odp(), wait, settings.lockLease(), alone, () -> {
            if (!said[0]) {
                said[0] = true;
                reporter.report(Report.progress("waiting for another command to let go of the ODP's lock"));
            }
        });
        try {
            Optional<Failure> refusal = FencingRules.refusal(command, lock.journal());
            if (refusal.isPresent()) {
                throw new TroubleException(refusal.get());
            }
            if (FencingRules.raisesFence(command, lock.journal())) {
                raiseFence(command, lock);
            }
            if (lock.journal().lines() > Journal.COMPACT_ABOVE_LINES) {
                compact(lock);
            }
        } catch (TroubleException | RuntimeException e) {
            lock.close();
            throw e;
        }
        long period = Math.max(1000, settings.lockLease().toMillis() / 4);
        AtomicBoolean beating = new AtomicBoolean();
        ScheduledFuture<?> beats = timer.scheduleWithFixedDelay(
                () -> {
                    if (beating.compareAndSet(false, true)) {
                        BEATS.execute(() -> {
                            beat(lock);
                            beating.set(false);
                        });
                    }
                },
                period,
                period,
                TimeUnit.MILLISECONDS);
        return new LockedCommand(lock, beats);
    }

    private static void raiseFence(Command command, HostLock lock) throws TroubleException {
        try {
            lock.append(new JournalEntry.Fence(command.odp().cluster(), command.epoch(), command.task()));
        } catch (TroubleException e) {
            // A stopped ODP is started all the same (ADR 15).
            if (command.kind() != CommandKind.START || !HostLock.isUnwritable(e)) {
                throw e;
            }
        }
    }

    private static void compact(HostLock lock) throws TroubleException {
        try {
            lock.compact();
        } catch (TroubleException e) {
            // A full disk may have room for a line, but not for a second journal.
            if (!HostLock.isUnwritable(e)) {
                throw e;
            }
        }
    }

    private static void beat(HostLock lock) {
        try {
            if (!lock.closed()) {
                lock.beat();
            }
        } catch (TroubleException | RuntimeException e) {
            // The next order of the command itself fails in words.
        }
    }

    HostLock lock() {
        return lock;
    }

    @Override
    public void close() {
        beats.cancel(false);
        lock.close();
    }
}
