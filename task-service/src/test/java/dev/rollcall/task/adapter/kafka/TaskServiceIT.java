package dev.rollcall.task.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.task.TaskServiceApplication;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The service as it runs, on a real broker with exactly-once transactions. */
class TaskServiceIT {

    private static final int PARTITIONS = 2;
    private static final Map<String, String> REGISTRY = Map.of("schema.registry.url", "mock://task-service-it");
    private static final List<String> ODPS = List.of("a:2883", "b:2883");

    @TempDir
    Path directory;

    private final EmbeddedKafkaKraftBroker broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);

    @BeforeEach
    void startBroker() {
        broker.brokerProperties(Map.of(
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "2",
                "offsets.topic.num.partitions", "2",
                "group.initial.rebalance.delay.ms", "0"));
        broker.afterPropertiesSet();
    }

    @AfterEach
    void stopBroker() {
        broker.destroy();
    }

    @Test
    void shouldGoOnWithATaskWhenItsStateDirectoryIsLost() throws Exception {
        String taskId = UUID.randomUUID().toString();
        List<SpecificRecord> first = new ArrayList<>();
        List<SpecificRecord> rest = new ArrayList<>();
        List<List<SpecificRecord>> parts = List.of(first, rest);
        int[] part = {0};
        ClusterStory story = new ClusterStory(
                taskId, "pay", RestartMode.RESTART, record -> parts.get(part[0]).add(record));
        story.request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(1, 1))
                .phase(TaskPhase.RESTART)
                .batchStarted(1)
                .hotRestarted("a:2883", "BATCH_1", 1);
        part[0] = 1;
        story.batchFinished(1)
                .batchStarted(2)
                .hotRestarted("b:2883", "BATCH_2", 1)
                .batchFinished(2)
                .rollCallStarted(1);
        ODPS.forEach(odp -> story.called(odp, 1));
        ODPS.forEach(odp -> story.answered(odp, 1, ClusterStory.running(odp, 1)));
        story.rollCallClosed(1, 2, 2);

        TaskSnapshot halfWay;
        try (ConfigurableApplicationContext service = start("state")) {
            assertThat(service.isRunning()).isTrue();
            publish(first);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(latest(taskId))
                            .extracting(TaskSnapshot::getRestarted)
                            .isEqualTo(1));
            halfWay = latest(taskId);
        }
        wipe(directory.resolve("state"));
        try (ConfigurableApplicationContext service = start("state")) {
            assertThat(service.isRunning()).isTrue();
            await("the task is counted again")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> get(service, "prometheus").contains("rollcall_tasks_open{state=\"RUNNING\"} 1.0"));
            publish(rest);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(latest(taskId).getState()).isEqualTo(TaskState.COMPLETED));
        }

        TaskSnapshot last = latest(taskId);
        assertThat(last.getVersion()).isGreaterThan(halfWay.getVersion());
        assertThat(last.getRestarted()).isEqualTo(2);
        assertThat(last.getRequestedBy()).isEqualTo("alice");
        List<TaskEvent> timeline = read(Topics.TASK_EVENTS);
        assertThat(timeline).extracting(TaskEvent::getSequence).doesNotHaveDuplicates();
        assertThat(timeline)
                .filteredOn(event -> event.getType() == TaskEventType.TASK_ENDED)
                .extracting(TaskEvent::getMessage)
                .singleElement()
                .asString()
                .startsWith("COMPLETED 2/2 restarted in ");
    }

    @Test
    void shouldRefuseToStartWhenATopicHasAnotherNumberOfPartitions() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.getBrokersAsString()))) {
            admin.createTopics(List.of(new NewTopic(Topics.RESULTS.topicName(), 3, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }

        assertThatThrownBy(() -> start("other"))
                .rootCause()
                .hasMessageContaining("rollcall.kafka.partitions is 2")
                .hasMessageContaining("odp.results.v1=3");
    }

    @Test
    void shouldBeReadyWhileKafkaIsThereAndAliveAlsoWhenItIsNot() throws Exception {
        try (ConfigurableApplicationContext service = start("state")) {
            await("both applications run")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> get(service, "health/readiness").startsWith("200"));
            assertThat(get(service, "prometheus"))
                    .containsPattern("rollcall_tasks_open\\{[^}]*state=\"HALTED\"[^}]*} 0")
                    .containsPattern("rollcall_streams_running\\{[^}]*application=\"task\"[^}]*} 1")
                    .containsPattern("rollcall_streams_running\\{[^}]*application=\"task-audit\"[^}]*} 1");

            broker.destroy();

            await("it cannot reach Kafka")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> get(service, "health/readiness").startsWith("503"));
            assertThat(get(service, "health/liveness")).startsWith("200");
        }
    }

    /** Status and text of one of its endpoints. */
    private static String get(ConfigurableApplicationContext service, String endpoint) throws IOException {
        String port = service.getEnvironment().getProperty("local.server.port");
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint)
                        .toURL()
                        .openConnection();
        try (InputStream body =
                connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return connection.getResponseCode()
                    + (body == null ? "" : " " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private ConfigurableApplicationContext start(String stateDirectory) {
        return TaskServiceApplication.builder()
                .run(
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--spring.kafka.properties.schema.registry.url=" + REGISTRY.get("schema.registry.url"),
                        "--server.port=0",
                        "--rollcall.kafka.partitions=" + PARTITIONS,
                        "--rollcall.task.state-dir=" + directory.resolve(stateDirectory),
                        "--rollcall.task.instance-id=task-1");
    }

    private void publish(List<SpecificRecord> records) throws Exception {
        try (KafkaProducer<String, SpecificRecord> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString()),
                new StringSerializer(),
                RollcallAvroSerde.<SpecificRecord>forValues(REGISTRY).serializer())) {
            for (SpecificRecord record : records) {
                Topics topic = record instanceof RestartRequested
                        ? Topics.RESTART_REQUESTED
                        : record instanceof PlanEvent ? Topics.PLAN_EVENTS : Topics.RESULTS;
                producer.send(new ProducerRecord<>(topic.topicName(), "pay", record))
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    private TaskSnapshot latest(String taskId) {
        List<TaskSnapshot> snapshots = this.<TaskSnapshot>read(Topics.TASKS).stream()
                .filter(snapshot -> snapshot.getTaskId().equals(taskId))
                .toList();
        assertThat(snapshots).isNotEmpty();
        assertThat(snapshots).extracting(TaskSnapshot::getVersion).isSorted().doesNotHaveDuplicates();
        return snapshots.get(snapshots.size() - 1);
    }

    private <T extends SpecificRecord> List<T> read(Topics topic) {
        List<T> records = new ArrayList<>();
        try (KafkaConsumer<String, T> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.getBrokersAsString(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                RollcallAvroSerde.<T>forValues(REGISTRY).deserializer())) {
            List<TopicPartition> partitions = Stream.iterate(0, number -> number + 1)
                    .limit(PARTITIONS)
                    .map(number -> new TopicPartition(topic.topicName(), number))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> records.add(record.value()));
            }
        }
        return records;
    }

    private static void wipe(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(directory).doesNotExist();
    }
}
