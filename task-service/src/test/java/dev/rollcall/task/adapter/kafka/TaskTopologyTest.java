package dev.rollcall.task.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
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
    private TopologyTestDriver driver;
    private TestInputTopic<String, SpecificRecord> requests;
    private TestInputTopic<String, SpecificRecord> planEvents;
    private TestInputTopic<String, SpecificRecord> results;
    private TestOutputTopic<String, TaskSnapshot> tasks;
    private TestOutputTopic<String, TaskOdpSnapshot> odps;
    private TestOutputTopic<String, TaskEvent> events;

    @BeforeEach
    void start() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "task-topology-test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(TaskTopology.build(SETTINGS, 1, REGISTRY), config, ClusterStory.START);
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
        List<TaskEvent> timeline = events.readValuesToList();
        assertThat(timeline)
                .filteredOn(event -> event.getType() == TaskEventType.ODP_ANSWERED)
                .hasSize(3);
        TaskEvent last = timeline.get(timeline.size() - 1);
        assertThat(last.getType()).isEqualTo(TaskEventType.TASK_ENDED);
        assertThat(last.getMessage()).matches("COMPLETED 3/3 restarted in \\d+ s");
        assertThat(timeline).extracting(TaskEvent::getSequence).isSorted().doesNotHaveDuplicates();
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
