package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSchException;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** Connections from a host, made through its SSH session. Thread-safe. */
public final class SshTunnels {
    /** Reasons of a refused channel, RFC 4254 section 5.1. */
    private static final int ADMINISTRATIVELY_PROHIBITED = 1;

    private final SshSessions sessions;

    public SshTunnels(SshSessions sessions) {
        this.sessions = sessions;
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
     * Connects, on the host of {@code odp}, to {@code address}.
     *
     * @throws TroubleException when the host itself is not reached
     */
    public Socket connect(Odp odp, String address, int port, Duration timeout) throws IOException, TroubleException {
        SshSessions.Lease lease = sessions.lease(odp);
        ChannelDirectTCPIP channel = null;
        try {
            channel = (ChannelDirectTCPIP) lease.session().openChannel("direct-tcpip");
            TunnelSocket.Incoming incoming = new TunnelSocket.Incoming();
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
            boolean alive = lease.session().isConnected();
            if (channel != null) {
                channel.disconnect();
            }
            lease.close();
            if (alive && reason == ADMINISTRATIVELY_PROHIBITED) {
                throw new ForwardingForbiddenException("sshd of " + odp.host() + " does not allow a connection to "
                        + address + ":" + port + " (AllowTcpForwarding)");
            }
            if (alive) {
                throw new NotListeningException(
                        "nobody takes a connection to " + address + ":" + port + " on " + odp.host());
            }
            throw new IOException("the SSH connection to " + odp.host() + " broke", e);
        }
    }
}
