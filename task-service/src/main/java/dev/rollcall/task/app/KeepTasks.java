package dev.rollcall.task.app;

import dev.rollcall.task.domain.EarlyResults;
import dev.rollcall.task.domain.FoldSettings;
import dev.rollcall.task.domain.Folded;
import dev.rollcall.task.domain.OdpEntry;
import dev.rollcall.task.domain.TaskFold;
import dev.rollcall.task.domain.TaskInput;
import dev.rollcall.task.domain.Timer;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the tasks of one partition. Not thread-safe: one thread owns the partition. */
public final class KeepTasks {

    private static final Logger log = LoggerFactory.getLogger(KeepTasks.class);
    /** Bounds what one tick does, so that it stays far below the transaction timeout. */
    private static final int TIMERS_A_TICK = 200;

    private static final int REMOVALS_A_TICK = 2_000;

    private final TaskFold fold;
    private final FoldSettings settings;
    private final TaskStore store;
    private final TaskOutbox outbox;
    private final Instant takenOver;

    /**
     * @param takenOver when this instance took the partition over: what waits for records gets its full time again, as these
     *     may still be unread
     */
    public KeepTasks(TaskFold fold, TaskStore store, TaskOutbox outbox, Instant takenOver) {
        this.fold = fold;
        this.settings = fold.settings();
        this.store = store;
        this.outbox = outbox;
        this.takenOver = takenOver;
    }

    /** Decides what one fact changes; writes nothing. */
    public Folded decide(TaskInput input, Instant now) {
        return fold.fold(store, input, now);
    }

    /** Keeps and sends what {@link #decide} said. */
    public void apply(Folded folded) {
        if (folded instanceof Folded.Ignored ignored) {
            log.debug("{}", ignored.reason());
            return;
        }
        Folded.Changed changed = (Folded.Changed) folded;
        changed.surprises().forEach(surprise -> log.warn("{}", surprise));
        changed.notes().forEach(note -> log.debug("{}", note));
        if (changed.task() != null) {
            store.save(changed.task());
        }
        OdpEntry odp = changed.odp();
        if (odp != null) {
            store.save(odp);
        }
        if (changed.early() != null) {
            store.save(changed.early());
        }
        if (changed.earlyEnds() && changed.task() != null) {
            store.removeEarly(changed.task().taskId());
        }
        changed.timers().forEach(store::arm);
        if (changed.summary() != null && changed.task() != null) {
            outbox.send(changed.summary(), changed.task().version(), changed.causedBy(), changed.at());
        }
        if (changed.row() != null && odp != null) {
            outbox.send(changed.row(), odp.version(), changed.causedBy(), changed.at());
        }
        changed.timeline().forEach(event -> outbox.send(event, changed.causedBy()));
    }

    /** Looks at what is due, and at nothing else. */
    public void tick(Instant now) {
        int removals = REMOVALS_A_TICK;
        for (Timer timer : store.due(now, TIMERS_A_TICK)) {
            switch (timer.kind()) {
                case VERDICT -> {
                    if (!now.isBefore(takenOver.plus(settings.verdictWait()))) {
                        apply(fold.verdictOverdue(store, timer.taskId(), now));
                        store.disarm(timer);
                    }
                }
                case EARLY -> {
                    EarlyResults early = store.early(timer.taskId());
                    if (early == null) {
                        store.disarm(timer);
                    } else if (!now.isBefore(takenOver.plus(settings.earlyResultsKept())) && removals > 0) {
                        int removed = store.removeOdps(timer.taskId(), removals);
                        if (removed < removals) {
                            log.warn(
                                    "Dropped {} results of task {}: nobody announced that task within {}",
                                    early.count(),
                                    timer.taskId(),
                                    settings.earlyResultsKept());
                            store.removeEarly(timer.taskId());
                            store.disarm(timer);
                        }
                        removals -= removed;
                    }
                }
                case PURGE -> {
                    int removed = removals > 0 ? store.removeOdps(timer.taskId(), removals) : 0;
                    if (removed < removals) {
                        log.debug("Forgot task {}, which ended {} ago", timer.taskId(), settings.retention());
                        store.removeTask(timer.taskId());
                        store.disarm(timer);
                    }
                    removals -= removed;
                }
            }
        }
    }
}
