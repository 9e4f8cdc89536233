package dev.rollcall.standalone.adapter.broker;

import dev.rollcall.standalone.adapter.net.LoopbackPorts;
import dev.rollcall.standalone.adapter.net.PortInUseException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this JVM, listening on 127.0.0.1 only, with its data in a directory that outlives
 * the process.
 *
 * <p>Durability: an acknowledged record survives kill -9 of the process; a power cut can lose about the last second, since
 * there is one replica and the disk is synced once a second.
 *
 * <p>Kafka halts the whole JVM when its disk fails for good: then nothing sensible is left to run here.
 *
 * <p>Start it after logging is set up. Threading: {@link #close} may be called from any thread, and twice.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** The command-line option that chooses the port. */
    public static final String PORT_OPTION = "--kafka-port";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final KafkaRaftServer server;
    private final int port;
    private final DataDirectory lock;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(KafkaRaftServer server, int port, DataDirectory lock) {
        this.server = server;
        this.port = port;
        this.lock = lock;
    }

    /**
     * Starts the broker and returns when it answers clients. An empty or missing directory is formatted first.
     *
     * @param directory created when missing; one process at a time may use it
     * @param port 0 takes any free port, see {@link #port}
     * @throws PortInUseException if the port is taken; then nothing was written
     * @throws DataDirectoryException if the directory is used by another process, or cannot be used at all
     */
    public static EmbeddedBroker start(Path directory, int port) {
        LoopbackPorts.requireFree(port, "Kafka", PORT_OPTION);
        long begin = System.nanoTime();
        Path absolute = directory.toAbsolutePath().normalize();
        Path logs = absolute.resolve("log");
        DataDirectory lock = DataDirectory.take(absolute);
        try {
            boolean fresh = formatIfNew(logs);
            EmbeddedBroker broker = startServer(logs, port, lock);
            LOG.info(
                    "Embedded Kafka listens on {}, data in {} ({}), up in {} ms",
                    broker.bootstrapServers(),
                    logs,
                    fresh ? "new" : "kept from before",
                    (System.nanoTime() - begin) / 1_000_000);
            return broker;
        } catch (RuntimeException | Error e) {
            release(lock);
            throw e;
        }
    }

    /** Host and port for {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The port it really listens on. */
    public int port() {
        return port;
    }

    /** Stops taking requests, syncs the logs, and frees the directory. Stop the clients first. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            release(lock);
        }
    }

    private static EmbeddedBroker startServer(Path logs, int port, DataDirectory lock) {
        // Kafka ends the JVM when its controller cannot bind, so all that can be done is to look shortly before. Nobody
        // but the broker beside it talks to the controller, so any port will do.
        int clientPort = port == 0 ? LoopbackPorts.anyFree() : port;
        int controllerPort = LoopbackPorts.anyFree();
        KafkaRaftServer server = new KafkaRaftServer(
                KafkaConfig.fromProps(BrokerProperties.of(logs, clientPort, controllerPort), false), Time.SYSTEM);
        try {
            server.startup();
            return new EmbeddedBroker(server, clientPort, lock);
        } catch (RuntimeException e) {
            try {
                server.shutdown();
                server.awaitShutdown();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** @return whether there was nothing yet */
    private static boolean formatIfNew(Path logs) {
        // Written last by the formatter: a format that was killed half-way is done again.
        if (Files.exists(logs.resolve("meta.properties"))) {
            return false;
        }
        try {
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerProperties.NODE_ID)
                    .addDirectory(logs.toString())
                    .setMetadataLogDirectory(logs.toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
            return true;
        } catch (Exception e) {
            throw DataDirectoryException.unusable(logs, e);
        }
    }

    private static void release(DataDirectory lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The lock of Kafka's data directory could not be released; it ends with this process", e);
        }
    }
}
