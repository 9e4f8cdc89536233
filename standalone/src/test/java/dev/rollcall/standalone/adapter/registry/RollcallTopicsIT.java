package dev.rollcall.standalone.adapter.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.RandomData;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every topic of Rollcall through the embedded broker and registry, written and read with the project's serde. */
@Timeout(120)
class RollcallTopicsIT {

    private static final int SEED = 42;

    @Test
    void shouldCarryARecordOnEveryTopicAcrossARestart(@TempDir Path directory) throws Exception {
        Map<String, JsonNode> written = new TreeMap<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0)) {
            createTopics(broker);
            try (KafkaProducer<String, GenericContainer> producer = producer(broker, registry)) {
                producer.initTransactions();
                producer.beginTransaction();
                for (Topics topic : Topics.values()) {
                    GenericContainer letter = anyRecord(topic);
                    producer.send(new ProducerRecord<>(topic.topicName(), "key", letter));
                    written.put(topic.topicName(), json(letter));
                }
                producer.commitTransaction();
            }
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0)) {
            assertThat(readAll(broker, registry, written.size())).isEqualTo(written);
            assertThat(get(registry.url() + "/subjects"))
                    .contains(Arrays.stream(Topics.values())
                            .map(topic -> '"' + topic.subject() + '"')
                            .toList());
        }
    }

    private static void createTopics(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            for (Topics topic : Topics.values()) {
                admin.createTopics(topic.declarations(3, (short) 1)).all().get();
            }
        }
    }

    private static GenericContainer anyRecord(Topics topic) {
        return (GenericContainer) new RandomData(SpecificData.get().getSchema(topic.recordType()), 1, SEED)
                .iterator()
                .next();
    }

    private static KafkaProducer<String, GenericContainer> producer(EmbeddedBroker broker, EmbeddedRegistry registry) {
        RollcallAvroSerializer<GenericContainer> serializer = new RollcallAvroSerializer<>();
        serializer.configure(Map.of("schema.registry.url", registry.url()), false);
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "every-topic"),
                new StringSerializer(),
                serializer);
    }

    private static Map<String, JsonNode> readAll(EmbeddedBroker broker, EmbeddedRegistry registry, int count) {
        RollcallAvroDeserializer<GenericContainer> deserializer = new RollcallAvroDeserializer<>();
        deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
        Map<String, JsonNode> found = new TreeMap<>();
        try (KafkaConsumer<String, GenericContainer> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG, "reader",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new StringDeserializer(),
                deserializer)) {
            List<String> topics = new ArrayList<>();
            Arrays.stream(Topics.values()).map(Topics::topicName).forEach(topics::add);
            consumer.subscribe(topics);
            for (int i = 0; found.size() < count && i < 100; i++) {
                consumer.poll(Duration.ofMillis(200)).forEach(kept -> found.put(kept.topic(), json(kept.value())));
            }
        }
        return found;
    }

    /** As JSON, where the order of a map's entries does not count. */
    private static JsonNode json(GenericContainer letter) {
        return JsonMapper.shared().readTree(letter.toString());
    }

    private static String get(String address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }
}
