package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, as the request said it.
 *
 * @param batching null where an earlier release, which did not keep it, wrote the entry
 */
public record Request(
        Instant at,
        RestartMode mode,
        boolean dryRun,
        String requestedBy,
        String reason,
        @Nullable Long exitTimeoutMicros,
        @Nullable Batching batching,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter) {}
