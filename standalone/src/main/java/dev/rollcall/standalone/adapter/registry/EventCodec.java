package dev.rollcall.standalone.adapter.registry;

import dev.rollcall.standalone.adapter.registry.RegistryEvent.LevelSet;
import dev.rollcall.standalone.adapter.registry.RegistryEvent.SubjectDeleted;
import dev.rollcall.standalone.adapter.registry.RegistryEvent.VersionStored;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as records of the topic {@code _schemas}, in the layout that Confluent's registry uses for its own topic of that
 * name, so that a person who moves to that registry can take the topic along.
 *
 * <p>Compaction goes by the bytes of the key: the order of its fields is part of the format.
 */
final class EventCodec {

    /** A record of the topic; a null value removes what the key stood for. */
    record Encoded(byte[] key, byte @Nullable [] value) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    private EventCodec() {}

    static Encoded encode(RegistryEvent event) {
        ObjectNode key = JSON.createObjectNode();
        ObjectNode value = JSON.createObjectNode();
        if (event instanceof VersionStored stored) {
            key.put("keytype", "SCHEMA")
                    .put("subject", stored.subject())
                    .put("version", stored.version())
                    .put("magic", 1);
            value.put("subject", stored.subject())
                    .put("version", stored.version())
                    .put("id", stored.id())
                    .put("schema", stored.schema())
                    .put("deleted", stored.deleted());
        } else if (event instanceof SubjectDeleted deleted) {
            key.put("keytype", "DELETE_SUBJECT")
                    .put("subject", deleted.subject())
                    .put("magic", 0);
            value.put("subject", deleted.subject()).put("version", deleted.version());
        } else if (event instanceof LevelSet set) {
            key.put("keytype", "CONFIG").put("subject", set.subject()).put("magic", 0);
            if (set.level() == null) {
                return new Encoded(bytes(key), null);
            }
            value.put("compatibilityLevel", set.level().name());
        }
        return new Encoded(bytes(key), bytes(value));
    }

    /**
     * @return empty for kinds of records this registry has no use for
     * @throws IllegalArgumentException if the record is none of such a topic
     */
    static Optional<RegistryEvent> decode(byte @Nullable [] keyBytes, byte @Nullable [] valueBytes) {
        if (keyBytes == null) {
            throw new IllegalArgumentException("It has no key");
        }
        try {
            JsonNode key = JSON.readTree(keyBytes);
            @Nullable JsonNode value = valueBytes == null ? null : JSON.readTree(valueBytes);
            return switch (key.path("keytype").asString("")) {
                case "SCHEMA" -> value == null ? Optional.empty() : version(value);
                case "DELETE_SUBJECT" ->
                    value == null
                            ? Optional.empty()
                            : Optional.of(new SubjectDeleted(text(value, "subject"), number(value, "version")));
                case "CONFIG" -> Optional.of(level(key, value));
                default -> Optional.empty();
            };
        } catch (JacksonException e) {
            throw new IllegalArgumentException("It is not JSON", e);
        }
    }

    private static Optional<RegistryEvent> version(JsonNode value) {
        if (!value.path("schemaType").asString("AVRO").equals("AVRO")) {
            return Optional.empty();
        }
        return Optional.of(new VersionStored(
                text(value, "subject"),
                number(value, "version"),
                number(value, "id"),
                text(value, "schema"),
                value.path("deleted").asBoolean(false)));
    }

    private static RegistryEvent level(JsonNode key, @Nullable JsonNode value) {
        @Nullable String subject = key.path("subject").isString() ? text(key, "subject") : null;
        if (value == null) {
            return new LevelSet(subject, null);
        }
        String name = text(value, "compatibilityLevel");
        return new LevelSet(
                subject,
                Compatibility.named(name)
                        .orElseThrow(() -> new IllegalArgumentException("It has an unknown level: " + name)));
    }

    private static String text(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (!node.isString()) {
            throw new IllegalArgumentException("It has no text in the field '" + field + "'");
        }
        return node.asString();
    }

    private static int number(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (!node.isInt()) {
            throw new IllegalArgumentException("It has no number in the field '" + field + "'");
        }
        return node.asInt();
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
