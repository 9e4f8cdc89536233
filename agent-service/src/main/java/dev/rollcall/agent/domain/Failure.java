package dev.rollcall.agent.domain;

import org.jspecify.annotations.Nullable;

/**
 * Why something failed, for a person; never with a password, key or SQL literal.
 *
 * @param code stable, for programs
 * @param detail what happened, where and why
 * @param advice what the operator can do next
 * @param logFile file the tail was taken from
 * @param logTail last lines of it, redacted
 */
public record Failure(
        FailureCategory category,
        String code,
        String detail,
        @Nullable String advice,
        @Nullable String logFile,
        @Nullable String logTail) {

    public static Failure of(FailureCategory category, String code, String detail, @Nullable String advice) {
        return new Failure(category, code, detail, advice, null, null);
    }

    /** The same with the end of a log, which is redacted here. */
    public Failure withLog(String file, String tail) {
        return new Failure(category, code, detail, advice, file, Redaction.tail(tail));
    }
}
