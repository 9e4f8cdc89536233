package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one fact has changed. */
public sealed interface Folded {

    /** Nothing, and why. */
    record Ignored(String reason) implements Folded {}

    /**
     * Entries to keep and records to send, all in one transaction.
     *
     * @param causedBy event that caused it; null when a timer did
     * @param at when it happened
     * @param task to keep; null: as it was
     * @param odp to keep; null: as it was
     * @param early to keep; null: as it was
     * @param earlyEnds the task is known now, its early results are nothing special any more
     * @param summary to send; null: people see no difference. Its version is that of the task.
     * @param row to send; null: people see no difference. Its version is that of the ODP's entry.
     * @param timeline to send, in order
     * @param timers to arm
     * @param surprises what should not happen and does no harm; for the log
     * @param notes what may happen while one topic is read ahead of another; for the log
     */
    record Changed(
            @Nullable String causedBy,
            Instant at,
            @Nullable TaskEntry task,
            @Nullable OdpEntry odp,
            @Nullable EarlyResults early,
            boolean earlyEnds,
            @Nullable TaskSummary summary,
            @Nullable OdpRow row,
            List<TimelineEvent> timeline,
            List<Timer> timers,
            List<String> surprises,
            List<String> notes)
            implements Folded {}
}
