package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import dev.rollcall.agent.app.RemoteShell;
import dev.rollcall.agent.app.Route;
import dev.rollcall.agent.domain.Bootstrap;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Redaction;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Scripts over SSH. Thread-safe. */
public final class JschRemoteShell implements RemoteShell {
    private static final int MAX_OUTPUT_BYTES = 512 * 1024;
    private static final int MAX_ERROR_BYTES = 2 * 1024;

    private final SshSessions sessions;
    private final Duration channelTimeout;

    public JschRemoteShell(SshSessions sessions, Duration channelTimeout) {
        this.sessions = sessions;
        this.channelTimeout = channelTimeout;
    }

    @Override
    public Talk start(Odp odp, Bootstrap bootstrap, boolean alone) throws TroubleException {
        // A kept session may have died unseen; a new one is tried once.
        for (int attempt = 1; ; attempt++) {
            SshSessions.Lease lease = alone ? sessions.alone(odp) : sessions.lease(odp, SshSessions.Use.SCRIPT);
            ChannelExec channel = null;
            try {
                channel = (ChannelExec) lease.channel("exec");
                LineBuffer out = new LineBuffer(MAX_OUTPUT_BYTES);
                LineBuffer err = new LineBuffer(MAX_ERROR_BYTES);
                channel.setCommand(bootstrap.command());
                channel.setOutputStream(out);
                channel.setErrStream(err);
                OutputStream in = channel.getOutputStream();
                channel.connect((int) channelTimeout.toMillis());
                in.write(bootstrap.input().getBytes(StandardCharsets.UTF_8));
                in.flush();
                return new JschTalk(odp, lease, channel, in, out, err);
            } catch (JSchException | IOException e) {
                if (channel != null) {
                    channel.disconnect();
                }
                lease.hostAnswers();
                lease.broken();
                lease.close();
                if (attempt == 2) {
                    throw SshSessions.trouble(
                            FailureCategory.UNREACHABLE,
                            "SSH_BROKEN",
                            "The SSH connection to " + odp.host() + " broke: " + e.getMessage(),
                            "Check host and network, then retry.",
                            e);
                }
            }
        }
    }

    private static final class JschTalk implements Talk {
        private final Odp odp;
        private final SshSessions.Lease lease;
        private final ChannelExec channel;
        private final OutputStream in;
        private final LineBuffer out;
        private final LineBuffer err;

        JschTalk(
                Odp odp,
                SshSessions.Lease lease,
                ChannelExec channel,
                OutputStream in,
                LineBuffer out,
                LineBuffer err) {
            this.odp = odp;
            this.lease = lease;
            this.channel = channel;
            this.in = in;
            this.out = out;
            this.err = err;
        }

        @Override
        public void send(String line) throws TroubleException {
            try {
                in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                in.flush();
            } catch (IOException e) {
                throw broken(e);
            }
        }

        @Override
        public @Nullable String readLine(Duration limit) throws TroubleException {
            LineBuffer.Next next;
            try {
                next = out.next(limit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw SshSessions.trouble(
                        FailureCategory.TIMED_OUT,
                        "AGENT_STOPPED",
                        "The agent was stopped while it waited for " + odp.host(),
                        "Retry: the host's journal tells what has been done.",
                        e);
            }
            if (next.timedOut()) {
                // A host that vanished ends the session for all; one that is merely slow is not used for more.
                lease.hostAnswers();
                lease.broken();
                throw SshSessions.trouble(
                        FailureCategory.UNREACHABLE,
                        "HOST_SILENT",
                        "Host " + odp.host() + " does not answer over SSH" + said(),
                        "Check its load and the network; retry later.",
                        null);
            }
            if (next.line() == null && !lease.session().isConnected()) {
                throw broken(null);
            }
            return next.line();
        }

        @Override
        public Route route() {
            return lease;
        }

        @Override
        public void close() {
            channel.disconnect();
            lease.close();
        }

        private TroubleException broken(@Nullable IOException cause) {
            return SshSessions.trouble(
                    FailureCategory.UNREACHABLE,
                    "SSH_BROKEN",
                    "The SSH connection to " + odp.host() + " broke in the middle of the work" + said(),
                    "Check host and network, then retry: the host's journal tells what has been done.",
                    cause);
        }

        private String said() {
            String text = Redaction.line(err.text());
            return text.isEmpty() ? "" : " (it said: " + text + ")";
        }
    }
}
