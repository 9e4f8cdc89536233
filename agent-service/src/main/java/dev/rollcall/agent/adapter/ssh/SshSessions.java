package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps SSH sessions and hands them out.
 *
 * <p>A session is shared by everything that goes to the same host, port, user and credential; another one is opened when its scripts are
 * as many as sshd lets one session run. A broken one is replaced. Handshakes are bounded per host, and tried again when sshd drops
 * one. Thread-safe; a host that hangs holds up only those who want that host.
 */
public final class SshSessions implements AutoCloseable {
    private static final int HANDSHAKE_TRIES = 3;

    private final SshSettings settings;
    private final SshCredentials credentials;
    private final KnownHosts knownHosts;
    private final Map<Key, Pool> pools = new ConcurrentHashMap<>();
    private final Map<String, Semaphore> handshakes = new ConcurrentHashMap<>();

    public SshSessions(SshSettings settings, SshCredentials credentials) {
        this.settings = settings;
        this.credentials = credentials;
        this.knownHosts = new KnownHosts(settings.knownHosts(), settings.trustOnFirstUse());
    }

    private record Key(String host, int port, String user, String credential) {}

    /** A session with room for one more script, until it is given back. */
    final class Lease implements AutoCloseable {
        private final Pool pool;
        private final Slot slot;
        private boolean closed;

        private Lease(Pool pool, Slot slot) {
            this.pool = pool;
            this.slot = slot;
        }

        Session session() {
            return slot.session;
        }
        /** Whoever comes next gets another session; what still works on this one is not disturbed. */
        void broken() {
            synchronized (pool) {
                slot.retired = true;
            }
        }

        @Override
        public void close() {
            synchronized (pool) {
                if (!closed) {
                    closed = true;
                    slot.used--;
                    slot.lastUse = System.nanoTime();
                    if (slot.retired && slot.used == 0) {
                        pool.slots.remove(slot);
                        slot.session.disconnect();
                    }
                    pool.notifyAll();
                }
            }
        }
    }

    private static final class Slot {
        final Session session;
        int used;
        boolean retired;
        long lastUse = System.nanoTime();

        Slot(Session session) {
            this.session = session;
        }
    }

    private static final class Pool {
        final List<Slot> slots = new ArrayList<>();
        int opening;
    }

