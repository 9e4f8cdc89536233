package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A restart that somebody asked for, as it stands on the topic.
 *
 * @param eventId of this one record
 * @param bodyHash what the request means; null when it carries no Idempotency-Key
 */
public record RestartRequest(
        String eventId,
        Instant requestedAt,
        TaskId task,
        ClusterId cluster,
        RestartOrder order,
        String requestedBy,
        @Nullable String requestedFrom,
        @Nullable String bodyHash) {}
