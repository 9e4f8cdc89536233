package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.TopicsInPlace;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Life of a Streams application: topics are there and counted before it starts, a thread that dies is replaced, and when
 * that is not possible the service reports itself broken.
 */
final class TaskStreams implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TaskStreams.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /**
     * What runs.
     *
     * @param name follows the application id, and the service's name in metrics; empty: nothing follows it
     * @param used topics that must be there
     * @param commitEvery how often a transaction ends
     * @param pollFor how long to wait for records; also what a commit may be late by
     */
    record Job(String name, List<Topics> used, Supplier<Topology> topology, Duration commitEvery, Duration pollFor) {}

    private final Job job;
    private final Map<String, Object> kafka;
    private final TopicSettings topics;
    private final TaskServiceSettings settings;
    private final ApplicationEventPublisher publisher;
    private final Counter replaced;
    private volatile @Nullable KafkaStreams streams;

    TaskStreams(
            Job job,
            Map<String, Object> kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher,
            TaskMeters meters) {
        this.job = job;
        this.kafka = kafka;
        this.topics = topics;
        this.settings = settings;
        this.publisher = publisher;
        this.replaced = meters.watch("task" + job.name(), () -> state() == KafkaStreams.State.RUNNING, this::clients);
    }

    @Override
    public synchronized void start() {
        try (Admin admin = Admin.create(adminConfig())) {
            new TopicsInPlace(admin, topics.partitions(), topics.replicas()).ensure(job.used(), settings.startWithin());
        }
        Properties config = new Properties();
        config.putAll(streamsConfig());
        KafkaStreams started = new KafkaStreams(job.topology().get(), config);
        started.setUncaughtExceptionHandler(exception -> {
            log.error(
                    "A stream thread of {} died and is replaced",
                    config.get(StreamsConfig.APPLICATION_ID_CONFIG),
                    exception);
            replaced.increment();
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        started.setStateListener((now, before) -> {
            log.info("Streams {} went from {} to {}", config.get(StreamsConfig.APPLICATION_ID_CONFIG), before, now);
            if (now == KafkaStreams.State.ERROR) {
                AvailabilityChangeEvent.publish(publisher, this, LivenessState.BROKEN);
            }
        });
        started.start();
        streams = started;
    }

    @Override
    public synchronized void stop() {
        KafkaStreams current = streams;
        if (current != null) {
            current.close(CLOSE_WITHIN);
            streams = null;
        }
    }

    /** Where it is; null before the start. */
    KafkaStreams.@Nullable State state() {
        KafkaStreams current = streams;
        return current == null ? null : current.state();
    }

    private Collection<? extends Metric> clients() {
        KafkaStreams current = streams;
        return current == null ? List.of() : current.metrics().values();
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
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, job.commitEvery().toMillis());
        // An entry that changes several times within a transaction is written once; more than a transaction's worth is
        // of no use.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 1 << 20);
        config.put(StreamsConfig.POLL_MS_CONFIG, job.pollFor().toMillis());
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
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId() + job.name());
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
