package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.Planner;
import dev.rollcall.schemas.admin.TopicsInPlace;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the topology with its application. A thread that dies is replaced, but not for ever: after
 * {@code rollcall.planner.max-thread-replacements} without a quiet quarter of an hour the client is shut down and liveness tells.
 */
final class PlannerRuntime implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PlannerRuntime.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final long QUIET_NANOS = Duration.ofMinutes(15).toNanos();

    private final ApplicationContext application;
    private final PlannerSettings settings;
    private final TopicSettings topics;
    private final Map<String, Object> admin;
    private final Map<String, Object> connection;
    private final PlannerMeters meters;
    private final AtomicInteger replacements = new AtomicInteger();
    private volatile long lastReplacement = System.nanoTime();
    private volatile @Nullable KafkaStreams streams;

    PlannerRuntime(
            ApplicationContext application,
            PlannerSettings settings,
            TopicSettings topics,
            Map<String, Object> admin,
            Map<String, Object> connection,
            PlannerMeters meters) {
        this.application = application;
        this.settings = settings;
        this.topics = topics;
        this.admin = admin;
        this.connection = connection;
        this.meters = meters;
        meters.watch(() -> state() == KafkaStreams.State.RUNNING, this::clients);
    }

    @Override
    public void start() {
        try (Admin client = Admin.create(admin)) {
            new TopicsInPlace(client, topics.partitions(), topics.replicas())
                    .ensure(PlannerTopology.TOPICS, settings.connectWithin());
        }
        KafkaStreams started = new KafkaStreams(
                PlannerTopology.build(
                        new Planner(settings.plan()), topics.partitions(), PlannerStreams.serde(connection), meters),
                PlannerStreams.settings(connection, settings, topics));
        started.setUncaughtExceptionHandler(this::onDeath);
        started.setStateListener((now, before) -> onState(now));
        streams = started;
        started.start();
    }

    private StreamThreadExceptionResponse onDeath(Throwable death) {
        long now = System.nanoTime();
        if (now - lastReplacement > QUIET_NANOS) {
            replacements.set(0);
        }
        lastReplacement = now;
        int count = replacements.incrementAndGet();
        if (death instanceof VirtualMachineError || count > settings.maxThreadReplacements()) {
            LOG.error(
                    "The planner stops: its thread died {} times. Start it again when the cause is mended",
                    count,
                    death);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        meters.threadReplaced();
        LOG.error(
                "A thread of the planner died and is replaced ({} of {})",
                count,
                settings.maxThreadReplacements(),
                death);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private void onState(KafkaStreams.State state) {
        switch (state) {
            case RUNNING -> AvailabilityChangeEvent.publish(application, ReadinessState.ACCEPTING_TRAFFIC);
            case CREATED, REBALANCING, PENDING_SHUTDOWN, NOT_RUNNING ->
                AvailabilityChangeEvent.publish(application, ReadinessState.REFUSING_TRAFFIC);
            case PENDING_ERROR, ERROR -> {
                AvailabilityChangeEvent.publish(application, ReadinessState.REFUSING_TRAFFIC);
                AvailabilityChangeEvent.publish(application, LivenessState.BROKEN);
            }
        }
    }

    /** Where the topology is; null before the start. */
    KafkaStreams.@Nullable State state() {
        KafkaStreams current = streams;
        return current == null ? null : current.state();
    }

    private Collection<? extends Metric> clients() {
        KafkaStreams current = streams;
        return current == null ? List.of() : current.metrics().values();
    }

    @Override
    public void stop() {
        KafkaStreams current = streams;
        streams = null;
        if (current != null) {
            // Without leaving the group: the same instance id takes its partitions over at once when it comes back.
            current.close(CLOSE_WITHIN);
        }
    }

    @Override
    public boolean isRunning() {
        return streams != null;
    }
}
