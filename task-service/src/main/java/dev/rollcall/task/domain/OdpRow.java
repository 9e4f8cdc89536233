package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One ODP within one task as people see it; the components are explained in the schema {@code TaskOdpSnapshot}. */
public record OdpRow(
        TaskId taskId,
        ClusterId clusterId,
        OdpId odpId,
        String zone,
        int batch,
        RowState state,
        @Nullable String step,
        int attempts,
        @Nullable String message,
        @Nullable ProcessIdentity oldProcess,
        @Nullable String oldVersion,
        @Nullable ProcessIdentity newProcess,
        @Nullable String newVersion,
        @Nullable Boolean inherited,
        boolean businessPathChecked,
        @Nullable Long clientsBefore,
        @Nullable Long clientsCut,
        @Nullable Instant startedAt,
        @Nullable Instant servingAt,
        @Nullable Instant finishedAt,
        @Nullable Failure failure,
        @Nullable Instant precheckedAt,
        @Nullable Instant stoppedAt,
        @Nullable Instant drainedAt,
        @Nullable Instant answeredAt) {}
