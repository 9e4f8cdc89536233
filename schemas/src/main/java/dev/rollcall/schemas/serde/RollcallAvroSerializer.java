package dev.rollcall.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro records in Confluent's wire format. Thread-safe once configured.
 *
 * <p>Errors: {@link RegistryUnavailableException} when the registry does not answer; {@link SerializationException} when it refuses
 * the schema, or the record does not fit its schema.
 *
 * @param <T> generated or generic record
 */
public final class RollcallAvroSerializer<T extends GenericContainer> implements Serializer<T> {

    private static final int USUAL_RECORD_BYTES = 1024;

    private final Map<Schema, Prepared> prepared = new ConcurrentHashMap<>();
    private @Nullable SerdeConfig config;
    private boolean key;

    private record Prepared(DatumWriter<Object> writer, String text, Map<String, byte[]> headerBySubject) {}

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        config = SerdeConfig.of(configs);
        key = isKey;
    }

    @Override
    @SuppressWarnings("NullAway") // null stands for a tombstone in Kafka's unannotated interface
    public byte[] serialize(String topic, @Nullable T data) {
        if (data == null) {
            return null;
        }
        Prepared ready = prepared.computeIfAbsent(data.getSchema(), schema -> prepare(data, schema));
        String subject = topic + (key ? "-key" : "-value");
        byte[] header = ready.headerBySubject.computeIfAbsent(
                subject, name -> WireFormat.header(schemaId(name, ready.text, data.getSchema())));
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_RECORD_BYTES);
        out.writeBytes(header);
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            ready.writer.write(data, encoder);
            encoder.flush();
        } catch (IOException | AvroRuntimeException | ClassCastException e) {
            throw new SerializationException(
                    "A %s for topic '%s' does not fit its schema: %s"
                            .formatted(data.getSchema().getFullName(), topic, e.getMessage()),
                    e);
        }
        return out.toByteArray();
    }

    private int schemaId(String subject, String text, Schema schema) {
        SerdeConfig settings = configured();
        SchemaRegistry registry = Registries.shared(settings);
        if (settings.useLatest()) {
            SchemaRegistry.Registered latest = registry.latest(subject);
            Schema theirs = new Schema.Parser().parse(latest.schemaText());
            if (!SchemaNormalization.toParsingForm(theirs).equals(SchemaNormalization.toParsingForm(schema))) {
                throw new SerializationException(
                        "The newest schema of subject '%s' is not the one this program writes; upgrade it or set %s=false"
                                .formatted(subject, SerdeConfig.USE_LATEST));
            }
            return latest.id();
        }
        return settings.autoRegister() ? registry.register(subject, text) : registry.lookUp(subject, text);
    }

    private static Prepared prepare(GenericContainer data, Schema schema) {
        DatumWriter<Object> writer = data instanceof SpecificRecord
                ? new SpecificDatumWriter<>(schema, SpecificData.getForClass(data.getClass()))
                : new GenericDatumWriter<>(schema);
        return new Prepared(writer, SchemaText.of(schema), new ConcurrentHashMap<>());
    }

    private SerdeConfig configured() {
        if (config == null) {
            throw new IllegalStateException("configure() has not been called");
        }
        return config;
    }
}
