package dev.rollcall.gateway.adapter.yaml;

/** A cluster file cannot be read; the message names file and line. */
public final class ClusterFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClusterFileException(String message) {
        super(message);
    }
}
