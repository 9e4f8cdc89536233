package dev.rollcall.standalone.adapter.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Questions about TCP ports of 127.0.0.1. An answer is true for the moment it was given only. */
public final class LoopbackPorts {

    private static final int HIGHEST = 65_535;

    private LoopbackPorts() {}

    /**
     * Opens and closes the port once, so that a person hears of a taken port before anything is written.
     *
     * @param port 0 asks for any port and is always free
     * @throws PortInUseException if the port cannot be opened, or is none
     */
    public static void requireFree(int port, String purpose, String option) {
        if (port == 0) {
            return;
        }
        if (port < 0 || port > HIGHEST) {
            throw new PortInUseException(purpose, port, option);
        }
        try {
            openAndClose(port);
        } catch (IOException e) {
            throw new PortInUseException(purpose, port, option, e);
        }
    }

    /** A port that nobody listens on now. Another program may take it before the caller does. */
    public static int anyFree() {
        try {
            return openAndClose(0);
        } catch (IOException e) {
            throw new UncheckedIOException("No free TCP port on 127.0.0.1", e);
        }
    }

    private static int openAndClose(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            // As Kafka and the JDK's HTTP server do: connections of an earlier run in TIME_WAIT do not count as in use.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 1);
            return socket.getLocalPort();
        }
    }
}
