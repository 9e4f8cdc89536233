package dev.rollcall.standalone.adapter.inventory;

import dev.rollcall.standalone.adapter.inventory.ImportedCluster.Given;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * An inventory of Ansible, INI or YAML: groups with hosts, variables and groups below them. A host's variable is that of the host, else
 * that of the nearest group, else that of {@code all}; of two groups equally near, that of the later name. {@code group_vars} and
 * {@code host_vars} beside the file count like what stands in it, and over it.
 */
public final class AnsibleInventory {

    static final String ALL = "all";
    static final String UNGROUPED = "ungrouped";

    private static final List<String> LIKELY = List.of("obproxy", "obproxies", "odp", "odps");
    private static final int HIGHEST_PORT = 65_535;

    /** A variable and where it stands. */
    record Value(String text, String file, int line) {
        InventoryException fault(String words) {
            return InventoryException.at(file, line, words);
        }
    }

    /** A group as it is written. */
    static final class Group {
        final Set<String> hosts = new LinkedHashSet<>();
        final Set<String> children = new LinkedHashSet<>();
        final Map<String, Value> vars = new LinkedHashMap<>();
    }

    /**
     * Which variables say what of an ODP, besides Ansible's own of a host.
     *
     * @param home names of the variable with the ODP's home, the first that is there counts
     */
    public record Variables(List<String> home, List<String> sqlPort, List<String> zone) {
        public static final Variables USUAL = new Variables(
                List.of("obproxy_home", "odp_home", "home_path"),
                List.of("obproxy_port", "odp_port", "listen_port"),
                List.of("zone", "obproxy_zone", "odp_zone"));
    }

    final String file;
    final Map<String, Group> groups = new TreeMap<>();
    final Map<String, Map<String, Value>> hosts = new LinkedHashMap<>();
    final Map<String, Integer> hostLines = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final Map<String, Set<String>> members = new TreeMap<>();

    AnsibleInventory(String file) {
        this.file = file;
        groups.put(ALL, new Group());
    }

    Group group(String name) {
        return groups.computeIfAbsent(name, any -> new Group());
    }

    Map<String, Value> host(String name, int line) {
        hostLines.putIfAbsent(name, line);
        return hosts.computeIfAbsent(name, any -> new LinkedHashMap<>());
    }

    void note(String words) {
        notes.add(words);
    }

