package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task as people see it; the components are explained in the schema {@code TaskSnapshot}. */
public record TaskSummary(
        TaskId taskId,
        ClusterId clusterId,
        RestartMode mode,
        TaskState state,
        Phase phase,
        long epoch,
        boolean dryRun,
        String requestedBy,
        String reason,
        @Nullable Long exitTimeoutMicros,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int total,
        int restarted,
        int restarting,
        int failed,
        int skipped,
        int answered,
        List<Batch> batches,
        List<Rejection> rejections,
        @Nullable Failure failure,
        @Nullable Batching batching,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter,
        Outlook outlook) {}
