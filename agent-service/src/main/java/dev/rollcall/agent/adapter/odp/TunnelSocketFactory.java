package dev.rollcall.agent.adapter.odp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/** Hands the driver, which creates this class by its name, a connection that was made before; the user name of a host in its URL says which. */
public final class TunnelSocketFactory extends ConfigurableSocketFactory {
    private static final Map<String, Socket> WAITING = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBER = new AtomicLong();
    private static final String PREFIX = "tunnel-";
    private static final String SUFFIX = ".invalid";

    private String name = "";

    /** Leaves a connection for the driver; the answer is the host name to ask for it with. */
    static String offer(Socket socket) {
        String name = PREFIX + NUMBER.incrementAndGet() + SUFFIX;
        WAITING.put(name, socket);
        return name;
    }

    /** Takes it back where the driver did not come for it. */
    static void withdraw(String name) {
        WAITING.remove(name);
    }

    @Override
    public void setConfiguration(@Nullable Configuration configuration, String host) {
        this.name = host;
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = WAITING.remove(name);
        if (socket == null) {
            throw new IOException("There is no connection for " + name);
        }
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
