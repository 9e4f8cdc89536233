package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.Text;
import org.springframework.security.core.AuthenticationException;

/** What the provider, or somebody in its name, says of a person or program is not believed, or says too little. */
final class TokenRefusedException extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final Text reason;

    TokenRefusedException(Text reason) {
        super(reason.name());
        this.reason = reason;
    }

    TokenRefusedException(Text reason, Throwable cause) {
        super(reason.name(), cause);
        this.reason = reason;
    }

    /** Why, as a part of a sentence; nothing of the token is in it. */
    Text reason() {
        return reason;
    }
}
