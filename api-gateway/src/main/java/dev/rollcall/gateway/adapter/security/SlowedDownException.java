package dev.rollcall.gateway.adapter.security;

import java.time.Duration;
import org.springframework.security.core.AuthenticationException;

/** Too many wrong passwords: this one was not even looked at. */
final class SlowedDownException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final Duration wait;
    private final boolean first;

    /** @param first whether it is the first try in a row that is not looked at */
    SlowedDownException(Duration wait, boolean first) {
        super("Too many sign-ins failed");
        this.wait = wait;
        this.first = first;
    }

    boolean first() {
        return first;
    }

    /** Whole seconds until the next try, 1 or more. */
    long seconds() {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
