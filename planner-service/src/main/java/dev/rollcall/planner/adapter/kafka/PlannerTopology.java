package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.Planner;
import dev.rollcall.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * One processor over five topics that are keyed by cluster, and over the status of ODPs after that was keyed so too; one store. Bytes
 * go through untouched, so that what cannot be decoded can be put aside as it came.
 */
public final class PlannerTopology {
    /** What the planner reads; all have the same number of partitions. */
    static final List<Topics> SOURCES = List.of(
            Topics.CLUSTERS_REQUESTED,
            Topics.RESTART_REQUESTED,
            Topics.TASK_CONTROL,
            Topics.RESULTS,
            Topics.TASK_EVENTS);

    /** What the planner writes. */
    static final List<Topics> SINKS = List.of(Topics.COMMANDS, Topics.PLAN_EVENTS, Topics.CLUSTERS, Topics.INVENTORY);

    /** All of them: there before the planner starts. */
    static final Set<Topics> TOPICS = Stream.of(SOURCES, SINKS, List.of(Topics.STATUS))
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableSet());

    /** Part of the name of the topic between {@link StatusByCluster} and the planner; Kafka Streams creates it. */
    static final String STATUS_BY_CLUSTER = "status-by-cluster";

    private static final String PROCESSOR = "planner";

    private PlannerTopology() {}

    /**
     * As the other one, and what it counts is shown to nobody.
     *
     * @param partitions number of partitions of every topic
     * @param serdeSettings settings of the Avro serde, such as {@code schema.registry.url}
     */
    public static Topology build(Planner planner, int partitions, Map<String, ?> serdeSettings) {
        return build(planner, partitions, serdeSettings, new PlannerMeters(new SimpleMeterRegistry()));
    }

    static Topology build(Planner planner, int partitions, Map<String, ?> serdeSettings, PlannerMeters meters) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(PlannerProcessor.STORE), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of()));
        KStream<byte[], byte[]> decided = builder.stream(
                SOURCES.stream().map(Topics::topicName).toList(),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("requests-and-results"));
        // As many partitions as all the others have: the status of a cluster must meet its task. Kafka Streams stops at
        // the start
        // when the topic exists with another number.
        KStream<byte[], byte[]> status = builder.stream(
                        Topics.STATUS.topicName(),
                        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("status"))
                .process(() -> new StatusByCluster(serdeSettings), Named.as("by-cluster"))
                .repartition(Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withName(STATUS_BY_CLUSTER)
                        .withNumberOfPartitions(partitions));
        decided.merge(status, Named.as("all-of-a-cluster"))
                .process(
                        () -> new PlannerProcessor(planner, partitions, serdeSettings, meters),
                        Named.as(PROCESSOR),
                        PlannerProcessor.STORE);
        Topology topology = builder.build();
        for (Topics sink : SINKS) {
            topology.addSink(
                    sinkName(sink), sink.topicName(), new ByteArraySerializer(), new ByteArraySerializer(), PROCESSOR);
        }
        topology.addSink(
                PlannerProcessor.DEAD_LETTERS,
                (key, value, context) -> topic(context.topic()).deadLetterName(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                PROCESSOR);
        return topology;
    }

    /** The topic that a record came from, for that of status the one before it was keyed anew. */
    static Topics topic(String name) {
        return name.contains(STATUS_BY_CLUSTER) ? Topics.STATUS : Topics.of(name);
    }

    static String sinkName(Topics topic) {
        return "to-" + topic.name().toLowerCase(Locale.ROOT);
    }
}
