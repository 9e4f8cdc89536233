package dev.rollcall.planner.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision for the others to read; which components are set is told by the schema of the same name.
 *
 * @param eventId derived from task and sequence
 * @param taskId null: an answer that belongs to no task
 * @param sequence from 1 without gaps within a task; 0 without one
 * @param planVersion of the plan as people decide about it, after this event; 0: none is told
 */
public record PlanEvent(
        String eventId,
        @Nullable String causedBy,
        Instant occurredAt,
        ClusterId clusterId,
        @Nullable TaskId taskId,
        long sequence,
        Type type,
        long epoch,
        @Nullable RestartMode mode,
        int odpCount,
        boolean dryRun,
        @Nullable Phase phase,
        List<Integer> batchSizes,
        int batch,
        int round,
        int answered,
        @Nullable OdpId odpId,
        @Nullable String zone,
        @Nullable String step,
        int attempt,
        @Nullable CommandKind kind,
        @Nullable OdpFacts facts,
        @Nullable Failure failure,
        List<Rejection> rejections,
        @Nullable ControlKind control,
        @Nullable String requestedBy,
        long revision,
        @Nullable TaskId activeTask,
        String message,
        @Nullable Long leftMillis,
        List<RuleVerdict> verdicts,
        long planVersion) {

    /** What was decided. */
    public enum Type {
        TASK_ACCEPTED,
        TASK_REJECTED,
        ODP_TARGETED,
        ODP_PLANNED,
        TASK_PLANNED,
        PHASE_STARTED,
        BATCH_STARTED,
        ODP_DISPATCHED,
        ODP_FAILED,
        ODP_SKIPPED,
        BATCH_FINISHED,
        TASK_PAUSED,
        TASK_RESUMED,
        TASK_HALTED,
        TASK_CANCELLING,
        TASK_CANCELLED,
        TASK_ABANDONED,
        ROLL_CALL_STARTED,
        ROLL_CALL_CLOSED,
        CONTROL_APPLIED,
        CONTROL_REFUSED,
        CLUSTER_CHANGED,
        CLUSTER_CHANGE_REFUSED;

        /** Whether somebody who steers the task would decide anew after it. What merely goes its way is no such thing. */
        boolean callsForAnotherDecision() {
            return switch (this) {
                case TASK_ACCEPTED,
                        TASK_REJECTED,
                        TASK_PLANNED,
                        ODP_FAILED,
                        ODP_SKIPPED,
                        TASK_PAUSED,
                        TASK_RESUMED,
                        TASK_HALTED,
                        TASK_CANCELLING,
                        TASK_CANCELLED,
                        TASK_ABANDONED,
                        ROLL_CALL_STARTED,
                        ROLL_CALL_CLOSED,
                        CONTROL_APPLIED -> true;
                case ODP_TARGETED,
                        ODP_PLANNED,
                        PHASE_STARTED,
                        BATCH_STARTED,
                        ODP_DISPATCHED,
                        BATCH_FINISHED,
                        CONTROL_REFUSED,
                        CLUSTER_CHANGED,
                        CLUSTER_CHANGE_REFUSED -> false;
            };
        }
    }

    static Builder of(Type type, String message) {
        return new Builder(type, message);
    }

    /** Collects the components; those not named stay empty. Not for use by several threads. */
    static final class Builder {
        private final Type type;
        private final String message;
        private @Nullable String causedBy;
        private @Nullable Long leftMillis;
        private List<RuleVerdict> verdicts = List.of();
        private long planVersion;
        private long epoch;
        private @Nullable RestartMode mode;
        private int odpCount;
        private boolean dryRun;
        private @Nullable Phase phase;
        private List<Integer> batchSizes = List.of();
        private int batch;
        private int round;
        private int answered;
        private @Nullable OdpId odpId;
        private @Nullable String zone;
        private @Nullable String step;
        private int attempt;
        private @Nullable CommandKind kind;
        private @Nullable OdpFacts facts;
        private @Nullable Failure failure;
        private List<Rejection> rejections = List.of();
        private @Nullable ControlKind control;
        private @Nullable String requestedBy;
        private long revision;
        private @Nullable TaskId activeTask;

        private Builder(Type type, String message) {
            this.type = type;
            this.message = message;
        }

        Builder causedBy(@Nullable String value) {
            causedBy = value;
            return this;
        }

        Builder task(long epochOfTask, @Nullable RestartMode modeOfTask, boolean dry, String by) {
            epoch = epochOfTask;
            mode = modeOfTask;
            dryRun = dry;
            requestedBy = by;
            return this;
        }

        Builder odpCount(int value) {
            odpCount = value;
            return this;
        }

        Builder phase(Phase value) {
            phase = value;
            return this;
        }

        Builder batchSizes(List<Integer> value) {
            batchSizes = value;
            return this;
        }

        Builder batch(int value) {
            batch = value;
            return this;
        }

        Builder round(int value) {
            round = value;
            return this;
        }

        Builder answered(int value) {
            answered = value;
            return this;
        }

        Builder odp(OdpId value) {
            odpId = value;
            return this;
        }

        Builder zone(String value) {
            zone = value;
            return this;
        }

        Builder step(@Nullable String stepOfOdp, int attemptOfOdp) {
            step = stepOfOdp;
            attempt = attemptOfOdp;
            return this;
        }

        Builder kind(CommandKind value) {
            kind = value;
            return this;
        }

        Builder facts(@Nullable OdpFacts value) {
            facts = value;
            return this;
        }

        Builder failure(@Nullable Failure value) {
            failure = value;
            return this;
        }

        Builder rejections(List<Rejection> value) {
            rejections = List.copyOf(value);
            return this;
        }

        Builder control(@Nullable ControlKind value) {
            control = value;
            return this;
        }

        Builder requestedBy(@Nullable String value) {
            requestedBy = value;
            return this;
        }

        Builder revision(long value) {
            revision = value;
            return this;
        }

        Builder activeTask(@Nullable TaskId value) {
            activeTask = value;
            return this;
        }

        Builder left(@Nullable Long millis) {
            leftMillis = millis;
            return this;
        }

        Builder verdicts(List<RuleVerdict> value) {
            verdicts = value;
            return this;
        }

        Builder planVersion(long value) {
            planVersion = value;
            return this;
        }

        Type type() {
            return type;
        }

        @Nullable
        String causedBy() {
            return causedBy;
        }

        PlanEvent build(String eventId, Instant now, ClusterId clusterId, @Nullable TaskId taskId, long sequence) {
            return new PlanEvent(
                    eventId,
                    causedBy,
                    now,
                    clusterId,
                    taskId,
                    sequence,
                    type,
                    epoch,
                    mode,
                    odpCount,
                    dryRun,
                    phase,
                    batchSizes,
                    batch,
                    round,
                    answered,
                    odpId,
                    zone,
                    step,
                    attempt,
                    kind,
                    facts,
                    failure,
                    rejections,
                    control,
                    requestedBy,
                    revision,
                    activeTask,
                    message,
                    leftMillis,
                    verdicts,
                    planVersion);
        }
    }
}
