package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.TopicsInPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Life of the Streams application: topics are there and counted before it starts, a thread that dies is replaced, and when
 * that is not possible the service reports itself broken.
 */
final class TaskStreams implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TaskStreams.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final Map<String, Object> kafka;
    private final TopicSettings topics;
    private final TaskServiceSettings settings;
    private final ApplicationEventPublisher publisher;
    private @Nullable KafkaStreams streams;

    TaskStreams(
            Map<String, Object> kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher) {
        this.kafka = kafka;
        this.topics = topics;
        this.settings = settings;
        this.publisher = publisher;
    }

    @Override
    public synchronized void start() {
        List<Topics> used = new ArrayList<>(TaskTopology.SOURCES);
        used.addAll(TaskTopology.SINKS);
        try (Admin admin = Admin.create(adminConfig())) {
            new TopicsInPlace(admin, topics.partitions(), topics.replicas()).ensure(used, settings.startWithin());
        }
        Properties config = new Properties();
        config.putAll(streamsConfig());
        KafkaStreams started =
                new KafkaStreams(TaskTopology.build(settings.ofFold(), topics.partitions(), kafka), config);
        started.setUncaughtExceptionHandler(exception -> {
            log.error("A stream thread died and is replaced", exception);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        started.setStateListener((now, before) -> {
            log.info("Task streams went from {} to {}", before, now);
            if (now == KafkaStreams.State.ERROR) {
                AvailabilityChangeEvent.publish(publisher, this, LivenessState.BROKEN);
            }
        });
        started.start();
        streams = started;
    }

    @Override
    public synchronized void stop() {
        if (streams != null) {
            streams.close(CLOSE_WITHIN);
            streams = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return streams != null;
    }

    private Map<String, Object> adminConfig() {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return config;
    }

    private Map<String, Object> streamsConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // A fact is on the page within milliseconds only if all of these are small together (measured: 16 ms instead of
        // 108).
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 10);
        config.put(StreamsConfig.POLL_MS_CONFIG, 5);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 5_000);
        // With the default of 100 ms a transaction a record comes to 35 a second.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 2);
        config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) topics.replicas());
        if (topics.replicas() >= 3) {
            config.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), "2");
        }
        config.putAll(kafka);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        config.put(
                StreamsConfig.STATE_DIR_CONFIG,
                settings.stateDir().toAbsolutePath().toString());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
        if (!settings.instanceId().isBlank()) {
            config.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        }
        return config;
    }
}
