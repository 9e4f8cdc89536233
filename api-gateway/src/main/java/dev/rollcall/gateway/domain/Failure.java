package dev.rollcall.gateway.domain;

import org.jspecify.annotations.Nullable;

/**
 * Why something failed, for a person.
 *
 * @param advice what to do next; null when there is nothing to say
 * @param logTail last lines of {@code logFile}, redacted by the agent
 */
public record Failure(
        String category,
        String code,
        String detail,
        @Nullable String advice,
        @Nullable String logFile,
        @Nullable String logTail) {}
