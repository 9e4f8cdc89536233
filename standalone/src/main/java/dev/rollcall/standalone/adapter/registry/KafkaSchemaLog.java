package dev.rollcall.standalone.adapter.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events in the compacted topic {@value #TOPIC}, which has one partition. */
final class KafkaSchemaLog implements SchemaLog {

    static final String TOPIC = "_schemas";

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSchemaLog.class);
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Creates the topic when it is missing. */
    KafkaSchemaLog(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        createTopic();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG, "schema-registry",
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                        ProducerConfig.LINGER_MS_CONFIG, "0",
                        ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(4 * 1024 * 1024),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(4 * 1024 * 1024),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000",
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000",
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "10000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void readAll(Consumer<RegistryEvent> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.CLIENT_ID_CONFIG, "schema-registry",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            long end = consumer.endOffsets(List.of(PARTITION), PATIENCE).getOrDefault(PARTITION, 0L);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.position(PARTITION, PATIENCE) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(kept -> handOver(kept, each));
                if (System.nanoTime() > deadline) {
                    throw new SchemaLogException(
                            "Topic " + TOPIC + " could not be read to its end within " + PATIENCE,
                            new TimeoutException("stands at " + consumer.position(PARTITION) + " of " + end));
                }
            }
        } catch (KafkaException e) {
            throw new SchemaLogException("Topic " + TOPIC + " could not be read", e);
        }
    }

    private static void handOver(ConsumerRecord<byte[], byte[]> kept, Consumer<RegistryEvent> each) {
        try {
            EventCodec.decode(kept.key(), kept.value()).ifPresent(each);
        } catch (IllegalArgumentException e) {
            // One foreign record must not keep every service from its schemas.
            LOG.warn("Record {} of topic {} is passed over: {}", kept.offset(), TOPIC, e.getMessage());
        }
    }

    @Override
    public void append(List<RegistryEvent> events) {
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (RegistryEvent event : events) {
                EventCodec.Encoded encoded = EventCodec.encode(event);
                sent.add(producer.send(new ProducerRecord<>(TOPIC, 0, encoded.key(), encoded.value())));
            }
            for (Future<?> one : sent) {
                one.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaLogException("interrupted while writing to topic " + TOPIC, e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new SchemaLogException("writing to topic " + TOPIC + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }

    private void createTopic() {
        try (Admin admin = Admin.create(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.CLIENT_ID_CONFIG,
                "schema-registry"))) {
            NewTopic topic = new NewTopic(TOPIC, 1, (short) 1)
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
            admin.createTopics(List.of(topic)).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new SchemaLogException("Topic " + TOPIC + " could not be created", e);
            }
        } catch (TimeoutException e) {
            throw new SchemaLogException("Topic " + TOPIC + " could not be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaLogException("interrupted while creating topic " + TOPIC, e);
        }
    }
}
