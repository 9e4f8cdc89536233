package dev.rollcall.schemas.serde;

import dev.rollcall.schemas.Topics;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.specific.SpecificData;

/**
 * Registers the schemas of all topics, for registries where services may not ({@code auto.register.schemas=false}). Doing it again
 * changes nothing.
 */
public final class SchemasInPlace {

    /**
     * What Rollcall's schemas keep to, and a registry can therefore demand: every version reads what every other one wrote. Stricter
     * than BACKWARD, since services of two versions run beside each other during an upgrade.
     */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private SchemasInPlace() {}

    /**
     * Demands {@link #COMPATIBILITY} of each subject, then registers its schema.
     *
     * @param settings as of the serde, {@code schema.registry.url} above all
     * @return the id of each topic's schema
     * @throws RegistryUnavailableException when the registry does not answer
     * @throws org.apache.kafka.common.errors.SerializationException in words, when it refuses
     */
    public static Map<Topics, Integer> ensure(Map<String, ?> settings) {
        SchemaRegistry registry = Registries.shared(SerdeConfig.of(settings));
        Map<Topics, Integer> ids = new EnumMap<>(Topics.class);
        for (Topics topic : Topics.values()) {
            registry.demand(topic.subject(), COMPATIBILITY);
            String text = SchemaText.of(SpecificData.get().getSchema(topic.recordType()));
            ids.put(topic, registry.register(topic.subject(), text));
        }
        return ids;
    }
}
