package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.app.CommandDesk;
import dev.rollcall.agent.app.Monitor;
import dev.rollcall.agent.app.ResultSink;
import dev.rollcall.agent.app.StatusSink;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.TopicsInPlace;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericContainer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.ExponentialBackOffWithMaxRetries;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Everything between the agent and Kafka, and the one policy for records that fail:
 *
 * <ul>
 *   <li>cannot be read, or breaks the contract: to the dead-letter topic at once, as it came;
 *   <li>the registry does not answer, or the agent's queue is full: again, for as long as it takes;
 *   <li>anything else: three more tries with growing pauses, then to the dead-letter topic.
 * </ul>
 */
public final class KafkaSide implements AutoCloseable {
    private static final String COMMAND_GROUP = "rollcall-agent";
    private static final String MONITOR_GROUP = "rollcall-agent-monitor";

    private final KafkaProperties kafka;
    private final Consumer<Topics> putAside;
    private final KafkaOutbox outbox;
    private final DefaultKafkaProducerFactory<String, byte[]> deadLetters;

    /**
     * Waits for Kafka and its topics first.
     *
     * @param putAside told of each record that goes to a dead-letter topic
     */
    public KafkaSide(
            KafkaProperties kafka,
            TopicSettings topics,
            String agentId,
            Duration startWithin,
            Clock clock,
            Consumer<Topics> putAside) {
        this.kafka = kafka;
        this.putAside = putAside;
        try (Admin admin = Admin.create(kafka.buildAdminProperties())) {
            new TopicsInPlace(admin, topics.partitions(), topics.replicas()).ensure(used(), startWithin);
        }
        this.outbox =
                new KafkaOutbox(new KafkaProducer<>(producerSettings(RollcallAvroSerializer.class)), agentId, clock);
        Map<String, Object> raw = producerSettings(ByteArraySerializer.class);
        // Only here may a send fail: the record then comes again.
        raw.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        this.deadLetters = new DefaultKafkaProducerFactory<>(raw);
    }

    private static Set<Topics> used() {
        Set<Topics> used = Service.AGENT_SERVICE.reads();
        used.addAll(Service.AGENT_SERVICE.writes());
        return used;
    }

    public ResultSink results() {
        return outbox;
    }

    public StatusSink status() {
        return outbox::publish;
    }

    /** Takes commands to the desk, once started. */
    public ConcurrentMessageListenerContainer<String, byte[]> commands(CommandDesk desk) {
        ContainerProperties properties = new ContainerProperties(Topics.COMMANDS.topicName());
        properties.setMessageListener(new CommandListener(desk, this.<OdpCommand>deserializer()));
        return container(COMMAND_GROUP, properties);
    }

    /** Tells the monitor its ODPs, once started. */
    public ConcurrentMessageListenerContainer<String, byte[]> inventory(Monitor monitor) {
        ContainerProperties properties = new ContainerProperties(Topics.INVENTORY.topicName());
        properties.setMessageListener(new InventoryListener(monitor, this.<OdpDefinition>deserializer()));
        return container(MONITOR_GROUP, properties);
    }

    @Override
    public void close() {
        outbox.close();
        deadLetters.destroy();
    }

    private ConcurrentMessageListenerContainer<String, byte[]> container(String group, ContainerProperties properties) {
        properties.setGroupId(group);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        properties.setMissingTopicsFatal(false);
        properties.setShutdownTimeout(3_000);
        Map<String, Object> settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
        ConcurrentMessageListenerContainer<String, byte[]> container =
                new ConcurrentMessageListenerContainer<>(new DefaultKafkaConsumerFactory<>(settings), properties);
        container.setBeanName(group);
        container.setCommonErrorHandler(errorHandler());
        return container;
    }

    private DefaultErrorHandler errorHandler() {
        DeadLetterPublishingRecoverer recoverer =
                new DeadLetterPublishingRecoverer(new KafkaTemplate<>(deadLetters), (record, failure) -> {
                    Topics topic = Topics.of(record.topic());
                    putAside.accept(topic);
                    return new TopicPartition(topic.deadLetterName(), record.partition());
                });
        ExponentialBackOffWithMaxRetries few = new ExponentialBackOffWithMaxRetries(3);
        few.setInitialInterval(200);
        few.setMultiplier(4);
        DefaultErrorHandler handler = new DefaultErrorHandler(recoverer, few);
        handler.addNotRetryableExceptions(SerializationException.class, ContractViolationException.class);
        FixedBackOff forever = new FixedBackOff(1_000, FixedBackOff.UNLIMITED_ATTEMPTS);
        handler.setBackOffFunction((record, failure) -> {
            for (Throwable t = failure; t != null; t = t.getCause()) {
                if (t instanceof RegistryUnavailableException || t instanceof CommandListener.DeskFullException) {
                    return forever;
                }
            }
            return few;
        });
        return handler;
    }

    private Map<String, Object> producerSettings(Class<?> valueSerializer) {
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, valueSerializer);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
        return settings;
    }

    private <T extends GenericContainer> Deserializer<T> deserializer() {
        RollcallAvroDeserializer<T> deserializer = new RollcallAvroDeserializer<>();
        Map<String, Object> settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put("specific.avro.reader", true);
        // Within the listener; a longer wait goes through the error handler, so that poll is never late.
        settings.put("schema.registry.retry.timeout.ms", 5_000);
        deserializer.configure(settings, false);
        return deserializer;
    }
}
