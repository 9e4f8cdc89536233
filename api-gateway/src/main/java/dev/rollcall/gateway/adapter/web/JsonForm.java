package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Checked;
import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the fields of a JSON object one by one and notes what is wrong: wrong types, nulls, and, when all known fields have been
 * read, the unknown ones. Reading goes on after a fault, so that the author hears of all at once. Not for several threads.
 */
final class JsonForm {

    private static final int LONGEST_ECHO = 64;

    private final JsonNode object;
    private final String path;
    private final List<Fault> faults;
    private final Set<String> known = new LinkedHashSet<>();

    private JsonForm(JsonNode object, String path, List<Fault> faults) {
        this.object = object;
        this.path = path;
        this.faults = faults;
    }

    static JsonForm of(JsonNode object) {
        return new JsonForm(object, "", new ArrayList<>());
    }

    @Nullable
    String text(String name) {
        JsonNode node = field(name, Text.KIND_TEXT, JsonNode::isString);
        return node == null ? null : node.stringValue();
    }

    @Nullable
    Integer integer(String name) {
        JsonNode node =
                field(name, Text.KIND_WHOLE_NUMBER, value -> value.isIntegralNumber() && value.canConvertToInt());
        return node == null ? null : Integer.valueOf(node.intValue());
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode node = field(name, Text.KIND_FLAG, JsonNode::isBoolean);
        return node == null ? null : Boolean.valueOf(node.booleanValue());
    }

    @Nullable
    List<String> texts(String name) {
        JsonNode node = field(name, Text.KIND_TEXTS, JsonNode::isArray);
        if (node == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            JsonNode item = node.get(i);
            if (item.isString()) {
                texts.add(item.stringValue());
            } else {
                faults.add(Fault.of(path + name + "[" + i + "]", Text.FIELD_TYPE, Text.KIND_TEXT, kind(item)));
            }
        }
        // With a faulty item left out, the list must not be mistaken for the one that was meant.
        return texts.size() == node.size() ? texts : null;
    }

    @Nullable
    Map<String, String> textMap(String name) {
        JsonNode node = field(name, Text.KIND_TEXT_MAP, JsonNode::isObject);
        if (node == null) {
            return null;
        }
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties().forEach(entry -> {
            if (entry.getValue().isString()) {
                texts.put(entry.getKey(), entry.getValue().stringValue());
            } else {
                String field = path + name + "." + shortened(entry.getKey());
                faults.add(Fault.of(field, Text.FIELD_TYPE, Text.KIND_TEXT, kind(entry.getValue())));
            }
        });
        return texts;
    }

    /** An object within; an empty one when it is not there. */
    JsonForm object(String name) {
        JsonNode node = field(name, Text.KIND_OBJECT, JsonNode::isObject);
        return new JsonForm(node == null ? JsonNodeFactory.instance.objectNode() : node, path + name + ".", faults);
    }

    @Nullable
    List<JsonForm> objects(String name) {
        JsonNode node = field(name, Text.KIND_OBJECTS, JsonNode::isArray);
        if (node == null) {
            return null;
        }
        List<JsonForm> forms = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String at = path + name + "[" + i + "]";
            JsonNode item = node.get(i);
            if (item.isObject()) {
                forms.add(new JsonForm(item, at + ".", faults));
            } else {
                faults.add(Fault.of(at, Text.FIELD_TYPE, Text.KIND_OBJECT, kind(item)));
            }
        }
        return forms;
    }

    /** Notes every field that was not asked for. */
    void nothingElse() {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                faults.add(Fault.of(path + shortened(name), Text.FIELD_UNKNOWN, String.join(", ", known)));
            }
        }
    }

    /** What came of checking, with what was wrong with the JSON; a field is named once. */
    <T> Checked<T> with(Checked<T> checked) {
        List<Fault> all = new ArrayList<>(faults);
        Set<String> named = new HashSet<>();
        faults.forEach(fault -> named.add(fault.field()));
        if (checked instanceof Checked.Invalid<T> invalid) {
            invalid.faults().stream()
                    .filter(fault -> !named.contains(fault.field()))
                    .forEach(all::add);
        }
        return all.isEmpty() ? checked : new Checked.Invalid<>(all);
    }

    /** The same; ends the request when something is wrong. */
    <T> T orProblem(Checked<T> checked) {
        Checked<T> whole = with(checked);
        if (whole instanceof Checked.Valid<T> valid) {
            return valid.value();
        }
        throw Problem.invalid(((Checked.Invalid<T>) whole).faults()).exception();
    }

    private @Nullable JsonNode field(String name, Text wanted, Predicate<JsonNode> isIt) {
        known.add(name);
        JsonNode node = object.get(name);
        if (node == null) {
            return null;
        }
        if (node.isNull()) {
            faults.add(Fault.of(path + name, Text.FIELD_NULL));
            return null;
        }
        if (!isIt.test(node)) {
            faults.add(Fault.of(path + name, Text.FIELD_TYPE, wanted, kind(node)));
            return null;
        }
        return node;
    }

    /** The kind of a value, in words. */
    static Text kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> Text.KIND_LIST;
            case OBJECT, POJO -> Text.KIND_OBJECT;
            case STRING, BINARY -> Text.KIND_TEXT;
            case NUMBER -> node.isIntegralNumber() ? Text.KIND_NUMBER : Text.KIND_FRACTION;
            case BOOLEAN -> Text.KIND_FLAG;
            case NULL -> Text.KIND_NULL;
            case MISSING -> Text.KIND_EMPTY;
        };
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_ECHO ? name : name.substring(0, LONGEST_ECHO) + "...";
    }
}
