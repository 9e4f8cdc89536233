package dev.rollcall.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** Takes connections as a half-dead sshd does, and never gets to the point. */
final class DeafServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Manner manner;
    private volatile int most;

    /** What it does with a connection. */
    enum Manner {
        /** Nothing. */
        SILENT,
        /** Sends a byte now and then, which no read timeout minds. */
        DRIPPING,
        /** Hangs up after a while. */
        LEAVING
    }

    DeafServer(Manner manner) throws IOException {
        this.manner = manner;
        ThreadFactory threads = Threads.platformDaemons("deaf");
        threads.newThread(() -> {
                    try {
                        while (true) {
                            Socket socket = listener.accept();
                            open.add(socket);
                            most = Math.max(most, open.size());
                            threads.newThread(() -> serve(socket)).start();
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                })
                .start();
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            socket.setSoTimeout(100);
            for (int idle = 0; manner != Manner.LEAVING || idle < 5; ) {
                try {
                    if (in.read() < 0) {
                        return;
                    }
                } catch (java.net.SocketTimeoutException nothing) {
                    idle++;
                    if (manner == Manner.DRIPPING) {
                        out.write('\n');
                    }
                }
            }
            open.remove(socket);
        } catch (IOException gone) {
            // The other side had enough.
        } finally {
            open.remove(socket);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The most connections that were open at once. */
    int most() {
        return most;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
