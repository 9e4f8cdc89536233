package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.planner.domain.Planner;
import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole planner but for the broker, in virtual time. */
class PlannerTopologyTest {
    private static final String TASK = "00000000-0000-0000-0000-000000000001";
    private static final Map<String, String> SERDE = Map.of("schema.registry.url", "mock://planner-topology");

    private Path stateDir = Path.of("unset");
    private TopologyTestDriver driver = driver();
    private final WireSamples.Hosts hosts = new WireSamples.Hosts();
    private final List<PlanEvent> events = new ArrayList<>();
    private final List<OdpCommand> commands = new ArrayList<>();
    private long mostDown;

    private TopologyTestDriver driver() {
        try {
            stateDir = Files.createTempDirectory("planner-topology");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "planner-test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        return new TopologyTestDriver(
                PlannerTopology.build(new Planner(WireSamples.SETTINGS), 1, SERDE),
                properties,
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    @BeforeEach
    void define() {
        send(Topics.CLUSTERS_REQUESTED, "pay", WireSamples.cluster("pay", 6));
        read();
        events.clear();
    }

    @AfterEach
    void close() throws IOException {
        driver.close();
        try (Stream<Path> paths = Files.walk(stateDir)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void shouldRunAWholeRestart() {
        request(RestartMode.RESTART);
        obeyAll();

        assertThat(hosts.restarts().values()).hasSize(6).containsOnly(1);
        PlanEvent closed = events.get(events.size() - 1);
        assertThat(closed.getType()).isEqualTo(PlanEventType.ROLL_CALL_CLOSED);
        assertThat(closed.getAnswered()).isEqualTo(6);
        assertThat(events.stream().map(PlanEvent::getSequence))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
    }

    @Test
    void shouldRunAWholeForceRestart() {
        request(RestartMode.FORCE_RESTART);
        obeyAll();

        assertThat(mostDown).isEqualTo(6);
        assertThat(hosts.down()).isZero();
        assertThat(hosts.restarts().values()).hasSize(6).containsOnly(1);
        assertThat(events.get(events.size() - 1).getType()).isEqualTo(PlanEventType.ROLL_CALL_CLOSED);
    }

    @Test
    void shouldGoOnFromTheStoredStateAfterEachRecord() {
        request(RestartMode.RESTART);
        read();
        int before = commands.size();
        assertThat(before).isEqualTo(6);

        for (OdpCommand command : List.copyOf(commands)) {
            hosts.obey(command).forEach(result -> send(Topics.RESULTS, "pay", result));
            hosts.obey(command).forEach(result -> send(Topics.RESULTS, "pay", result));
        }
        commands.clear();
        read();

        assertThat(commands).singleElement().satisfies(command -> {
            assertThat(command.getKind()).isEqualTo(OdpCommandKind.HOT_RESTART);
            assertThat(command.getStep()).isEqualTo("BATCH_1");
            assertThat(command.getEpoch()).isEqualTo(1);
            assertThat(command.getOdp().getHost()).isEqualTo("host-0");
            assertThat(command.getBaseline()).isPresent();
        });
    }

    @Test
    void shouldSendACommandAgainUntilItIsAccepted() {
        request(RestartMode.RESTART);
        read();
        OdpCommand first = commands.get(0);
        commands.clear();
        hosts.obey(first); // done on the host, but nobody heard of it

        driver.advanceWallClockTime(Duration.ofSeconds(5));
        read();

        assertThat(commands).hasSize(6);
        OdpCommand again = commands.stream()
                .filter(command -> command.getOdpId().equals(first.getOdpId()))
                .findFirst()
                .orElseThrow();
        assertThat(again.getCommandId()).isEqualTo(first.getCommandId());
        assertThat(again.getEventId()).isNotEqualTo(first.getEventId());
        assertThat(events.stream().filter(event -> event.getType() == PlanEventType.ODP_DISPATCHED))
                .hasSize(6);

        commands.forEach(
                command -> send(Topics.RESULTS, "pay", WireSamples.result(command, OdpResultType.ACCEPTED, null)));
        commands.clear();
        driver.advanceWallClockTime(Duration.ofSeconds(20));
        read();
        assertThat(commands).isEmpty();
        driver.advanceWallClockTime(Duration.ofSeconds(11));
        read();
        assertThat(commands).hasSize(6);
    }

    @Test
    void shouldRefuseInWordsWhenNoAgentAnswers() {
        request(RestartMode.RESTART);
        driver.advanceWallClockTime(Duration.ofMinutes(2));
        read();

        PlanEvent last = events.get(events.size() - 1);
        assertThat(last.getType()).isEqualTo(PlanEventType.TASK_REJECTED);
        assertThat(last.getRejections()).singleElement().satisfies(rejection -> {
            assertThat(rejection.getCode()).isEqualTo("RC22003");
            assertThat(rejection.getDetail()).contains("Check that an agent-service runs");
        });
    }

    @Test
    void shouldPutAsideWhatItCannotReadAndGoOn() {
        byte[] garbage = "not avro".getBytes(StandardCharsets.UTF_8);
        TestInputTopic<String, byte[]> raw =
                driver.createInputTopic(Topics.RESULTS.topicName(), new StringSerializer(), new ByteArraySerializer());
        raw.pipeInput("pay", garbage);
        // the right bytes on the wrong topic, and under the wrong key
        raw.pipeInput(
                "pay",
                RollcallAvroSerde.forValues(SERDE)
                        .serializer()
                        .serialize(Topics.CLUSTERS_REQUESTED.topicName(), WireSamples.cluster("pay", 1)));
        send(Topics.CLUSTERS_REQUESTED, "other", WireSamples.cluster("pay", 1));

        TestOutputTopic<String, byte[]> dead = driver.createOutputTopic(
                Topics.RESULTS.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer());
        assertThat(dead.readRecordsToList()).hasSize(2).first().satisfies(record -> {
            assertThat(record.value()).isEqualTo(garbage);
            assertThat(record.headers().lastHeader(PlannerProcessor.REASON_HEADER))
                    .isNotNull();
        });
        assertThat(driver.createOutputTopic(
                                Topics.CLUSTERS_REQUESTED.deadLetterName(),
                                new StringDeserializer(),
                                new ByteArrayDeserializer())
                        .readRecordsToList())
                .hasSize(1);

        request(RestartMode.RESTART);
        obeyAll();
        assertThat(hosts.restarts()).hasSize(6);
    }

    @Test
    void shouldPublishDefinitionsAndTombstones() {
        TestOutputTopic<String, ClusterDefinition> clusters = output(Topics.CLUSTERS);
        TestOutputTopic<String, OdpDefinition> inventory = output(Topics.INVENTORY);
        assertThat(clusters.readKeyValue().value.getOdpCount()).isEqualTo(6);
        Map<String, OdpDefinition> first = inventory.readKeyValuesToMap();
        assertThat(first).hasSize(6).containsKey("pay/o5");
        assertThat(first.values()).allSatisfy(odp -> {
            assertThat(odp.getSshJump()).contains("ops@10.1.1.1:2022,jump");
            assertThat(odp.getRunAs()).contains("odp");
            assertThat(odp.getEnvironment()).containsEntry("TZ", "UTC");
        });

        send(Topics.CLUSTERS_REQUESTED, "pay", WireSamples.cluster("pay", 5));

        assertThat(clusters.readKeyValue().value.getRevision()).isEqualTo(2);
        Map<String, OdpDefinition> changed = inventory.readKeyValuesToMap();
        assertThat(changed).hasSize(6);
        assertThat(changed.get("pay/o5")).isNull();
    }

    @Test
    void shouldHandTheTraceOn() {
        TestInputTopic<String, SpecificRecord> requests = driver.createInputTopic(
                Topics.RESTART_REQUESTED.topicName(),
                new StringSerializer(),
                RollcallAvroSerde.forValues(SERDE).serializer());
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", "00-1-2-01".getBytes(StandardCharsets.UTF_8));
        requests.pipeInput(
                new TestRecord<>("pay", WireSamples.restart(TASK, "pay", RestartMode.RESTART, now()), headers));

        assertThat(output(Topics.COMMANDS).readRecord().headers().lastHeader("traceparent"))
                .isNotNull();
    }

    @Test
    void shouldHoldTheNextBatchWhenAStatusSaysThatAnOdpIsDown() {
        request(RestartMode.RESTART);
        read();
        obey(OdpCommandKind.PROBE);
        obey(OdpCommandKind.HOT_RESTART);
        status("o0", OdpState.STOPPED, now().minusSeconds(60));
        status("o0", OdpState.RUNNING, now());
        status("o0", OdpState.STOPPED, now());
        read();
        obey(OdpCommandKind.PROBE);
        assertThat(commands).as("the second batch is held back").isEmpty();
        driver.advanceWallClockTime(Duration.ofSeconds(5));
        read();

        assertThat(commands)
                .as("it is looked at before the second batch begins")
                .singleElement()
                .satisfies(command -> {
                    assertThat(command.getKind()).isEqualTo(OdpCommandKind.PROBE);
                    assertThat(command.getOdpId()).isEqualTo("o0");
                });
        obeyAll();
        assertThat(hosts.restarts()).hasSize(6);
    }

    @Test
    void shouldAnswerAControlByTheVersionOfThePlanThatItNames() {
        request(RestartMode.RESTART);
        read();
        obey(OdpCommandKind.PROBE);
        long planned = events.get(events.size() - 1).getPlanVersion();
        assertThat(planned).as("accepted, planned").isEqualTo(2);

        control(TaskControl.PAUSE, planned - 1);
        control(TaskControl.PAUSE, planned);
        control(TaskControl.CANCEL, null);
        read();

        assertThat(events.stream()
                        .filter(event -> event.getControl() != TaskControl.UNKNOWN)
                        .map(event -> event.getType() + " " + event.getControl() + " " + event.getPlanVersion()))
                .containsExactly("CONTROL_REFUSED PAUSE 2", "CONTROL_APPLIED PAUSE 3", "CONTROL_APPLIED CANCEL 4");
    }

    private void control(TaskControl control, @Nullable Long planVersion) {
        send(
                Topics.TASK_CONTROL,
                "pay",
                TaskControlRequested.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setTaskId(TASK)
                        .setClusterId("pay")
                        .setControl(control)
                        .setRequestedBy("alice")
                        .setPlanVersion(planVersion)
                        .build());
    }

    @Test
    void shouldPutAStatusAsideThatItCannotRead() {
        driver.createInputTopic(Topics.STATUS.topicName(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput("pay/o0", "not avro".getBytes(StandardCharsets.UTF_8));

        assertThat(driver.createOutputTopic(
                                Topics.STATUS.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer())
                        .readRecordsToList())
                .hasSize(1);
    }

    /** Obeys the commands of a kind that wait now, and reads what follows. */
    private void obey(OdpCommandKind kind) {
        List<OdpCommand> taken =
                commands.stream().filter(command -> command.getKind() == kind).toList();
        commands.removeAll(taken);
        for (OdpCommand command : taken) {
            hosts.obey(command).forEach(result -> send(Topics.RESULTS, "pay", result));
        }
        read();
    }

    private void status(String odp, OdpState state, Instant at) {
        send(
                Topics.STATUS,
                Topics.odpKey("pay", odp),
                OdpStatus.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(at)
                        .setClusterId("pay")
                        .setOdpId(odp)
                        .setFacts(WireSamples.facts(state, 1))
                        .setAgentId("agent-1")
                        .setHeartbeatMillis(5_000)
                        .build());
    }

    private Instant now() {
        return Instant.parse("2026-01-01T00:00:00Z");
    }

    private void request(RestartMode mode) {
        send(Topics.RESTART_REQUESTED, "pay", WireSamples.restart(TASK, "pay", mode, now()));
    }

    private void obeyAll() {
        for (int round = 0; round < 100; round++) {
            read();
            if (commands.isEmpty()) {
                return;
            }
            List<OdpCommand> taken = List.copyOf(commands);
            commands.clear();
            for (OdpCommand command : taken) {
                hosts.obey(command).forEach(result -> send(Topics.RESULTS, "pay", result));
                mostDown = Math.max(mostDown, hosts.down());
            }
        }
        throw new AssertionError("the task does not end: " + UUID.fromString(TASK));
    }

    private void read() {
        commands.addAll(this.<OdpCommand>output(Topics.COMMANDS).readValuesToList());
        events.addAll(this.<PlanEvent>output(Topics.PLAN_EVENTS).readValuesToList());
    }

    private <T extends SpecificRecord> TestOutputTopic<String, T> output(Topics topic) {
        return driver.createOutputTopic(
                topic.topicName(),
                new StringDeserializer(),
                RollcallAvroSerde.<T>forValues(SERDE).deserializer());
    }

    private void send(Topics topic, String key, SpecificRecord value) {
        TestInputTopic<String, SpecificRecord> input = driver.createInputTopic(
                topic.topicName(),
                new StringSerializer(),
                RollcallAvroSerde.forValues(SERDE).serializer());
        input.pipeInput(key, value);
    }
}
