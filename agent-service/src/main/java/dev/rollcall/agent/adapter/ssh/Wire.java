package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What carries one SSH session, watched: when something was last heard, and whether a write hangs. Cutting it ends whatever waits for it, which
 * no call to JSch does for certain. Thread-safe.
 */
final class Wire implements Proxy {
    private final Opener opener;
    private @Nullable Socket socket;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private boolean cut;
    private long heard;
    private long writing;
    private @Nullable SocketTimeoutException silence;

    /** Makes the connection. */
    @FunctionalInterface
    interface Opener {
        Socket open(Duration timeout) throws Exception;
    }

    Wire(Opener opener) {
        this.opener = opener;
    }

    @Override
    public void connect(@Nullable SocketFactory ignored, String host, int port, int timeoutMillis) throws Exception {
        Socket opened = opener.open(Duration.ofMillis(timeoutMillis));
        InputStream rawIn = opened.getInputStream();
        OutputStream rawOut = opened.getOutputStream();
        synchronized (this) {
            socket = opened;
            in = new Heard(rawIn);
            out = new Watched(rawOut);
            if (!cut) {
                return;
            }
        }
        opened.close();
        throw new IOException("the connection was given up");
    }

    @Override
    public synchronized InputStream getInputStream() {
        return Objects.requireNonNull(in);
    }

    @Override
    public synchronized OutputStream getOutputStream() {
        return Objects.requireNonNull(out);
    }

    @Override
    public synchronized @Nullable Socket getSocket() {
        return socket;
    }

    @Override
    public void close() {
        cut();
    }

    /** Ends the connection now, without a word to the other side. */
    void cut() {
        Socket open;
        synchronized (this) {
            cut = true;
            open = socket;
            notifyAll();
        }
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is gone all the same.
            }
        }
    }

    /** Whether a write has been stuck for longer than this: then the other side takes nothing any more. */
    synchronized boolean stuck(Duration limit) {
        return writing != 0 && System.nanoTime() - writing > limit.toNanos();
    }

    /**
     * Asks the server for a sign of life and waits for any. Anything that comes is one; JSch keeps the answer itself to itself.
     *
     * @return false when nothing came; the connection is then cut, so that all who use it learn of it
     */
    boolean answers(Session session, Duration limit) throws InterruptedException {
        long asked = System.nanoTime();
        try {
            session.sendKeepAliveMsg();
        } catch (Exception broken) {
            cut();
            return false;
        }
        synchronized (this) {
            long until = asked + limit.toNanos();
            while (!cut && heard - asked <= 0) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
            if (!cut && heard - asked > 0) {
                return true;
            }
        }
        cut();
        return false;
    }

    /** The last wait for something that ended without it; JSch takes one during authentication for a refusal. */
    synchronized @Nullable SocketTimeoutException silence() {
        return silence;
    }

    private synchronized void heardNow() {
        heard = System.nanoTime();
        notifyAll();
    }

    private synchronized SocketTimeoutException silent(SocketTimeoutException e) {
        silence = e;
        return e;
    }

    private synchronized void writing(boolean begins) {
        // 0 says that nobody writes.
        writing = begins ? System.nanoTime() | 1 : 0;
    }

    private final class Heard extends FilterInputStream {
        Heard(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                int count = super.read(into, offset, length);
                if (count > 0) {
                    heardNow();
                }
                return count;
            } catch (SocketTimeoutException e) {
                throw silent(e);
            }
        }
    }

    private final class Watched extends FilterOutputStream {
        Watched(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writing(true);
            try {
                out.write(bytes, offset, length);
            } finally {
                writing(false);
            }
        }
    }
}
