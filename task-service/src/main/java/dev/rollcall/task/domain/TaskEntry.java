package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one task but its ODPs; its size does not depend on their number.
 *
 * @param version of what people see, rising by one with each change
 * @param eventSequence number of the latest event of the timeline
 * @param planSequence number of the latest plan event; 0 before the first
 * @param request null until the request itself was read
 * @param createdAt time of the first fact about it
 * @param plannedFor who asked, as the planner repeats it
 * @param total number of targeted ODPs
 * @param startedAt when the planner accepted it
 * @param finishedAt when it ended
 * @param batches at most {@value #MAX_BATCHES}; a plan of more shows the first ones
 * @param retrySequence number of the plan event that applied the latest RETRY; 0: none
 * @param round number of the present roll call; 0 before the first
 * @param closed set once the roll call is closed
 * @param outlook what the planner said last about its plan
 */
public record TaskEntry(
        TaskId taskId,
        ClusterId clusterId,
        long version,
        long eventSequence,
        long planSequence,
        @Nullable Request request,
        Instant createdAt,
        TaskState state,
        Phase phase,
        RestartMode mode,
        boolean dryRun,
        long epoch,
        @Nullable String plannedFor,
        int total,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        List<Batch> batches,
        List<Rejection> rejections,
        @Nullable Failure failure,
        long retrySequence,
        int round,
        @Nullable RollCallClosed closed,
        Tally tally,
        Outlook outlook) {

    /** So many batches are shown; more would make each record of the task large. */
    public static final int MAX_BATCHES = 1_000;

    public TaskEntry {
        batches = List.copyOf(batches);
        rejections = List.copyOf(rejections);
    }

    static TaskEntry begin(TaskId taskId, ClusterId clusterId, Instant at) {
        return new TaskEntry(
                taskId,
                clusterId,
                0,
                0,
                0,
                null,
                at,
                TaskState.PENDING,
                Phase.UNKNOWN,
                RestartMode.UNKNOWN,
                false,
                0,
                null,
                0,
                null,
                null,
                List.of(),
                List.of(),
                null,
                0,
                0,
                null,
                Tally.ZERO,
                Outlook.NONE);
    }

    /** Ended, or about to end as soon as the last answers are there: no plan event changes it any more. */
    boolean decided() {
        return state.terminal() || closed != null;
    }

    RestartMode modeAsked() {
        return mode == RestartMode.UNKNOWN && request != null ? request.mode() : mode;
    }

    /** This task as people see it. */
    TaskSummary summary() {
        return new TaskSummary(
                taskId,
                clusterId,
                modeAsked(),
                state,
                state.terminal() ? Phase.UNKNOWN : phase,
                epoch,
                dryRun || (request != null && request.dryRun()),
                request != null ? request.requestedBy() : plannedFor == null ? "" : plannedFor,
                request != null ? request.reason() : "",
                request != null ? request.exitTimeoutMicros() : null,
                request != null ? request.at() : createdAt,
                startedAt,
                finishedAt,
                total,
                tally.restarted(),
                tally.restarting(),
                tally.failed(),
                tally.skipped(),
                tally.answered(),
                batches,
                rejections,
                failure,
                request == null ? null : request.batching(),
                request == null ? null : request.notBefore(),
                request == null ? null : request.notAfter(),
                outlook);
    }
}
