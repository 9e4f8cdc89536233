package dev.rollcall.standalone.benchmark;

import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.net.LoopbackPorts;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * What the gateway stands: a real broker, the gateway in a JVM of its own with 512 MB of heap, 10,000 tasks and 10,400 ODPs in its
 * views, and the load from a process of its own. Prints figures, see {@code docs/performance.md}.
 *
 * <p>{@code -Drollcall.benchmark.collector=-XX:+UseParallelGC} tries another garbage collector.
 *
 * <p>Arguments: any of {@code load}, {@code streams}; none: both. What is kept in memory is measured in any case. {@code smoke} does all
 * of it with a tenth of the rates, streams and ODPs for some seconds: to see that the benchmark works, not for figures.
 */
public final class GatewayBenchmark implements AutoCloseable {

    private static final int PARTITIONS = 3;
    private static final int HEAP_MEGABYTES = 512;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final PrintStream OUT = System.out;
    private static final String PASSWORD = UUID.randomUUID().toString();
    private static final String WHO = "benchmark:" + PASSWORD;
    private static final int READS = 2_000;
    private static final int RESTARTS = 200;

    private static final int ODPS = 500;
    private static final int SUBSCRIBERS = 1_000;
    private static final int SILENT = 50;
    private static final Duration RESTART_TAKES = Duration.ofSeconds(2);
    private static final Pattern ENDED = Pattern.compile("ENDED (\\w+) (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

    private final Path data;
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final Map<String, String> serde;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    /** 1, or 10 for a tenth of everything. */
    private final int part;

    private final String stored = "{bcrypt}" + new BCryptPasswordEncoder().encode(PASSWORD);
    private final int port = LoopbackPorts.anyFree();
    private final int managementPort = LoopbackPorts.anyFree();
    private ServiceProcess gateway;

    private GatewayBenchmark(int part) throws IOException {
        this.part = part;
        data = Files.createTempDirectory("rollcall-benchmark");
        broker = EmbeddedBroker.start(data.resolve("kafka"), 0);
        registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0);
        serde = Map.of("schema.registry.url", registry.url(), "specific.avro.reader", "true");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 5),
                new StringSerializer(),
                RollcallAvroSerde.forValues(serde).serializer());
        gateway = startGateway();
    }

    private ServiceProcess startGateway() throws IOException {
        List<String> arguments = new ArrayList<>(common());
        arguments.addAll(List.of(
                "--server.port=" + port,
                "--management.server.port=" + managementPort,
                "--rollcall.gateway.users[0].name=benchmark",
                "--rollcall.gateway.users[0].password=" + stored,
                "--rollcall.gateway.users[0].roles=OBPROXY_MANAGER"));
        ServiceProcess process = ServiceProcess.start(
                "dev.rollcall.gateway.ApiGatewayApplication",
                data.resolve("gateway-" + System.nanoTime()),
                HEAP_MEGABYTES,
                arguments);
        await(process, "the gateway is ready", () -> status(managementPort, "/actuator/health/readiness") == 200);
        return process;
    }

    private List<String> common() {
        return List.of(
                "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                "--spring.kafka.properties.schema.registry.url=" + registry.url(),
                "--rollcall.kafka.partitions=" + PARTITIONS,
                "--rollcall.kafka.replicas=1");
    }

    private static void await(ServiceProcess process, String what, BooleanSupplier fact) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!fact.getAsBoolean()) {
            if (!process.alive() || Instant.now().isAfter(until)) {
                throw new IllegalStateException("Not seen that " + what + ": see " + process.log());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private int status(int at, String path) {
        return ask(at, "GET", path, "").status();
    }

    /**
     * An answer.
     *
     * @param status 0 when nothing listens there
     */
    private record Answer(int status, String body) {}

    private Answer ask(int at, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
                .timeout(Duration.ofSeconds(20))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(WHO.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    // ---- memory ----

    private void memory() throws Exception {
        long empty = gateway.heldMegabytes();
        new Content(producer).write();
        await(
                gateway,
                "all is in the views",
                () -> status(port, "/api/v1/tasks/" + Content.task(Content.TASKS - 1)) == 200
                        && status(port, "/api/v1/clusters/" + Content.cluster(Content.CLUSTERS - 1)) == 200);
        OUT.printf(
                "Views with %,d tasks and %,d ODPs in %,d clusters: %d MB of live heap, %d MB without them%n",
                Content.TASKS, Content.CLUSTERS * Content.ODPS_EACH, Content.CLUSTERS, gateway.heldMegabytes(), empty);
        gateway.close();
        long begun = System.nanoTime();
        gateway = startGateway();
        OUT.printf(
                "A new gateway is ready after %.1f s with all of it, %d MB of live heap, resident %d MB%n",
                (System.nanoTime() - begun) / 1e9, gateway.heldMegabytes(), gateway.residentMegabytes());
    }

    // ---- load ----

    private void load() throws Exception {
        OUT.println("Load from a second process, time from the moment a request was due to the end of its answer:");
        // Each cluster is asked for once: from then on a task keeps it busy.
        OUT.println(" warming up");
        load(40, READS / 2, RESTARTS / 4, 0);
        OUT.println(" reads alone");
        load(40, READS, 0, 0);
        OUT.println(" restarts alone");
        load(10, 0, RESTARTS, 2_000);
        OUT.println(" both");
        load(5, READS, RESTARTS, 4_000);
        OUT.printf(
                "Most heap held after a collection %d MB, resident at most %d MB, processor time %.1f s%n",
                gateway.mostHeldMegabytes(), gateway.residentMegabytes(), gateway.cpuSeconds());
    }

    private void load(int seconds, int reads, int restarts, int firstCluster) throws Exception {
        Process process =
                second("HttpLoad", port, WHO, Math.max(5, seconds / part), reads / part, restarts / part, firstCluster);
        for (String line : lines(process)) {
            OUT.println(line);
        }
        process.waitFor();
    }

    private static Process second(String main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayBenchmark.class.getPackageName() + "." + main));
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static List<String> lines(Process process) throws IOException {
        try (BufferedReader lines = reader(process)) {
            return lines.lines().toList();
        }
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    // ---- streams ----

    private void streams() throws Exception {
        try (ServiceProcess planner = service("dev.rollcall.planner.PlannerServiceApplication", "planner");
                ServiceProcess tasks = service("dev.rollcall.task.TaskServiceApplication", "task");
                KafkaConsumer<String, SpecificRecord> records = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        RollcallAvroSerde.forValues(serde).deserializer())) {
            awaitCommands(planner, records);
            try (InstantAgents agents =
                    new InstantAgents(broker.bootstrapServers(), serde, PARTITIONS, RESTART_TAKES)) {
                define("streamed");
                await(planner, "the cluster is defined", () -> status(port, "/api/v1/clusters/streamed") == 200);
                follow(planner, tasks, records);
            }
        }
    }

    private void awaitCommands(ServiceProcess planner, KafkaConsumer<String, SpecificRecord> records) {
        Set<String> wanted = Set.of(Topics.COMMANDS.topicName(), Topics.RESULTS.topicName());
        await(
                planner,
                "the topics are there",
                () -> new HashSet<>(records.listTopics().keySet()).containsAll(wanted));
    }

    private ServiceProcess service(String mainClass, String name) throws IOException {
        List<String> arguments = new ArrayList<>(common());
        arguments.addAll(List.of(
                "--spring.main.web-application-type=none",
                "--rollcall." + name + ".state-dir=" + data.resolve(name).resolve("state"),
                "--rollcall." + name + ".instance-id=benchmark"));
        return ServiceProcess.start(mainClass, data.resolve(name), HEAP_MEGABYTES, arguments);
    }

    private void define(String cluster) {
        List<OdpSpec> specs = IntStream.range(0, ODPS / part)
                .mapToObj(i -> OdpSpec.newBuilder()
                        .setOdpId("10.9.%d.%d:2883".formatted(i >> 8, i & 255))
                        .setHost("10.9.%d.%d".formatted(i >> 8, i & 255))
                        .setZone("z" + i % 3)
                        .setSqlPort(2883)
                        .setHome("/home/admin/obproxy")
                        .setLauncher("obproxy")
                        .setSshUser("admin")
                        .setSshPort(22)
                        .setSshCredential("key")
                        .setAdminCredential("proxysys")
                        .build())
                .toList();
        producer.send(new ProducerRecord<>(
                Topics.CLUSTERS_REQUESTED.topicName(),
                cluster,
                ClusterChangeRequested.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(Instant.now())
                        .setClusterId(cluster)
                        .setKind(ClusterChangeKind.PUT)
                        .setOdps(specs)
                        .setRequestedBy("benchmark")
                        .build()));
        producer.flush();
    }

    private void follow(ServiceProcess planner, ServiceProcess tasks, KafkaConsumer<String, SpecificRecord> records)
            throws Exception {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(Topics.TASKS.topicName(), i));
            partitions.add(new TopicPartition(Topics.TASK_EVENTS.topicName(), i));
        }
        records.assign(partitions);
        records.seekToEnd(partitions);
        partitions.forEach(records::position);
        // It pauses after its first ODP, so that all streams are open before the rest begins.
        String asked = ask(
                        port,
                        "POST",
                        "/api/v1/clusters/streamed/restarts",
                        "{\"mode\":\"RESTART\",\"batching\":{\"sizes\":[\"1\",\"10%\"],\"pauseAfterFirst\":true}}")
                .body();
        Matcher id = Pattern.compile("\"id\":\"([^\"]+)\",\"cluster\"").matcher(asked);
        if (!id.find()) {
            throw new IllegalStateException("No task: " + asked);
        }
        String task = id.group(1);
        await(
                planner,
                "the task is paused",
                () -> ask(port, "GET", "/api/v1/tasks/" + task, "").body().contains("\"state\":\"PAUSED\""));
        int half = SUBSCRIBERS / part / 2;
        Process subscribers = second("Subscribers", port, WHO, task, half, half, SILENT / part, 150);
        try (BufferedReader said = reader(subscribers)) {
            String ready = said.readLine();
            if (!"READY".equals(ready)) {
                throw new IllegalStateException(
                        "Subscribers: " + ready + said.lines().toList());
            }
            long heldBefore = gateway.heldMegabytes();
            double cpuBefore = gateway.cpuSeconds();
            long begun = System.nanoTime();
            ask(port, "POST", "/api/v1/tasks/" + task + "/resume", "");
            // When the planner decided, which the records of all who come after it inherit; and when they could be read
            // from their topics.
            Map<String, Long> decided = new HashMap<>();
            Map<String, Long> readable = new HashMap<>();
            long events = 0;
            Instant until = Instant.now().plus(PATIENCE);
            while (readable.size() < 2) {
                for (ConsumerRecord<String, SpecificRecord> record : records.poll(Duration.ofMillis(50))) {
                    if (record.value() instanceof TaskEvent event
                            && event.getTaskId().equals(task)) {
                        events++;
                        if (event.getType() == TaskEventType.TASK_ENDED) {
                            decided.put("TASK", record.timestamp());
                            readable.put("TASK", System.currentTimeMillis());
                        }
                    } else if (record.value() instanceof TaskSnapshot snapshot
                            && snapshot.getTaskId().equals(task)
                            && snapshot.getState() == TaskState.COMPLETED) {
                        decided.putIfAbsent("EVERYTHING", record.timestamp());
                        readable.putIfAbsent("EVERYTHING", System.currentTimeMillis());
                    }
                }
                if (Instant.now().isAfter(until) || !tasks.alive()) {
                    throw new IllegalStateException("The restart did not end: see " + planner.log());
                }
            }
            OUT.printf(
                    "%,d streams, half of the task, half of everything, and %d that never read, while %d ODPs restart in %.0f s (%,d events):%n",
                    half * 2, SILENT / part, ODPS / part, (System.nanoTime() - begun) / 1e9, events);
            for (String line : said.lines().toList()) {
                Matcher ended = ENDED.matcher(line);
                if (!ended.matches()) {
                    OUT.println(line);
                    continue;
                }
                long at = readable.getOrDefault(ended.group(1), 0L);
                OUT.printf(
                        "   %s: %s streams, %,d events in all, the last one after its record: first %d ms, median %d ms, latest %d ms;"
                                + " the record after the planner's decision: %d ms%n",
                        ended.group(1).toLowerCase(Locale.ROOT),
                        ended.group(2),
                        Long.parseLong(ended.group(3)),
                        Long.parseLong(ended.group(4)) - at,
                        Long.parseLong(ended.group(5)) - at,
                        Long.parseLong(ended.group(6)) - at,
                        at - decided.getOrDefault(ended.group(1), 0L));
            }
            OUT.printf(
                    "   gateway: live heap %d MB with the streams open, at most %d MB after a collection, resident at most %d MB, processor time %.1f s%n",
                    heldBefore,
                    gateway.mostHeldMegabytes(),
                    gateway.residentMegabytes(),
                    gateway.cpuSeconds() - cpuBefore);
        } finally {
            subscribers.destroy();
            subscribers.waitFor(10, TimeUnit.SECONDS);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Set<String> wanted = new HashSet<>(List.of(arguments));
        boolean smoke = wanted.remove("smoke");
        try (GatewayBenchmark benchmark = new GatewayBenchmark(smoke ? 10 : 1)) {
            OUT.printf(
                    "%s, %d processors, Java %s%s%n",
                    System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version(),
                    smoke ? "; SMOKE TEST, a tenth of everything: no figures" : "");
            // The content is there for the load, too.
            benchmark.memory();
            if (wanted.isEmpty() || wanted.contains("load")) {
                benchmark.load();
            }
            if (wanted.isEmpty() || wanted.contains("streams")) {
                benchmark.streams();
            }
        }
    }

    @Override
    public void close() throws Exception {
        gateway.close();
        producer.close();
        registry.close();
        broker.close();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
