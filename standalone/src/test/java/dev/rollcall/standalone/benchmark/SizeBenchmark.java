package dev.rollcall.standalone.benchmark;

import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How large a task may be and what one step costs: a real broker, planner-service and task-service in JVMs of their own with 512 MB of
 * heap each, and agents that answer at once. Prints figures, see {@code docs/performance.md}.
 *
 * <p>Arguments: any of {@code growth}, {@code many}, {@code dispatch}; none: all. {@code -Drollcall.benchmark.odps=N,N} takes other sizes
 * for {@code growth}, {@code -Drollcall.benchmark.many=CLUSTERSxODPS} for {@code many}, {@code -Drollcall.benchmark.profiles=DIRECTORY} leaves a flight recording of each service there.
 */
public final class SizeBenchmark implements AutoCloseable {
    private static final int PARTITIONS = 3;
    private static final int HEAP_MEGABYTES = 512;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final PrintStream OUT = System.out;

    private final Path data;
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final Map<String, String> serde;
    private final ServiceProcess planner;
    private final ServiceProcess tasks;
    private final InstantAgents agents;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final KafkaConsumer<String, SpecificRecord> snapshots;

    private SizeBenchmark() throws IOException {
        data = Files.createTempDirectory("rollcall-benchmark");
        broker = EmbeddedBroker.start(data.resolve("kafka"), 0);
        registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0);
        serde = Map.of("schema.registry.url", registry.url(), "specific.avro.reader", "true");
        planner = service("dev.rollcall.planner.PlannerServiceApplication", "planner");
        tasks = service("dev.rollcall.task.TaskServiceApplication", "task");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 5 << 20),
                new StringSerializer(),
                RollcallAvroSerde.forValues(serde).serializer());
        snapshots = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                RollcallAvroSerde.forValues(serde).deserializer());
        awaitTopics();
        agents = new InstantAgents(broker.bootstrapServers(), serde, PARTITIONS);
        snapshots.assign(partitions(Topics.TASKS.topicName()));
    }

    private ServiceProcess service(String mainClass, String name) throws IOException {
        return ServiceProcess.start(
                mainClass,
                data.resolve(name),
                HEAP_MEGABYTES,
                List.of(
                        "--spring.main.web-application-type=none",
                        "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                        "--spring.kafka.properties.schema.registry.url=" + registry.url(),
                        "--rollcall.kafka.partitions=" + PARTITIONS,
                        "--rollcall.kafka.replicas=1",
                        "--rollcall." + name + ".state-dir="
                                + data.resolve(name).resolve("state"),
                        "--rollcall." + name + ".instance-id=benchmark"));
    }

    private void awaitTopics() {
        Set<String> wanted = new HashSet<>();
        for (Topics topic : List.of(
                Topics.TASKS,
                Topics.COMMANDS,
                Topics.RESULTS,
                Topics.RESTART_REQUESTED,
                Topics.CLUSTERS_REQUESTED,
                Topics.TASK_EVENTS)) {
            wanted.add(topic.topicName());
        }
        Instant until = Instant.now().plus(PATIENCE);
        while (!snapshots.listTopics().keySet().containsAll(wanted)) {
            requireAlive(until);
        }
    }

    private void requireAlive(Instant until) {
        if (!planner.alive() || !tasks.alive()) {
            throw new IllegalStateException("A service has ended: see " + planner.log() + " and " + tasks.log());
        }
        if (Instant.now().isAfter(until)) {
            throw new IllegalStateException(
                    "Nothing happened for " + PATIENCE + ": see " + planner.log() + " and " + tasks.log());
        }
    }

    private List<TopicPartition> partitions(String topic) {
        return snapshots.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private void define(String cluster, int odps) {
        List<OdpSpec> specs = IntStream.range(0, odps)
                .mapToObj(i -> OdpSpec.newBuilder()
                        .setOdpId("10.%d.%d.%d:2883".formatted(i >> 16, i >> 8 & 255, i & 255))
                        .setHost("10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255))
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
        send(
                Topics.CLUSTERS_REQUESTED,
                cluster,
                ClusterChangeRequested.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setClusterId(cluster)
                        .setKind(ClusterChangeKind.PUT)
                        .setOdps(specs)
                        .setRequestedBy("benchmark")
                        .build());
    }

    private String ask(String cluster, List<String> sizes) {
        String task = UUID.randomUUID().toString();
        send(
                Topics.RESTART_REQUESTED,
                cluster,
                RestartRequested.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setTaskId(task)
                        .setClusterId(cluster)
                        .setMode(RestartMode.RESTART)
                        .setBatching(Batching.newBuilder().setSizes(sizes).build())
                        .setRequestedBy("benchmark")
                        .build());
        return task;
    }

    private void send(Topics topic, String key, SpecificRecord value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value));
        producer.flush();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private void awaitCompleted(Set<String> wanted) {
        Set<String> open = new HashSet<>(wanted);
        Instant until = Instant.now().plus(PATIENCE);
        while (!open.isEmpty()) {
            for (ConsumerRecord<String, SpecificRecord> record : snapshots.poll(Duration.ofMillis(50))) {
                if (record.value() instanceof TaskSnapshot task && open.contains(task.getTaskId())) {
                    if (task.getState() == TaskState.COMPLETED) {
                        open.remove(task.getTaskId());
                    } else if (task.getFinishedAt().isPresent()) {
                        throw new IllegalStateException("A task ended otherwise: " + task);
                    }
                }
            }
            requireAlive(until);
        }
    }

    private void growth() throws IOException {
        OUT.println("One task, agents that answer at once, default batches (1, then quarters):");
        OUT.println("   ODPs   requested to COMPLETED   per ODP   CPU planner/task   live heap planner/task");
        int[] sizes = Arrays.stream(System.getProperty("rollcall.benchmark.odps", "100,100,1000,10000,10000")
                        .split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        for (int odps : sizes) {
            String cluster = "growth-" + odps + "-" + System.nanoTime();
            define(cluster, odps);
            double plannerCpu = planner.cpuSeconds();
            double taskCpu = tasks.cpuSeconds();
            long begun = System.nanoTime();
            awaitCompleted(Set.of(ask(cluster, List.of())));
            double seconds = (System.nanoTime() - begun) / 1e9;
            OUT.printf(
                    "%7d   %18.2f s   %7.2f ms   %6.1f / %5.1f s   %8d / %d MB%n",
                    odps,
                    seconds,
                    seconds * 1000 / odps,
                    planner.cpuSeconds() - plannerCpu,
                    tasks.cpuSeconds() - taskCpu,
                    planner.mostHeldMegabytes(),
                    tasks.mostHeldMegabytes());
        }
        OUT.println("(the first line of a size warms the services up; heap: most that any collection left, of "
                + HEAP_MEGABYTES + " MB)");
    }

    private void many() throws IOException {
        String[] size = System.getProperty("rollcall.benchmark.many", "500x20").split("x");
        int clusters = Integer.parseInt(size[0]);
        int odps = Integer.parseInt(size[1]);
        for (int i = 0; i < clusters; i++) {
            define("many-" + i, odps);
        }
        double plannerCpu = planner.cpuSeconds();
        double taskCpu = tasks.cpuSeconds();
        long begun = System.nanoTime();
        Set<String> wanted = new HashSet<>();
        for (int i = 0; i < clusters; i++) {
            wanted.add(ask("many-" + i, List.of()));
        }
        awaitCompleted(wanted);
        double seconds = (System.nanoTime() - begun) / 1e9;
        OUT.printf(
                "%d tasks on %d clusters of %d ODPs at once: %.2f s, %.2f ms per ODP, CPU %.1f / %.1f s, live heap planner %d / task %d MB%n",
                clusters,
                clusters,
                odps,
                seconds,
                seconds * 1000 / clusters / odps,
                planner.cpuSeconds() - plannerCpu,
                tasks.cpuSeconds() - taskCpu,
                planner.mostHeldMegabytes(),
                tasks.mostHeldMegabytes());
    }

    /** One ODP after the other, each looked at first: what lies between a result and the next command is Rollcall's own time. */
    private void dispatch() {
        String cluster = "dispatch-" + System.nanoTime();
        define(cluster, 300);
        // The first one warms the services up.
        awaitCompleted(Set.of(ask(cluster, List.of("1"))));
        agents.overheads();
        awaitCompleted(Set.of(ask(cluster, List.of("1"))));
        long[] nanos =
                agents.overheads().stream().mapToLong(Long::longValue).sorted().toArray();
        OUT.printf(
                "Dispatch overhead, result sent to next command read, %d times: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                nanos.length,
                nanos[nanos.length / 2] / 1e6,
                nanos[(int) (nanos.length * 0.99)] / 1e6,
                nanos[nanos.length - 1] / 1e6);
    }

    private void largestRecords() {
        Map<String, Integer> largest = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> all = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (Map.Entry<String, List<PartitionInfo>> topic : all.listTopics().entrySet()) {
                if (Arrays.stream(Topics.values())
                        .anyMatch(known -> known.topicName().equals(topic.getKey()))) {
                    topic.getValue()
                            .forEach(info -> partitions.add(new TopicPartition(topic.getKey(), info.partition())));
                }
            }
            all.assign(partitions);
            all.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = all.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> all.position(p) < ends.getOrDefault(p, 0L))) {
                all.poll(Duration.ofMillis(100))
                        .forEach(record -> largest.merge(
                                record.topic(), record.value() == null ? 0 : record.value().length, Math::max));
            }
        }
        OUT.println("Largest record of each topic, in bytes:");
        largest.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(entry -> OUT.printf("%9d  %s%n", entry.getValue(), entry.getKey()));
    }

    public static void main(String[] arguments) throws Exception {
        Set<String> wanted = new HashSet<>(List.of(arguments));
        try (SizeBenchmark benchmark = new SizeBenchmark()) {
            OUT.printf(
                    "%s, %d processors, Java %s%n",
                    System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version());
            if (wanted.isEmpty() || wanted.contains("growth")) {
                benchmark.growth();
            }
            if (wanted.isEmpty() || wanted.contains("dispatch")) {
                benchmark.dispatch();
            }
            if (wanted.isEmpty() || wanted.contains("many")) {
                benchmark.many();
            }
            benchmark.largestRecords();
        }
    }

    @Override
    public void close() throws Exception {
        agents.close();
        producer.close();
        snapshots.close();
        tasks.close();
        planner.close();
        registry.close();
        broker.close();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
