package dev.rollcall.agent.app;

import org.jspecify.annotations.Nullable;

/** A login or a statement on it failed. */
public final class LoginException extends Exception {
    /** What an ODP answers to an ALTER of a setting that its version does not have. */
    public static final int UNKNOWN_SETTING = 5099;

    private static final long serialVersionUID = 1L;

    /** What kind of failure. */
    public enum Kind {
        /** Nobody listens there. */
        NOT_LISTENING,
        /** The connection is taken and nothing comes: a successor is starting, or the process hangs. */
        SILENT,
        /** 1045, to somebody near: the password, or the user. */
        ACCESS_DENIED,
        /** 1045, to an address that is neither loopback nor private, as the ODP sees it. */
        ADDRESS_DENIED,
        /** sshd does not forward. */
        FORWARDING_FORBIDDEN,
        /** The agent has no such credential. */
        NO_CREDENTIAL,
        /** The host itself is not reached. */
        UNREACHABLE,
        /** The statement was refused by the ODP. */
        STATEMENT_REFUSED,
        /** The connection broke. */
        BROKEN
    }

    private final Kind kind;
    private final int errorCode;

    public LoginException(Kind kind, int errorCode, String words, @Nullable Throwable cause) {
        super(words, cause);
        this.kind = kind;
        this.errorCode = errorCode;
    }

    public LoginException(Kind kind, String words) {
        super(words);
        this.kind = kind;
        this.errorCode = 0;
    }

    public Kind kind() {
        return kind;
    }

    /** Of the ODP; 0 where it did not answer. */
    public int errorCode() {
        return errorCode;
    }

    /** What to say, for a person. */
    public String words() {
        return String.valueOf(getMessage());
    }
}
