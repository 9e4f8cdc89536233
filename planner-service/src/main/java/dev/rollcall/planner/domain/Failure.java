package dev.rollcall.planner.domain;

import org.jspecify.annotations.Nullable;

/** Why something failed, for a person. */
public record Failure(
        FailureCategory category,
        String code,
        String detail,
        @Nullable String advice,
        @Nullable String logFile,
        @Nullable String logTail) {

    static Failure of(FailureCategory category, String code, String detail, @Nullable String advice) {
        return new Failure(category, code, detail, advice, null, null);
    }
}
