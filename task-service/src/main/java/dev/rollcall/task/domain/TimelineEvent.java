package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One line of a task's timeline; the components are explained in the schema {@code TaskEvent}. */
public record TimelineEvent(
        TaskId taskId,
        ClusterId clusterId,
        long sequence,
        TimelineType type,
        TaskState state,
        Phase phase,
        long taskVersion,
        @Nullable OdpId odpId,
        int batch,
        int attempt,
        @Nullable String code,
        @Nullable String actor,
        Instant at,
        String message) {}
