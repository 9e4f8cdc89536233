package dev.rollcall.schemas.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.AccessRules;
import dev.rollcall.schemas.serde.SchemaText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics as an AsyncAPI 3.0 document, made from {@link Topics}, {@link Service} and the schemas. */
final class AsyncApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AVRO = "application/vnd.apache.avro+json;version=1.12.0";

    /** What programs outside of Rollcall may write. */
    private static final Set<Topics> OPEN_TO_WRITERS = Set.of(Topics.RESTART_REQUESTED);

    private AsyncApi() {}

    /** The document, as text that ends with a line break. */
    static String text() {
        ObjectNode root = JSON.createObjectNode();
        root.put("asyncapi", "3.0.0");
        root.putObject("info")
                .put("title", "Rollcall")
                .put("version", "1")
                .put(
                        "description",
                        "Records on Kafka, in Avro behind Confluent's five bytes (0, then the schema's id). Read them with isolation.level=read_committed: what an aborted transaction wrote has never happened. Delivery is at least once; eventId tells a repetition. Explained field by field in docs/events.md.");
        root.put("defaultContentType", "avro/binary");
        ObjectNode server = root.putObject("servers").putObject("standalone");
        server.put("host", "127.0.0.1:9092");
        server.put("protocol", "kafka");
        server.put("description", "Where a standalone Rollcall listens, with its schema registry.");
        server.putObject("bindings")
                .putObject("kafka")
                .put("schemaRegistryUrl", "http://127.0.0.1:8081")
                .put("schemaRegistryVendor", "confluent")
                .put("bindingVersion", "0.5.0");
        ObjectNode channels = root.putObject("channels");
        ObjectNode operations = root.putObject("operations");
        ObjectNode messages = root.putObject("components").putObject("messages");
        for (Topics topic : Topics.values()) {
            Schema schema = SpecificData.get().getSchema(topic.recordType());
            channels.set(topic.topicName(), channel(topic, schema));
            operation(operations, topic, schema);
            messages.set(schema.getName(), message(topic, schema));
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode channel(Topics topic, Schema schema) {
        ObjectNode channel = JSON.createObjectNode();
        channel.put("address", topic.topicName());
        channel.put("description", "Written by %s; read by %s.".formatted(writers(topic), readers(topic)));
        channel.putObject("messages")
                .putObject(schema.getName())
                .put("$ref", "#/components/messages/" + schema.getName());
        ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
        kafka.put("topic", topic.topicName());
        NewTopic declared = topic.declarations(1, (short) 1).get(0);
        Map<String, String> config = new TreeMap<>(declared.configs());
        ObjectNode configuration = kafka.putObject("topicConfiguration");
        ArrayNode cleanup = configuration.putArray("cleanup.policy");
        List.of(config.getOrDefault("cleanup.policy", "delete").split(",")).forEach(cleanup::add);
        if (config.containsKey("retention.ms")) {
            configuration.put("retention.ms", Long.parseLong(config.get("retention.ms")));
        }
        configuration.put("max.message.bytes", Integer.parseInt(config.get("max.message.bytes")));
        kafka.put("bindingVersion", "0.5.0");
        return channel;
    }

    /** As seen from Rollcall: it sends what others may read, and receives what others may write. */
    private static void operation(ObjectNode operations, Topics topic, Schema schema) {
        String channel = "#/channels/" + topic.topicName();
        boolean receives = OPEN_TO_WRITERS.contains(topic);
        ObjectNode operation = operations.putObject((receives ? "receive" : "send") + schema.getName());
        operation.put("action", receives ? "receive" : "send");
        operation.putObject("channel").put("$ref", channel);
        operation.put("summary", summary(schema));
        operation.putArray("messages").addObject().put("$ref", channel + "/messages/" + schema.getName());
    }

    private static ObjectNode message(Topics topic, Schema schema) {
        ObjectNode message = JSON.createObjectNode();
        message.put("name", schema.getName());
        message.put("title", schema.getName());
        message.put("summary", summary(schema));
        message.put("contentType", "avro/binary");
        ObjectNode headers = message.putObject("headers");
        headers.put("type", "object");
        headers.putObject("properties")
                .putObject("traceparent")
                .put("type", "string")
                .put("description", "W3C trace context of what led to the record; absent when there is none.");
        ObjectNode payload = message.putObject("payload");
        payload.put("schemaFormat", AVRO);
        payload.set("schema", read(schema));
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        kafka.putObject("key").put("type", "string").put("description", EventsPage.key(topic));
        kafka.put("schemaIdLocation", "payload");
        kafka.put("schemaIdPayloadEncoding", "confluent");
        kafka.put("schemaLookupStrategy", "TopicIdStrategy");
        kafka.put("bindingVersion", "0.5.0");
        return message;
    }

    private static JsonNode read(Schema schema) {
        try {
            return JSON.readTree(SchemaText.of(schema));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String summary(Schema schema) {
        return EventsPage.oneLine(schema.getDoc());
    }

    static String writers(Topics topic) {
        String services = named(Service::writes, topic);
        return OPEN_TO_WRITERS.contains(topic) ? services + " or a program that may" : services;
    }

    static String readers(Topics topic) {
        String services = named(Service::reads, topic);
        if (topic == Topics.AUDIT_CHECKPOINTS) {
            return "rollcall audit verify";
        }
        return AccessRules.FOR_DASHBOARDS.contains(topic)
                ? services.isEmpty() ? "dashboards" : services + ", dashboards"
                : services;
    }

    private static String named(Function<Service, Set<Topics>> use, Topics topic) {
        return String.join(
                ", ",
                Arrays.stream(Service.values())
                        .filter(service -> use.apply(service).contains(topic))
                        .map(Service::serviceName)
                        .toList());
    }
}
