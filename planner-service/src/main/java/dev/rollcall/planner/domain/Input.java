package dev.rollcall.planner.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the planner decides about. Event ids, where there are any, go into {@code causedBy} of what follows. */
public sealed interface Input {

    /**
     * Somebody asks to store (or, without ODPs, remove) a definition.
     *
     * @param baseRevision revision it was made on; 0: must not exist; null: whatever is there
     */
    record ClusterChangeRequested(
            String eventId,
            ClusterId clusterId,
            boolean removal,
            @Nullable Long baseRevision,
            String name,
            String description,
            Map<String, String> labels,
            List<Odp> odps,
            String requestedBy)
            implements Input {}

    /**
     * Somebody asks for a restart.
     *
     * @param mode null: none that this planner knows
     * @param onItsPartition the record lies where its key belongs
     * @param notBefore the task waits until then; null: it begins at once
     * @param notAfter no batch begins later than this; null: no such limit
     * @param expectedVersion version that every restarted ODP must have; null: not checked
     */
    record RestartRequested(
            String eventId,
            Instant occurredAt,
            TaskId taskId,
            ClusterId clusterId,
            @Nullable RestartMode mode,
            List<OdpId> odps,
            Batching batching,
            @Nullable Long exitTimeoutMicros,
            boolean dryRun,
            @Nullable String confirm,
            String requestedBy,
            boolean onItsPartition,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            @Nullable String expectedVersion)
            implements Input {}

    /**
     * Somebody steers a task.
     *
     * @param control null: nothing that this planner knows
     * @param odpId the ODP that RETRY or SKIP means; null: all that failed
     * @param attempt the attempt of that ODP which has failed; null: whatever it is
     * @param planVersion version of the plan that it was decided on; null: whatever it is
     */
    record TaskControlRequested(
            String eventId,
            TaskId taskId,
            ClusterId clusterId,
            @Nullable ControlKind control,
            @Nullable OdpId odpId,
            @Nullable Integer attempt,
            @Nullable Long planVersion,
            String requestedBy)
            implements Input {}

    /** An agent reports. */
    record OdpResult(
            String eventId,
            TaskId taskId,
            ClusterId clusterId,
            OdpId odpId,
            long epoch,
            String step,
            int attempt,
            Type type,
            @Nullable OdpFacts facts,
            boolean alreadyDone,
            @Nullable Failure failure)
            implements Input {

        /** How far the command has come. */
        public enum Type {
            ACCEPTED,
            STARTED,
            PROGRESS,
            SERVING,
            DRAINED,
            SUCCEEDED,
            FAILED
        }
    }

    /**
     * The monitor of an agent saw an ODP.
     *
     * @param runs it answered a login; false also when nothing is known
     * @param stale it was seen so long ago that it means nothing
     */
    record OdpObserved(ClusterId clusterId, OdpId odpId, boolean runs, boolean stale) implements Input {}

    /**
     * The task-service gave its verdict: the cluster is free.
     *
     * @param verdict how it ended, such as COMPLETED, for refusing what is asked of it later
     */
    record TaskEnded(String eventId, ClusterId clusterId, TaskId taskId, String verdict) implements Input {}

    /** Time went by: at most so many timers that are due are taken, 1 or more; what is left is due at the next tick. */
    record Tick(int timers) implements Input {}

    /** The first timer that is due could not be handled, which is a defect: it is set anew, so that it does not block the others. */
    record TimerFailed() implements Input {}

    /** This planner has just taken the partition over: every open timer gets its full duration again. */
    record TakenOver() implements Input {}
}
