package dev.rollcall.standalone.adapter.inventory;

import dev.rollcall.standalone.adapter.inventory.ImportedCluster.Given;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The file that {@code obd cluster deploy -c} takes: a component for each kind of server, with {@code servers}, settings for all of them
 * under {@code global}, settings of one under its name, and {@code user} for the SSH of all (obdeploy, {@code example/}).
 */
public final class ObdTopology {

    private static final List<String> COMPONENTS = List.of("obproxy-ce", "obproxy");
    private static final int USUAL_PORT = 2883;
    private static final int HIGHEST_PORT = 65_535;
    private static final Set<String> NO_SERVERS = Set.of(
            "servers", "global", "depends", "version", "package_hash", "release", "tag", "include", "type", "style");
    private static final Set<String> CARRIED = Set.of("home_path", "listen_port");

    private ObdTopology() {}

    /**
     * Reads the file.
     *
     * @param id of the cluster; null: {@code cluster_name}, or else the name of the file
     * @throws InventoryException when something in it is missing or wrong
     */
    public static ImportedCluster read(Path path, @Nullable String id, Given given) {
        return read(YamlFile.parse(path.toString(), YamlFile.text(path)), path, id, given);
    }

    private static ImportedCluster read(YamlFile file, Path path, @Nullable String id, Given given) {
        Map<String, Node> root = file.mapping(file.root(), "an obd topology");
        String component = COMPONENTS.stream()
                .filter(root::containsKey)
                .findFirst()
                .orElseThrow(() -> InventoryException.at(
                        file.name(),
                        1,
                        "no component %s; there are %s".formatted(String.join(" or ", COMPONENTS), root.keySet())));
        Map<String, Node> section = file.mapping(root.get(component), component);
        Map<String, Node> global = file.mapping(section.get("global"), component + ".global");
        String name = id != null ? id : Names.clusterId(file.text(global.get("cluster_name"), "cluster_name"), path);
        ImportedCluster cluster = new ImportedCluster(name, given.adminCredential(), "obd");
        String sshUser = ssh(file, root, given, cluster);
        Integer sshPort = port(file, file.mapping(root.get("user"), "user").get("port"), "user.port");
        Set<String> left = new TreeSet<>(global.keySet());
        for (Map.Entry<String, Node> server : servers(file, section, component).entrySet()) {
            Map<String, Node> own = file.mapping(section.get(server.getKey()), component + "." + server.getKey());
            left.addAll(own.keySet());
            Map<String, Node> all = new HashMap<>(global);
            all.putAll(own);
            String home = file.text(all.get("home_path"), "home_path");
            if (home == null) {
                home = given.home();
            }
            if (home == null) {
                throw file.fault(
                        server.getValue(),
                        "no home_path for server %s, neither of its own nor under global; obd chose one when it deployed (obd cluster edit-config tells), --home gives it"
                                .formatted(server.getKey()));
            }
            Integer port = port(file, all.get("listen_port"), "listen_port");
            if (port == null) {
                port = given.sqlPort() == null ? Integer.valueOf(USUAL_PORT) : given.sqlPort();
            }
            String host = host(file, server.getValue());
            cluster.add(new ImportedCluster.Odp(host, null, home, port, sshUser, sshPort, given.sshCredential(), null));
        }
        tell(file, root, section, left, component, given, cluster);
        return cluster;
    }

    private static String ssh(YamlFile file, Map<String, Node> root, Given given, ImportedCluster cluster) {
        Map<String, Node> user = file.mapping(root.get("user"), "user");
        String name = file.text(user.get("username"), "user.username");
        String credential = given.sshCredential();
        if (name == null) {
            name = given.sshUser();
            if (name == null) {
                name = System.getProperty("user.name", "root");
                cluster.note(
                        "user.username is not given, and obd then logs in as whoever runs it: taken %s; --ssh-user says another"
                                .formatted(name));
            }
        }
        String key = file.text(user.get("key_file"), "user.key_file");
        if (key != null) {
            cluster.note("user.key_file is %s: define it for the agent as credential %s, {type: ssh-key, key-file: %s}"
                    .formatted(key, credential, key));
        }
        if (user.containsKey("password")) {
            cluster.note(
                    "user.password is a secret and is not carried over: define credential %s for the agent, better a key than a password"
                            .formatted(credential));
        }
        if (key == null && !user.containsKey("password")) {
            cluster.note("Define credential %s for the agent: how to log in to the hosts".formatted(credential));
        }
        return name;
    }

