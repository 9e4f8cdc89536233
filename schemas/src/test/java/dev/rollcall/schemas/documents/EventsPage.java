package dev.rollcall.schemas.documents;

import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/** Every topic and record in words: {@code docs/events.md}, made from the schemas. */
final class EventsPage {

    private static final String HEAD = """
            # The records on the topics

            Written by `DocumentsTest` from the schemas in `schemas/src/main/avro`; `-Drollcall.docs.write=true` writes it anew. The same for programs: [asyncapi.json](asyncapi.json).

            - **Wire format**: Avro behind Confluent's five bytes (a 0, then the id of the schema, big-endian). The subject in the registry is `<topic>-value`. Keys are text in UTF-8.
            - **Read with `isolation.level=read_committed`.** What an aborted transaction wrote has never happened.
            - **At least once**: a record may come again; `eventId` tells. On topics that are compacted the newest record of a key is the state, and a record without a value means that it is gone.
            - **Order** holds within a partition, so for everything keyed by cluster within a cluster.
            - **It will grow**: fields are added with defaults, and enums get symbols (an old reader sees `UNKNOWN`). An incompatible change gets a topic of its own, ending in `.v2`.
            - Partitions and replicas are settings of an installation, and the same for all topics. `<topic>-dlt` takes what a service could not handle, as it came, with the reason in the header `rollcall.dlt.reason` or in those of spring-kafka.

            """;

    /** Shared types by name, in the order of their first use. */
    private final Map<String, Schema> shared = new LinkedHashMap<>();

    private final StringBuilder page = new StringBuilder(HEAD);

    private EventsPage() {}

    static String text() {
        EventsPage events = new EventsPage();
        events.overview();
        for (Topics topic : Topics.values()) {
            events.topic(topic);
        }
        events.sharedTypes();
        return events.page.toString();
    }

    private void overview() {
        page.append("| topic | record | key | written by | read by | kept |\n|---|---|---|---|---|---|\n");
        for (Topics topic : Topics.values()) {
            page.append("| [`%s`](#%s) | `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            topic.topicName(),
                            topic.topicName().replace(".", ""),
                            topic.recordType().getSimpleName(),
                            key(topic),
                            AsyncApi.writers(topic),
                            AsyncApi.readers(topic),
                            kept(topic)));
        }
    }

    private void topic(Topics topic) {
        Schema schema = SpecificData.get().getSchema(topic.recordType());
        page.append("\n## %s\n\n%s\n\n".formatted(topic.topicName(), withoutTopic(schema.getDoc())));
        fields(schema);
    }

    private void fields(Schema record) {
        page.append("| field of `%s` | type | what |\n|---|---|---|\n".formatted(record.getName()));
        for (Schema.Field field : record.getFields()) {
            page.append("| `%s` | %s | %s |\n".formatted(field.name(), type(field.schema()), cell(field.doc())));
        }
    }

    private void sharedTypes() {
        page.append("\n# Types that records share\n");
        // Describing a record may find further types, which then come after it.
        for (int i = 0; i < shared.size(); i++) {
            Schema type = shared.values().stream().skip(i).findFirst().orElseThrow();
            page.append("\n## %s\n\n%s\n".formatted(type.getName(), oneLine(type.getDoc())));
            if (type.getType() == Schema.Type.RECORD) {
                page.append('\n');
                fields(type);
            } else {
                page.append("\n`%s`\n".formatted(String.join("` `", type.getEnumSymbols())));
            }
        }
    }

    private String type(Schema schema) {
        return switch (schema.getType()) {
            case UNION ->
                schema.getTypes().stream()
                                .filter(type -> type.getType() != Schema.Type.NULL)
                                .map(this::type)
                                .reduce((one, other) -> one + " or " + other)
                                .orElseThrow()
                        + " or null";
            case ARRAY -> "list of " + type(schema.getElementType());
            case MAP -> "map of text to " + type(schema.getValueType());
            case RECORD, ENUM -> {
                shared.putIfAbsent(schema.getName(), schema);
                yield "[%s](#%s)".formatted(schema.getName(), schema.getName().toLowerCase(Locale.ROOT));
            }
            case STRING -> "text";
            case LONG -> schema.getLogicalType() == null ? "long" : "time (ms since 1970, UTC)";
            case INT -> "int";
            case BOOLEAN -> "boolean";
            case DOUBLE -> "double";
            case FLOAT -> "float";
            case BYTES, FIXED -> "bytes";
            case NULL -> "null";
        };
    }

    static String key(Topics topic) {
        return switch (topic.key()) {
            case CLUSTER -> "cluster id";
            case ODP -> "cluster id/ODP id";
            case TASK -> "task id";
            case TASK_ODP -> "task id/ODP id";
            case PARTITION -> "number of a partition";
        };
    }

    private static String kept(Topics topic) {
        Map<String, String> config = topic.declarations(1, (short) 1).get(0).configs();
        String cleanup = config.getOrDefault("cleanup.policy", "");
        String days = config.containsKey("retention.ms")
                ? Duration.ofMillis(Long.parseLong(config.get("retention.ms"))).toDays() + " days"
                : "";
        return switch (cleanup) {
            case "compact" -> "the newest of a key, for ever";
            case "compact,delete" -> "the newest of a key, " + days;
            default -> days;
        };
    }

    static String oneLine(String doc) {
        return withoutTopic(doc).replaceAll("\\s+", " ").strip();
    }

    /** The documents of the schemas begin with the name of the topic, which a reader of this page has just read. */
    private static String withoutTopic(String doc) {
        String text = doc.replaceFirst("^Topic \\S+: ", "");
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String cell(String doc) {
        return doc.replaceAll("\\s+", " ").replace("|", "\\|").strip();
    }
}
