package dev.rollcall.standalone.adapter.broker;

import java.nio.file.Path;

/** The broker cannot use its data directory; the message says why and what to do. */
public final class DataDirectoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private DataDirectoryException(String message, Throwable cause) {
        super(message, cause);
    }

    private DataDirectoryException(String message) {
        super(message);
    }

    static DataDirectoryException inUse(Path directory) {
        return new DataDirectoryException("The data directory " + directory
                + " is in use by another running Rollcall. Nothing was changed."
                + " Stop that one, or choose another directory with --data.");
    }

    static DataDirectoryException unusable(Path directory, Throwable cause) {
        return new DataDirectoryException(
                "Rollcall cannot keep its data in " + directory + " (" + cause + ")."
                        + " Check that the directory may be written and the disk has room, or choose another with --data.",
                cause);
    }
}
