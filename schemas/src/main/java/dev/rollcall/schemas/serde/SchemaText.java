package dev.rollcall.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** The text of a schema as it is registered: without what only the Java compiler of Avro wants to know. */
public final class SchemaText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JAVA_STRING = "avro.java.string";

    private SchemaText() {}

    /** The schema as JSON, docs and defaults included, {@code avro.java.string} left out. */
    public static String of(Schema schema) {
        try {
            return JSON.writeValueAsString(strip(JSON.readTree(schema.toString())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro printed a schema that is not JSON: " + schema.getFullName(), e);
        }
    }

    private static JsonNode strip(JsonNode node) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, strip(array.get(i)));
            }
            return array;
        }
        if (node instanceof ObjectNode object) {
            object.remove(JAVA_STRING);
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                object.set(field.getKey(), strip(field.getValue()));
            }
            JsonNode type = object.get("type");
            return object.size() == 1 && type != null && type.isTextual() ? type : object;
        }
        return node;
    }
}
