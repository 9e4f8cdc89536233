package dev.rollcall.standalone.adapter.hosts;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which hosts, clusters and ODPs the demo has. The ports are chosen at the first start (the usual ones where they are free) and kept, since
 * the definitions and running ODPs of an earlier start depend on them.
 */
public final class DemoLayout {

    /** Name of the SSH credential in the definitions. */
    public static final String SSH_CREDENTIAL = "demo-host";

    /** Name of the credential of root@proxysys in the definitions. */
    public static final String ADMIN_CREDENTIAL = "demo-proxysys";

    /** Name of the business credential in the definitions. */
    public static final String PROBE_CREDENTIAL = "demo-app";

    /** One host: an address, a zone and the port of its SSH server. */
    public record Host(String name, String address, String zone, int sshPort, Path directory) {}

    /** One ODP on a host. */
    public record Place(String cluster, Host host, int sqlPort, String version, boolean stoppedAtFirst, Path home) {

        /** As the gateway calls it. */
        public String odpId() {
            return host.address() + ":" + sqlPort;
        }
    }

    private record Sketch(String cluster, int host, int usualPort, String version, boolean stopped) {}

    private static final int HOSTS = 3;
    private static final int USUAL_SSH_PORT = 2222;
    private static final List<Sketch> SKETCHES = List.of(
            new Sketch("demo", 1, 2883, "4.3.1.0", false),
            new Sketch("demo", 2, 2883, "4.3.1.0", false),
            new Sketch("demo", 3, 2883, "4.3.1.0", false),
            new Sketch("demo", 1, 2893, "4.3.1.0", false),
            new Sketch("demo", 2, 2893, "4.3.1.0", false),
            new Sketch("demo", 3, 2893, "4.3.1.0", false),
            new Sketch("legacy", 1, 2903, "3.1.0.0", false),
            new Sketch("legacy", 2, 2903, "3.1.0.0", false),
            new Sketch("wounded", 1, 2913, "4.3.1.0", false),
            new Sketch("wounded", 2, 2913, "4.3.1.0", true));

    private final List<Host> hosts;
    private final List<Place> places;

    private DemoLayout(List<Host> hosts, List<Place> places) {
        this.hosts = List.copyOf(hosts);
        this.places = List.copyOf(places);
    }

    /**
     * The layout kept in the directory, made when there is none yet.
     *
     * @param network first three numbers of the hosts' addresses, such as {@code 127.0.1}; a kept layout keeps its own
     */
    public static DemoLayout in(Path directory, String network) throws IOException {
        Path file = directory.resolve("layout.properties");
        Properties kept = new Properties();
        if (Files.exists(file)) {
            try (var in = Files.newInputStream(file)) {
                kept.load(in);
            }
        }
        kept.putIfAbsent("network", network);
        Set<String> taken = new HashSet<>();
        List<Host> hosts = new ArrayList<>();
        for (int i = 1; i <= HOSTS; i++) {
            String name = "host" + i;
            String address = kept.getProperty("network") + "." + i;
            int port = port(kept, name + ".ssh", address, USUAL_SSH_PORT, taken);
            hosts.add(new Host(name, address, "z" + i, port, directory.resolve(name)));
        }
        List<Place> places = new ArrayList<>();
        for (Sketch sketch : SKETCHES) {
            Host host = hosts.get(sketch.host - 1);
            String key = host.name + "." + sketch.cluster + "." + sketch.usualPort;
            int port = port(kept, key, host.address, sketch.usualPort, taken);
            Path home = host.directory.resolve("obproxy-" + port);
            places.add(new Place(sketch.cluster, host, port, sketch.version, sketch.stopped, home));
        }
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            // Others look for this file to learn where the ODPs are: they must not find half of it.
            Path draft = directory.resolve("layout.properties.new");
            try (var out = Files.newOutputStream(draft)) {
                kept.store(out, "Addresses and ports of the demo's hosts and ODPs");
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return new DemoLayout(hosts, places);
    }

    public List<Host> hosts() {
        return hosts;
    }

    public List<Place> places() {
        return places;
    }

    /** Names of the clusters, in the order of their importance to the demo. */
    public List<String> clusters() {
        return places.stream().map(Place::cluster).distinct().toList();
    }

    /** The ODPs of a cluster. */
    public List<Place> places(String cluster) {
        return places.stream().filter(place -> place.cluster.equals(cluster)).toList();
    }

    /** The definition of a cluster as the gateway takes it. */
    public ObjectNode definition(String cluster, String sshUser) {
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put("name", Character.toUpperCase(cluster.charAt(0)) + cluster.substring(1));
        definition.put("description", description(cluster));
        definition.putObject("labels").put("env", "demo");
        ObjectNode defaults = definition.putObject("defaults");
        defaults.putObject("ssh").put("user", sshUser).put("credential", SSH_CREDENTIAL);
        defaults.put("adminCredential", ADMIN_CREDENTIAL)
                .put("probeCredential", PROBE_CREDENTIAL)
                .put("launcher", "obproxy");
        ArrayNode odps = definition.putArray("odps");
        for (Place place : places(cluster)) {
            ObjectNode odp = odps.addObject();
            odp.put("host", place.host.address)
                    .put("zone", place.host.zone)
                    .put("sqlPort", place.sqlPort)
                    .put("home", place.home.toString());
            odp.putObject("ssh").put("port", place.host.sshPort);
        }
        return definition;
    }

    private static String description(String cluster) {
        return switch (cluster) {
            case "demo" -> "Six ODPs 4.3.1 in three zones";
            case "legacy" -> "Two ODPs 3.1.0, too old for a hot restart";
            default -> "One of its ODPs is stopped, so only a force restart is possible";
        };
    }

    private static int port(Properties kept, String key, String address, int usual, Set<String> taken)
            throws IOException {
        String known = kept.getProperty(key);
        int port;
        if (known != null) {
            port = Integer.parseInt(known);
        } else {
            port = isFree(address, usual) ? usual : anyFree(address, taken);
            kept.setProperty(key, Integer.toString(port));
        }
        taken.add(address + ":" + port);
        return port;
    }

    private static boolean isFree(String address, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (BindException e) {
            return false;
        }
    }

    private static int anyFree(String address, Set<String> taken) throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
                if (!taken.contains(address + ":" + socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }
}
