package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fact from another service. */
public sealed interface TaskInput {

    String eventId();

    /** When it happened, by the clock of who says it. */
    Instant at();

    TaskId taskId();

    ClusterId clusterId();

    /** Somebody asked for a restart. */
    record Requested(
            String eventId,
            Instant at,
            TaskId taskId,
            ClusterId clusterId,
            RestartMode mode,
            int odps,
            boolean dryRun,
            String requestedBy,
            String reason,
            @Nullable Long exitTimeoutMicros,
            Batching batching,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter)
            implements TaskInput {}

    /** The planner decided something; the components are explained in the schema {@code PlanEvent}. */
    record Planned(
            String eventId,
            Instant at,
            TaskId taskId,
            ClusterId clusterId,
            long sequence,
            PlanEventType type,
            long epoch,
            RestartMode mode,
            int odpCount,
            boolean dryRun,
            Phase phase,
            List<Integer> batchSizes,
            int batch,
            int round,
            int answered,
            @Nullable OdpId odpId,
            String zone,
            @Nullable String step,
            int attempt,
            CommandKind kind,
            @Nullable OdpFacts facts,
            @Nullable Failure failure,
            List<Rejection> rejections,
            ControlKind control,
            @Nullable String requestedBy,
            String message,
            @Nullable Long leftMillis,
            List<RuleVerdict> verdicts,
            long planVersion)
            implements TaskInput {}

    /** An agent reported on a command; the components are explained in the schema {@code OdpResult}. */
    record Reported(
            String eventId,
            Instant at,
            TaskId taskId,
            ClusterId clusterId,
            OdpId odpId,
            String step,
            int attempt,
            CommandKind kind,
            @Nullable ProcessIdentity baseline,
            ResultType type,
            @Nullable String message,
            @Nullable OdpFacts facts,
            boolean alreadyDone,
            @Nullable Long clientsCut,
            @Nullable Failure failure)
            implements TaskInput {

        Stamp stamp() {
            return new Stamp(at, eventId);
        }

        boolean ends() {
            return type == ResultType.SUCCEEDED || type == ResultType.FAILED;
        }
    }
}
