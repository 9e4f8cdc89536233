package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import dev.rollcall.task.domain.FoldSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Three topics keyed by cluster into one processor with its stores, and out to what people see. Values stay bytes up to the
 * processor, which decodes them itself: only there can a bad record be put aside within the transaction.
 */
final class TaskTopology {

    /** Read side by side by one processor: their partition counts must be equal. */
    static final List<Topics> SOURCES = List.of(Topics.RESTART_REQUESTED, Topics.PLAN_EVENTS, Topics.RESULTS);

    static final List<Topics> SINKS = List.of(Topics.TASKS, Topics.TASK_ODPS, Topics.TASK_EVENTS);

    private static final String PROCESSOR = "fold";
    private static final Serializer<DeadLetter> DEAD_LETTER_SERIALIZER = (topic, letter) -> letter.value();

    /** As the other one, and what it counts is shown to nobody. */
    static Topology build(FoldSettings settings, int partitions, Map<String, ?> serdeSettings) {
        return build(settings, partitions, serdeSettings, new TaskMeters(new SimpleMeterRegistry()));
    }

    /**
     * @param partitions number of partitions of each source topic
     * @param serdeSettings registry address and the like
     */
    static Topology build(FoldSettings settings, int partitions, Map<String, ?> serdeSettings, TaskMeters meters) {
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
                () -> new TaskProcessor(settings, partitions, serdeSettings, meters),
                SOURCES.stream().map(Topics::name).toArray(String[]::new));
        topology.addStateStore(store(StreamsTaskStore.TASKS, Serdes.String()), PROCESSOR);
        topology.addStateStore(store(StreamsTaskStore.ODPS, Serdes.String()), PROCESSOR);
        topology.addStateStore(store(StreamsTaskStore.EARLY, Serdes.String()), PROCESSOR);
        topology.addStateStore(store(StreamsTaskStore.TIMERS, Serdes.Bytes()), PROCESSOR);
        sink(topology, TaskProcessor.TASKS_SINK, Topics.TASKS);
        sink(topology, TaskProcessor.ODPS_SINK, Topics.TASK_ODPS);
        sink(topology, TaskProcessor.EVENTS_SINK, Topics.TASK_EVENTS);
        TopicNameExtractor<byte[], DeadLetter> deadLetterTopic = (key, letter, record) -> letter.topic();
        StreamPartitioner<byte[], DeadLetter> samePartition =
                (topic, key, letter, count) -> Optional.of(Set.of(letter.partition()));
        topology.addSink(
                TaskProcessor.DEAD_LETTER_SINK,
                deadLetterTopic,
                new ByteArraySerializer(),
                DEAD_LETTER_SERIALIZER,
                samePartition,
                PROCESSOR);
        return topology;
    }

    private static void sink(Topology topology, String name, Topics topic) {
        topology.addSink(name, topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer(), PROCESSOR);
    }

    private static <K> StoreBuilder<KeyValueStore<K, byte[]>> store(String name, Serde<K> keys) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, Serdes.ByteArray())
                .withLoggingEnabled(Map.of())
                .withCachingEnabled();
    }

    private TaskTopology() {}
}
