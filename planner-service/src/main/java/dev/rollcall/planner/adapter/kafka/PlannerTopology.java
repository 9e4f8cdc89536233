package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.Planner;
import dev.rollcall.schemas.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * One processor over five topics that are keyed by cluster, one store. Bytes go through untouched, so that what cannot be decoded can
 * be put aside as it came.
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
    static final Set<Topics> TOPICS =
            Stream.concat(SOURCES.stream(), SINKS.stream()).collect(Collectors.toUnmodifiableSet());

    private static final String PROCESSOR = "planner";

    private PlannerTopology() {}

    /**
     * @param partitions number of partitions of every topic
     * @param serdeSettings settings of the Avro serde, such as {@code schema.registry.url}
     */
    public static Topology build(Planner planner, int partitions, Map<String, ?> serdeSettings) {
        Topology topology = new Topology();
        String[] sources = SOURCES.stream().map(Topics::topicName).toArray(String[]::new);
        topology.addSource("requests-and-results", new ByteArrayDeserializer(), new ByteArrayDeserializer(), sources);
        topology.addProcessor(
                PROCESSOR, () -> new PlannerProcessor(planner, partitions, serdeSettings), "requests-and-results");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(PlannerProcessor.STORE),
                                Serdes.Bytes(),
                                Serdes.ByteArray())
                        .withCachingDisabled()
                        .withLoggingEnabled(Map.of()),
                PROCESSOR);
        for (Topics sink : SINKS) {
            topology.addSink(
                    sinkName(sink), sink.topicName(), new ByteArraySerializer(), new ByteArraySerializer(), PROCESSOR);
        }
        topology.addSink(
                PlannerProcessor.DEAD_LETTERS,
                (key, value, context) -> Topics.of(context.topic()).deadLetterName(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                PROCESSOR);
        return topology;
    }

    static String sinkName(Topics topic) {
        return "to-" + topic.name().toLowerCase(Locale.ROOT);
    }
}
