package dev.rollcall.standalone.adapter.audit;

import dev.rollcall.schemas.AuditCheckpoint;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** The audit on its topics, as it is at the moment; committed records only. */
public final class AuditTopic {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long ANSWER_SECONDS = 15;

    /** Takes what is read. */
    public interface Reader {
        void record(int partition, long offset, AuditRecord record);

        void unreadable(int partition, long offset, String why);
    }

    private final Map<String, Object> client;

    /** @param client where Kafka and the schema registry are, and how to get in; any client settings */
    public AuditTopic(Map<String, Object> client) {
        this.client = Map.copyOf(client);
    }

    /** The newest checkpoint of each partition. */
    public List<AuditCheckpoint> checkpoints() {
        Map<Integer, AuditCheckpoint> newest = new HashMap<>();
        Deserializer<SpecificRecord> values = values();
        read(Topics.AUDIT_CHECKPOINTS, record -> {
            if (record.value() != null
                    && values.deserialize(record.topic(), record.value()) instanceof AuditCheckpoint checkpoint) {
                newest.put(checkpoint.getPartition(), checkpoint);
            }
        });
        return List.copyOf(newest.values());
    }

    /** Reads all records, each partition in order. */
    public void read(Reader reader) {
        Deserializer<SpecificRecord> values = values();
        read(Topics.AUDIT, record -> {
            try {
                if (record.value() != null
                        && values.deserialize(record.topic(), record.value()) instanceof AuditRecord audit) {
                    reader.record(record.partition(), record.offset(), audit);
                } else {
                    reader.unreadable(record.partition(), record.offset(), "it is no audit record");
                }
            } catch (SerializationException e) {
                reader.unreadable(record.partition(), record.offset(), String.valueOf(e.getMessage()));
            }
        });
    }

    private Deserializer<SpecificRecord> values() {
        return RollcallAvroSerde.<SpecificRecord>forValues(client).deserializer();
    }

    private void read(Topics topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName(), PATIENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new KafkaException("There is no topic " + topic.topicName());
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isRead(consumer, ends)) {
                var records = consumer.poll(POLL);
                records.forEach(each);
                if (!records.isEmpty()) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new KafkaException("Kafka gives no more records of " + topic.topicName()
                            + ", although there should be some; an open transaction may hold them back");
                }
            }
        }
    }

    private static boolean isRead(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return new ArrayList<>(ends.keySet())
                .stream().allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
    }

    /** Retention takes no record that is younger; null when it takes none, or is not known. */
    public @Nullable Instant keptSince(Instant now) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.AUDIT.topicName());
        try (Admin admin = Admin.create(client)) {
            Config config = admin.describeConfigs(List.of(topic))
                    .all()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .get(topic);
            var retention = config == null ? null : config.get(TopicConfig.RETENTION_MS_CONFIG);
            String value = retention == null ? null : retention.value();
            long millis = value == null ? -1 : Long.parseLong(value);
            return millis < 0 ? null : now.minusMillis(millis);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Kafka does not tell how long it keeps the audit", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted", e);
        }
    }
}
