package dev.rollcall.schemas.serde;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * {@link RollcallAvroSerializer} and {@link RollcallAvroDeserializer} for generated records, as Kafka Streams wants them.
 *
 * @param <T> generated record
 */
public final class RollcallAvroSerde<T extends SpecificRecord> implements Serde<T> {

    private final RollcallAvroSerializer<T> serializer = new RollcallAvroSerializer<>();
    private final RollcallAvroDeserializer<T> deserializer = new RollcallAvroDeserializer<>();

    /** A serde for record values with these settings; see {@link RollcallAvroSerializer} for the keys. */
    public static <T extends SpecificRecord> RollcallAvroSerde<T> forValues(Map<String, ?> settings) {
        RollcallAvroSerde<T> serde = new RollcallAvroSerde<>();
        serde.configure(settings, false);
        return serde;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        Map<String, Object> settings = new HashMap<>(configs);
        settings.put(SerdeConfig.SPECIFIC_READER, "true");
        serializer.configure(settings, isKey);
        deserializer.configure(settings, isKey);
    }

    @Override
    public Serializer<T> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<T> deserializer() {
        return deserializer;
    }
}
