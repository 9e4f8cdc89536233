package dev.rollcall.schemas.serde;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro records in Confluent's wire format, resolving the writer's schema to the reader's. Thread-safe once configured.
 *
 * <p>Errors: {@link RegistryUnavailableException} when the registry does not answer (the record is not at fault);
 * {@link SerializationException} when the bytes are not such a record.
 *
 * @param <T> generated record, or {@code GenericRecord} unless {@code specific.avro.reader=true}
 */
public final class RollcallAvroDeserializer<T extends GenericContainer> implements Deserializer<T> {

    private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();
    private @Nullable SerdeConfig config;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        config = SerdeConfig.of(configs);
    }

    @Override
    @SuppressWarnings("NullAway") // null stands for a tombstone in Kafka's unannotated interface
    public T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = WireFormat.schemaId(topic, bytes);
        DatumReader<T> reader = readers.computeIfAbsent(id, this::readerOf);
        try {
            BinaryDecoder decoder = DecoderFactory.get()
                    .binaryDecoder(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, null);
            T data = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException(
                        "A record on topic '%s' is longer than its schema %d says".formatted(topic, id));
            }
            return data;
        } catch (IOException | AvroRuntimeException | ClassCastException | NegativeArraySizeException e) {
            throw new SerializationException(
                    "A record on topic '%s' does not fit its schema %d: %s".formatted(topic, id, e.getMessage()), e);
        }
    }

    private DatumReader<T> readerOf(int id) {
        if (config == null) {
            throw new IllegalStateException("configure() has not been called");
        }
        Schema writer;
        try {
            writer = new Schema.Parser().parse(Registries.shared(config).byId(id));
        } catch (SchemaParseException e) {
            throw new SerializationException("Schema %d of the registry is not Avro".formatted(id), e);
        }
        if (!config.specificReader()) {
            return new GenericDatumReader<>(writer);
        }
        Class<?> type = SpecificData.get().getClass(writer);
        if (type == null) {
            throw new SerializationException("No class for the records of schema %d, %s, is on the class path"
                    .formatted(id, writer.getFullName()));
        }
        SpecificData model = SpecificData.getForClass(type);
        return new SpecificDatumReader<>(writer, model.getSchema(type), model);
    }
}
