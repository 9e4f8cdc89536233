package dev.rollcall.task.adapter.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.AuditCheckpoint;
import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.AuditSource;
import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.audit.AuditHash;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
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
import org.junit.jupiter.api.io.TempDir;

class AuditTopologyTest {

    private static final Map<String, String> REGISTRY = Map.of("schema.registry.url", "mock://audit-topology");
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    Path stateDir;

    private TopologyTestDriver driver;
    private TestOutputTopic<String, AuditRecord> chain;

    @BeforeEach
    void start() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "audit-topology-test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(AuditTopology.build(GRACE, REGISTRY, () -> {}), config, START);
        chain = output(Topics.AUDIT);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private <T extends SpecificRecord> TestOutputTopic<String, T> output(Topics topic) {
        RollcallAvroSerde<T> serde = RollcallAvroSerde.forValues(REGISTRY);
        return driver.createOutputTopic(topic.topicName(), new StringDeserializer(), serde.deserializer());
    }

    private void send(Topics topic, SpecificRecord value, @Nullable String trace) {
        RollcallAvroSerde<SpecificRecord> serde = RollcallAvroSerde.forValues(REGISTRY);
        TestInputTopic<String, SpecificRecord> input =
                driver.createInputTopic(topic.topicName(), new StringSerializer(), serde.serializer());
        RecordHeaders headers = new RecordHeaders();
        if (trace != null) {
            headers.add("traceparent", trace.getBytes(StandardCharsets.UTF_8));
        }
        input.pipeInput(new TestRecord<>("pay", value, headers, START));
    }

    private static AuditEntry entry(String id, @Nullable String trace) {
        return AuditEntry.newBuilder()
                .setEventId(id)
                .setOccurredAt(START)
                .setUser("alice")
                .setFrom("10.0.0.1")
                .setAction("RESTART")
                .setClusterId("pay")
                .setTaskId("t-1")
                .setDecision(AuditDecision.ALLOWED)
                .setOutcome("202")
                .setTraceParent(trace)
                .build();
    }

    private static RestartRequested restart(String user) {
        return RestartRequested.newBuilder()
                .setEventId("request-of-" + user)
                .setOccurredAt(START)
                .setTaskId("t-1")
                .setClusterId("pay")
                .setMode(RestartMode.RESTART)
                .setBatching(Batching.newBuilder().setSizes(List.of("100%")).build())
                .setReason("because")
                .setRequestedBy(user)
                .build();
    }

    private List<AuditEntry> chained() {
        return chain.readValuesToList().stream().map(AuditRecord::getEntry).toList();
    }

    @Test
    void shouldChainWhatTheGatewaysTell() {
        send(Topics.AUDIT_ENTRIES, entry("e-1", null), null);
        driver.advanceWallClockTime(Duration.ofMillis(300));
        send(Topics.AUDIT_ENTRIES, entry("e-2", null), null);

        List<AuditRecord> records = chain.readValuesToList();

        assertThat(records).extracting(AuditRecord::getNumber).containsExactly(1L, 2L);
        AuditRecord one = records.get(0);
        AuditRecord two = records.get(1);
        assertThat(one.getPreviousHash()).isEqualTo(AuditHash.NONE);
        assertThat(one.getPreviousOccurredAt()).isEmpty();
        assertThat(one.getHash()).isEqualTo(AuditHash.of(one));
        assertThat(two.getPreviousHash()).isEqualTo(one.getHash());
        assertThat(two.getPreviousOccurredAt()).contains(one.getOccurredAt());
        assertThat(two.getHash()).isEqualTo(AuditHash.of(two));
        assertThat(two.getEntry().getSource()).contains(AuditSource.GATEWAY);
        assertThat(two.getCausedBy()).contains("e-2");
    }

    @Test
    void shouldTellOfARequestOnceWhicheverComesFirst() {
        send(Topics.RESTART_REQUESTED, restart("alice"), TRACE);
        send(Topics.AUDIT_ENTRIES, entry("e-1", TRACE), null);
        send(Topics.AUDIT_ENTRIES, entry("e-2", "00-other"), null);
        send(Topics.RESTART_REQUESTED, restart("alice"), "00-other");
        driver.advanceWallClockTime(GRACE.multipliedBy(2));

        assertThat(chained()).extracting(AuditEntry::getEventId).containsExactly("e-1", "e-2");
    }

    @Test
    void shouldTellAtOnceOfARequestThatCarriesNoTrace() {
        send(
                Topics.TASK_CONTROL,
                TaskControlRequested.newBuilder()
                        .setEventId("c-1")
                        .setOccurredAt(START)
                        .setTaskId("t-1")
                        .setClusterId("pay")
                        .setControl(TaskControl.SKIP)
                        .setOdpId("a:2883")
                        .setRequestedBy("mallory")
                        .build(),
                null);

        AuditEntry told = chained().get(0);
        assertThat(told.getSource()).contains(AuditSource.TOPIC);
        assertThat(told.getUser()).contains("mallory");
        assertThat(told.getAction()).isEqualTo("SKIP");
        assertThat(told.getDetail()).contains("no gateway vouches").contains("a:2883");
    }

