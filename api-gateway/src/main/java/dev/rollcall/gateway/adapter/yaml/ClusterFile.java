package dev.rollcall.gateway.adapter.yaml;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A YAML file with cluster definitions:
 *
 * <pre>{@code
 * clusters:
 *   pay:                      # the cluster's id
 *     name: Payments          # then the definition as the HTTP API takes it
 *     odps: [...]
 * }</pre>
 *
 * <p>Only its form is checked here; what a definition may say is the gateway's to judge, and {@link #line} tells where a fault stands.
 */
public final class ClusterFile {

    private static final String CLUSTERS = "clusters";
    private static final int MOST_ALIASES = 50;

    private final String name;
    private final Map<String, JsonNode> definitions;
    private final Map<String, Integer> lines;

    private ClusterFile(String name, Map<String, JsonNode> definitions, Map<String, Integer> lines) {
        this.name = name;
        this.definitions = definitions;
        this.lines = lines;
    }

    /**
     * Reads the file.
     *
     * @throws ClusterFileException when it is missing, no YAML, or not of the form above
     */
    public static ClusterFile read(Path path) {
        try (Reader reader = Files.newBufferedReader(path)) {
            return read(path.toString(), reader);
        } catch (NoSuchFileException e) {
            throw new ClusterFileException("There is no file " + path);
        } catch (IOException e) {
            throw new ClusterFileException("Cannot read %s: %s".formatted(path, e.getMessage()));
        }
    }

    /**
     * Reads a text.
     *
     * @param name what the lines of the text are named after: messages say {@code name:line}
     * @throws ClusterFileException when it is no YAML, or not of the form above
     */
    public static ClusterFile read(String name, Reader reader) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        try {
            Node root = new Yaml(new SafeConstructor(options)).compose(reader);
            Map<String, Integer> lines = new HashMap<>();
            if (!(root instanceof MappingNode mapping)) {
                throw fault(name, root, "expected a mapping with the key '" + CLUSTERS + "'");
            }
            Map<String, JsonNode> definitions = new LinkedHashMap<>();
            for (NodeTuple entry : mapping.getValue()) {
                if (!CLUSTERS.equals(key(name, entry))) {
                    throw fault(
                            name,
                            entry.getKeyNode(),
                            "unknown key '" + key(name, entry) + "'; the only one is '" + CLUSTERS + "'");
                }
                if (!(entry.getValueNode() instanceof MappingNode clusters)) {
                    throw fault(name, entry.getValueNode(), "expected the clusters by their ids");
                }
                for (NodeTuple cluster : clusters.getValue()) {
                    String id = key(name, cluster);
                    if (!(cluster.getValueNode() instanceof MappingNode definition)) {
                        throw fault(name, cluster.getValueNode(), "expected the definition of cluster '" + id + "'");
                    }
                    definitions.put(id, new Reading(name, lines).json(definition, id));
                }
            }
            if (definitions.isEmpty()) {
                throw new ClusterFileException("%s names no cluster under '%s'".formatted(name, CLUSTERS));
            }
            return new ClusterFile(name, definitions, lines);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ClusterFileException("%s:%d: %s".formatted(name, line, e.getProblem()));
        } catch (YAMLException e) {
            if (e.getCause() instanceof MalformedInputException) {
                throw new ClusterFileException(name + " is not text in UTF-8");
            }
            throw new ClusterFileException("%s: %s".formatted(name, e.getMessage()));
        }
    }

    /** The definitions by cluster id, in the order of the file. */
    public Map<String, JsonNode> definitions() {
        return definitions;
    }

    /**
     * {@code name:line} of a field of a cluster's definition, or of what encloses it when the field itself is not written there.
     *
     * @param field as the gateway names it, such as {@code odps[2].host}
     */
    public String line(String cluster, String field) {
        String at = field.isEmpty() ? cluster : cluster + "." + field;
        while (!lines.containsKey(at) && at.length() > cluster.length()) {
            int cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            at = at.substring(0, Math.max(cut, cluster.length()));
        }
        return name + ":" + lines.getOrDefault(at, 1);
    }

    private static String key(String name, NodeTuple entry) {
        if (entry.getKeyNode() instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw fault(name, entry.getKeyNode(), "expected a plain key");
    }

    private static ClusterFileException fault(String name, @Nullable Node node, String words) {
        int line = node == null ? 1 : node.getStartMark().getLine() + 1;
        return new ClusterFileException("%s:%d: %s".formatted(name, line, words));
    }

    /** Turns YAML into JSON and remembers the line of each value. */
    private record Reading(String source, Map<String, Integer> lines) {

        JsonNode json(Node node, String at) {
            lines.put(at, node.getStartMark().getLine() + 1);
            if (node instanceof MappingNode mapping) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                for (NodeTuple entry : mapping.getValue()) {
                    String name = key(source, entry);
                    if (object.has(name)) {
                        throw fault(source, entry.getKeyNode(), "'" + name + "' stands here a second time");
                    }
                    object.set(name, json(entry.getValueNode(), at + "." + name));
                }
                return object;
            }
            if (node instanceof SequenceNode sequence) {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (Node element : sequence.getValue()) {
                    array.add(json(element, at + "[" + array.size() + "]"));
                }
                return array;
            }
            return scalar((ScalarNode) node);
        }

        private JsonNode scalar(ScalarNode node) {
            String text = node.getValue();
            if (Tag.NULL.equals(node.getTag())) {
                return JsonNodeFactory.instance.nullNode();
            }
            if (Tag.BOOL.equals(node.getTag())) {
                return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text));
            }
            if (Tag.INT.equals(node.getTag())) {
                try {
                    return JsonNodeFactory.instance.numberNode(Long.parseLong(text));
                } catch (NumberFormatException e) {
                    throw fault(source, node, "'" + text + "' is not a decimal number");
                }
            }
            return JsonNodeFactory.instance.stringNode(text);
        }
    }
}
