package dev.rollcall.gateway.app;

/** The log did not acknowledge a record in time; nobody knows whether it is there. */
public final class NotPublishedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotPublishedException(String why, Throwable cause) {
        super(why, cause);
    }
}
