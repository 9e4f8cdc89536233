package dev.rollcall.standalone.adapter.inventory;

import dev.rollcall.standalone.adapter.inventory.AnsibleInventory.Group;
import dev.rollcall.standalone.adapter.inventory.AnsibleInventory.Value;
import java.util.Map;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the YAML form. */
final class AnsibleYaml {

    private final AnsibleInventory inventory;
    private final YamlFile file;

    AnsibleYaml(AnsibleInventory inventory, YamlFile file) {
        this.inventory = inventory;
        this.file = file;
    }

    void read() {
        file.mapping(file.root(), "groups").forEach(this::group);
    }

    private void group(String name, Node node) {
        Group group = inventory.group(name);
        for (Map.Entry<String, Node> part : file.mapping(node, "group " + name).entrySet()) {
            switch (part.getKey()) {
                case "hosts" ->
                    file.mapping(part.getValue(), "the hosts of " + name).forEach((host, vars) -> {
                        int line = YamlFile.line(vars);
                        for (String each : HostRange.expand(file.name(), line, host)) {
                            group.hosts.add(each);
                            vars(file, file.mapping(vars, "the variables of " + host), inventory.host(each, line));
                        }
                    });
                case "vars" -> vars(file, file.mapping(part.getValue(), "the variables of " + name), group.vars);
                case "children" ->
                    file.mapping(part.getValue(), "the groups of " + name).forEach((child, content) -> {
                        group.children.add(child);
                        group(child, content);
                    });
                default ->
                    throw file.fault(
                            part.getValue(),
                            "group %s: unknown key '%s'; there are hosts, vars and children"
                                    .formatted(name, part.getKey()));
            }
        }
    }

    static void vars(YamlFile file, Map<String, Node> entries, Map<String, Value> into) {
        entries.forEach((name, value) -> AnsibleInventory.put(into, file, name, value));
    }
}
