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

/** The way to a server on this machine, on which everything can vanish from one moment to the next. */
final class BlackHole implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Way> ways = ConcurrentHashMap.newKeySet();
    private final ThreadFactory threads = Threads.platformDaemons("black-hole");
    private final int target;

    private static final class Way {
        final Socket near;
        final Socket far;
        volatile boolean swallows;

        Way(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }
    }

    BlackHole(int target) throws IOException {
        this.target = target;
        threads.newThread(() -> {
                    try {
                        while (true) {
                            open(listener.accept());
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                })
                .start();
    }

    private void open(Socket near) throws IOException {
        Way way = new Way(near, new Socket(InetAddress.getLoopbackAddress(), target));
        ways.add(way);
        threads.newThread(() -> pump(way, way.near, way.far)).start();
        threads.newThread(() -> pump(way, way.far, way.near)).start();
    }

    private void pump(Way way, Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!way.swallows) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException gone) {
            // As is the end.
        }
        if (from == way.near || !way.swallows) {
            ways.remove(way);
            close(way.near);
            close(way.far);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on nothing comes through the connections there are; new ones work. */
    void swallow() {
        ways.forEach(way -> way.swallows = true);
    }

    /** Connections that are still held by whoever made them. */
    int held() {
        return ways.size();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        ways.forEach(way -> {
            close(way.near);
            close(way.far);
        });
    }
}
