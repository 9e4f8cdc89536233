package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was asked for, as the request said it. */
public record Request(
        Instant at,
        RestartMode mode,
        boolean dryRun,
        String requestedBy,
        String reason,
        @Nullable Long exitTimeoutMicros) {}