    /**
     * Reads an inventory.
     *
     * @param groupName whose hosts have ODPs; null: the one group with a likely name, or else all
     * @param id of the cluster; null: the group's name, or that of the file
     * @throws InventoryException when something in it is missing or wrong
     */
    public static ImportedCluster read(
            Path path, @Nullable String groupName, @Nullable String id, Variables variables, Given given) {
        String text = YamlFile.text(path);
        AnsibleInventory inventory = new AnsibleInventory(path.toString());
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(".yml") || name.endsWith(".yaml") || name.endsWith(".json")) {
            new AnsibleYaml(inventory, YamlFile.parse(path.toString(), text)).read();
        } else {
            new AnsibleIni(inventory).read(text);
        }
        inventory.beside(path);
        return inventory.cluster(path, groupName, id, variables, given);
    }

    private void beside(Path path) {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        for (Map.Entry<String, Group> group : groups.entrySet()) {
            vars(directory.resolve("group_vars"), group.getKey(), group.getValue().vars);
        }
        for (Map.Entry<String, Map<String, Value>> host : hosts.entrySet()) {
            vars(directory.resolve("host_vars"), host.getKey(), host.getValue());
        }
    }

    private void vars(Path directory, String name, Map<String, Value> into) {
        for (String suffix : List.of("", ".yml", ".yaml", ".json")) {
            Path candidate = directory.resolve(name + suffix);
            if (Files.isDirectory(candidate)) {
                note("%s is a directory and is not read".formatted(candidate));
            } else if (Files.exists(candidate)) {
                String text = YamlFile.text(candidate);
                if (text.startsWith("$ANSIBLE_VAULT")) {
                    note("%s is encrypted and is not read".formatted(candidate));
                    continue;
                }
                YamlFile yaml = YamlFile.parse(candidate.toString(), text);
                AnsibleYaml.vars(yaml, yaml.mapping(yaml.root(), "variables"), into);
            }
        }
    }

    private ImportedCluster cluster(
            Path path, @Nullable String groupName, @Nullable String id, Variables variables, Given given) {
        String group = groupName;
        if (group == null) {
            List<String> likely = LIKELY.stream().filter(groups::containsKey).toList();
            group = likely.isEmpty() ? ALL : likely.get(0);
            note("Taken the hosts of group %s; --group names another".formatted(group));
        }
        if (!groups.containsKey(group) && !group.equals(UNGROUPED)) {
            throw new InventoryException("%s: there is no group %s; there are %s"
                    .formatted(file, group, String.join(", ", groups.keySet())));
        }
        requireNoCircle(ALL, new ArrayList<>());
        groups.keySet().forEach(each -> requireNoCircle(each, new ArrayList<>()));
        Set<String> chosen = new LinkedHashSet<>();
        collect(group, chosen);
        if (chosen.isEmpty()) {
            throw new InventoryException("%s: group %s has no hosts".formatted(file, group));
        }
        ImportedCluster cluster = new ImportedCluster(
                id != null ? id : Names.clusterId(group.equals(ALL) || group.equals(UNGROUPED) ? null : group, path),
                given.adminCredential(),
                null);
        Map<String, String> credentials = new LinkedHashMap<>();
        Set<String> left = new TreeSet<>();
        for (String host : chosen) {
            cluster.add(odp(host, variables, given, credentials, left));
        }
        tell(cluster, credentials, left, given);
        return cluster;
    }

    private void requireNoCircle(String group, List<String> above) {
        if (above.contains(group)) {
            throw new InventoryException(
                    "%s: group %s is below itself (%s)".formatted(file, group, String.join(" > ", above)));
        }
        above.add(group);
        for (String child : group(group).children) {
            requireNoCircle(child, new ArrayList<>(above));
        }
    }

    private void collect(String group, Set<String> into) {
        if (group.equals(ALL)) {
            into.addAll(hosts.keySet());
            return;
        }
        if (group.equals(UNGROUPED) && !groups.containsKey(UNGROUPED)) {
            Set<String> grouped = new HashSet<>();
            groups.forEach((name, each) -> {
                if (!name.equals(ALL)) {
                    grouped.addAll(each.hosts);
                }
            });
            hosts.keySet().stream().filter(host -> !grouped.contains(host)).forEach(into::add);
            return;
        }
        into.addAll(group(group).hosts);
        group(group).children.forEach(child -> collect(child, into));
    }

    /** All variables of a host, the nearest last put. */
    private Map<String, Value> variables(String host) {
        Map<String, Value> vars = new LinkedHashMap<>(group(ALL).vars);
        // Depth of a group: how far it is from the top; deeper is nearer to the host.
        TreeMap<Integer, List<String>> byDepth = new TreeMap<>();
        members().forEach((name, members) -> {
            if (!name.equals(ALL) && members.contains(host)) {
                byDepth.computeIfAbsent(depth(name), any -> new ArrayList<>()).add(name);
            }
        });
        byDepth.values().forEach(names -> names.forEach(name -> vars.putAll(group(name).vars)));
        vars.putAll(hosts.getOrDefault(host, Map.of()));
        return vars;
    }

    /** The hosts of each group, those of the groups below it included. */
    private Map<String, Set<String>> members() {
        if (members.isEmpty()) {
            for (String name : groups.keySet()) {
                Set<String> of = new HashSet<>();
                collect(name, of);
                members.put(name, of);
            }
        }
        return members;
    }

    private int depth(String group) {
        int deepest = 0;
        for (Map.Entry<String, Group> parent : groups.entrySet()) {
            if (!parent.getKey().equals(ALL) && parent.getValue().children.contains(group)) {
                deepest = Math.max(deepest, depth(parent.getKey()) + 1);
            }
        }
        return deepest;
    }

    private ImportedCluster.Odp odp(
            String host, Variables variables, Given given, Map<String, String> credentials, Set<String> left) {
        Map<String, Value> vars = variables(host);
        Reader reader = new Reader(host, vars);
        String address = reader.text("ansible_host", "ansible_ssh_host");
        address = address == null ? host : address;
        if (!Names.isHost(address)) {
            throw reader.fault("ansible_host", "'%s' is no address of a host".formatted(address));
        }
        String user = reader.text("ansible_user", "ansible_ssh_user");
        user = user == null ? given.sshUser() : user;
        if (user == null) {
            throw reader.fault(
                    "ansible_user",
                    "no ansible_user for host %s; Ansible then logs in as whoever runs it: --ssh-user says who"
                            .formatted(host));
        }
        String home = reader.text(variables.home());
        home = home == null ? given.home() : home;
        if (home == null) {
            throw reader.fault(
                    "",
                    "nothing says where the ODP of host %s is: none of the variables %s; --home-var names another, --home gives one for all"
                            .formatted(host, String.join(", ", variables.home())));
        }
        Integer port = reader.port(variables.sqlPort());
        String key = reader.text("ansible_ssh_private_key_file", "ansible_private_key_file");
        String credential = credentials.computeIfAbsent(
                key == null ? "" : key,
                any -> given.sshCredential() + (credentials.isEmpty() ? "" : "-" + (credentials.size() + 1)));
        String become = reader.text("ansible_become");
        String becomes = reader.text("ansible_become_user");
        boolean other = become != null && Set.of("true", "yes", "1").contains(become.toLowerCase(Locale.ROOT));
        String zone = reader.text(variables.zone());
        Integer sshPort = reader.port(List.of("ansible_port", "ansible_ssh_port"));
        vars.keySet().stream().filter(name -> !reader.read.contains(name)).forEach(left::add);
        return new ImportedCluster.Odp(
                address,
                zone,
                home,
                port == null ? given.sqlPort() : port,
                user,
                sshPort,
                credential,
                other && becomes != null && !becomes.equals("root") ? becomes : null);
    }

    /** Reads one host's variables, and remembers which. */
    private final class Reader {
        private final String host;
        private final Map<String, Value> vars;
        private final Set<String> read = new HashSet<>();

        private Reader(String host, Map<String, Value> vars) {
            this.host = host;
            this.vars = vars;
        }

        private InventoryException fault(String variable, String words) {
            Value value = vars.get(variable);
            return value == null
                    ? InventoryException.at(file, hostLines.getOrDefault(host, 1), words)
                    : value.fault(words);
        }

        private @Nullable String text(String... names) {
            return text(List.of(names));
        }

        private @Nullable String text(List<String> names) {
            Value value = value(names);
            return value == null ? null : value.text();
        }

        private @Nullable Value value(List<String> names) {
            Value found = null;
            for (String name : names) {
                Value value = vars.get(name);
                read.add(name);
                if (found == null && value != null && !value.text().isEmpty()) {
                    if (value.text().contains("{{")) {
                        throw value.fault(
                                "%s of host %s is a template, which only Ansible can fill in: write the value itself"
                                        .formatted(name, host));
                    }
                    found = value;
                }
            }
            return found;
        }

        private @Nullable Integer port(List<String> names) {
            Value value = value(names);
            if (value == null) {
                return null;
            }
            try {
                int port = Integer.parseInt(value.text().strip());
                if (port >= 1 && port <= HIGHEST_PORT) {
                    return port;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw value.fault("'%s' is no port".formatted(value.text()));
        }
    }

    private void tell(ImportedCluster cluster, Map<String, String> credentials, Set<String> left, Given given) {
        notes.forEach(cluster::note);
        credentials.forEach((key, credential) -> cluster.note(
                key.isEmpty()
                        ? "Define credential %s for the agent: how to log in to the hosts".formatted(credential)
                        : "The SSH key is %s: define it for the agent as credential %s, {type: ssh-key, key-file: %s}"
                                .formatted(key, credential, key)));
        cluster.note(
                "Define credential %s for the agent: the password of root@proxysys".formatted(given.adminCredential()));
        List<String> secret = left.stream().filter(Names::isSecret).toList();
        if (!secret.isEmpty()) {
            cluster.note("Secrets are not carried over: %s".formatted(String.join(", ", secret)));
        }
        if (left.stream().anyMatch(name -> name.startsWith("ansible_ssh_") && name.endsWith("_args"))) {
            cluster.note("Arguments of ssh are not carried over; a jump host is ssh.jump in the definition");
        }
        List<String> kept = left.stream().filter(name -> !Names.isSecret(name)).toList();
        if (!kept.isEmpty()) {
            cluster.note("Variables that say nothing to Rollcall: %s".formatted(String.join(", ", kept)));
        }
        cluster.note("launcher is not known to Ansible, so it is the plain binary: see docs/hosts.md for the others");
    }

    static void put(Map<String, Value> vars, YamlFile yaml, String name, Node node) {
        String tag = node.getTag().getValue();
        if (tag.equals("!vault")) {
            vars.put(name, new Value("", yaml.name(), YamlFile.line(node)));
        } else if (node instanceof ScalarNode scalar) {
            vars.put(name, new Value(YamlFile.isNull(node) ? "" : scalar.getValue(), yaml.name(), YamlFile.line(node)));
        }
        // Lists and mappings are no variable of a host that could be meant here.
    }
}
