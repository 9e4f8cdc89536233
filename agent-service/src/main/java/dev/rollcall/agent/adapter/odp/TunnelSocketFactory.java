package dev.rollcall.agent.adapter.odp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/** Hands the driver, which creates this class by its name in the thread that connects, a connection that this thread made before. */
public final class TunnelSocketFactory extends ConfigurableSocketFactory {
    private static final ThreadLocal<@Nullable Socket> OFFERED = new ThreadLocal<>();

    /** Makes a connection to a database. */
    @FunctionalInterface
    interface Login {
        Connection connect() throws SQLException;
    }

    /** Logs in through a connection that exists. */
    static Connection with(Socket socket, Login login) throws SQLException {
        OFFERED.set(socket);
        try {
            return login.connect();
        } finally {
            OFFERED.remove();
        }
    }

    @Override
    public void setConfiguration(@Nullable Configuration configuration, String host) {
        // There is nothing to choose.
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = OFFERED.get();
        if (socket == null) {
            throw new IOException("There is no connection for the driver in this thread");
        }
        // It is good for one login only.
        OFFERED.remove();
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket();
    }
}
