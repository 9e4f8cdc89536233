package dev.rollcall.gateway.adapter.security;

import org.springframework.security.core.AuthenticationException;

/** The provider does not answer, or not as a provider does, so nothing can be said of who is asking. */
final class ProviderAwayException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    ProviderAwayException(String what, Throwable cause) {
        super(what, cause);
    }

    ProviderAwayException(String what) {
        super(what);
    }
}
