package dev.rollcall.task.adapter.audit;

import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/** Everything that is to be audited into one processor a partition, and out into that partition's chain. */
public final class AuditTopology {

    /** Read side by side by one processor: their partition counts must be equal. */
    public static final List<Topics> SOURCES = List.of(
            Topics.AUDIT_ENTRIES,
            Topics.RESTART_REQUESTED,
            Topics.TASK_CONTROL,
            Topics.CLUSTERS_REQUESTED,
            Topics.TASK_EVENTS);

    public static final List<Topics> SINKS = List.of(Topics.AUDIT, Topics.AUDIT_CHECKPOINTS);

    private static final String PROCESSOR = "chain";

    private AuditTopology() {}

    /**
     * @param grace how long a request waits for the gateway that asked it to tell of it; longer than a gateway may take to answer
     * @param serdeSettings registry address and the like
     * @param putAside told of each entry that cannot be read
     */
    public static Topology build(Duration grace, Map<String, ?> serdeSettings, Runnable putAside) {
        Topology topology = new Topology();
        for (Topics source : SOURCES) {
            topology.addSource(
                    AutoOffsetReset.earliest(),
                    source.name(),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer(),
                    source.topicName());
        }
        topology.addProcessor(
                PROCESSOR,
                () -> new AuditProcessor(grace, serdeSettings, putAside),
                SOURCES.stream().map(Topics::name).toArray(String[]::new));
        for (String store : List.of(AuditProcessor.HEAD, AuditProcessor.OPEN)) {
            topology.addStateStore(
                    Stores.keyValueStoreBuilder(
                                    Stores.inMemoryKeyValueStore(store), Serdes.String(), Serdes.ByteArray())
                            .withLoggingEnabled(Map.of()),
                    PROCESSOR);
        }
        // A chain has one writer because it stays on the partition of the processor that writes it, whatever its keys
        // say.
        for (Topics sink : SINKS) {
            sink(topology, sink.name(), sink.topicName());
        }
        sink(topology, AuditProcessor.DEAD_LETTER_SINK, Topics.AUDIT_ENTRIES.deadLetterName());
        return topology;
    }

    private static void sink(Topology topology, String name, String topic) {
        Serializer<Place> keys = (to, place) -> place.key();
        StreamPartitioner<Place, byte[]> partition =
                (to, place, value, count) -> Optional.of(Set.of(place.partition()));
        topology.addSink(name, topic, keys, new ByteArraySerializer(), partition, PROCESSOR);
    }

    /** Where a record goes. */
    record Place(int partition, byte[] key) {}
}
