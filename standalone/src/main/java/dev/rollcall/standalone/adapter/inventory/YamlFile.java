package dev.rollcall.standalone.adapter.inventory;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML file of another tool, whose nodes know their lines. */
record YamlFile(String name, @Nullable Node root) {

    static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new InventoryException("There is no file " + path);
        } catch (CharacterCodingException e) {
            throw new InventoryException(path + " is not text in UTF-8");
        } catch (IOException e) {
            throw new InventoryException("Cannot read %s: %s".formatted(path, e.getMessage()));
        }
    }

    static YamlFile parse(String name, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(50);
        try {
            return new YamlFile(name, new Yaml(new SafeConstructor(options)).compose(new StringReader(text)));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw InventoryException.at(name, line, "no YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new InventoryException("%s: no YAML: %s".formatted(name, e.getMessage()));
        }
    }

    InventoryException fault(Node node, String words) {
        return InventoryException.at(name, line(node), words);
    }

    static int line(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }

    /** A mapping by its keys, in their order; empty for nothing at all. */
    Map<String, Node> mapping(@Nullable Node node, String what) {
        Map<String, Node> entries = new LinkedHashMap<>();
        if (node == null || isNull(node)) {
            return entries;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw fault(node, "expected a mapping: " + what);
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw fault(tuple.getKeyNode(), "expected a plain key in " + what);
            }
            if (entries.put(key.getValue(), tuple.getValueNode()) != null) {
                throw fault(key, "'%s' stands here a second time".formatted(key.getValue()));
            }
        }
        return entries;
    }

    static boolean isNull(Node node) {
        return Tag.NULL.equals(node.getTag());
    }

    /** A value as text; null when there is none. */
    @Nullable
    String text(@Nullable Node node, String what) {
        if (node == null || isNull(node)) {
            return null;
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw fault(node, "expected one value: " + what);
        }
        return scalar.getValue();
    }
}
