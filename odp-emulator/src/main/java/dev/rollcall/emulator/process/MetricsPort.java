package dev.rollcall.emulator.process;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The port Prometheus reads from, on all addresses whatever the ODP is bound to. It is not inherited: an ODP frees it before it starts a successor, the successor takes
 * it, and takes it as no failure if it cannot. Facts: {@code odp-observed.md} section 1, {@code odp-mechanics.md} section 1.3. Safe for several threads.
 */
final class MetricsPort {

    private static final int READ_TIMEOUT_MILLIS = 1_000;

    private final int port;
    private final Supplier<String> metrics;
    private final ProcessLog log;
    private @Nullable ServerSocket socket;

    /** Opens nothing yet; port 0 never does. */
    MetricsPort(int port, Supplier<String> metrics, ProcessLog log) {
        this.port = port;
        this.metrics = metrics;
        this.log = log;
    }

    synchronized void open() {
        if (port == 0 || socket != null) {
            return;
        }
        try {
            ServerSocket opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(new InetSocketAddress(port));
            socket = opened;
            Thread thread = new Thread(() -> serve(opened), "prometheus");
            thread.setDaemon(true);
            thread.start();
        } catch (IOException taken) {
            log.error("fail to init prometheus exposer, port=" + port + ": " + taken.getMessage());
        }
    }

    synchronized void close() {
        ServerSocket opened = socket;
        socket = null;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException nothingToDo) {
                log.error("fail to destroy prometheus exposer: " + nothingToDo.getMessage());
            }
        }
    }

    private void serve(ServerSocket opened) {
        while (!opened.isClosed()) {
            try (Socket client = opened.accept()) {
                client.setSoTimeout(READ_TIMEOUT_MILLIS);
                answer(client);
            } catch (IOException clientGoneOrPortClosed) {
                // The next one, if there is to be one.
            }
        }
    }

    private void answer(Socket client) throws IOException {
        byte[] request = new byte[4096];
        int length = client.getInputStream().read(request);
        boolean known =
                length > 0 && new String(request, 0, length, StandardCharsets.ISO_8859_1).startsWith("GET /metrics ");
        String body = known ? metrics.get() : "";
        OutputStream out = client.getOutputStream();
        out.write(("HTTP/1.1 " + (known ? "200 OK" : "404 Not Found")
                        + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length()
                        + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
