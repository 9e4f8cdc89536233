package dev.rollcall.standalone.benchmark;

import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.ProcessIdentity;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskOdpState;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a large installation has on its topics: clusters whose ODPs all run, and tasks that have ended, the newest of which still run, one
 * each on the last clusters.
 */
final class Content {

    static final int CLUSTERS = 5_200;
    static final int ODPS_EACH = 2;
    static final int TASKS = 10_000;
    /** Tasks that still run, and so are shown with all their rows and events. */
    static final int RUNNING = 200;
    /** Clusters that no task keeps busy: the first ones. */
    static final int IDLE = CLUSTERS - RUNNING;

    private static final int ROWS = 50;
    private static final int EVENTS = 100;
    private static final int ROWS_OF_ENDED = 2;
    private static final int EVENTS_OF_ENDED = 8;

    private final KafkaProducer<String, SpecificRecord> producer;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    Content(KafkaProducer<String, SpecificRecord> producer) {
        this.producer = producer;
    }

    static String cluster(int number) {
        return "c-%05d".formatted(number);
    }

    static String task(int number) {
        return "0198f2b6-0000-7000-8000-%012d".formatted(number);
    }

    /** One of the tasks that still run. */
    static String runningTask(int number) {
        return task(TASKS - RUNNING + number % RUNNING);
    }

    private static String odp(int cluster, int number) {
        return "10.%d.%d.%d:2883".formatted(cluster >> 8, cluster & 255, number + 1);
    }

    void write() {
        for (int i = 0; i < CLUSTERS; i++) {
            cluster(cluster(i), i);
        }
        for (int i = 0; i < TASKS; i++) {
            boolean runs = i >= TASKS - RUNNING;
            task(i, runs ? IDLE + i - (TASKS - RUNNING) : i % IDLE, runs);
        }
        producer.flush();
    }

    private void cluster(String cluster, int number) {
        send(
                Topics.CLUSTERS,
                cluster,
                ClusterDefinition.newBuilder()
                        .setEventId(id())
                        .setOccurredAt(now)
                        .setClusterId(cluster)
                        .setRevision(1)
                        .setName("Cluster " + number)
                        .setOdpCount(ODPS_EACH)
                        .setChangedBy("benchmark")
                        .build());
        for (int i = 0; i < ODPS_EACH; i++) {
            String odp = odp(number, i);
            send(
                    Topics.INVENTORY,
                    Topics.odpKey(cluster, odp),
                    OdpDefinition.newBuilder()
                            .setEventId(id())
                            .setOccurredAt(now)
                            .setClusterId(cluster)
                            .setOdpId(odp)
                            .setRevision(1)
                            .setHost(odp.substring(0, odp.indexOf(':')))
                            .setZone("z" + i % 3)
                            .setSqlPort(2883)
                            .setHome("/home/admin/obproxy")
                            .setLauncher("obproxy")
                            .setSshUser("admin")
                            .setSshPort(22)
                            .setSshCredential("key")
                            .setAdminCredential("proxysys")
                            .build());
            send(
                    Topics.STATUS,
                    Topics.odpKey(cluster, odp),
                    OdpStatus.newBuilder()
                            .setEventId(id())
                            .setOccurredAt(now)
                            .setClusterId(cluster)
                            .setOdpId(odp)
                            .setAgentId("benchmark")
                            .setHeartbeatMillis(Duration.ofHours(1).toMillis())
                            .setFacts(OdpFacts.newBuilder()
                                    .setState(OdpState.RUNNING)
                                    .setVersion("4.3.1.0")
                                    .setProcess(process(1))
                                    .setClientConnections(12L)
                                    .build())
                            .build());
        }
    }

    private void task(int number, int cluster, boolean runs) {
        Instant asked = now.minusSeconds(TASKS - number);
        int rows = runs ? ROWS : ROWS_OF_ENDED;
        int events = runs ? EVENTS : EVENTS_OF_ENDED;
        String id = task(number);
        for (int i = 0; i < rows; i++) {
            send(
                    Topics.TASK_ODPS,
                    Topics.odpKey(id, odp(cluster, i)),
                    TaskOdpSnapshot.newBuilder()
                            .setEventId(id())
                            .setOccurredAt(asked)
                            .setTaskId(id)
                            .setClusterId(cluster(cluster))
                            .setOdpId(odp(cluster, i))
                            .setVersion(7)
                            .setZone("z" + i % 3)
                            .setBatch(1 + i / 10)
                            .setState(TaskOdpState.RUNNING)
                            .setStep("BATCH_" + (1 + i / 10))
                            .setAttempts(1)
                            .setOldProcess(process(1))
                            .setNewProcess(process(2))
                            .setOldVersion("4.3.1.0")
                            .setNewVersion("4.3.1.0")
                            .setStartedAt(asked)
                            .setServingAt(asked.plusSeconds(1))
                            .setFinishedAt(asked.plusSeconds(6))
                            .build());
        }
        for (int i = 1; i <= events; i++) {
            send(
                    Topics.TASK_EVENTS,
                    cluster(cluster),
                    TaskEvent.newBuilder()
                            .setEventId(id())
                            .setOccurredAt(asked.plusMillis(i))
                            .setTaskId(id)
                            .setClusterId(cluster(cluster))
                            .setSequence(i)
                            .setType(!runs && i == events ? TaskEventType.TASK_ENDED : TaskEventType.ODP_STEP)
                            .setState(runs ? TaskState.RUNNING : TaskState.COMPLETED)
                            .setOdpId(odp(cluster, i % rows))
                            .setMessage("The new process answers, the old one serves its connections to their end")
                            .build());
        }
        send(
                Topics.TASKS,
                id,
                TaskSnapshot.newBuilder()
                        .setEventId(id())
                        .setOccurredAt(asked)
                        .setTaskId(id)
                        .setClusterId(cluster(cluster))
                        .setVersion(events)
                        .setMode(RestartMode.RESTART)
                        .setState(runs ? TaskState.RUNNING : TaskState.COMPLETED)
                        .setPhase(runs ? TaskPhase.RESTART : TaskPhase.ROLL_CALL)
                        .setRequestedBy("benchmark")
                        .setReason("apply need_reboot parameters, CHG-" + number)
                        .setRequestedAt(asked)
                        .setStartedAt(asked)
                        .setFinishedAt(runs ? null : asked.plusSeconds(6))
                        .setTotal(rows)
                        .setRestarted(rows)
                        .build());
    }

    private static ProcessIdentity process(int generation) {
        return ProcessIdentity.newBuilder()
                .setBootId("3c7de4a5-6c6f-4c1e-8f0a-0f6a3f9f6a10")
                .setPid(4_000 + generation)
                .setStartTicks(100_000 + generation)
                .setCwd("/home/admin/obproxy")
                .setListenAddress("0.0.0.0")
                .setListenPort(2883)
                .build();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private void send(Topics topic, String key, SpecificRecord value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value));
    }
}
