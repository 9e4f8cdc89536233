package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSchException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection through an SSH session that looks like a connected socket, with read timeouts, and without a local port that others
 * on the agent's machine could use.
 */
public final class TunnelSocket extends Socket {
    /** Reasons of a refused channel, RFC 4254 section 5.1. */
    private static final int ADMINISTRATIVELY_PROHIBITED = 1;

    private static final int CONNECT_FAILED = 2;

    private final SshSessions.Lease lease;
    private final ChannelDirectTCPIP channel;
    private final OutputStream out;
    private final Incoming incoming;
    private volatile int soTimeout;
    private volatile boolean closed;

    private TunnelSocket(SshSessions.Lease lease, ChannelDirectTCPIP channel, OutputStream out, Incoming incoming) {
        this.lease = lease;
        this.channel = channel;
        this.out = out;
        this.incoming = incoming;
    }

    /** The host's sshd does not open connections for us. */
    public static final class ForwardingForbiddenException extends IOException {
        private static final long serialVersionUID = 1L;

        ForwardingForbiddenException(String message) {
            super(message);
        }
    }

    /** Nobody takes the connection on the host. */
    public static final class NotListeningException extends IOException {
        private static final long serialVersionUID = 1L;

        NotListeningException(String message) {
            super(message);
        }
    }

    /**
     * Connects, from the host at the other end of a session.
     *
     * @param lease given back with the connection, and when there is none
     * @throws IOException when the session broke, beside the two reasons above
     */
    static TunnelSocket open(SshSessions.Lease lease, String address, int port, Duration timeout) throws IOException {
        ChannelDirectTCPIP channel = null;
        try {
            channel = (ChannelDirectTCPIP) lease.channel("direct-tcpip");
            Incoming incoming = new Incoming();
            channel.setHost(address);
            channel.setPort(port);
            channel.setOrgIPAddress("127.0.0.1");
            channel.setOrgPort(0);
            channel.setOutputStream(incoming);
            OutputStream out = channel.getOutputStream();
            channel.connect((int) Math.max(1, timeout.toMillis()));
            return new TunnelSocket(lease, channel, out, incoming);
        } catch (JSchException | IOException | RuntimeException e) {
            int reason = channel == null ? 0 : channel.getExitStatus();
            String at = address + ":" + port;
            try {
                if (reason == ADMINISTRATIVELY_PROHIBITED) {
                    throw new ForwardingForbiddenException("sshd of " + lease.host()
                            + " does not allow a connection to " + at + " (AllowTcpForwarding, PermitOpen)");
                }
                if (reason == CONNECT_FAILED) {
                    throw new NotListeningException("nobody takes a connection to " + at + " on " + lease.host());
                }
                // No answer at all: is it the address that is silent, or the host?
                if (lease.session().isConnected() && lease.hostAnswers()) {
                    throw new NotListeningException(
                            "a connection to " + at + " on " + lease.host() + " is neither taken nor refused");
                }
                throw new IOException("the SSH connection to " + lease.host() + " broke", e);
            } finally {
                if (channel != null) {
                    channel.disconnect();
                }
                lease.close();
            }
        }
    }

    /**
     * Whether the host at the other end still does anything, asked when nothing came through this connection; takes at most a few
     * seconds. If it does not, its session has ended for all who use it.
     */
    public boolean hostAnswers() {
        return lease.session().isConnected() && lease.hostAnswers();
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
