package dev.rollcall.agent.domain;

import org.jspecify.annotations.Nullable;

/**
 * One thing an agent has to say about a command.
 *
 * @param alreadyDone the effect had happened before; nothing was done now
 * @param clientsCut connections still open when the old process was cut; null when unknown
 */
public record Report(
        Type type,
        @Nullable String message,
        @Nullable Facts facts,
        boolean alreadyDone,
        @Nullable Long clientsCut,
        @Nullable Failure failure) {

    /** How far a command has come. */
    public enum Type {
        ACCEPTED(false),
        STARTED(false),
        PROGRESS(false),
        SERVING(false),
        DRAINED(false),
        SUCCEEDED(true),
        FAILED(true);

        private final boolean terminal;

        Type(boolean terminal) {
            this.terminal = terminal;
        }

        /** Whether it ends the command. */
        public boolean terminal() {
            return terminal;
        }
    }

    public static Report of(Type type) {
        return new Report(type, null, null, false, null, null);
    }

    public static Report progress(String message) {
        return new Report(Type.PROGRESS, message, null, false, null, null);
    }

    public static Report of(Type type, @Nullable String message, Facts facts, boolean alreadyDone) {
        return new Report(type, message, facts, alreadyDone, null, null);
    }

    public Report withClientsCut(@Nullable Long clients) {
        return new Report(type, message, facts, alreadyDone, clients, failure);
    }

    public static Report failed(Failure failure, @Nullable Facts facts) {
        return new Report(Type.FAILED, null, facts, false, null, failure);
    }
}
