package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import dev.rollcall.agent.app.Route;
import dev.rollcall.agent.app.Threads;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps SSH sessions and hands them out.
 *
 * <p>A session is shared by everything that goes to the same server, user and credential by the same way; another one is opened when its
 * scripts are as many as sshd lets one session run. A broken one is replaced, an idle one closed. Handshakes are bounded per server, and tried
 * again when sshd drops one.
 *
 * <p>A host that hangs holds up only those who want that host, and those not for long: whoever waited for an attempt that failed shares its
 * failure, a handshake that takes too long is cut off, and so is a connection that takes no more data. Thread-safe.
 */
public final class SshSessions implements AutoCloseable {
    /** Enough for all that is watched through a jump host, and far below what one connection can carry. */
    private static final int TUNNELS_PER_SESSION = 200;

    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(4);

    private final SshSettings settings;
    private final SshLogin login;
    private final Map<SshTarget, Pool> pools = new ConcurrentHashMap<>();
    /** Sessions that each serve one talk only. */
    private final Pool alone = new Pool();

    private final Map<String, Semaphore> handshakes = new ConcurrentHashMap<>();
    private final Map<Wire, Long> shakingSince = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(Threads.platformDaemons("ssh-sweeper"));

    public SshSessions(SshSettings settings, SshCredentials credentials) {
        this.settings = settings;
        this.login = new SshLogin(settings, credentials);
        sweeper.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a session is wanted for; sshd counts only the first kind (MaxSessions). */
    enum Use {
        SCRIPT,
        TUNNEL
    }

    /** A session with room for one more script or tunnel, until it is given back. */
    static final class Lease implements AutoCloseable, Route {
        private final Pool pool;
        private final Slot slot;
        private final Use use;
        private boolean closed;

        private Lease(Pool pool, Slot slot, Use use) {
            this.pool = pool;
            this.slot = slot;
            this.use = use;
        }

        Session session() {
            return slot.opened.session();
        }

        /**
         * A channel to set up and connect.
         *
         * @throws JSchException when the session is down; where it ends at that very moment JSch says nothing and gives no channel
         */
        Channel channel(String type) throws JSchException {
            Channel channel = session().openChannel(type);
            if (channel == null) {
                throw new JSchException("session is down");
            }
            return channel;
        }

        String host() {
            return session().getHost();
        }

        /** Room for one more tunnel in the same session, whether it still lives or not. */
        Lease tunnel() {
            synchronized (pool) {
                slot.add(Use.TUNNEL, 1);
                return new Lease(pool, slot, Use.TUNNEL);
            }
        }

        /** Whoever comes next gets another session; what still works on this one is not disturbed. */
        void broken() {
            synchronized (pool) {
                slot.retired = true;
            }
        }

        /**
         * Something on the host did not answer: does the host still? If not, this session ends at once for all who use it.
         *
         * <p>Takes at most a few seconds.
         */
        boolean hostAnswers() {
            try {
                if (slot.opened.wire().answers(session(), SIGN_OF_LIFE)) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
            broken();
            return false;
        }

        @Override
        public void close() {
            boolean last;
            synchronized (pool) {
                if (closed) {
                    return;
                }
                closed = true;
                slot.add(use, -1);
                slot.lastUse = System.nanoTime();
                last = slot.retired && slot.unused();
                if (last) {
                    pool.slots.remove(slot);
                }
                pool.notifyAll();
            }
            if (last) {
                slot.end();
            }
        }
    }

    private static final class Slot {
        final SshLogin.Opened opened;
        int scripts;
        int tunnels;
        boolean retired;
        long lastUse = System.nanoTime();

        Slot(SshLogin.Opened opened) {
            this.opened = opened;
        }

        void add(Use use, int one) {
            switch (use) {
                case SCRIPT -> scripts += one;
                case TUNNEL -> tunnels += one;
            }
        }

        boolean unused() {
            return scripts + tunnels == 0;
        }

        boolean alive() {
            return opened.session().isConnected();
        }

        /** Cut first: to say goodbye would be to write to a host that may take nothing. */
        void end() {
            opened.wire().cut();
            opened.session().disconnect();
        }
    }

    private static final class Pool {
        final List<Slot> slots = new ArrayList<>();
        int opening;
        long failedAt;

        @Nullable
        TroubleException failure;
    }

    /** A session to the host of an ODP; opens one where none has room. */
    Lease lease(Odp odp, Use use) throws TroubleException {
        return lease(SshTarget.of(odp), use);
    }

    private Lease lease(SshTarget target, Use use) throws TroubleException {
        Pool pool = pools.computeIfAbsent(target, k -> new Pool());
        long asked = System.nanoTime();
        long until = asked + settings.connectTimeout().toNanos() * 3;
        synchronized (pool) {
            while (true) {
                Slot free = freeSlot(pool, use);
                if (free != null) {
                    free.add(use, 1);
                    return new Lease(pool, free, use);
                }
                TroubleException failure = pool.failure;
                if (failure != null && pool.failedAt - asked > 0) {
                    throw new TroubleException(failure.failure(), failure);
                }
                if (pool.slots.size() + pool.opening < settings.sessionsPerHost()
                        && (pool.opening == 0 || pool.slots.size() + pool.opening < 2)) {
                    pool.opening++;
                    break;
                }
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw busy("All SSH sessions to " + target.words() + " are busy");
                }
                try {
                    pool.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw interrupted(target, e);
                }
            }
        }
        Slot slot = null;
        TroubleException failure = null;
        try {
            slot = new Slot(open(target));
            slot.add(use, 1);
            return new Lease(pool, slot, use);
        } catch (TroubleException e) {
            failure = e;
            throw e;
        } finally {
            // In one step: whoever waits must not see that nothing is being opened before it sees the session.
            synchronized (pool) {
                pool.opening--;
                pool.failure = failure;
                pool.failedAt = System.nanoTime();
                if (slot != null) {
                    pool.slots.add(slot);
                }
                pool.notifyAll();
            }
        }
    }

    /** A session for one script that nobody else gets; it ends with the last of its leases. */
    Lease alone(Odp odp) throws TroubleException {
        Slot slot = new Slot(open(SshTarget.of(odp)));
        slot.add(Use.SCRIPT, 1);
        slot.retired = true;
        synchronized (alone) {
            alone.slots.add(slot);
        }
        return new Lease(alone, slot, Use.SCRIPT);
    }

    private @Nullable Slot freeSlot(Pool pool, Use use) {
        Slot best = null;
        for (Slot slot : pool.slots) {
            boolean room = use == Use.SCRIPT
                    ? slot.scripts < settings.channelsPerSession()
                    : slot.tunnels < TUNNELS_PER_SESSION;
            if (room
                    && !slot.retired
                    && slot.alive()
                    && (best == null || slot.scripts + slot.tunnels < best.scripts + best.tunnels)) {
                best = slot;
            }
        }
        return best;
    }

    private SshLogin.Opened open(SshTarget target) throws TroubleException {
        Semaphore permits =
                handshakes.computeIfAbsent(target.server(), k -> new Semaphore(settings.handshakesPerHost(), true));
        try {
            if (!permits.tryAcquire(settings.connectTimeout().toMillis() * 3, TimeUnit.MILLISECONDS)) {
                throw busy("Too many SSH handshakes with " + target.hostAndPort() + " are waiting");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(target, e);
        }
        List<Wire> begun = new ArrayList<>();
        try {
            return login.open(target, () -> timeout -> connect(target, timeout), wire -> {
                begun.add(wire);
                shakingSince.put(wire, System.nanoTime());
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(target, e);
        } finally {
            begun.forEach(shakingSince::remove);
            permits.release();
        }
    }

    private Socket connect(SshTarget target, Duration timeout) throws IOException, TroubleException {
        SshTarget via = target.via();
        if (via == null) {
            return SshLogin.connect(target, timeout);
        }
        Lease jump = lease(via, Use.TUNNEL);
        try {
            return TunnelSocket.open(jump, target.host(), target.port(), timeout);
        } catch (TunnelSocket.ForwardingForbiddenException e) {
            throw trouble(
                    FailureCategory.REFUSED,
                    "JUMP_FORBIDDEN",
                    "sshd of the jump host " + via.words() + " does not allow a connection to " + target.hostAndPort()
                            + " (AllowTcpForwarding, PermitOpen, or restrict in authorized_keys)",
                    "Allow it in that host's sshd_config: AllowTcpForwarding yes (or local), and PermitOpen for this address.",
                    e);
        } catch (TunnelSocket.NotListeningException e) {
            throw trouble(
                    FailureCategory.UNREACHABLE,
                    "SSH_UNREACHABLE",
                    "The jump host " + via.words() + " gets no connection to " + target.hostAndPort(),
                    "Check that the host is up, that sshd listens there, and the way to it from the jump host.",
                    e);
        }
    }

    /** Ends what takes too long, and what nobody uses any more. */
    private void sweep() {
        Duration longest = settings.connectTimeout().multipliedBy(2);
        shakingSince.forEach((wire, since) -> {
            if (System.nanoTime() - since > longest.toNanos()) {
                wire.cut();
            }
        });
        for (Pool pool : allPools()) {
            List<Slot> dead = new ArrayList<>();
            synchronized (pool) {
                for (Slot slot : pool.slots) {
                    boolean idle = slot.unused()
                            && System.nanoTime() - slot.lastUse
                                    > settings.idle().toNanos();
                    if (!slot.alive() || idle || slot.opened.wire().stuck(settings.connectTimeout())) {
                        slot.retired = true;
                        dead.add(slot);
                    }
                }
                pool.slots.removeAll(dead);
            }
            // Leases of these end by themselves: what they wait for breaks.
            dead.forEach(slot -> slot.opened.wire().cut());
            dead.forEach(slot -> slot.opened.session().disconnect());
        }
    }

    private static TroubleException busy(String detail) {
        return trouble(FailureCategory.UNREACHABLE, "SSH_BUSY", detail, "The host answers slowly; retry later.", null);
    }

    private static TroubleException interrupted(SshTarget target, InterruptedException e) {
        return trouble(
                FailureCategory.TIMED_OUT,
                "AGENT_STOPPED",
                "The agent was stopped on its way to " + target.hostAndPort(),
                null,
                e);
    }

    static TroubleException trouble(
            FailureCategory category, String code, String detail, @Nullable String advice, @Nullable Throwable cause) {
        Failure failure = Failure.of(category, code, detail, advice);
        return cause == null ? new TroubleException(failure) : new TroubleException(failure, cause);
    }

    @Override
    public void close() {
        sweeper.shutdownNow();
        shakingSince.keySet().forEach(Wire::cut);
        allPools().forEach(SshSessions::end);
    }

    private List<Pool> allPools() {
        List<Pool> all = new ArrayList<>(pools.values());
        all.add(alone);
        return all;
    }

    private static void end(Pool pool) {
        List<Slot> all;
        synchronized (pool) {
            all = List.copyOf(pool.slots);
            pool.slots.clear();
        }
        all.forEach(Slot::end);
    }
}
