package dev.rollcall.gateway.app;

import java.time.Duration;
import java.time.Instant;

/**
 * How long to wait between attempts, and when to give up.
 *
 * @param first pause after the first attempt that failed; each further one is twice as long
 * @param longest longest pause
 * @param giveUpAfter how long after the first attempt no further one is made
 */
public record BackOff(Duration first, Duration longest, Duration giveUpAfter) {

    private static final int MOST_DOUBLINGS = 30;

    /** The pause after so many attempts, 1 or more. */
    public Duration pauseAfter(int attempts) {
        Duration pause = first.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }

    public boolean isOver(Instant firstAttempt, Instant now) {
        return !now.isBefore(firstAttempt.plus(giveUpAfter));
    }
}
