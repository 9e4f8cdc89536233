package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.RandomData;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code dlt list} and {@code dlt replay} on a real Kafka and registry. */
class DltIT {

    private static final byte[] POISON = "no Avro at all".getBytes(StandardCharsets.UTF_8);
    private static final long WRITTEN = 1_700_000_000_000L;

    @TempDir
    private static Path data;

    @TempDir
    private static Path files;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;
    private static Level level;

    @BeforeAll
    static void start() throws Exception {
        level = root().getLevel();
        broker = EmbeddedBroker.start(data, 0);
        registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0);
        try (Admin admin = Admin.create(kafka())) {
            for (Topics topic : Topics.values()) {
                admin.createTopics(topic.declarations(3, (short) 1)).all().get();
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        registry.close();
        broker.close();
        // The commands log nothing; the tests after this one do.
        root().setLevel(level);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static Map<String, Object> kafka() {
        return Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "schema.registry.url",
                registry.url().toString());
    }

    private record Said(int code, String out, String err) {}

    private static Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Rollcall.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--bootstrap",
                broker.bootstrapServers(),
                "--registry",
                registry.url().toString()));
        return new Said(command.execute(all.toArray(String[]::new)), out.toString(), err.toString());
    }

    /** Puts a record aside as a service does. */
    private static String aside(Topics topic, int partition, byte[] value, String reasonHeader) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic.deadLetterName(), partition, WRITTEN, "pay".getBytes(StandardCharsets.UTF_8), value);
            record.headers()
                    .add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8))
                    .add(reasonHeader, "not to be read".getBytes(StandardCharsets.UTF_8));
            return topic.deadLetterName() + "/" + partition + "/"
                    + producer.send(record).get().offset();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(Topics topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void shouldPutAPoisonRecordBackExactlyAsItWasAndTellTheAudit() throws Exception {
        String name = aside(Topics.TASK_CONTROL, 2, POISON, "rollcall.dlt.reason");

        JsonNode letter = JsonMapper.shared()
                .readTree(run("dlt", "list", "--topic", "odp.task.control.v1", "-o", "json")
                        .out())
                .path(0);
        assertThat(letter.path("name").asString()).isEqualTo(name);
        assertThat(letter.path("partition").asInt()).isEqualTo(2);
        assertThat(letter.path("key").asString()).isEqualTo("pay");
        assertThat(letter.path("at").asString()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(letter.path("reason").asString()).isEqualTo("not to be read");
        assertThat(letter.path("readable").asBoolean()).isFalse();

        assertThat(run("dlt", "replay", name).err()).contains("--yes");
        assertThat(records(Topics.TASK_CONTROL)).isEmpty();
        Said said = run("dlt", "replay", name, "--yes", "--as", "alice");

        assertThat(said.code()).as("%s", said).isEqualTo(ExitCodes.DONE);
        assertThat(said.out()).contains(name, "odp.task.control.v1/2/0");
        ConsumerRecord<byte[], byte[]> again = records(Topics.TASK_CONTROL).get(0);
        assertThat(again.partition()).isEqualTo(2);
        assertThat(again.key()).isEqualTo("pay".getBytes(StandardCharsets.UTF_8));
        assertThat(again.value()).isEqualTo(POISON);
        assertThat(again.timestamp()).isEqualTo(WRITTEN);
        assertThat(again.headers()).extracting(Header::key).containsExactly("traceparent", "rollcall-replayed-from");
        try (RollcallAvroDeserializer<GenericRecord> values = new RollcallAvroDeserializer<>()) {
            values.configure(kafka(), false);
            List<ConsumerRecord<byte[], byte[]>> audit = records(Topics.AUDIT_ENTRIES);
            assertThat(audit).hasSize(1);
            GenericRecord entry = values.deserialize(
                    Topics.AUDIT_ENTRIES.topicName(), audit.get(0).value());
            assertThat(entry.getSchema().getFullName()).isEqualTo(AuditEntry.class.getName());
            assertThat(entry.get("user")).hasToString("alice");
            assertThat(entry.get("action")).hasToString("REPLAY_DEAD_LETTER");
            assertThat(entry.get("detail").toString()).contains(name, "odp.task.control.v1");
            assertThat(entry.get("source")).hasToString("TOPIC");
        }
    }

    @Test
    void shouldShowWhatCanBeDecoded() throws Exception {
        GenericContainer command =
                (GenericContainer) new RandomData(SpecificData.get().getSchema(OdpCommand.class), 1, 42)
                        .iterator()
                        .next();
        byte[] value;
        try (RollcallAvroSerializer<GenericContainer> serializer = new RollcallAvroSerializer<>()) {
            serializer.configure(kafka(), false);
            value = serializer.serialize(Topics.COMMANDS.topicName(), command);
        }
        String name = aside(Topics.COMMANDS, 1, value, "kafka_dlt-exception-message");

        Said said = run("dlt", "list", "--topic", "odp.commands.v1-dlt", "--values");

        assertThat(said.code()).isEqualTo(ExitCodes.DONE);
        assertThat(said.out())
                .contains(name, "key pay", "readable now", "kafka_dlt-exception-message: not to be read", "1 record(s)")
                .contains("\"commandId\"");
    }

    @Test
    void shouldReplayNothingWhenOneOfThemMustNotBe() throws Exception {
        String state = aside(Topics.STATUS, 0, POISON, "rollcall.dlt.reason");
        String result = aside(Topics.RESULTS, 0, POISON, "rollcall-dead-letter-reason");

        Said said = run("dlt", "replay", result, state, "odp.results.v1-dlt/0/999", "--yes");

        assertThat(said.code()).isEqualTo(ExitCodes.REFUSED);
        assertThat(said.err())
                .contains(
                        "keeps the latest state",
                        "odp.results.v1-dlt/0/999 is not replayed: it is not there",
                        "nothing was replayed");
        assertThat(records(Topics.RESULTS)).isEmpty();
        assertThat(records(Topics.STATUS)).isEmpty();
    }

    @Test
    void shouldSayThatNobodyAnswers() throws IOException {
        Path settings = Files.writeString(
                files.resolve("client.properties"),
                "default.api.timeout.ms=2000\nrequest.timeout.ms=1000\nbootstrap.servers=127.0.0.1:1\n");

        Said said = run("dlt", "list", "--properties", settings.toString());

        assertThat(said.code()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(said.err()).contains("Kafka does not answer");
    }
}
