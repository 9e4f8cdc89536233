package dev.rollcall.agent.adapter.ssh;

import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.time.Duration;

/** Connections from a host, made through its SSH session. Thread-safe. */
public final class SshTunnels {
    private final SshSessions sessions;

    public SshTunnels(SshSessions sessions) {
        this.sessions = sessions;
    }

    /**
     * Connects, on the host of {@code odp}, to {@code address}.
     *
     * @throws TunnelSocket.ForwardingForbiddenException when the host's sshd does not open connections for us
     * @throws TunnelSocket.NotListeningException when nobody takes the connection there
     * @throws TroubleException when the host itself is not reached
     */
    public TunnelSocket connect(Odp odp, String address, int port, Duration timeout)
            throws IOException, TroubleException {
        SshSessions.Lease lease = sessions.lease(odp, SshSessions.Use.TUNNEL);
        try {
            return TunnelSocket.open(lease, address, port, timeout);
        } catch (TunnelSocket.ForwardingForbiddenException | TunnelSocket.NotListeningException e) {
            throw e;
        } catch (IOException keptSessionWasDead) {
            return TunnelSocket.open(sessions.lease(odp, SshSessions.Use.TUNNEL), address, port, timeout);
        }
    }
}
