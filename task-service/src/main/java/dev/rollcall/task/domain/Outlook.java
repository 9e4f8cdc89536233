package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the planner said last about its plan for a task.
 *
 * @param planVersion for a control to name; 0: the planner has not said one
 * @param leftMillis how long the task still takes, or would take; null: nothing is known, or nothing moves
 * @param leftAt when that was estimated, by the planner's clock; null without an estimate
 * @param rules what became of each rule; empty but for a dry run after its precheck
 */
public record Outlook(
        long planVersion,
        @Nullable Long leftMillis,
        @Nullable Instant leftAt,
        List<RuleVerdict> rules) {
    public static final Outlook NONE = new Outlook(0, null, null, List.of());

    public Outlook {
        rules = List.copyOf(rules);
    }

    Outlook after(TaskInput.Planned event) {
        long version = Math.max(planVersion, event.planVersion());
        List<RuleVerdict> known = event.verdicts().isEmpty() ? rules : event.verdicts();
        return switch (event.type()) {
            case TASK_PLANNED, BATCH_STARTED, BATCH_FINISHED, TASK_RESUMED -> estimated(version, event, known);
            case ODP_DISPATCHED ->
                event.leftMillis() == null
                        ? new Outlook(version, leftMillis, leftAt, known)
                        : estimated(version, event, known);
            // How long a person takes is not known.
            case TASK_PAUSED, TASK_HALTED, TASK_CANCELLING -> new Outlook(version, null, null, known);
            case TASK_ACCEPTED,
                    TASK_REJECTED,
                    ODP_TARGETED,
                    ODP_PLANNED,
                    PHASE_STARTED,
                    ODP_FAILED,
                    ODP_SKIPPED,
                    TASK_CANCELLED,
                    TASK_ABANDONED,
                    ROLL_CALL_STARTED,
                    ROLL_CALL_CLOSED,
                    CONTROL_APPLIED,
                    CONTROL_REFUSED,
                    CLUSTER_CHANGED,
                    CLUSTER_CHANGE_REFUSED,
                    UNKNOWN -> new Outlook(version, leftMillis, leftAt, known);
        };
    }

    private static Outlook estimated(long version, TaskInput.Planned event, List<RuleVerdict> rules) {
        return new Outlook(version, event.leftMillis(), event.leftMillis() == null ? null : event.at(), rules);
    }

    /** Of a task that has ended. */
    Outlook withoutTimeLeft() {
        return new Outlook(planVersion, null, null, rules);
    }
}
