package dev.rollcall.emulator;

import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.mysql.ServerError;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one or several ODPs: some hold a connection and use it, others open new ones all the time. What they suffer is what a restart costs.
 *
 * <p>Two threads an ODP. A held connection that is lost is counted and opened again. Nothing is tried twice: one failed attempt is one in the report.
 */
public final class TrafficClient implements AutoCloseable {

    /**
     * Who the clients are.
     *
     * @param statement what they ask all the time; must be answered without error
     */
    public record Login(String user, String password, String statement) {

        /** Business users of a pretended database: {@code SELECT 1} within transactions. */
        public static Login business(String cluster) {
            return new Login("app@tenant#" + cluster, "app", "SELECT 1");
        }

        /** The administrator, for an ODP without a database. */
        public static Login administrator(String password) {
            return new Login("root@proxysys", password, "SELECT @@session.tx_isolation");
        }
    }

    /**
     * How much they do.
     *
     * @param held connections held for each ODP
     * @param pause between two new connections, and between two statements of a held one
     * @param slowAfter a new connection that waits longer for its first answer counts as slow
     * @param timeout a new connection that waits longer counts as failed
     */
    public record Pattern(int held, Duration pause, Duration slowAfter, Duration timeout) {

        /** Two held connections, a new one every 50 ms, slow after 1 s, failed after 30 s. */
        public static Pattern usual() {
            return new Pattern(2, Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofSeconds(30));
        }
    }

    private final Login login;
    private final Pattern pattern;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;
    private long connections;
    private long refused;
    private long reset;
    private long failed;
    private long slow;
    private Duration slowest = Duration.ZERO;
    private long heldCut;
    private long heldAnswers;

    private TrafficClient(Login login, Pattern pattern) {
        this.login = login;
        this.pattern = pattern;
    }

    /** Starts clients of all these ODPs; they run until {@link #close()}. */
    public static TrafficClient start(List<InetSocketAddress> targets, Login login, Pattern pattern) {
        TrafficClient traffic = new TrafficClient(login, pattern);
        for (InetSocketAddress target : targets) {
            traffic.run("new connections to " + target, () -> traffic.openAllTheTime(target));
            traffic.run("held connections to " + target, () -> traffic.hold(target));
        }
        return traffic;
    }

    private void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** What was seen so far. */
    public synchronized TrafficReport report() {
        return new TrafficReport(connections, refused, reset, failed, slow, slowest, heldCut, heldAnswers);
    }

    private void openAllTheTime(InetSocketAddress target) {
        while (running) {
            MySqlClient client = open(target);
            if (client != null) {
                client.close();
            }
            pause();
        }
    }

    /** Opens a connection, asks once, and counts what came of it. */
    private @Nullable MySqlClient open(InetSocketAddress target) {
        long begun = System.nanoTime();
        MySqlClient client = null;
        try {
            client = MySqlClient.connect(target, login.user(), login.password(), pattern.timeout());
            client.query(login.statement());
            answered(Duration.ofNanos(System.nanoTime() - begun));
            return client;
        } catch (IOException e) {
            if (client != null) {
                client.close();
            }
            lost(e);
            return null;
        }
    }

    private synchronized void answered(Duration wait) {
        connections++;
        if (wait.compareTo(pattern.slowAfter()) > 0) {
            slow++;
        }
        if (wait.compareTo(slowest) > 0) {
            slowest = wait;
        }
    }

    private synchronized void lost(IOException e) {
        connections++;
        if (e instanceof ConnectException) {
            refused++;
        } else if (e instanceof EOFException || e instanceof SocketException) {
            reset++;
        } else {
            failed++;
        }
    }

    private void hold(InetSocketAddress target) {
        List<MySqlClient> held = new ArrayList<>();
        while (running) {
            while (running && held.size() < pattern.held()) {
                MySqlClient client = open(target);
                if (client == null) {
                    break;
                }
                held.add(client);
            }
            held.removeIf(client -> !use(client));
            pause();
        }
        held.forEach(MySqlClient::close);
    }

    /** One transaction of one statement on a held connection; false when the connection is lost. */
    private boolean use(MySqlClient client) {
        try {
            client.query("BEGIN");
            client.query(login.statement());
            client.query("COMMIT");
            synchronized (this) {
                heldAnswers += 3;
            }
            return true;
        } catch (ServerError refusedStatement) {
            synchronized (this) {
                failed++;
            }
            return true;
        } catch (IOException cut) {
            client.close();
            synchronized (this) {
                heldCut++;
            }
            return false;
        }
    }

    private void pause() {
        try {
            Thread.sleep(pattern.pause().toMillis());
        } catch (InterruptedException e) {
            running = false;
        }
    }

    /** Stops all clients and waits for them; at most as long as one of them may wait for an answer. */
    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join(pattern.timeout().toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
