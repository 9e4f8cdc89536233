package dev.rollcall.standalone.adapter.registry;

import java.util.List;
import java.util.function.Consumer;

/** Where the registry's events are kept, in order. One writer at a time. */
interface SchemaLog extends AutoCloseable {

    /** Hands over every event that is kept, oldest first. */
    void readAll(Consumer<RegistryEvent> each);

    /**
     * Returns when the events are kept.
     *
     * @throws SchemaLogException if that is not known; they may be kept or not, so read all again before deciding on
     */
    void append(List<RegistryEvent> events);

    @Override
    void close();

    /** The log could not be written or read. */
    final class SchemaLogException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SchemaLogException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