    /** The servers by name, with the node that says their address. */
    private static Map<String, Node> servers(YamlFile file, Map<String, Node> section, String component) {
        Node node = section.get("servers");
        if (!(node instanceof SequenceNode list) || list.getValue().isEmpty()) {
            throw InventoryException.at(
                    file.name(),
                    node == null ? 1 : YamlFile.line(node),
                    "%s.servers: expected a list with one server or more".formatted(component));
        }
        Map<String, Node> servers = new LinkedHashMap<>();
        for (Node server : list.getValue()) {
            Node address = server;
            String name;
            if (server instanceof ScalarNode plain) {
                name = plain.getValue();
            } else {
                Map<String, Node> named = file.mapping(server, "a server");
                address = named.get("ip");
                if (address == null) {
                    throw file.fault(server, "a server needs its ip");
                }
                name = file.text(named.get("name"), "name");
                if (name == null) {
                    name = String.valueOf(file.text(address, "ip"));
                }
            }
            if (servers.put(name, address) != null) {
                throw file.fault(server, "server %s stands here a second time".formatted(name));
            }
        }
        return servers;
    }

    private static String host(YamlFile file, Node address) {
        String host = String.valueOf(file.text(address, "ip"));
        if (!Names.isHost(host)) {
            throw file.fault(address, "'%s' is no address of a host".formatted(host));
        }
        return host;
    }

    private static @Nullable Integer port(YamlFile file, @Nullable Node node, String what) {
        String text = file.text(node, what);
        if (text == null || node == null) {
            return null;
        }
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw file.fault(node, "%s: '%s' is no port".formatted(what, text));
    }

    private static void tell(
            YamlFile file,
            Map<String, Node> root,
            Map<String, Node> section,
            Set<String> settings,
            String component,
            Given given,
            ImportedCluster cluster) {
        cluster.note("Define credential %s for the agent: the password of root@proxysys (obproxy_sys_password of obd)"
                .formatted(given.adminCredential()));
        List<String> secret = settings.stream().filter(Names::isSecret).toList();
        if (!secret.isEmpty()) {
            cluster.note("Secrets are not carried over: %s".formatted(String.join(", ", secret)));
        }
        List<String> kept = settings.stream()
                .filter(setting -> !CARRIED.contains(setting) && !Names.isSecret(setting))
                .toList();
        if (!kept.isEmpty()) {
            cluster.note("Settings of the ODP itself, which it keeps in its etc/, are not part of a definition: %s"
                    .formatted(String.join(", ", kept)));
        }
        if (section.containsKey("include")) {
            cluster.note("%s.include is not followed: settings in that file are missing here".formatted(component));
        }
        cluster.note("obd knows no zones of ODPs: add zone to each where batches are to follow zones");
        cluster.note(
                "launcher is obd: a hot restart ends obd's watchdog for good, since it knows the old process only (docs/hosts.md)");
        List<String> others = new ArrayList<>(root.keySet());
        others.removeIf(key -> key.equals(component) || key.equals("user"));
        if (!others.isEmpty()) {
            cluster.note("Not ODPs, left out: %s".formatted(String.join(", ", others)));
        }
        Set<String> listed = servers(file, section, component).keySet();
        List<String> unknown = section.keySet().stream()
                .filter(key -> !NO_SERVERS.contains(key) && !listed.contains(key))
                .toList();
        if (!unknown.isEmpty()) {
            cluster.note("%s has settings of servers that it does not list: %s"
                    .formatted(component, String.join(", ", unknown)));
        }
    }
}
