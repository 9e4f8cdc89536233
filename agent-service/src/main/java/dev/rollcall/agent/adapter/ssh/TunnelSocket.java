package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection through an SSH session that looks like a connected socket, with read timeouts, and without a local port that others
 * on the agent's machine could use.
 */
final class TunnelSocket extends Socket {
    private final SshSessions.Lease lease;
    private final ChannelDirectTCPIP channel;
    private final OutputStream out;
    private final Incoming incoming;
    private volatile int soTimeout;
    private volatile boolean closed;

    TunnelSocket(SshSessions.Lease lease, ChannelDirectTCPIP channel, OutputStream out, Incoming incoming) {
        this.lease = lease;
        this.channel = channel;
        this.out = out;
        this.incoming = incoming;
    }

    /** Takes what the channel receives, on JSch's thread. */
    static final class Incoming extends OutputStream {
        private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
        private int position;
        private boolean ended;

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (length > 0) {
                chunks.add(java.util.Arrays.copyOfRange(bytes, offset, offset + length));
                notifyAll();
            }
        }

        @Override
        public synchronized void close() {
            ended = true;
            notifyAll();
        }

        synchronized int read(byte[] into, int offset, int length, int timeoutMillis) throws IOException {
            long until = System.nanoTime() + timeoutMillis * 1_000_000L;
            while (chunks.isEmpty()) {
                if (ended) {
                    return -1;
                }
                long left = timeoutMillis == 0 ? 0 : (until - System.nanoTime()) / 1_000_000;
                if (timeoutMillis != 0 && left <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new java.io.InterruptedIOException("interrupted");
                }
            }
            byte[] chunk = Objects.requireNonNull(chunks.peek());
            int count = Math.min(length, chunk.length - position);
            System.arraycopy(chunk, position, into, offset, count);
            position += count;
            if (position == chunk.length) {
                chunks.remove();
                position = 0;
            }
            return count;
        }

        synchronized int available() {
            byte[] chunk = chunks.peek();
            return chunk == null ? 0 : chunk.length - position;
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return length == 0 ? 0 : incoming.read(into, offset, length, soTimeout);
            }

            @Override
            public int available() {
                return incoming.available();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public void connect(@Nullable SocketAddress endpoint, int timeout) {
        // It is connected already.
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void setSoTimeout(int timeout) {
        soTimeout = timeout;
    }

    @Override
    public int getSoTimeout() {
        return soTimeout;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // The SSH session decides.
    }

    @Override
    public void setKeepAlive(boolean on) {
        // The SSH session does that.
    }

    @Override
    public void setReceiveBufferSize(int size) {
        // The channel has a window of its own.
    }

    @Override
    public void setSendBufferSize(int size) {
        // As above.
    }

    @Override
    public void setReuseAddress(boolean on) {
        // There is no local address.
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // Nothing lingers.
    }

    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void shutdownInput() {
        incoming.close();
    }

    @Override
    public void shutdownOutput() {
        // Closing is enough for a MySQL client.
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            channel.disconnect();
            incoming.close();
            lease.close();
        }
    }
}
