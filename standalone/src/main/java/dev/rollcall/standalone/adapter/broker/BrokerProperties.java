package dev.rollcall.standalone.adapter.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * The broker's settings. Three aims decide them: a few hundred partitions in little memory, a start within seconds also
 * after kill -9, and Kafka Streams with {@code exactly_once_v2} on one replica.
 */
final class BrokerProperties {

    static final int NODE_ID = 1;
    static final String CLIENT_LISTENER = "PLAINTEXT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** One record of the cluster change topic may have 4 MiB; the rest is for its envelope and its batch. */
    private static final int MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

    /** An index entry stands for 4 KiB of log and takes at most 12 bytes, so 64 KiB of index cover this segment. */
    private static final int SEGMENT_BYTES = 16 * 1024 * 1024;

    private static final int INDEX_BYTES = 64 * 1024;

    private BrokerProperties() {}

    static Properties of(Path logDirectory, int port, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", Integer.toString(NODE_ID));
        p.setProperty("log.dirs", logDirectory.toString());

        p.setProperty(
                "listeners",
                CLIENT_LISTENER + "://127.0.0.1:" + port + "," + CONTROLLER_LISTENER + "://127.0.0.1:"
                        + controllerPort);
        p.setProperty("advertised.listeners", CLIENT_LISTENER + "://127.0.0.1:" + port);
        p.setProperty("controller.listener.names", CONTROLLER_LISTENER);
        p.setProperty("inter.broker.listener.name", CLIENT_LISTENER);
        p.setProperty(
                "listener.security.protocol.map", CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        // A static quorum of one: its address is not persisted, so the controller's port may differ at each start.
        p.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);

        oneReplica(p);
        quickRecovery(p);
        retention(p);
        littleMemory(p);
        return p;
    }

    private static void oneReplica(Properties p) {
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("default.replication.factor", "1");
        p.setProperty("min.insync.replicas", "1");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "5");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "5");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.num.partitions", "1");
    }

    private static void quickRecovery(Properties p) {
        // After kill -9 the new incarnation may register only when the session of the old one has lapsed.
        p.setProperty("broker.session.timeout.ms", "2000");
        p.setProperty("broker.heartbeat.interval.ms", "500");
        p.setProperty("server.max.startup.time.ms", "60000");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        // Streams' transactions time out after 5 s; a dead instance must not hold up readers much longer than that.
        p.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        p.setProperty("num.recovery.threads.per.data.dir", "2");
        // Nothing to hand over to on a single node, so do not wait long for it.
        p.setProperty("controlled.shutdown.max.retries", "1");
        // With one replica a power cut loses what only the page cache has: bound that to about a second.
        p.setProperty("log.flush.interval.ms", "1000");
        p.setProperty("log.flush.scheduler.interval.ms", "1000");
    }

    private static void retention(Properties p) {
        // Longer than the longest retention of a topic (a year, audit): a group never forgets how far it read.
        p.setProperty(
                "offsets.retention.minutes", Long.toString(Duration.ofDays(400).toMinutes()));
        p.setProperty("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        p.setProperty("socket.request.max.bytes", Integer.toString(4 * MAX_MESSAGE_BYTES));
    }

    private static void littleMemory(Properties p) {
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "4");
        p.setProperty("background.threads", "2");
        p.setProperty("group.coordinator.threads", "1");
        p.setProperty("share.coordinator.threads", "1");
        p.setProperty("queued.max.requests", "64");
        p.setProperty("metric.reporters", "");

        p.setProperty("log.segment.bytes", Integer.toString(SEGMENT_BYTES));
        p.setProperty("log.index.size.max.bytes", Integer.toString(INDEX_BYTES));
        p.setProperty("log.preallocate", "false");
        p.setProperty("offsets.topic.segment.bytes", Integer.toString(SEGMENT_BYTES));
        p.setProperty("transaction.state.log.segment.bytes", Integer.toString(SEGMENT_BYTES));
        p.setProperty("share.coordinator.state.topic.segment.bytes", Integer.toString(SEGMENT_BYTES));
        // Kafka's default writes to the disk twice a second for ever; nobody waits for these records on a single node.
        p.setProperty("metadata.max.idle.interval.ms", "10000");
        p.setProperty("metadata.log.segment.bytes", Integer.toString(SEGMENT_BYTES));
        p.setProperty("metadata.log.max.record.bytes.between.snapshots", Integer.toString(SEGMENT_BYTES / 4));

        p.setProperty("log.cleaner.threads", "1");
        p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(2 * 1024 * 1024));
        p.setProperty("log.cleaner.io.buffer.size", Integer.toString(128 * 1024));
        p.setProperty("offsets.load.buffer.size", Integer.toString(512 * 1024));
        p.setProperty("transaction.state.log.load.buffer.size", Integer.toString(512 * 1024));
    }
}
