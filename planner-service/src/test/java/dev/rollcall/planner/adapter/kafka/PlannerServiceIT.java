package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.planner.PlannerServiceApplication;
import dev.rollcall.planner.domain.Planner;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.TopicsInPlace;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The planner's own application on a real broker. */
class PlannerServiceIT {
    private static final int PARTITIONS = 2;
    private static final String REGISTRY = "mock://planner-it";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static EmbeddedKafkaKraftBroker broker;

    @TempDir
    Path directory = Path.of("unset");

    private final String taskId = UUID.randomUUID().toString();
    private final String clusterId = "c-" + taskId;
    private Agents agents;

    @BeforeAll
    static void startBroker() {
        broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        broker.brokerProperty("transaction.state.log.num.partitions", "3");
        broker.brokerProperty("transaction.state.log.replication.factor", "1");
        broker.brokerProperty("transaction.state.log.min.isr", "1");
        broker.brokerProperty("offsets.topic.num.partitions", "3");
        broker.brokerProperty("auto.create.topics.enable", "false");
        broker.afterPropertiesSet();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) broker.getBrokersAsString()))) {
            new TopicsInPlace(admin, PARTITIONS, (short) 1).ensure(PlannerTopology.TOPICS, PATIENCE);
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.destroy();
    }

    @BeforeEach
    void connect() {
        agents =
                new Agents(broker.getBrokersAsString(), Map.of("schema.registry.url", REGISTRY), PARTITIONS, clusterId);
    }

    @AfterEach
    void disconnect() throws Exception {
        agents.close();
    }

    private ConfigurableApplicationContext planner(String stateDir, int partitions) {
        return PlannerServiceApplication.builder()
                .properties(
                        "spring.main.keep-alive=false",
                        "spring.main.register-shutdown-hook=false",
                        "logging.level.root=error")
                .run(
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--spring.kafka.properties.schema.registry.url=" + REGISTRY,
                        "--server.port=0",
                        "--rollcall.kafka.partitions=" + partitions,
                        "--rollcall.planner.application-id=" + taskId,
                        "--rollcall.planner.instance-id=planner-1",
                        "--rollcall.planner.resend-interval=500ms",
                        "--rollcall.planner.state-dir=" + directory.resolve(stateDir));
    }

    @Test
    void shouldRestartAClusterFromItsRequestToTheRollCall() {
        try (ConfigurableApplicationContext planner = planner("state", PARTITIONS)) {
            assertThat(planner.isActive()).isTrue();
            agents.send(Topics.CLUSTERS_REQUESTED, clusterId, WireSamples.cluster(clusterId, 6));
            await().atMost(PATIENCE).until(() -> seen(PlanEventType.CLUSTER_CHANGED));
            agents.send(
                    Topics.RESTART_REQUESTED,
                    clusterId,
                    WireSamples.restart(taskId, clusterId, RestartMode.RESTART, Instant.now()));
            await().atMost(PATIENCE).until(() -> seen(PlanEventType.ROLL_CALL_CLOSED));
        }

        assertThat(agents.hosts.restarts().values()).hasSize(6).containsOnly(1);
        assertGapless();
    }

    @Test
    void shouldTellThatItIsReadyAndWhatItCounts() throws Exception {
        try (ConfigurableApplicationContext planner = planner("state", PARTITIONS)) {
            await("its partitions are taken up")
                    .atMost(PATIENCE)
                    .until(() -> get(planner, "health/readiness").startsWith("200"));
            agents.send(Topics.CLUSTERS_REQUESTED, clusterId, WireSamples.cluster(clusterId, 1));
            await().atMost(PATIENCE).until(() -> seen(PlanEventType.CLUSTER_CHANGED));

            assertThat(get(planner, "health/liveness")).startsWith("200");
            assertThat(get(planner, "prometheus"))
                    .containsPattern(
                            "rollcall_planner_decisions_seconds_count\\{[^}]*input=\"cluster-change-requested\","
                                    + "outcome=\"accepted\"[^}]*} [1-9]")
                    .containsPattern("rollcall_planner_commands_sent_total\\{[^}]*kind=\"HOT_RESTART\"[^}]*} \\d")
                    .containsPattern("rollcall_streams_running\\{[^}]*application=\"planner\"[^}]*} 1")
                    .containsPattern("rollcall_consumer_lag\\{[^}]*application=\"planner\"")
                    .contains("jvm_memory_used_bytes");
            assertThat(get(planner, "env")).startsWith("404");
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

    @Test
    void shouldGoOnInTheMiddleOfAForceRestartWhenItsStateDirectoryIsLost() {
        try (ConfigurableApplicationContext planner = planner("first", PARTITIONS)) {
            assertThat(planner.isActive()).isTrue();
            agents.send(Topics.CLUSTERS_REQUESTED, clusterId, WireSamples.cluster(clusterId, 4));
            await().atMost(PATIENCE).until(() -> seen(PlanEventType.CLUSTER_CHANGED));
            agents.send(
                    Topics.RESTART_REQUESTED,
                    clusterId,
                    WireSamples.restart(taskId, clusterId, RestartMode.FORCE_RESTART, Instant.now()));
            await().atMost(PATIENCE)
                    .until(() -> agents.commands.stream()
                            .anyMatch(command -> command.getStep().equals("STOP")));
        }
        try (ConfigurableApplicationContext planner = planner("second", PARTITIONS)) {
            assertThat(planner.isActive()).isTrue();
            await().atMost(PATIENCE).until(() -> seen(PlanEventType.ROLL_CALL_CLOSED));
        }

        assertThat(agents.hosts.restarts().values()).hasSize(4).containsOnly(1);
        assertThat(agents.hosts.down()).isZero();
        assertGapless();
    }

    @Test
    void shouldNotStartWhenATopicHasAnotherNumberOfPartitions() {
        assertThatThrownBy(() -> planner("state", PARTITIONS + 1).close())
                .rootCause()
                .hasMessageContaining("rollcall.kafka.partitions is 3")
                .hasMessageContaining("odp.commands.v1=2");
    }

    @Test
    void shouldShowNoCommandOfATransactionThatAborts() {
        AtomicBoolean abort = new AtomicBoolean();
        AtomicInteger aborted = new AtomicInteger();
        PlannerSettings settings = new org.springframework.boot.context.properties.bind.Binder(
                        new org.springframework.boot.context.properties.source.MapConfigurationPropertySource(Map.of(
                                "rollcall.planner.application-id",
                                taskId,
                                "rollcall.planner.state-dir",
                                directory.toString())))
                .bindOrCreate("rollcall.planner", PlannerSettings.class);
        Map<String, Object> connection =
                Map.of("bootstrap.servers", broker.getBrokersAsString(), "schema.registry.url", REGISTRY);
        try (KafkaStreams streams = new KafkaStreams(
                PlannerTopology.build(new Planner(settings.plan()), PARTITIONS, PlannerStreams.serde(connection)),
                PlannerStreams.settings(connection, settings, new TopicSettings(PARTITIONS, (short) 1)),
                new AbortingClients(abort, aborted))) {
            streams.setUncaughtExceptionHandler(death -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.start();
            agents.obeying(false);
            agents.send(Topics.CLUSTERS_REQUESTED, clusterId, WireSamples.cluster(clusterId, 3));
            await().atMost(PATIENCE).until(() -> seen(PlanEventType.CLUSTER_CHANGED));

            abort.set(true);
            agents.send(
                    Topics.RESTART_REQUESTED,
                    clusterId,
                    WireSamples.restart(taskId, clusterId, RestartMode.RESTART, Instant.now()));
            await().atMost(PATIENCE).until(() -> agents.commands.size() >= 3);
        }

        assertThat(aborted).hasValue(1);
        // The broker marks the last transaction as committed only after it has said so.
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> committed = eventIds("read_committed");
            assertThat(eventIds("read_uncommitted").size())
                    .as("commands of the aborted transaction are in the log")
                    .isGreaterThan(committed.size());
            assertThat(agents.commands.stream().map(OdpCommand::getEventId))
                    .containsExactlyInAnyOrderElementsOf(committed);
            assertGapless();
        });
    }

    private List<String> eventIds(String isolation) {
        List<String> ids = new ArrayList<>();
        try (KafkaConsumer<String, SpecificRecord> consumer = agents.consumer(isolation)) {
            consumer.assign(Agents.partitionsOf(Topics.COMMANDS, PARTITIONS));
            consumer.seekToBeginning(consumer.assignment());
            Map<org.apache.kafka.common.TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() instanceof OdpCommand command
                            && command.getClusterId().equals(clusterId)) {
                        ids.add(command.getEventId());
                    }
                }
            }
        }
        return ids;
    }

    private boolean seen(PlanEventType type) {
        return agents.events.stream().anyMatch(event -> event.getType() == type);
    }

    private void assertGapless() {
        List<Long> sequences = agents.events.stream()
                .filter(event -> event.getTaskId().isPresent())
                .map(PlanEvent::getSequence)
                .toList();
        assertThat(sequences)
                .isNotEmpty()
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, sequences.size()).boxed().toList());
    }

    /** Clients whose next transaction with commands fails just before it would be committed. */
    private static final class AbortingClients extends DefaultKafkaClientSupplier {
        private final AtomicBoolean abort;
        private final AtomicInteger aborted;

        private AbortingClients(AtomicBoolean abort, AtomicInteger aborted) {
            this.abort = abort;
            this.aborted = aborted;
        }

        @Override
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
                private boolean commands;

                @Override
                public java.util.concurrent.Future<org.apache.kafka.clients.producer.RecordMetadata> send(
                        org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]> record,
                        org.apache.kafka.clients.producer.Callback callback) {
                    commands |= record.topic().equals(Topics.COMMANDS.topicName());
                    return super.send(record, callback);
                }

                @Override
                public void commitTransaction() {
                    if (commands && abort.compareAndSet(true, false)) {
                        aborted.incrementAndGet();
                        flush();
                        throw new KafkaException("The network fails just now");
                    }
                    commands = false;
                    super.commitTransaction();
                }
            };
        }
    }
}
