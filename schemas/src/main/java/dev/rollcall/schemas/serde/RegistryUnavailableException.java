package dev.rollcall.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** The registry did not answer in time. The record is not at fault: try again, do not dead-letter it. */
public final class RegistryUnavailableException extends SerializationException {

    private static final long serialVersionUID = 1L;

    RegistryUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
