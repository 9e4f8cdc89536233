package dev.rollcall.agent.domain;

/** Work on an ODP cannot go on; carries what the operator is told. */
public final class TroubleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public TroubleException(Failure failure) {
        super(failure.code() + ": " + failure.detail());
        this.failure = failure;
    }

    public TroubleException(Failure failure, Throwable cause) {
        super(failure.code() + ": " + failure.detail(), cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
