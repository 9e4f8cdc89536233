package dev.rollcall.standalone.adapter.net;

/** A port this process wants to listen on is taken, or is no port at all; the message names the port and the option that chooses another. */
public final class PortInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int port;
    private final String option;

    /**
     * @param purpose what would have listened there, as a person calls it ("Kafka")
     * @param option the command-line option that sets the port, with its dashes
     */
    public PortInUseException(String purpose, int port, String option, Throwable cause) {
        super(
                "Port " + port + " of 127.0.0.1, meant for " + purpose
                        + ", cannot be opened (" + cause.getMessage() + "). Nothing was started or changed."
                        + " Stop the program that listens there (perhaps another Rollcall), or choose another port with "
                        + option + ".",
                cause);
        this.port = port;
        this.option = option;
    }

    /** For a number that is no port. */
    PortInUseException(String purpose, int port, String option) {
        super(port + " is no port, so " + purpose + " cannot listen there. Nothing was started or changed. Give "
                + option + " a number up to 65535, or 0 for any free port.");
        this.port = port;
        this.option = option;
    }

    public int port() {
        return port;
    }

    public String option() {
        return option;
    }
}