    /** A session for one script; opens one where none has room. */
    Lease lease(Odp odp) throws TroubleException {
        Key key = new Key(odp.host(), odp.sshPort(), odp.sshUser(), odp.sshCredential());
        Pool pool = pools.computeIfAbsent(key, k -> new Pool());
        long until = System.nanoTime() + settings.connectTimeout().toNanos() * 3;
        synchronized (pool) {
            while (true) {
                Slot free = freeSlot(pool);
                if (free != null) {
                    free.used++;
                    return new Lease(pool, free);
                }
                if (pool.slots.size() + pool.opening < settings.sessionsPerHost()
                        && (pool.opening == 0 || pool.slots.size() + pool.opening < 2)) {
                    pool.opening++;
                    break;
                }
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw trouble(
                            FailureCategory.UNREACHABLE,
                            "SSH_BUSY",
                            "All SSH sessions to " + odp.host() + " are busy",
                            "The host answers slowly; retry later.",
                            null);
                }
                try {
                    pool.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw interrupted(odp, e);
                }
            }
        }
        @Nullable Session opened = null;
        try {
            opened = open(key);
        } finally {
            synchronized (pool) {
                pool.opening--;
                pool.notifyAll();
            }
        }
        synchronized (pool) {
            Slot slot = new Slot(opened);
            slot.used = 1;
            pool.slots.add(slot);
            pool.notifyAll();
            return new Lease(pool, slot);
        }
    }

    private @Nullable Slot freeSlot(Pool pool) {
        Iterator<Slot> slots = pool.slots.iterator();
        Slot best = null;
        while (slots.hasNext()) {
            Slot slot = slots.next();
            boolean stale = slot.used == 0
                    && System.nanoTime() - slot.lastUse > settings.idle().toNanos();
            if (!slot.session.isConnected() || (stale && best != null)) {
                slots.remove();
                slot.session.disconnect();
            } else if (!slot.retired
                    && slot.used < settings.channelsPerSession()
                    && (best == null || slot.used < best.used)) {
                best = slot;
            }
        }
        return best;
    }

    private Session open(Key key) throws TroubleException {
        SshCredential credential = credentials
                .find(key.credential())
                .orElseThrow(() -> trouble(
                        FailureCategory.REFUSED,
                        "NO_CREDENTIAL",
                        "The agent has no SSH credential '" + key.credential() + "'",
                        "Add rollcall.agent.credentials." + key.credential() + " to the agent's settings.",
                        null));
        Semaphore permits = handshakes.computeIfAbsent(
                key.host() + ":" + key.port(), k -> new Semaphore(settings.handshakesPerHost(), true));
        try {
            if (!permits.tryAcquire(settings.connectTimeout().toMillis() * 3, TimeUnit.MILLISECONDS)) {
                throw trouble(
                        FailureCategory.UNREACHABLE,
                        "SSH_BUSY",
                        "Too many SSH handshakes with " + key.host() + " are waiting",
                        "The host answers slowly; retry later.",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(key.host(), e);
        }
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return handshake(key, credential);
                } catch (JSchException e) {
                    if (attempt == HANDSHAKE_TRIES || !worthRetrying(e)) {
                        throw inWords(key, e);
                    }
                    Thread.sleep(100L * attempt + ThreadLocalRandom.current().nextInt(200));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(key.host(), e);
        } finally {
            permits.release();
        }
    }

    private Session handshake(Key key, SshCredential credential) throws JSchException, TroubleException {
        JSch jsch = new JSch();
        jsch.setHostKeyRepository(knownHosts);
        if (credential instanceof SshCredential.Key file) {
            if (!Files.isReadable(file.file())) {
                throw trouble(
                        FailureCategory.REFUSED,
                        "NO_CREDENTIAL",
                        "The key file of SSH credential '" + key.credential() + "' cannot be read by the agent",
                        "Check rollcall.agent.credentials." + key.credential() + ".key-file.",
                        null);
            }
            jsch.addIdentity(
                    file.file().toString(),
                    file.passphrase().isEmpty() ? null : file.passphrase().getBytes(StandardCharsets.UTF_8));
        }
        Session session = jsch.getSession(key.user(), key.host(), key.port());
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setDaemonThread(true);
        session.setServerAliveInterval((int) settings.keepAlive().toMillis());
        session.setServerAliveCountMax(3);
        if (credential instanceof SshCredential.Password password) {
            session.setConfig("PreferredAuthentications", "password,keyboard-interactive");
            session.setUserInfo(new PasswordOnly(password.value()));
            session.setPassword(password.value());
        } else {
            session.setConfig("PreferredAuthentications", "publickey");
        }
        int timeout = (int) settings.connectTimeout().toMillis();
        try {
            session.connect(timeout);
            // The connect timeout stays as the read timeout of the socket, which the keep-alive needs to be its own.
            session.setTimeout((int) settings.keepAlive().toMillis());
            return session;
        } catch (JSchException e) {
            session.disconnect();
            throw e;
        }
    }

    /** sshd drops handshakes at random when too many are under way; a slow host does not get better by trying at once. */
    private static boolean worthRetrying(JSchException e) {
        String text = text(e);
        return text.contains("connection is closed by foreign host")
                || text.contains("connection reset")
                || text.contains("broken pipe")
                || text.contains("session.connect: java.net.socketexception");
    }

    private TroubleException inWords(Key key, JSchException e) {
        String at = key.user() + "@" + key.host() + ":" + key.port();
        String text = text(e);
        if (text.contains("hostkey has been changed") || text.contains("has been changed")) {
            return trouble(
                    FailureCategory.REFUSED,
                    "HOST_KEY_CHANGED",
                    "The host key of " + key.host() + ":" + key.port()
                            + " is not the one in the agent's known hosts file; nobody was logged in",
                    "If the host was set up anew, replace its line in " + settings.knownHosts()
                            + ". Otherwise somebody may stand in between.",
                    e);
        }
        if (text.contains("reject hostkey") || text.contains("unknownhostkey")) {
            return trouble(
                    FailureCategory.REFUSED,
                    "HOST_KEY_UNKNOWN",
                    "The host key of " + key.host() + ":" + key.port() + " is not in the agent's known hosts file",
                    "Add it to " + settings.knownHosts()
                            + " (ssh-keyscan, after comparing its fingerprint), or set rollcall.agent.trust-on-first-use.",
                    e);
        }
        if (text.contains("auth fail") || text.contains("auth cancel") || text.contains("too many authentication")) {
            return trouble(
                    FailureCategory.REFUSED,
                    "SSH_LOGIN_DENIED",
                    "SSH login as " + at + " with credential '" + key.credential() + "' was refused",
                    "Check the key or password of that credential, and authorized_keys of " + key.user()
                            + " on the host.",
                    e);
        }
        if (text.contains("invalid privatekey") || text.contains("usernotallowed")) {
            return trouble(
                    FailureCategory.REFUSED,
                    "NO_CREDENTIAL",
                    "The key file of SSH credential '" + key.credential()
                            + "' cannot be used: it is no private key or needs another passphrase",
                    "Check rollcall.agent.credentials." + key.credential() + ".",
                    e);
        }
        return trouble(
                FailureCategory.UNREACHABLE,
                "SSH_UNREACHABLE",
                "No SSH connection to " + at + ": "
                        + Optional.ofNullable(e.getMessage()).orElse("no reason given"),
                "Check that the host is up, that sshd listens there, and the way to it.",
                e);
    }

    private static String text(Throwable e) {
        StringBuilder text = new StringBuilder();
        for (Throwable t = e; t != null; t = t.getCause()) {
            text.append(t).append(' ');
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private static TroubleException interrupted(Odp odp, InterruptedException e) {
        return interrupted(odp.host(), e);
    }

    private static TroubleException interrupted(String host, InterruptedException e) {
        return trouble(
                FailureCategory.TIMED_OUT, "AGENT_STOPPED", "The agent was stopped on its way to " + host, null, e);
    }

    static TroubleException trouble(
            FailureCategory category, String code, String detail, @Nullable String advice, @Nullable Throwable cause) {
        Failure failure = Failure.of(category, code, detail, advice);
        return cause == null ? new TroubleException(failure) : new TroubleException(failure, cause);
    }

    @Override
    public void close() {
        pools.values().forEach(pool -> {
            synchronized (pool) {
                pool.slots.forEach(slot -> slot.session.disconnect());
                pool.slots.clear();
            }
        });
    }
}
