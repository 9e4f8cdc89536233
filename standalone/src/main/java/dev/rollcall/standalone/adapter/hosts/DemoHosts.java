package dev.rollcall.standalone.adapter.hosts;

import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.standalone.adapter.hosts.DemoLayout.Host;
import dev.rollcall.standalone.adapter.hosts.DemoLayout.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hosts of the demo and their ODPs, in one directory.
 *
 * <p>An ODP that lives already, because an earlier run was killed, is adopted as it is. {@link #close} ends every ODP of the directory.
 *
 * <p>Threading: {@link #startOdps} may be called by several threads for different clusters.
 */
public final class DemoHosts implements AutoCloseable {

    /** Password of root@proxysys on every emulated ODP; it protects nothing, they listen on loopback only. */
    public static final String ADMIN_PASSWORD = "proxysys";

    /** Login of the pretended business. */
    public static final String PROBE_USER = "app@demo#democluster";

    /** Its password. */
    public static final String PROBE_PASSWORD = "app";

    private static final Logger LOG = LoggerFactory.getLogger(DemoHosts.class);
    private static final int STARTS_AT_ONCE = 3;

    private final DemoLayout layout;
    private final DemoKeys keys;
    private final Path knownHosts;
    private final Map<Place, EmulatedOdp> odps;
    private final List<EmulatedHost> hosts;
    /** Read-held by each start of an ODP, written by the end: no ODP starts behind its back. */
    private final ReadWriteLock starting = new ReentrantReadWriteLock();

    private boolean closed;

    private DemoHosts(
            DemoLayout layout, DemoKeys keys, Path knownHosts, Map<Place, EmulatedOdp> odps, List<EmulatedHost> hosts) {
        this.layout = layout;
        this.keys = keys;
        this.knownHosts = knownHosts;
        this.odps = odps;
        this.hosts = hosts;
    }

    /**
     * Starts the hosts; their ODPs are installed where they are not yet, and not started.
     *
     * @param network first three numbers of the hosts' addresses, at the first start
     * @throws IOException when a host's address and port cannot be listened on, or the directory cannot be written
     */
    public static DemoHosts open(Path directory, String network) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        DemoLayout layout = DemoLayout.in(root, network);
        DemoKeys keys = DemoKeys.in(root.resolve("keys"));
        Map<Place, EmulatedOdp> odps = new LinkedHashMap<>();
        for (Place place : layout.places()) {
            odps.put(place, odp(place, root.resolve("emulator")));
        }
        List<EmulatedHost> hosts = new ArrayList<>();
        Path knownHosts = root.resolve("keys/known_hosts");
        DemoHosts opened = new DemoHosts(layout, keys, knownHosts, odps, hosts);
        try {
            for (Host host : layout.hosts()) {
                hosts.add(EmulatedHost.start(
                        host.address(), host.sshPort(), host.directory(), sshUser(), keys.publicKey()));
            }
            Files.write(
                    knownHosts, hosts.stream().map(EmulatedHost::knownHostsLine).toList());
            return opened;
        } catch (IOException e) {
            opened.closeHosts();
            throw e;
        }
    }

    public DemoLayout layout() {
        return layout;
    }

    /** The user the hosts let in: the one who runs this JVM. */
    public static String sshUser() {
        return System.getProperty("user.name");
    }

    /** The private key they accept. */
    public Path privateKey() {
        return keys.privateKey();
    }

    /** The file that vouches for the hosts' keys. */
    public Path knownHosts() {
        return knownHosts;
    }

    /** The emulated ODP at a place. */
    public EmulatedOdp odp(Place place) {
        EmulatedOdp odp = odps.get(place);
        if (odp == null) {
            throw new IllegalArgumentException("The demo has no ODP at " + place);
        }
        return odp;
    }

    /**
     * Starts the ODPs of a cluster that do not run, except those that the demo wants stopped at first; returns when they serve.
     *
     * @throws IOException when one does not come up
     */
    public void startOdps(String cluster) throws IOException {
        ExecutorService starters = Executors.newFixedThreadPool(STARTS_AT_ONCE);
        try {
            List<Future<?>> starts = new ArrayList<>();
            for (Place place : layout.places(cluster)) {
                if (!place.stoppedAtFirst()) {
                    starts.add(starters.submit(() -> startIfDown(odp(place))));
                }
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the ODPs of " + cluster + " were starting", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    "An ODP of " + cluster + " does not start: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        } finally {
            starters.shutdownNow();
        }
    }

    /** Ends every ODP, then the hosts. */
    @Override
    public void close() {
        starting.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            starting.writeLock().unlock();
        }
        ExecutorService stoppers = Executors.newCachedThreadPool();
        for (EmulatedOdp odp : odps.values()) {
            stoppers.execute(() -> stop(odp));
        }
        stoppers.shutdown();
        try {
            if (!stoppers.awaitTermination(20, TimeUnit.SECONDS)) {
                LOG.warn("Some emulated ODPs did not end within 20 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeHosts();
    }

    private void closeHosts() {
        for (EmulatedHost host : hosts) {
            try {
                host.close();
            } catch (IOException e) {
                LOG.warn("The SSH server at {} did not close cleanly", host.address(), e);
            }
        }
    }

    private static EmulatedOdp odp(Place place, Path cache) throws IOException {
        OdpSettings settings = OdpSettings.defaults()
                .withListenIp(place.host().address())
                .withPort(place.sqlPort())
                .withVersion(place.version())
                .withAdminPassword(ADMIN_PASSWORD)
                .withBusinessBackend(true)
                .withCache(cache);
        return Files.isExecutable(place.home().resolve("bin/obproxy"))
                ? EmulatedOdp.adopt(place.home(), settings)
                : EmulatedOdp.install(place.home(), settings);
    }

    private Void startIfDown(EmulatedOdp odp) throws IOException {
        starting.readLock().lock();
        try {
            if (closed) {
                throw new IOException("the demo is ending");
            }
            if (odp.isRunning()) {
                LOG.info("Adopting the ODP that runs in {}", odp.home());
            } else {
                requireFree(odp);
                odp.start();
            }
            return null;
        } finally {
            starting.readLock().unlock();
        }
    }

    /** Another demo's ODP answers to the same password: without a look, its answer would pass for that of the one started here. */
    static void requireFree(EmulatedOdp odp) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(odp.address(), 1);
        } catch (IOException e) {
            throw new IOException(
                    "%s is held by another program, perhaps the ODP of another demo (%s). End it, or choose another directory with --data: a new one gets free ports"
                            .formatted(odp.address(), e.getMessage()),
                    e);
        }
    }

    private static void stop(EmulatedOdp odp) {
        try {
            odp.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot end the ODP in " + odp.home(), e);
        }
    }
}
