package dev.rollcall.gateway.adapter.security;

import java.time.Duration;
import org.springframework.security.core.AuthenticationException;

/** Too many wrong passwords: this one was not even looked at. */
final class SlowedDownException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final Duration wait;

    SlowedDownException(Duration wait) {
        super("Too many sign-ins failed");
        this.wait = wait;
    }

    /** Whole seconds until the next try, 1 or more. */
    long seconds() {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
