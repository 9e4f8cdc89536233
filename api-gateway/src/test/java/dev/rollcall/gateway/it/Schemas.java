package dev.rollcall.gateway.it;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Judges answers by the OpenAPI description: the part of JSON Schema that it uses, strictly. An unknown keyword is a fault too. */
final class Schemas {

    private static final List<String> KNOWN = List.of(
            "$ref",
            "type",
            "properties",
            "required",
            "items",
            "enum",
            "anyOf",
            "format",
            "additionalProperties",
            "description",
            "pattern",
            "minimum",
            "maximum");

    private final JsonNode api;

    Schemas(JsonNode api) {
        this.api = api;
    }

    /** What speaks against an answer; empty when it is as described. */
    List<String> faults(String method, String path, int status, String type, JsonNode body) {
        JsonNode answer =
                api.path("paths").path(path).path(method).path("responses").path(Integer.toString(status));
        if (answer.isMissingNode()) {
            return List.of(method + " " + path + " is not described to answer " + status);
        }
        JsonNode schema = answer.path("content").path(type).path("schema");
        if (schema.isMissingNode()) {
            return List.of(method + " " + path + " " + status + " is not described to answer in " + type);
        }
        List<String> faults = new ArrayList<>();
        judge(schema, body, "$", faults);
        return faults;
    }

    private void judge(JsonNode schema, JsonNode value, String at, List<String> faults) {
        schema.propertyNames().stream()
                .filter(keyword -> !KNOWN.contains(keyword))
                .forEach(keyword -> faults.add(at + ": this test does not know the keyword " + keyword));
        if (schema.has("$ref")) {
            judge(api.at(schema.path("$ref").asString().substring(1)), value, at, faults);
            return;
        }
        if (schema.has("anyOf")) {
            boolean any = schema.path("anyOf").valueStream().anyMatch(one -> {
                List<String> ofOne = new ArrayList<>();
                judge(one, value, at, ofOne);
                return ofOne.isEmpty();
            });
            if (!any) {
                faults.add(at + ": fits none of " + schema.path("anyOf"));
            }
            return;
        }
        String type = type(value);
        List<String> types = schema.path("type").isArray()
                ? schema.path("type").valueStream().map(JsonNode::asString).toList()
                : List.of(schema.path("type").asString(""));
        if (!types.contains(type) && !(type.equals("integer") && types.contains("number"))) {
            faults.add(at + ": is " + type + ", not " + types + ": " + value);
            return;
        }
        if (schema.has("enum")
                && !value.isNull()
                && schema.path("enum").valueStream().noneMatch(value::equals)) {
            faults.add(at + ": " + value + " is not among " + schema.path("enum"));
        }
        if (value.isString() && schema.path("format").asString("").equals("date-time") && !isTime(value.asString())) {
            faults.add(at + ": not a time: " + value);
        }
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                judge(schema.path("items"), value.get(i), at + "[" + i + "]", faults);
            }
        }
        if (value.isObject()) {
            judgeFields(schema, value, at, faults);
        }
    }

    private void judgeFields(JsonNode schema, JsonNode value, String at, List<String> faults) {
        schema.path("required")
                .valueStream()
                .map(JsonNode::asString)
                .filter(name -> !value.has(name))
                .forEach(name -> faults.add(at + "." + name + ": is missing"));
        value.properties().forEach(field -> {
            @Nullable JsonNode described = schema.path("properties").get(field.getKey());
            JsonNode others = schema.path("additionalProperties");
            if (described != null) {
                judge(described, field.getValue(), at + "." + field.getKey(), faults);
            } else if (others.isObject()) {
                judge(others, field.getValue(), at + "." + field.getKey(), faults);
            } else {
                faults.add(at + "." + field.getKey() + ": is not described");
            }
        });
    }

    private static boolean isTime(String text) {
        try {
            return OffsetDateTime.parse(text).getOffset().getTotalSeconds() == 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case STRING, BINARY -> "string";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case MISSING -> "missing";
        };
    }
}
