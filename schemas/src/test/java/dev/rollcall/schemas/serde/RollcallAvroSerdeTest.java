package dev.rollcall.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.schemas.BatchState;
import dev.rollcall.schemas.Rejection;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskBatch;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class RollcallAvroSerdeTest {

    private static final String TOPIC = "odp.tasks.v1";

    private final Map<String, String> settings = Map.of("schema.registry.url", "mock://" + UUID.randomUUID());
    private final RollcallAvroSerde<TaskSnapshot> serde = RollcallAvroSerde.forValues(settings);

    @Test
    void shouldReadBackWhatItWrote() {
        TaskSnapshot task = task();

        byte[] bytes = serde.serializer().serialize(TOPIC, task);

        assertThat(bytes).startsWith(0, 0, 0, 0, 1);
        assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(task);
    }

    @Test
    void shouldPassTombstonesThrough() {
        assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
        assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
    }

    @Test
    void shouldReadGenericRecordsUnlessToldOtherwise() {
        byte[] bytes = serde.serializer().serialize(TOPIC, task());
        try (RollcallAvroDeserializer<GenericContainer> generic = new RollcallAvroDeserializer<>()) {
            generic.configure(settings, false);

            assertThat(generic.deserialize(TOPIC, bytes))
                    .isInstanceOfSatisfying(
                            GenericRecord.class,
                            task -> assertThat(task.get("state")).hasToString("RUNNING"));
        }
    }

    @Test
    void shouldReadRecordsOfAnOlderWriter() {
        Schema older = new Schema.Parser().parse("""
                        {"type":"record","name":"Rejection","namespace":"dev.rollcall.schemas","fields":[
                          {"name":"code","type":"string"},{"name":"detail","type":"string"}]}""");
        try (RollcallAvroSerializer<GenericContainer> writer = new RollcallAvroSerializer<>();
                RollcallAvroDeserializer<Rejection> reader = new RollcallAvroDeserializer<>()) {
            writer.configure(settings, false);
            reader.configure(
                    Map.of("schema.registry.url", settings.get("schema.registry.url"), "specific.avro.reader", true),
                    false);
            byte[] bytes = writer.serialize(
                    "t",
                    new GenericRecordBuilder(older)
                            .set("code", "ODP21017")
                            .set("detail", "stopped")
                            .build());

            Rejection read = reader.deserialize("t", bytes);

            assertThat(read.getCode()).isEqualTo("ODP21017");
            assertThat(read.getOdps()).isEmpty();
        }
    }

    @Test
    void shouldSayWhatIsWrongWithForeignBytes() {
        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, "{\"json\":1}".getBytes()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining(TOPIC)
                .hasMessageContaining("Confluent's wire format");
        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 99}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("99");
    }

    @Test
    void shouldRefuseTruncatedAndOverlongRecords() {
        byte[] bytes = serde.serializer().serialize(TOPIC, task());
        for (int length = 5; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(SerializationException.class);
        }
        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("longer");
    }

    @Test
    void shouldRegisterSchemasWithoutJavaOnlyProperties() {
        assertThat(SchemaText.of(TaskSnapshot.getClassSchema()))
                .doesNotContain("avro.java.string")
                .contains("timestamp-millis")
                .contains("\"doc\"");
        assertThat(new Schema.Parser()
                        .parse(SchemaText.of(TaskSnapshot.getClassSchema()))
                        .getFields())
                .hasSameSizeAs(TaskSnapshot.getClassSchema().getFields());
    }

    @Test
    void shouldRefuseSettingsInWords() {
        assertThatThrownBy(() -> RollcallAvroSerde.forValues(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schema.registry.url");
        assertThatThrownBy(() -> RollcallAvroSerde.forValues(Map.of("schema.registry.url", "ftp://x")))
                .hasMessageContaining("http");
        assertThatThrownBy(() -> RollcallAvroSerde.forValues(
                        Map.of("schema.registry.url", "mock://a", "auto.register.schemas", "ja")))
                .hasMessageContaining("true or false");
    }

    private static TaskSnapshot task() {
        return TaskSnapshot.newBuilder()
                .setEventId("e1")
                .setOccurredAt(Instant.ofEpochMilli(1_700_000_000_123L))
                .setTaskId("t1")
                .setClusterId("pay")
                .setVersion(3)
                .setMode(RestartMode.RESTART)
                .setState(TaskState.RUNNING)
                .setPhase(TaskPhase.RESTART)
                .setRequestedBy("alice")
                .setRequestedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                .setBatches(List.of(new TaskBatch(1, 2, BatchState.RUNNING)))
                .build();
    }
}
