package dev.rollcall.task.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskOdpState;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.task.domain.FoldSettings;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service but the broker: records in, records out. */
class TaskTopologyTest {

    private static final Map<String, String> REGISTRY = Map.of("schema.registry.url", "mock://task-topology");
    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 1_000, Duration.ofSeconds(60), Duration.ofDays(31));
    private static final List<String> ODPS = List.of("a:2883", "b:2883", "c:2883");
    private static final String CLUSTER = "pay";

    @TempDir
    java.nio.file.Path stateDir;

    private final String taskId = UUID.randomUUID().toString();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TopologyTestDriver driver;
    private TestInputTopic<String, SpecificRecord> requests;
    private TestInputTopic<String, SpecificRecord> planEvents;
    private TestInputTopic<String, SpecificRecord> results;
    private TestOutputTopic<String, TaskSnapshot> tasks;
    private TestOutputTopic<String, TaskOdpSnapshot> odps;
    private TestOutputTopic<String, TaskEvent> events;

    @BeforeEach
    void start() {
        open(1);
    }

    private void open(int partitions) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "task-topology-test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(
                TaskTopology.build(SETTINGS, partitions, REGISTRY, new TaskMeters(meters)), config, ClusterStory.START);
        requests = input(Topics.RESTART_REQUESTED);
        planEvents = input(Topics.PLAN_EVENTS);
        results = input(Topics.RESULTS);
        tasks = output(Topics.TASKS);
        odps = output(Topics.TASK_ODPS);
        events = output(Topics.TASK_EVENTS);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shouldCompleteWhenEveryOdpAnswersFromANewProcess() {
        ClusterStory story = story(RestartMode.RESTART)
                .request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(1, 2))
                .phase(TaskPhase.RESTART)
                .batchStarted(1)
                .hotRestarted("a:2883", "BATCH_1", 1)
                .batchFinished(1)
                .batchStarted(2)
                .hotRestarted("b:2883", "BATCH_2", 1)
                .hotRestarted("c:2883", "BATCH_2", 1)
                .batchFinished(2)
                .phase(TaskPhase.DRAIN);
        callTheRoll(story);

        TaskSnapshot task = task();
        assertThat(task.getState()).isEqualTo(TaskState.COMPLETED);
        assertThat(task.getPhase()).isEqualTo(TaskPhase.UNKNOWN);
        assertThat(List.of(task.getTotal(), task.getRestarted(), task.getAnswered(), task.getRestarting()))
                .containsExactly(3, 3, 3, 0);
        assertThat(task.getRequestedBy()).isEqualTo("alice");
        assertThat(task.getReason()).isEqualTo("CHG-1042");
        assertThat(task.getBatching().orElseThrow().getSizes()).containsExactly("1", "100%");
        assertThat(task.getNotAfter()).contains(ClusterStory.START.plusSeconds(3600));
        assertThat(task.getEpoch()).isEqualTo(7);
        assertThat(task.getBatches())
                .extracting(batch -> batch.getNumber() + ":" + batch.getSize() + ":" + batch.getState())
                .containsExactly("1:1:DONE", "2:2:DONE");
        Map<String, TaskOdpSnapshot> rows = odps.readKeyValuesToMap();
        assertThat(rows)
                .containsOnlyKeys(ODPS.stream().map(odp -> taskId + "/" + odp).toList());
        TaskOdpSnapshot row = rows.get(taskId + "/b:2883");
        assertThat(row).isNotNull();
        assertThat(row.getState()).isEqualTo(TaskOdpState.RUNNING);
        assertThat(row.getBatch()).isEqualTo(2);
        assertThat(row.getOldProcess()).contains(ClusterStory.process("b:2883", 0));
        assertThat(row.getNewProcess()).contains(ClusterStory.process("b:2883", 1));
        assertThat(row.getInherited()).contains(true);
        assertThat(row.getClientsBefore()).contains(12L);
        assertThat(row.getClientsCut()).contains(3L);
        assertThat(row.getBusinessPathChecked()).isTrue();
        assertThat(row.getStartedAt()).isPresent();
        assertThat(row.getServingAt()).isPresent();
        assertThat(row.getFinishedAt()).isPresent();
        assertThat(Stream.of(
                                row.getPrecheckedAt(),
                                row.getStartedAt(),
                                row.getServingAt(),
                                row.getDrainedAt(),
                                row.getAnsweredAt())
                        .map(Optional::orElseThrow))
                .as("a time for each step, in the order of the steps")
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(row.getStoppedAt()).isEmpty();
        List<TaskEvent> timeline = events.readValuesToList();
        assertThat(timeline)
                .filteredOn(event -> event.getType() == TaskEventType.ODP_ANSWERED)
                .hasSize(3);
        TaskEvent last = timeline.get(timeline.size() - 1);
        assertThat(last.getType()).isEqualTo(TaskEventType.TASK_ENDED);
        assertThat(last.getMessage()).matches("COMPLETED 3/3 restarted in \\d+ s");
        assertThat(timeline).extracting(TaskEvent::getSequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void shouldShowTheTimeLeftAndTheVersionOfThePlan() {
        story(RestartMode.RESTART)
                .request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(1, 2))
                .phase(TaskPhase.RESTART)
                .batchStarted(1, 61_000, 2);

        TaskSnapshot task = task();
        assertThat(task.getLeftMillis()).contains(61_000L);
        assertThat(task.getLeftAt()).contains(task.getOccurredAt());
        assertThat(task.getPlanVersion()).contains(2L);
    }

    @Test
    void shouldHaltAndCompleteAfterARetry() {
        ClusterStory story = story(RestartMode.RESTART)
                .request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(3))
                .phase(TaskPhase.RESTART)
                .batchStarted(1)
                .hotRestarted("a:2883", "BATCH_1", 1)
                .dispatched("b:2883", "BATCH_1", 1, OdpCommandKind.HOT_RESTART)
                .result("b:2883", "BATCH_1", 1, OdpCommandKind.HOT_RESTART, OdpResultType.FAILED, null)
                .odpFailed("b:2883", "BATCH_1", 1, "the new process did not come up")
                .plan(
                        PlanEventType.TASK_HALTED,
                        event -> event.setFailure(ClusterStory.failure("1 failure, 0 are allowed")));

        TaskSnapshot halted = task();
        assertThat(halted.getState()).isEqualTo(TaskState.HALTED);
        assertThat(halted.getFailed()).isEqualTo(1);
        assertThat(halted.getFailure()).isPresent();
        TaskOdpSnapshot failed = row("b:2883");
        assertThat(failed.getState()).isEqualTo(TaskOdpState.FAILED);
        assertThat(failed.getFailure().orElseThrow().getLogTail()).contains("ERROR cannot start");

        story.control(TaskControl.RETRY, true, "")
                .plan(PlanEventType.TASK_RESUMED, event -> {})
                .dispatched("b:2883", "SETTLE_1_1", 1, OdpCommandKind.PROBE)
                .result(
                        "b:2883",
                        "SETTLE_1_1",
                        1,
                        OdpCommandKind.PROBE,
                        OdpResultType.SUCCEEDED,
                        ClusterStory.running("b:2883", 0));
        TaskSnapshot retried = task();
        assertThat(retried.getState()).isEqualTo(TaskState.RUNNING);
        assertThat(retried.getFailure()).isEmpty();

        story.dispatched("b:2883", "BATCH_1", 2, OdpCommandKind.HOT_RESTART);
        assertThat(task().getFailed()).isZero();
        assertThat(row("b:2883").getFailure()).isEmpty();
        story.hotRestartReported("b:2883", "BATCH_1", 2)
                .hotRestarted("c:2883", "BATCH_1", 1)
                .batchFinished(1);
        callTheRoll(story);

        assertThat(task().getState()).isEqualTo(TaskState.COMPLETED);
        assertThat(row("b:2883").getAttempts()).isEqualTo(2);
        List<TaskEvent> timeline = events.readValuesToList();
        assertThat(timeline)
                .extracting(TaskEvent::getType)
                .contains(TaskEventType.ODP_FAILED, TaskEventType.TASK_HALTED, TaskEventType.CONTROL_APPLIED);
        // Who asked for a control knows the planner's answer by its id, and waits for what came of it.
        assertThat(timeline)
                .filteredOn(event -> event.getType() == TaskEventType.CONTROL_APPLIED)
                .singleElement()
                .satisfies(event -> assertThat(event.getCausedBy()).contains(story.lastControlAnswer()));
    }

    @Test
    void shouldFollowAForceRestartThroughStopAndStart() {
        ClusterStory story = story(RestartMode.FORCE_RESTART)
                .request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(3))
                .phase(TaskPhase.STOP);
        for (String odp : ODPS) {
            story.dispatched(odp, "STOP", 1, OdpCommandKind.STOP)
                    .result(odp, "STOP", 1, OdpCommandKind.STOP, OdpResultType.STARTED, null);
        }
        assertThat(row("c:2883").getState()).isEqualTo(TaskOdpState.STOPPING);
        for (String odp : ODPS) {
            story.result(odp, "STOP", 1, OdpCommandKind.STOP, OdpResultType.SUCCEEDED, ClusterStory.stopped());
        }
        assertThat(odps.readKeyValuesToMap().values())
                .extracting(TaskOdpSnapshot::getState)
                .containsOnly(TaskOdpState.STOPPED);
        assertThat(task().getRestarting()).isEqualTo(3);
        story.phase(TaskPhase.START);
        for (String odp : ODPS) {
            story.dispatched(odp, "START", 1, OdpCommandKind.START)
                    .result(
                            odp,
                            "START",
                            1,
                            OdpCommandKind.START,
                            OdpResultType.SUCCEEDED,
                            ClusterStory.running(odp, 1));
        }
        assertThat(odps.readKeyValuesToMap().values())
                .allSatisfy(row -> assertThat(row.getState()).isEqualTo(TaskOdpState.RUNNING))
                .allSatisfy(row -> assertThat(row.getStoppedAt().orElseThrow())
                        .isBefore(row.getServingAt().orElseThrow()));
        callTheRoll(story);

        assertThat(task().getState()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void shouldShowWhyARequestWasRejected() {
        story(RestartMode.RESTART)
                .request()
                .rejected("ODP21017", "ODP a:2883 is STOPPED: start it or use FORCE_RESTART");

        TaskSnapshot task = task();
        assertThat(task.getState()).isEqualTo(TaskState.REJECTED);
        assertThat(task.getRejections())
                .extracting(rejection -> rejection.getCode())
                .containsExactly("ODP21017");
        List<TaskEvent> timeline = events.readValuesToList();
        assertThat(timeline)
                .extracting(TaskEvent::getType)
                .containsExactly(TaskEventType.TASK_REQUESTED, TaskEventType.TASK_REJECTED, TaskEventType.TASK_ENDED);
        assertThat(timeline.get(2).getCode()).contains("ODP21017");
        assertThat(timeline.get(2).getMessage())
                .isEqualTo("REJECTED: ODP21017 ODP a:2883 is STOPPED: start it or use FORCE_RESTART");
    }

    @Test
    void shouldTakeTheRequestAlsoAfterItsRejection() {
        ClusterStory story = story(RestartMode.RESTART).rejected("COM10005", "task x is active");
        assertThat(task().getState()).isEqualTo(TaskState.REJECTED);

        story.request();

        TaskSnapshot task = task();
        assertThat(task.getState()).isEqualTo(TaskState.REJECTED);
        assertThat(task.getReason()).isEqualTo("CHG-1042");
    }

    @Test
    void shouldEndCancelled() {
        story(RestartMode.RESTART)
                .request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(1, 2))
                .phase(TaskPhase.RESTART)
                .batchStarted(1)
                .hotRestarted("a:2883", "BATCH_1", 1)
                .control(TaskControl.CANCEL, true, "")
                .plan(PlanEventType.TASK_CANCELLING, event -> event.setRequestedBy("bob"))
                .plan(PlanEventType.TASK_CANCELLED, event -> {});

        assertThat(task().getState()).isEqualTo(TaskState.CANCELLED);
        List<TaskEvent> timeline = events.readValuesToList();
        assertThat(timeline.get(timeline.size() - 1).getType()).isEqualTo(TaskEventType.TASK_ENDED);
        assertThat(timeline.get(timeline.size() - 1).getMessage()).matches("CANCELLED 1/3 restarted in \\d+ s");
        assertThat(row("b:2883").getState()).isEqualTo(TaskOdpState.PRECHECKED);
    }

    @Test
    void shouldKeepAResultThatComesBeforeItsPlanEvents() {
        List<SpecificRecord> later = new ArrayList<>();
        ClusterStory story = new ClusterStory(taskId, CLUSTER, RestartMode.RESTART, record -> {
            if (record instanceof OdpResult) {
                pipe(record);
            } else {
                later.add(record);
            }
        });
        story.accepted(List.of("a:2883"))
                .prechecked(List.of("a:2883"), List.of(1))
                .hotRestarted("a:2883", "BATCH_1", 1);
        assertThat(tasks.isEmpty()).isTrue();

        later.forEach(this::pipe);

        TaskOdpSnapshot row = row("a:2883");
        assertThat(row.getState()).isEqualTo(TaskOdpState.RUNNING);
        assertThat(row.getNewProcess()).contains(ClusterStory.process("a:2883", 1));
        assertThat(task().getRestarted()).isEqualTo(1);
    }

    @Test
    void shouldPutAsideWhatCannotBeReadAndGoOn() {
        TestInputTopic<String, byte[]> raw =
                driver.createInputTopic(Topics.RESULTS.topicName(), new StringSerializer(), new ByteArraySerializer());
        byte[] garbage = {7, 7, 7, 7};
        raw.pipeInput(CLUSTER, garbage);
        // Of the right schema, but no ODP has this name.
        new ClusterStory(taskId, CLUSTER, RestartMode.RESTART, this::pipe)
                .result(" ", "BATCH_1", 1, OdpCommandKind.HOT_RESTART, OdpResultType.STARTED, null);
        story(RestartMode.RESTART).request();

        TestOutputTopic<String, byte[]> deadLetters = driver.createOutputTopic(
                Topics.RESULTS.deadLetterName(), new StringDeserializer(), new ByteArrayDeserializer());
        List<TestRecord<String, byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).hasSize(2);
        assertThat(letters.get(0).key()).isEqualTo(CLUSTER);
        assertThat(letters.get(0).value()).isEqualTo(garbage);
        assertThat(letters.get(0).headers().lastHeader(TaskProcessor.REASON_HEADER))
                .isNotNull();
        assertThat(letters.get(1)
                        .headers()
                        .lastHeader(TaskProcessor.REASON_HEADER)
                        .value())
                .asString()
                .contains("must not be blank");
        assertThat(task().getState()).isEqualTo(TaskState.PENDING);
        assertThat(deadLetterCount()).isEqualTo(2.0);
    }

    @Test
    void shouldIgnoreARequestOnAPartitionOfAnotherKey() {
        String elsewhere = Stream.iterate(0, number -> number + 1)
                .map(number -> "cluster-" + number)
                .filter(name -> BuiltInPartitioner.partitionForKey(name.getBytes(StandardCharsets.UTF_8), 4) != 0)
                .findFirst()
                .orElseThrow();
        driver.close();
        open(4);

        new ClusterStory(taskId, elsewhere, RestartMode.RESTART, this::pipe).request();

        assertThat(tasks.isEmpty()).isTrue();
    }

    @Test
    void shouldCarryTheTraceOfACause() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", "00-abc-def-01".getBytes(StandardCharsets.UTF_8));
        headers.add("other", new byte[] {1});
        new ClusterStory(
                        taskId,
                        CLUSTER,
                        RestartMode.RESTART,
                        record -> requests.pipeInput(new TestRecord<>(CLUSTER, record, headers)))
                .request();

        TestRecord<String, TaskSnapshot> sent = tasks.readRecord();
        assertThat(sent.key()).isEqualTo(taskId);
        assertThat(sent.headers().toArray())
                .singleElement()
                .satisfies(header -> assertThat(header.key()).isEqualTo("traceparent"));
    }

    @Test
    void shouldCountOpenTasksByTheirStateAndEndedOnesByTheirEnd() {
        ClusterStory story = story(RestartMode.RESTART).request();
        assertThat(open("PENDING")).isEqualTo(1);

        story.accepted(ODPS).prechecked(ODPS, List.of(1, 2));
        assertThat(open("PENDING")).isZero();
        assertThat(open("RUNNING")).isEqualTo(1);

        story.control(TaskControl.CANCEL, true, "")
                .plan(PlanEventType.TASK_CANCELLING, event -> event.setRequestedBy("bob"));
        assertThat(open("CANCELLING")).isEqualTo(1);
        story.plan(PlanEventType.TASK_CANCELLED, event -> {});

        assertThat(meters.get("rollcall.tasks.open").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
        Timer cancelled = ended("RESTART", "CANCELLED");
        assertThat(cancelled.count()).isEqualTo(1);
        assertThat(cancelled.totalTime(TimeUnit.MILLISECONDS)).isPositive();
        assertThat(meters.get("rollcall.task.duration").timers().stream()
                        .mapToLong(Timer::count)
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void shouldCountNoTaskOfAPartitionThatIsAnothersNow() {
        story(RestartMode.RESTART).request().accepted(ODPS);
        assertThat(open("RUNNING")).isEqualTo(1);

        driver.close();
        open(1);

        assertThat(open("RUNNING")).isZero();
    }

    private double open(String state) {
        return meters.get("rollcall.tasks.open").tag("state", state).gauge().value();
    }

    private Timer ended(String mode, String state) {
        return meters.get("rollcall.task.duration")
                .tag("mode", mode)
                .tag("state", state)
                .timer();
    }

    private double deadLetterCount() {
        return meters.get("rollcall.dead.letters")
                .tag("topic", Topics.RESULTS.topicName())
                .counter()
                .count();
    }

    private TaskOdpSnapshot row(String odp) {
        return Objects.requireNonNull(odps.readKeyValuesToMap().get(taskId + "/" + odp));
    }

    private void callTheRoll(ClusterStory story) {
        story.rollCallStarted(1);
        ODPS.forEach(odp -> story.called(odp, 1));
        ODPS.forEach(odp -> story.answered(odp, 1, ClusterStory.running(odp, 1)));
        story.rollCallClosed(1, 3, 3);
    }

    private ClusterStory story(RestartMode mode) {
        return new ClusterStory(taskId, CLUSTER, mode, this::pipe);
    }

    private void pipe(SpecificRecord record) {
        if (record instanceof RestartRequested) {
            requests.pipeInput(CLUSTER, record);
        } else if (record instanceof PlanEvent) {
            planEvents.pipeInput(CLUSTER, record);
        } else {
            results.pipeInput(CLUSTER, record);
        }
    }

    private TaskSnapshot task() {
        return Objects.requireNonNull(tasks.readKeyValuesToMap().get(taskId));
    }

    private TestInputTopic<String, SpecificRecord> input(Topics topic) {
        return driver.createInputTopic(
                topic.topicName(),
                new StringSerializer(),
                RollcallAvroSerde.<SpecificRecord>forValues(REGISTRY).serializer());
    }

    private <T extends SpecificRecord> TestOutputTopic<String, T> output(Topics topic) {
        return driver.createOutputTopic(
                topic.topicName(),
                new StringDeserializer(),
                RollcallAvroSerde.<T>forValues(REGISTRY).deserializer());
    }
}
