package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Failure;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.RuleVerdict;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task as JSON. */
record TaskDocument(
        String id,
        String cluster,
        Mode mode,
        TaskState state,
        @Nullable TaskPhase phase,
        long version,
        List<String> actions,
        String requestedBy,
        String reason,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Long durationMs,
        Progress progress,
        List<Batch> batches,
        @Nullable Failure failure,
        List<Rejection> rejections,
        List<RuleVerdict> rules,
        Links links) {

    record Progress(
            int total,
            int restarted,
            int restarting,
            int failed,
            int skipped,
            int percent,
            @Nullable Long etaMs) {}

    record Batch(int number, int size, List<String> odps, BatchState state) {}

    record Links(String self, String events, String console) {}
}
