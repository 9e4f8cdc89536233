package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Failure;
import java.time.Duration;
import java.util.Set;

/**
 * Whether something that failed while this agent itself stood still is tried again before anybody is blamed for it. Only what a sleep can
 * have caused is: an answer that was given stays one.
 */
final class SecondLook {
    /** An agent that does not come to run at all has to say so at some time. */
    static final int MOST = 3;

    /** Failures of an ODP that are nothing but an answer that did not come in time. */
    private static final Set<String> SILENCES = Set.of(
            "LOGIN_SILENT",
            "LOGIN_BROKEN",
            "NOT_SERVING",
            "DOES_NOT_SERVE",
            "NEW_PROCESS_DIED",
            "SETTINGS_NOT_RESTORED",
            "HOST_REPORT");

    private SecondLook() {}

    /**
     * @param slept during the login
     * @param looks so far, this one included
     */
    static boolean isDue(LoginException.Kind kind, Duration slept, int looks) {
        return slept(slept, looks)
                && switch (kind) {
                    case SILENT, BROKEN, UNREACHABLE -> true;
                    case NOT_LISTENING,
                            ACCESS_DENIED,
                            ADDRESS_DENIED,
                            FORWARDING_FORBIDDEN,
                            NO_CREDENTIAL,
                            STATEMENT_REFUSED -> false;
                };
    }

    /**
     * Whether a command is carried out again from its beginning: the lock may have been lost, and the journal decides what there is to do.
     *
     * @param slept while it was carried out
     */
    static boolean isDue(Failure failure, Duration slept, int looks) {
        return slept(slept, looks)
                && switch (failure.category()) {
                    case UNREACHABLE -> true;
                    case TARGET -> SILENCES.contains(failure.code());
                    case PLATFORM -> failure.code().equals("TOO_SLOW");
                    // Limits do not count the time of a sleep, so they were really used up.
                    case TIMED_OUT, REFUSED, CHANGED -> false;
                };
    }

    private static boolean slept(Duration slept, int looks) {
        return looks < MOST && slept.compareTo(Duration.ZERO) > 0;
    }
}
