package dev.rollcall.planner.adapter.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams that go together; those of {@code spring.kafka} (addresses, TLS, sign-in) come first. */
final class PlannerStreams {
    private PlannerStreams() {}

    static Properties settings(Map<String, Object> connection, PlannerSettings planner, TopicSettings topics) {
        Properties settings = new Properties();
        settings.putAll(connection);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, planner.applicationId());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, planner.stateDir().toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, planner.threads());
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, planner.standbyReplicas());
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) topics.replicas());
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SmallRocksDb.class);
        // While there is much to do; otherwise the processor asks for a commit much earlier.
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
        // An entry that changes several times within a transaction is written once; more than a transaction's worth is
        // of no use.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 1 << 20);
        // A result reaches its next command after some 15 ms; with the defaults it takes over 100 ms.
        settings.put(StreamsConfig.POLL_MS_CONFIG, 5);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        // Nine concurrent transactions back off from each other for 100 ms otherwise.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 2);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 5_000);
        // One cluster change may have 4 MiB, the limit of its topic, and its answer as many records.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 5 << 20);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        if (!planner.instanceId().isBlank()) {
            settings.put(
                    StreamsConfig.mainConsumerPrefix(CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG),
                    planner.instanceId());
        }
        return settings;
    }

    /** Settings of the serde: a registry that does not answer must not outlast the transaction. */
    static Map<String, Object> serde(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.putIfAbsent("schema.registry.retry.timeout.ms", "3000");
        return settings;
    }
}
