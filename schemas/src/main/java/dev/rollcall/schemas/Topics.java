package dev.rollcall.schemas;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topics of Rollcall, which are a public interface: dashboards and other programs subscribe to them.
 *
 * <p>All of them have the same number of partitions, so that everything about one cluster that is keyed by its id lies on one
 * partition number.
 */
public enum Topics {
    CLUSTERS_REQUESTED(
            "odp.clusters.requested.v1",
            ClusterChangeRequested.class,
            Key.CLUSTER,
            Cleanup.DELETE,
            Duration.ofDays(7),
            4 << 20),
    CLUSTERS("odp.clusters.v1", ClusterDefinition.class, Key.CLUSTER, Cleanup.COMPACT, Duration.ZERO, 1 << 20),
    INVENTORY("odp.inventory.v1", OdpDefinition.class, Key.ODP, Cleanup.COMPACT, Duration.ZERO, 1 << 20),
    RESTART_REQUESTED(
            "odp.restart.requested.v1",
            RestartRequested.class,
            Key.CLUSTER,
            Cleanup.DELETE,
            Duration.ofDays(30),
            1 << 20),
    TASK_CONTROL(
            "odp.task.control.v1",
            TaskControlRequested.class,
            Key.CLUSTER,
            Cleanup.DELETE,
            Duration.ofDays(30),
            1 << 20),
    COMMANDS("odp.commands.v1", OdpCommand.class, Key.ODP, Cleanup.DELETE, Duration.ofDays(7), 1 << 20),
    RESULTS("odp.results.v1", OdpResult.class, Key.CLUSTER, Cleanup.DELETE, Duration.ofDays(30), 1 << 20),
    STATUS("odp.status.v1", OdpStatus.class, Key.ODP, Cleanup.COMPACT, Duration.ZERO, 1 << 20),
    PLAN_EVENTS("odp.plan.events.v1", PlanEvent.class, Key.CLUSTER, Cleanup.DELETE, Duration.ofDays(30), 1 << 20),
    TASKS("odp.tasks.v1", TaskSnapshot.class, Key.TASK, Cleanup.COMPACT_DELETE, Duration.ofDays(30), 1 << 20),
    TASK_ODPS(
            "odp.task.odps.v1",
            TaskOdpSnapshot.class,
            Key.TASK_ODP,
            Cleanup.COMPACT_DELETE,
            Duration.ofDays(30),
            1 << 20),
    TASK_EVENTS("odp.task.events.v1", TaskEvent.class, Key.CLUSTER, Cleanup.DELETE, Duration.ofDays(30), 1 << 20),
    AUDIT_ENTRIES("odp.audit.entries.v1", AuditEntry.class, Key.CLUSTER, Cleanup.DELETE, Duration.ofDays(365), 1 << 20),
    AUDIT("odp.audit.v1", AuditRecord.class, Key.CLUSTER, Cleanup.DELETE, Duration.ofDays(365), 1 << 20),
    AUDIT_CHECKPOINTS(
            "odp.audit.checkpoints.v1", AuditCheckpoint.class, Key.PARTITION, Cleanup.COMPACT, Duration.ZERO, 1 << 20);

    /** What the record key is, always text. */
    public enum Key {
        /** {@code clusterId}; of an audited action without a cluster, {@code @} and the user. */
        CLUSTER,
        /** {@code clusterId/odpId}. */
        ODP,
        /** {@code taskId}. */
        TASK,
        /** {@code taskId/odpId}. */
        TASK_ODP,
        /** Number of a partition. */
        PARTITION
    }

    /** How Kafka cleans the topic up. */
    public enum Cleanup {
        DELETE(TopicConfig.CLEANUP_POLICY_DELETE),
        COMPACT(TopicConfig.CLEANUP_POLICY_COMPACT),
        COMPACT_DELETE(TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);

        private final String policy;

        Cleanup(String policy) {
            this.policy = policy;
        }
    }

    private static final String DEAD_LETTER_SUFFIX = "-dlt";
    private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);

    private final String topicName;
    private final Class<? extends SpecificRecord> recordType;
    private final Key key;
    private final Cleanup cleanup;
    private final Duration retention;
    private final int maxMessageBytes;

    Topics(
            String topicName,
            Class<? extends SpecificRecord> recordType,
            Key key,
            Cleanup cleanup,
            Duration retention,
            int maxMessageBytes) {
        this.topicName = topicName;
        this.recordType = recordType;
        this.key = key;
        this.cleanup = cleanup;
        this.retention = retention;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Name of the topic in Kafka. */
    public String topicName() {
        return topicName;
    }

    /** Name of the topic that takes what could not be handled. */
    public String deadLetterName() {
        return topicName + DEAD_LETTER_SUFFIX;
    }

    /** Name under which the record's schema is registered. */
    public String subject() {
        return topicName + "-value";
    }

    /** The one record type of the topic. */
    public Class<? extends SpecificRecord> recordType() {
        return recordType;
    }

    /** What the key of its records is. */
    public Key key() {
        return key;
    }

    /** The topic of a name, dead-letter topics excluded. */
    public static Topics of(String topicName) {
        return Arrays.stream(values())
                .filter(topic -> topic.topicName.equals(topicName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No topic of Rollcall is called '" + topicName + "'"));
    }

    /** Key of everything about one ODP of a cluster. */
    public static String odpKey(String clusterId, String odpId) {
        return clusterId + "/" + odpId;
    }

    /** Key of one ODP within one task. */
    public static String taskOdpKey(String taskId, String odpId) {
        return taskId + "/" + odpId;
    }

    /**
     * The topic and its dead-letter topic, as they have to be created.
     *
     * @param partitions number of partitions, 1 or more, the same for all topics of an installation
     * @param replicas replication factor, 1 or more; with 3 or more, two in-sync replicas are demanded
     */
    public List<NewTopic> declarations(int partitions, short replicas) {
        Map<String, String> config = new TreeMap<>();
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup.policy);
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
        if (cleanup != Cleanup.COMPACT) {
            config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        }
        Map<String, String> deadLetterConfig = new TreeMap<>();
        deadLetterConfig.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(DEAD_LETTER_RETENTION.toMillis()));
        deadLetterConfig.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
        if (replicas >= 3) {
            config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
            deadLetterConfig.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        }
        return List.of(
                new NewTopic(topicName, partitions, replicas).configs(config),
                new NewTopic(deadLetterName(), partitions, replicas).configs(deadLetterConfig));
    }
}
