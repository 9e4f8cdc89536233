package dev.rollcall.gateway.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as people see it.
 *
 * @param version rising with each change; 0 for a request that the task-service has not taken up yet
 */
public record Task(
        TaskId id,
        ClusterId cluster,
        long version,
        Mode mode,
        TaskState state,
        TaskPhase phase,
        boolean dryRun,
        String requestedBy,
        String reason,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        Counts counts,
        List<Batch> batches,
        List<Rejection> rejections,
        @Nullable Failure failure,
        Plan plan) {

    /** How many of the targeted ODPs are how far. */
    public record Counts(int total, int restarted, int restarting, int failed, int skipped, int answered) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);
    }

    /** One batch, numbered from 1; which ODPs it has is in the rows. */
    public record Batch(int number, int size, BatchState state) {}

    /**
     * What the planner says of its plan.
     *
     * @param version for a control to name; null: the planner has not said one
     * @param left how long the task still takes from {@code leftAt} on or, being a dry run, would take; null: nothing is known
     * @param rules what became of each rule in a dry run
     */
    public record Plan(
            @Nullable Long version,
            @Nullable Duration left,
            @Nullable Instant leftAt,
            List<RuleVerdict> rules) {
        public static final Plan NONE = new Plan(null, null, null, List.of());

        public Plan {
            rules = List.copyOf(rules);
        }
    }

    public Task {
        batches = List.copyOf(batches);
        rejections = List.copyOf(rejections);
    }

    /** A request that was written but not taken up yet. */
    public static Task pending(RestartRequest request) {
        RestartOrder order = request.order();
        return new Task(
                request.task(),
                request.cluster(),
                0,
                order.mode(),
                TaskState.PENDING,
                TaskPhase.UNKNOWN,
                order.dryRun(),
                request.requestedBy(),
                order.reason(),
                request.requestedAt(),
                null,
                null,
                Counts.NONE,
                List.of(),
                List.of(),
                null,
                Plan.NONE);
    }

    /** Whether the precheck has ended, one way or the other. */
    public boolean pastPrecheck() {
        return state.terminal()
                || state == TaskState.HALTED
                || (state != TaskState.PENDING
                        && state != TaskState.UNKNOWN
                        && phase != TaskPhase.UNKNOWN
                        && phase != TaskPhase.PRECHECK);
    }

    /** How long it has run, or ran; null before it started. */
    public @Nullable Duration duration(Instant now) {
        if (startedAt == null) {
            return null;
        }
        Duration taken = Duration.between(startedAt, finishedAt == null ? now : finishedAt);
        return taken.isNegative() ? Duration.ZERO : taken;
    }

    /** Share of the targeted ODPs that run in a new process, rounded down. */
    public int percent() {
        return counts.total() == 0 ? 0 : (int) (100L * counts.restarted() / counts.total());
    }

    /**
     * Time left as the planner estimates it or, of a dry run, how long the restart would take; null: nothing is known, as when nothing
     * moves, or when it takes longer than was estimated.
     */
    public @Nullable Duration timeLeft(Instant now) {
        if (state == TaskState.PLANNED) {
            return plan.left();
        }
        if (state != TaskState.RUNNING || plan.left() == null || plan.leftAt() == null) {
            return null;
        }
        Duration left = plan.left().minus(Duration.between(plan.leftAt(), now));
        return left.isNegative() ? null : left;
    }
}
