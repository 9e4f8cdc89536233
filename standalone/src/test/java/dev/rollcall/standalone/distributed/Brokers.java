package dev.rollcall.standalone.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;

/**
 * Three Kafka brokers, each a process: every record on all three, two of which must have it. Services sign in (SASL) and may do what an
 * authorizer lets them; the listener for administrators and for the brokers among themselves knows no sign-in.
 */
final class Brokers implements AutoCloseable {
    private static final int COUNT = 3;

    private record Ports(int services, int administrators, int controller) {}

    private final List<Ports> ports;
    private final List<JavaProcess> processes = new ArrayList<>();

    private Brokers(List<Ports> ports) {
        this.ports = ports;
    }

    static Brokers start(Path directory) throws IOException, InterruptedException {
        List<Ports> ports = ports();
        Brokers brokers = new Brokers(ports);
        String cluster = Uuid.randomUuid().toString();
        try {
            for (int node = 1; node <= COUNT; node++) {
                Path file = directory.resolve("broker-" + node + ".properties");
                try (var out = Files.newOutputStream(file)) {
                    settings(node, ports, directory.resolve("broker-" + node)).store(out, null);
                }
                format(directory, file, cluster, node);
            }
            for (int node = 1; node <= COUNT; node++) {
                brokers.processes.add(JavaProcess.start(
                        "broker-" + node,
                        directory,
                        List.of(
                                "-Xmx160m",
                                "-cp",
                                classPath(),
                                "kafka.Kafka",
                                directory
                                        .resolve("broker-" + node + ".properties")
                                        .toString())));
            }
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.forAdministrators()))) {
                Awaitility.await("three brokers")
                        .atMost(Duration.ofSeconds(90))
                        .until(() -> brokers.gone() || size(admin) == COUNT);
            }
            assertThat(brokers.gone()).as(brokers.said()).isFalse();
            return brokers;
        } catch (IOException | RuntimeException | Error e) {
            brokers.close();
            throw e;
        }
    }

    /** Where services sign in. */
    String forServices() {
        return addresses(ports.stream().map(Ports::services));
    }

    /** Where nobody has to sign in and everything is allowed. */
    String forAdministrators() {
        return addresses(ports.stream().map(Ports::administrators));
    }

    /** Settings with which a service signs in. */
    static Map<String, String> signIn(String user) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, secret(user)));
    }

    /** Kills one. */
    void kill(int node) {
        processes.get(node - 1).kill();
    }

    @Override
    public void close() {
        processes.forEach(JavaProcess::kill);
    }

    private boolean gone() {
        return processes.stream().anyMatch(process -> !process.isAlive());
    }

    private String said() {
        return processes.stream().map(JavaProcess::said).collect(Collectors.joining("\n---\n"));
    }

    private static int size(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).size();
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        }
    }

    private static Properties settings(int node, List<Ports> ports, Path data) {
        Ports own = ports.get(node - 1);
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", String.valueOf(node));
        p.setProperty("log.dirs", data.toString());
        p.setProperty(
                "controller.quorum.voters",
                IntStream.rangeClosed(1, COUNT)
                        .mapToObj(n -> n + "@127.0.0.1:" + ports.get(n - 1).controller())
                        .collect(Collectors.joining(",")));
        String clients =
                "SERVICES://127.0.0.1:%d,ADMINS://127.0.0.1:%d".formatted(own.services(), own.administrators());
        p.setProperty("listeners", clients + ",CONTROLLER://127.0.0.1:" + own.controller());
        p.setProperty("advertised.listeners", clients);
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("inter.broker.listener.name", "ADMINS");
        p.setProperty(
                "listener.security.protocol.map", "SERVICES:SASL_PLAINTEXT,ADMINS:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.setProperty("listener.name.services.sasl.enabled.mechanisms", "PLAIN");
        p.setProperty(
                "listener.name.services.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required "
                        + Stream.of(Service.values())
                                .map(Service::serviceName)
                                .map(name -> "user_%s=\"%s\"".formatted(name, secret(name)))
                                .collect(Collectors.joining(" "))
                        + ";");
        p.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        p.setProperty("super.users", "User:ANONYMOUS");
        p.setProperty("allow.everyone.if.no.acl.found", "false");

        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("default.replication.factor", String.valueOf(COUNT));
        p.setProperty("min.insync.replicas", "2");
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            p.setProperty(internal + ".replication.factor", String.valueOf(COUNT));
            p.setProperty(internal + ".num.partitions", "3");
        }
        p.setProperty("transaction.state.log.min.isr", "2");
        p.setProperty("share.coordinator.state.topic.min.isr", "2");
        p.setProperty("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("broker.session.timeout.ms", "3000");
        p.setProperty("broker.heartbeat.interval.ms", "500");
        p.setProperty("message.max.bytes", String.valueOf(5 << 20));
        p.setProperty("log.cleaner.dedupe.buffer.size", String.valueOf(2 << 20));
        p.setProperty("log.cleaner.threads", "1");
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "3");
        p.setProperty("log.index.size.max.bytes", String.valueOf(64 << 10));
        return p;
    }

    private static void format(Path directory, Path settings, String cluster, int node)
            throws IOException, InterruptedException {
        Process format = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        cluster,
                        "-c",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("format-" + node + ".log").toFile())
                .start();
        assertThat(format.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(format.exitValue())
                .as("%s", Files.readString(directory.resolve("format-" + node + ".log")))
                .isZero();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String secret(String user) {
        return "secret of " + user;
    }

    private static String addresses(Stream<Integer> ports) {
        return ports.map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    private static List<Ports> ports() throws IOException {
        // Held together, so that no two are the same.
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * COUNT; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> free = held.stream().map(ServerSocket::getLocalPort).toList();
            return IntStream.range(0, COUNT)
                    .mapToObj(i -> new Ports(free.get(3 * i), free.get(3 * i + 1), free.get(3 * i + 2)))
                    .toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