    @Test
    void shouldTellOfARequestForWhichNoGatewayVouches() {
        send(Topics.RESTART_REQUESTED, restart("alice"), TRACE);
        assertThat(chained()).isEmpty();

        driver.advanceWallClockTime(GRACE);

        assertThat(chained())
                .singleElement()
                .satisfies(told -> assertThat(told.getSource()).contains(AuditSource.TOPIC))
                .satisfies(told -> assertThat(told.getDetail()).contains("because"));
    }

    @Test
    void shouldNotLetARequestHideBehindTheEntryOfAnother() {
        send(Topics.AUDIT_ENTRIES, entry("e-1", TRACE), null);
        send(Topics.RESTART_REQUESTED, restart("mallory"), TRACE);
        send(Topics.RESTART_REQUESTED, restart("alice"), TRACE);
        send(
                Topics.RESTART_REQUESTED,
                RestartRequested.newBuilder(restart("alice")).setEventId("copy").build(),
                TRACE);
        driver.advanceWallClockTime(GRACE);

        assertThat(chained())
                .extracting(AuditEntry::getEventId)
                .containsExactlyInAnyOrder("e-1", "request-of-mallory", "copy");
    }

    @Test
    void shouldTellHowATaskEnded() {
        send(Topics.TASK_EVENTS, event(TaskEventType.TASK_ACCEPTED, TaskState.RUNNING), null);
        send(Topics.TASK_EVENTS, event(TaskEventType.TASK_ENDED, TaskState.INCOMPLETE), null);

        AuditEntry told = chained().get(0);
        assertThat(told.getAction()).isEqualTo("TASK_ENDED");
        assertThat(told.getOutcome()).contains("INCOMPLETE");
        assertThat(told.getTaskId()).contains("t-1");
        assertThat(told.getSource()).contains(AuditSource.TASK_SERVICE);
    }

    private static TaskEvent event(TaskEventType type, TaskState state) {
        return TaskEvent.newBuilder()
                .setEventId("event-" + type)
                .setOccurredAt(START)
                .setTaskId("t-1")
                .setClusterId("pay")
                .setSequence(1)
                .setType(type)
                .setState(state)
                .setMessage("in words")
                .build();
    }

    @Test
    void shouldWriteACheckpointWhenTheChainHasGrown() {
        TestOutputTopic<String, AuditCheckpoint> checkpoints = output(Topics.AUDIT_CHECKPOINTS);
        driver.advanceWallClockTime(Duration.ofSeconds(10));
        assertThat(checkpoints.isEmpty()).isTrue();
        send(Topics.AUDIT_ENTRIES, entry("e-1", null), null);
        send(Topics.AUDIT_ENTRIES, entry("e-2", null), null);

        driver.advanceWallClockTime(Duration.ofSeconds(10));
        driver.advanceWallClockTime(Duration.ofSeconds(10));

        AuditRecord last =
                Objects.requireNonNull(chain.readRecordsToList().get(1).value());
        assertThat(checkpoints.readKeyValuesToList()).singleElement().satisfies(checkpoint -> {
            assertThat(checkpoint.key).isEqualTo("0");
            assertThat(checkpoint.value.getNumber()).isEqualTo(2);
            assertThat(checkpoint.value.getHash()).isEqualTo(last.getHash());
        });
    }

    @Test
    void shouldPutAsideWhatIsNoEntry() {
        TestInputTopic<byte[], byte[]> entries = driver.createInputTopic(
                Topics.AUDIT_ENTRIES.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
        TestOutputTopic<byte[], byte[]> aside = driver.createOutputTopic(
                Topics.AUDIT_ENTRIES.deadLetterName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());

        entries.pipeInput("k".getBytes(StandardCharsets.UTF_8), new byte[] {9, 9});
        send(Topics.AUDIT_ENTRIES, entry("e-1", null), null);

        assertThat(aside.readValue()).containsExactly(9, 9);
        assertThat(chained()).hasSize(1);
    }

    @Test
    void shouldKeyByClusterElseByUser() {
        send(Topics.AUDIT_ENTRIES, entry("e-1", null), null);
        send(
                Topics.AUDIT_ENTRIES,
                AuditEntry.newBuilder(entry("e-2", null)).setClusterId(null).build(),
                null);

        assertThat(chain.readKeyValuesToList()).extracting(pair -> pair.key).containsExactly("pay", "@alice");
    }
}
