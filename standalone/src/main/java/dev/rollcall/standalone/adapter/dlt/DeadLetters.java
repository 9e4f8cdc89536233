package dev.rollcall.standalone.adapter.dlt;

import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditSource;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The dead-letter topics: reads them, and publishes records again where they came from.
 *
 * <p>Replaying is at least once: a record that is replayed twice comes twice. What that means is up to who reads its topic: a command is
 * fenced on its host by epoch, step and attempt, so an ODP is not restarted again by one; a restart request is refused when it is old; a
 * result that is known changes nothing.
 *
 * <p>Errors: {@link KafkaException} when Kafka does not answer.
 */
public final class DeadLetters implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ACTION = "REPLAY_DEAD_LETTER";

    private final Map<String, Object> client;
    private final RollcallAvroDeserializer<GenericRecord> values = new RollcallAvroDeserializer<>();

    /** @param client where Kafka and the schema registry are, and how to get in; any client settings */
    public DeadLetters(Map<String, Object> client) {
        this.client = Map.copyOf(client);
        values.configure(this.client, false);
    }

    /** All dead letters of these topics, by topic and partition in order. A topic that is not there has none. */
    public List<DeadLetter> read(Collection<Topics> topics) {
        List<DeadLetter> letters = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            Map<String, List<PartitionInfo>> existing = consumer.listTopics(PATIENCE);
            for (Topics topic : topics) {
                List<TopicPartition> partitions = existing.getOrDefault(topic.deadLetterName(), List.of()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
                List<DeadLetter> found = new ArrayList<>();
                read(consumer, partitions, record -> found.add(new DeadLetter(topic, record)));
                found.sort((a, b) -> a.record().partition() != b.record().partition()
                        ? Integer.compare(a.record().partition(), b.record().partition())
                        : Long.compare(a.record().offset(), b.record().offset()));
                letters.addAll(found);
            }
        }
        return letters;
    }

    /** One dead letter; null when it is not there (any more). */
    public @Nullable DeadLetter read(DeadLetterName name) {
        TopicPartition partition = new TopicPartition(name.source().deadLetterName(), name.partition());
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            boolean exists = consumer.listTopics(PATIENCE).getOrDefault(partition.topic(), List.of()).stream()
                    .anyMatch(info -> info.partition() == name.partition());
            if (!exists) {
                return null;
            }
            consumer.assign(List.of(partition));
            long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            if (name.offset() < begin || name.offset() >= end) {
                return null;
            }
            consumer.seek(partition, name.offset());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(partition) <= name.offset()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    return record.offset() == name.offset() ? new DeadLetter(name.source(), record) : null;
                }
                giveUpAfter(deadline, partition.topic());
            }
            return null;
        }
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        if (partitions.isEmpty()) {
            return;
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
            var records = consumer.poll(POLL);
            records.forEach(each);
            if (records.isEmpty()) {
                giveUpAfter(deadline, partitions.get(0).topic());
            } else {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            }
        }
    }

    private static void giveUpAfter(long deadline, String topic) {
        if (System.nanoTime() > deadline) {
            throw new KafkaException("Kafka gives no more records of " + topic
                    + ", although there should be some; an open transaction may hold them back");
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * What is in it, as JSON.
     *
     * @return null when it cannot be read as a record of its topic
     */
    public @Nullable String decoded(DeadLetter letter) {
        byte[] value = letter.value();
        if (value == null || value.length == 0) {
            return null;
        }
        try {
            return String.valueOf(values.deserialize(letter.source().topicName(), value));
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            return null;
        }
    }

    /**
     * Why a record must not be published again; null when it may be.
     *
     * <p>On a topic of latest states the youngest record of a key is the truth: an older one would take its place.
     */
    public static @Nullable String refusal(Topics topic) {
        boolean compacted = topic.declarations(1, (short) 1)
                .get(0)
                .configs()
                .getOrDefault("cleanup.policy", "")
                .contains("compact");
        return compacted
                ? "%s keeps the latest state of each key, and an old record would take a newer one's place; who wrote it writes the next state by itself"
                        .formatted(topic.topicName())
                : null;
    }

    /**
     * Publishes the record again: same topic and partition as it came from, same key, value, time, and headers, and one more that says
     * where it was put aside. The audit is told before.
     *
     * @param user who asks for it, as they say
     * @return where it is now, as topic/partition/offset
     * @throws IllegalArgumentException when it must not be: {@link #refusal}
     */
    public String replay(DeadLetter letter, String user) throws InterruptedException {
        String refusal = refusal(letter.source());
        if (refusal != null) {
            throw new IllegalArgumentException(refusal);
        }
        ConsumerRecord<byte[], byte[]> record = letter.record();
        String topic = letter.source().topicName();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            if (record.partition() >= producer.partitionsFor(topic).size()) {
                throw new KafkaException("Topic %s has no partition %d".formatted(topic, record.partition()));
            }
            await(producer.send(audited(letter, user)));
            ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(
                    topic, record.partition(), record.timestamp(), record.key(), record.value(), letter.original());
            again.headers()
                    .add(DeadLetter.REPLAYED_FROM, letter.name().toString().getBytes(StandardCharsets.UTF_8));
            return topic + "/" + record.partition() + "/"
                    + await(producer.send(again)).offset();
        }
    }

    private static <T> T await(Future<T> sent) throws InterruptedException {
        try {
            return sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException("The record was not taken", e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka does not confirm the record", e);
        }
    }

    private ProducerRecord<byte[], byte[]> audited(DeadLetter letter, String user) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        AuditEntry entry = AuditEntry.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(now)
                .setUser(user)
                .setAction(ACTION)
                .setDecision(AuditDecision.ALLOWED)
                .setDetail("%s, key %s, published again on %s"
                        .formatted(letter.name(), letter.key(), letter.source().topicName()))
                .setSource(AuditSource.TOPIC)
                .build();
        try (RollcallAvroSerializer<AuditEntry> serializer = new RollcallAvroSerializer<>()) {
            serializer.configure(client, false);
            String topic = Topics.AUDIT_ENTRIES.topicName();
            return new ProducerRecord<>(
                    topic, ("@" + user).getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, entry));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void close() {
        values.close();
    }
}
