package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.AgentServiceApplication;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.schemas.FailureCategory;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** The whole service between a Kafka broker, a real sshd and a real process. */
class AgentServiceIT {
    private static final String REGISTRY = "mock://agent-service-it";
    private static final int PARTITIONS = 2;

    @TempDir
    static Path sshDirectory;

    @TempDir
    static Path home;

    private static EmbeddedKafkaKraftBroker broker;
    private static OpenSshServer server;
    private static EmulatedOdp odp;
    private static ConfigurableApplicationContext service;
    private static KafkaProducer<String, SpecificRecord> producer;

    @BeforeAll
    static void start() throws Exception {
        server = OpenSshServer.start(sshDirectory);
        broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);
        broker.brokerProperty("transaction.state.log.replication.factor", "1");
        broker.brokerProperty("transaction.state.log.min.isr", "1");
        broker.brokerProperty("transaction.state.log.num.partitions", "2");
        broker.brokerProperty("offsets.topic.num.partitions", "2");
        broker.brokerProperty("group.initial.rebalance.delay.ms", "0");
        broker.brokerProperty("auto.create.topics.enable", "false");
        broker.afterPropertiesSet();
        odp = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ofSeconds(1)))
                .start();
        service = AgentServiceApplication.builder()
                .run(
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--spring.kafka.properties.schema.registry.url=" + REGISTRY,
                        "--server.port=0",
                        "--rollcall.kafka.partitions=" + PARTITIONS,
                        "--rollcall.agent.id=agent-it",
                        "--rollcall.agent.known-hosts=" + server.knownHosts(),
                        "--rollcall.agent.monitor.interval=500ms",
                        "--rollcall.agent.monitor.heartbeat=2s",
                        "--rollcall.agent.credentials.ops-key.type=ssh-key",
                        "--rollcall.agent.credentials.ops-key.key-file=" + server.userKey(),
                        "--rollcall.agent.credentials.proxysys.type=sql",
                        "--rollcall.agent.credentials.proxysys.password=proxysys");
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers",
                broker.getBrokersAsString(),
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                RollcallAvroSerializer.class,
                "schema.registry.url",
                REGISTRY,
                "transactional.id",
                "planner-it"));
        producer.initTransactions();
    }

    @AfterAll
    static void stop() throws Exception {
        if (producer != null) {
            producer.close();
        }
        if (service != null) {
            service.close();
        }
        if (odp != null) {
            odp.kill();
        }
        if (broker != null) {
            broker.destroy();
        }
        if (server != null) {
            server.close();
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

    private static OdpDefinition definition(String odpId) {
        return OdpDefinition.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(now())
                .setClusterId("demo")
                .setOdpId(odpId)
                .setRevision(1)
                .setHost("127.0.0.1")
                .setSqlPort(odp.port())
                .setHome(odp.home().toString())
                .setLauncher("obproxy")
                .setSshUser(server.user())
                .setSshPort(server.port())
                .setSshCredential("ops-key")
                .setAdminCredential("proxysys")
                .build();
    }

    private static OdpCommand command(
            String odpId,
            OdpCommandKind kind,
            String step,
            long epoch,
            dev.rollcall.schemas.@Nullable ProcessIdentity baseline) {
        return OdpCommand.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(now())
                .setCommandId(UUID.nameUUIDFromBytes((odpId + step + epoch).getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setTaskId("task-" + epoch)
                .setClusterId("demo")
                .setOdpId(odpId)
                .setEpoch(epoch)
                .setStep(step)
                .setAttempt(1)
                .setKind(kind)
                .setBaseline(baseline)
                .setOdp(definition(odpId))
                .setRunWithinMillis(60_000)
                .build();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void send(Topics topic, String odpId, SpecificRecord value, boolean commit) throws Exception {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic.topicName(), Topics.odpKey("demo", odpId), value))
                .get();
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    private static <V> List<V> readAll(String topic, Deserializer<V> values) {
        try (KafkaConsumer<String, V> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.getBrokersAsString(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                values)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<V> found = new ArrayList<>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> found.add(r.value()));
            }
            return found;
        }
    }

    private static <T extends SpecificRecord> Deserializer<T> avro() {
        RollcallAvroDeserializer<T> deserializer = new RollcallAvroDeserializer<>();
        deserializer.configure(Map.of("schema.registry.url", REGISTRY, "specific.avro.reader", true), false);
        return deserializer;
    }

    private static List<OdpResult> results(Predicate<OdpResult> wanted) {
        return readAll(Topics.RESULTS.topicName(), AgentServiceIT.<OdpResult>avro()).stream()
                .filter(wanted)
                .toList();
    }

    private static OdpResult awaitFinal(OdpCommand command) {
        return await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(250))
                .until(
                        () -> results(r -> r.getCommandId().equals(command.getCommandId())
                                        && (r.getType() == OdpResultType.SUCCEEDED
                                                || r.getType() == OdpResultType.FAILED))
                                .stream()
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void shouldNotRunACommandWhenItsTransactionIsAborted() throws Exception {
        // given
        OdpCommand aborted = command("aborted", OdpCommandKind.PROBE, "PRECHECK", 0, null);
        OdpCommand committed = command("aborted", OdpCommandKind.PROBE, "ROLL_CALL_1", 0, null);

        // when: both have the same key, so the second comes after the first
        send(Topics.COMMANDS, "aborted", aborted, false);
        send(Topics.COMMANDS, "aborted", committed, true);

        // then
        assertThat(awaitFinal(committed).getType()).isEqualTo(OdpResultType.SUCCEEDED);
        assertThat(results(r -> r.getCommandId().equals(aborted.getCommandId())))
                .isEmpty();
    }

    @Test
    void shouldRestartAndReportInOrderAndAnswerARepeatedCommandWithItsResult() throws Exception {
        // given
        OdpCommand probe = command("one", OdpCommandKind.PROBE, "PRECHECK", 7, null);
        send(Topics.COMMANDS, "one", probe, true);
        var baseline = awaitFinal(probe).getFacts().orElseThrow().getProcess().orElseThrow();
        int before = odp.ledger().hotRestarts();

        // when
        OdpCommand restart = command("one", OdpCommandKind.HOT_RESTART, "BATCH_1", 7, baseline);
        send(Topics.COMMANDS, "one", restart, true);
        OdpResult done = awaitFinal(restart);
        send(Topics.COMMANDS, "one", restart, true);

        // then
        assertThat(done.getType()).as("%s", done.getFailure()).isEqualTo(OdpResultType.SUCCEEDED);
        assertThat(done.getCausedBy()).contains(restart.getEventId());
        assertThat(done.getAgentId()).isEqualTo("agent-it");
        Predicate<OdpResult> ofRestart = r -> r.getCommandId().equals(restart.getCommandId());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> results(ofRestart.and(r -> r.getType() == OdpResultType.SUCCEEDED))
                                .size()
                        == 2);
        assertThat(results(ofRestart.and(r -> r.getType() != OdpResultType.PROGRESS)))
                .extracting(OdpResult::getType)
                .containsExactly(
                        OdpResultType.ACCEPTED,
                        OdpResultType.STARTED,
                        OdpResultType.SERVING,
                        OdpResultType.DRAINED,
                        OdpResultType.SUCCEEDED,
                        OdpResultType.SUCCEEDED);
        assertThat(odp.ledger().hotRestarts()).isEqualTo(before + 1);
    }

    @Test
    void shouldSayStatusOfTheOdpsInItsInventory() throws Exception {
        // when
        send(Topics.INVENTORY, "watched", definition("watched"), true);

        // then
        OdpStatus status = await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> readAll(Topics.STATUS.topicName(), AgentServiceIT.<OdpStatus>avro()).stream()
                                .filter(s -> s.getOdpId().equals("watched")
                                        && s.getFacts().getState() == OdpState.RUNNING)
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
        assertThat(status.getFacts().getVersion()).contains("4.3.1.0");
        assertThat(status.getFacts().getProcess()).isPresent();
        assertThat(status.getHeartbeatMillis()).isEqualTo(2000);
    }

    @Test
    void shouldTellThatItIsReadyAndWhatItCounts() throws Exception {
        // given
        send(Topics.INVENTORY, "counted", definition("counted"), true);
        OdpCommand probe = command("counted", OdpCommandKind.PROBE, "PRECHECK", 0, null);
        send(Topics.COMMANDS, "counted", probe, true);

        // when
        assertThat(awaitFinal(probe).getType()).isEqualTo(OdpResultType.SUCCEEDED);

        // then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(get(service, "prometheus"))
                        .containsPattern(
                                "rollcall_agent_commands_seconds_count\\{[^}]*kind=\"PROBE\",outcome=\"SUCCEEDED\"[^}]*} [1-9]")
                        .containsPattern("rollcall_agent_odps\\{[^}]*state=\"RUNNING\"[^}]*} [1-9]")
                        .containsPattern("rollcall_agent_looks_seconds_count\\{[^}]*answered=\"true\"[^}]*} [1-9]")
                        .containsPattern("rollcall_agent_commands_in_flight\\{[^}]*state=\"waiting\"[^}]*} 0")
                        .containsPattern("rollcall_consumer_lag\\{[^}]*application=\"agent\"")
                        .containsPattern("rollcall_consumer_lag\\{[^}]*application=\"agent-monitor\""));
        assertThat(get(service, "health/readiness")).startsWith("200");
        assertThat(get(service, "health/liveness")).startsWith("200");
    }

    @Test
    void shouldReportAHostThatIsNotThereAsUnreachable() throws Exception {
        // given
        OdpCommand command = OdpCommand.newBuilder(command("lost", OdpCommandKind.PROBE, "PRECHECK", 0, null))
                .setOdp(OdpDefinition.newBuilder(definition("lost"))
                        .setSshPort(1)
                        .build())
                .build();

        // when
        send(Topics.COMMANDS, "lost", command, true);

        // then
        OdpResult result = awaitFinal(command);
        assertThat(result.getFailure().orElseThrow().getCategory()).isEqualTo(FailureCategory.UNREACHABLE);
        assertThat(result.getFacts()).isEmpty();
    }

    @Test
    void shouldPutWhatCannotBeReadOnTheDeadLetterTopicAsItCame() throws Exception {
        // given
        byte[] junk = "not a record".getBytes(StandardCharsets.UTF_8);

        // when
        try (KafkaProducer<String, byte[]> raw = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.getBrokersAsString()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            raw.send(new ProducerRecord<>(Topics.COMMANDS.topicName(), "demo/x", junk))
                    .get();
        }

        // then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(readAll(Topics.COMMANDS.deadLetterName(), new ByteArrayDeserializer()))
                        .anySatisfy(value -> assertThat(value).isEqualTo(junk)));
    }
}
