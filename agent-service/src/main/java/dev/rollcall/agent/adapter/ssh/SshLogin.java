package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.rollcall.agent.app.Threads;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens one SSH session: connects, checks the host's key, logs in; and says in words why not. Thread-safe. */
final class SshLogin {
    /** sshd drops handshakes at random when too many are under way, ours and others'. */
    private static final int TRIES = 5;

    private final SshSettings settings;
    private final SshCredentials credentials;
    private final KnownHosts knownHosts;
    private final KeyRing keys = new KeyRing();
    private final ThreadFactory readers = Threads.daemons("ssh-session");

    SshLogin(SshSettings settings, SshCredentials credentials) {
        this.settings = settings;
        this.credentials = credentials;
        this.knownHosts = new KnownHosts(settings.knownHosts(), settings.trustOnFirstUse());
    }

    /** A session that is logged in, and what carries it. */
    record Opened(Session session, Wire wire) {}

    /**
     * @param opener makes the connection, each time anew; called for every try
     * @param begun hears of each connection before it is made, to cut it if the handshake takes too long
     */
    Opened open(SshTarget target, Callable<Wire.Opener> opener, Consumer<Wire> begun)
            throws TroubleException, InterruptedException {
        SshCredential credential = credentials
                .find(target.credential())
                .orElseThrow(() -> SshSessions.trouble(
                        FailureCategory.REFUSED,
                        "NO_CREDENTIAL",
                        "The agent has no SSH credential '" + target.credential() + "'",
                        "Add rollcall.agent.credentials." + target.credential() + " to the agent's settings.",
                        null));
        for (int attempt = 1; ; attempt++) {
            KnownHosts.Check check = knownHosts.new Check();
            try {
                Wire wire = new Wire(opener.call());
                begun.accept(wire);
                return handshake(target, credential, check, wire);
            } catch (TroubleException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                TroubleException trouble = trouble(e);
                if (trouble != null) {
                    throw trouble;
                }
                if (attempt == TRIES || check.refusal() != null || !worthRetrying(e)) {
                    throw new TroubleException(inWords(target, e, check), e);
                }
                // Growing, and never two of us in step.
                Thread.sleep((100L << attempt) / 2 + ThreadLocalRandom.current().nextLong(100L << attempt));
            }
        }
    }

    private Opened handshake(SshTarget target, SshCredential credential, KnownHosts.Check check, Wire wire)
            throws JSchException, TroubleException {
        JSch jsch = new JSch();
        jsch.setHostKeyRepository(check);
        Session session = jsch.getSession(target.user(), target.host(), target.port());
        if (credential instanceof SshCredential.Key key) {
            jsch.addIdentity(keys.get(target.credential(), key), null);
            session.setConfig("PreferredAuthentications", "publickey");
        } else if (credential instanceof SshCredential.Password password) {
            session.setConfig("PreferredAuthentications", "password,keyboard-interactive");
            session.setUserInfo(new PasswordOnly(password.value()));
            session.setPassword(password.value());
        }
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setThreadFactory(readers);
        session.setDaemonThread(true);
        session.setServerAliveInterval((int) settings.keepAlive().toMillis());
        session.setServerAliveCountMax(2);
        session.setProxy(wire);
        try {
            session.connect((int) settings.connectTimeout().toMillis());
            // The connect timeout stays as the read timeout of the socket, which the keep-alive needs to be its own.
            session.setTimeout((int) settings.keepAlive().toMillis());
            return new Opened(session, wire);
        } catch (JSchException | RuntimeException e) {
            wire.cut();
            session.disconnect();
            SocketTimeoutException silence = wire.silence();
            if (silence != null) {
                throw new JSchException("no answer in time", silence);
            }
            throw e;
        }
    }

    /** Straight to the host, by whichever of its addresses answers. */
    static Socket connect(SshTarget target, Duration timeout) throws IOException {
        InetAddress[] addresses = InetAddress.getAllByName(target.host());
        IOException failure = new IOException("no address");
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, target.port()), (int)
                        Math.max(1, timeout.toMillis() / addresses.length));
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }

    private static @Nullable TroubleException trouble(Throwable e) {
        return cause(e, TroubleException.class);
    }

    private static <T extends Throwable> @Nullable T cause(Throwable e, Class<T> kind) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (kind.isInstance(t)) {
                return kind.cast(t);
            }
        }
        return null;
    }

    /** A slow host does not get better by trying at once, and a closed port not either. */
    private static boolean worthRetrying(Exception e) {
        String text = text(e);
        return text.contains("connection is closed by foreign host")
                || text.contains("connection reset")
                || text.contains("broken pipe")
                || text.contains("end of io stream");
    }

    private Failure inWords(SshTarget target, Exception e, KnownHosts.Check check) {
        Failure badKey = check.refusal();
        if (badKey != null) {
            return badKey;
        }
        String text = text(e);
        if (text.contains("auth fail") || text.contains("auth cancel") || text.contains("too many authentication")) {
            return Failure.of(
                    FailureCategory.REFUSED,
                    "SSH_LOGIN_DENIED",
                    "SSH login as " + target.words() + " with credential '" + target.credential() + "' was refused ("
                            + e.getMessage() + ")",
                    "Check the key or password of that credential, and on the host authorized_keys of " + target.user()
                            + " (sshd's log says why).");
        }
        if (cause(e, JSchAlgoNegoFailException.class) != null) {
            return Failure.of(
                    FailureCategory.REFUSED,
                    "SSH_NO_COMMON_ALGORITHM",
                    "The agent and sshd of " + target.words() + " have no algorithm in common: " + e.getMessage(),
                    "Allow a current one in the host's sshd_config, or update its OpenSSH.");
        }
        return Failure.of(
                FailureCategory.UNREACHABLE,
                "SSH_UNREACHABLE",
                "No SSH connection to " + target.words() + ": " + reason(e),
                "Check that the host is up, that sshd listens there, and the way to it.");
    }

    private String reason(Exception e) {
        UnknownHostException noName = cause(e, UnknownHostException.class);
        if (noName != null) {
            return "the agent's machine finds no address for that name";
        }
        if (cause(e, SocketTimeoutException.class) != null) {
            return "no answer within " + settings.connectTimeout().toSeconds() + " s";
        }
        if (cause(e, NoRouteToHostException.class) != null) {
            return "there is no way to the host (no route, or its firewall says no)";
        }
        ConnectException refused = cause(e, ConnectException.class);
        if (refused != null && text(refused).contains("refused")) {
            return "the host is up and nothing listens there";
        }
        if (worthRetrying(e)) {
            return "its sshd closed the connection in each of " + TRIES
                    + " handshakes (too many at once for its MaxStartups, or it lets this address not in)";
        }
        return String.valueOf(e.getMessage());
    }

    private static String text(Throwable e) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = e; t != null; t = t.getCause()) {
            text.append(t).append(' ');
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }
}
