package dev.rollcall.agent.adapter.ssh;

import dev.rollcall.agent.app.Route;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Connections from a host, made through its SSH session. Thread-safe. */
public final class SshTunnels {
    private final SshSessions sessions;

    public SshTunnels(SshSessions sessions) {
        this.sessions = sessions;
    }

    /**
     * Connects, on the host of {@code odp}, to {@code address}.
     *
     * @param route the session to go through, and no other; null: any
     * @throws TunnelSocket.ForwardingForbiddenException when the host's sshd does not open connections for us
     * @throws TunnelSocket.NotListeningException when nobody takes the connection there
     * @throws TroubleException when the host itself is not reached
     */
    public TunnelSocket connect(Odp odp, @Nullable Route route, String address, int port, Duration timeout)
            throws IOException, TroubleException {
        if (route != null) {
            return TunnelSocket.open(((SshSessions.Lease) route).tunnel(), address, port, timeout);
        }
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
