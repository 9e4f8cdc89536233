package dev.rollcall.gateway.it;

import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.ProcessIdentity;
import dev.rollcall.schemas.Rejection;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Stands in for planner, task-service and agents on the topics: answers changes and controls, and says what a test tells it to say. */
final class FakeServices implements AutoCloseable {

    private static final String AGENT = "agent-1";

    private final KafkaProducer<String, SpecificRecord> producer;
    private final KafkaConsumer<String, SpecificRecord> consumer;
    private final Thread thread;
    private final String bootstrapServers;
    private final Map<String, Long> revisions = new ConcurrentHashMap<>();
    private final Map<String, List<String>> odps = new ConcurrentHashMap<>();
    private final Map<String, String> activeTasks = new ConcurrentHashMap<>();
    private final List<SpecificRecord> heard = new CopyOnWriteArrayList<>();
    private final Map<String, Long> taskVersions = new ConcurrentHashMap<>();
    private volatile boolean silent;
    private volatile boolean foldsLate;
    private volatile @Nullable String refusal;
    private volatile boolean running = true;

    FakeServices(String bootstrapServers, String registry, int partitions) {
        this.bootstrapServers = bootstrapServers;
        Map<String, Object> settings = Map.of("schema.registry.url", registry, "specific.avro.reader", "true");
        RollcallAvroSerializer<SpecificRecord> serializer = new RollcallAvroSerializer<>();
        serializer.configure(settings, false);
        RollcallAvroDeserializer<SpecificRecord> deserializer = new RollcallAvroDeserializer<>();
        deserializer.configure(settings, false);
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "fake-" + UUID.randomUUID()),
                new StringSerializer(),
                serializer);
        producer.initTransactions();
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                deserializer);
        List<TopicPartition> assigned = new ArrayList<>();
        for (Topics topic : List.of(
                Topics.CLUSTERS_REQUESTED, Topics.RESTART_REQUESTED, Topics.TASK_CONTROL, Topics.AUDIT_ENTRIES)) {
            for (int partition = 0; partition < partitions; partition++) {
                assigned.add(new TopicPartition(topic.topicName(), partition));
            }
        }
        consumer.assign(assigned);
        consumer.seekToBeginning(assigned);
        thread = new Thread(this::listen, "fake-services");
        thread.start();
    }

    /** From now on no change and no control is answered; or again they are. */
    void silent(boolean now) {
        silent = now;
    }

    /** From now on the task-service makes nothing of what the planner says; or again it does. */
    void foldNothing(boolean now) {
        foldsLate = now;
    }

    /** From now on controls are refused in these words; null: applied. */
    void refuseControls(@Nullable String words) {
        refusal = words;
    }

    void busy(String cluster, String task) {
        activeTasks.put(cluster, task);
    }

    /** Requests of a kind that were published so far. */
    <T extends SpecificRecord> List<T> heard(Class<T> type) {
        return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void listen() {
        while (running) {
            for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(100))) {
                heard.add(record.value());
                if (record.value() instanceof AuditEntry entry) {
                    publish(Topics.AUDIT, record.key(), chained(entry));
                    continue;
                }
                if (silent) {
                    continue;
                }
                if (record.value() instanceof ClusterChangeRequested change) {
                    answer(change);
                } else if (record.value() instanceof TaskControlRequested control) {
                    answer(control);
                }
            }
        }
        consumer.close();
    }

    private void answer(ClusterChangeRequested change) {
        String cluster = change.getClusterId();
        long revision = revisions.getOrDefault(cluster, 0L);
        String active = activeTasks.get(cluster);
        PlanEvent.Builder answer = PlanEvent.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setCausedBy(change.getEventId())
                .setOccurredAt(now())
                .setClusterId(cluster)
                .setSequence(0)
                .setRevision(revision);
        if (active != null) {
            answer.setType(PlanEventType.CLUSTER_CHANGE_REFUSED)
                    .setActiveTaskId(active)
                    .setRejections(List.of(rejection("COM10005", "busy")));
            publish(Topics.PLAN_EVENTS, cluster, answer.build());
        } else if (change.getBaseRevision().isPresent()
                && change.getBaseRevision().get() != revision) {
            answer.setType(PlanEventType.CLUSTER_CHANGE_REFUSED).setRejections(List.of(rejection("RC22001", "stale")));
            publish(Topics.PLAN_EVENTS, cluster, answer.build());
        } else {
            // The answer first: the gateway must wait for the definition by itself.
            publish(
                    Topics.PLAN_EVENTS,
                    cluster,
                    answer.setType(PlanEventType.CLUSTER_CHANGED)
                            .setRevision(revision + 1)
                            .build());
            store(change, revision + 1);
        }
    }

    private void store(ClusterChangeRequested change, long revision) {
        String cluster = change.getClusterId();
        revisions.put(cluster, revision);
        List<String> before = odps.getOrDefault(cluster, List.of());
        List<String> after = change.getOdps().stream().map(OdpSpec::getOdpId).toList();
        odps.put(cluster, after);
        before.stream()
                .filter(odp -> !after.contains(odp))
                .forEach(odp -> publish(Topics.INVENTORY, Topics.odpKey(cluster, odp), null));
        if (change.getKind() == ClusterChangeKind.REMOVE) {
            publish(Topics.CLUSTERS, cluster, null);
            return;
        }
        publish(
                Topics.CLUSTERS,
                cluster,
                ClusterDefinition.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setClusterId(cluster)
                        .setRevision(revision)
                        .setName(change.getName())
                        .setDescription(change.getDescription())
                        .setLabels(change.getLabels())
                        .setOdpCount(after.size())
                        .setChangedBy(change.getRequestedBy())
                        .build());
        change.getOdps()
                .forEach(odp -> publish(
                        Topics.INVENTORY,
                        Topics.odpKey(cluster, odp.getOdpId()),
                        OdpDefinition.newBuilder()
                                .setEventId(UUID.randomUUID().toString())
                                .setOccurredAt(now())
                                .setClusterId(cluster)
                                .setOdpId(odp.getOdpId())
                                .setRevision(revision)
                                .setHost(odp.getHost())
                                .setZone(odp.getZone())
                                .setSqlPort(odp.getSqlPort())
                                .setHome(odp.getHome())
                                .setLauncher(odp.getLauncher())
                                .setSshUser(odp.getSshUser())
                                .setSshPort(odp.getSshPort())
                                .setSshCredential(odp.getSshCredential())
                                .setAdminCredential(odp.getAdminCredential())
                                .build()));
    }

    private void answer(TaskControlRequested control) {
        String words = refusal;
        String said = UUID.randomUUID().toString();
        publish(
                Topics.PLAN_EVENTS,
                control.getClusterId(),
                PlanEvent.newBuilder()
                        .setEventId(said)
                        .setCausedBy(control.getEventId())
                        .setOccurredAt(now())
                        .setClusterId(control.getClusterId())
                        .setTaskId(control.getTaskId())
                        .setSequence(1)
                        .setType(words == null ? PlanEventType.CONTROL_APPLIED : PlanEventType.CONTROL_REFUSED)
                        .setRejections(words == null ? List.of() : List.of(rejection("RC22001", words)))
                        .build());
        if (words == null && !foldsLate) {
            fold(control, said);
        }
    }

    /** The timeline first: the gateway must wait for the task by itself. */
    private void fold(TaskControlRequested control, String said) {
        String task = control.getTaskId();
        long version = taskVersions.getOrDefault(task, 0L) + 1;
        publish(
                Topics.TASK_EVENTS,
                control.getClusterId(),
                TaskEvent.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setCausedBy(said)
                        .setOccurredAt(now())
                        .setTaskId(task)
                        .setClusterId(control.getClusterId())
                        .setSequence(version)
                        .setType(TaskEventType.CONTROL_APPLIED)
                        .setState(TaskState.PAUSED)
                        .setTaskVersion(version)
                        .setMessage("applied")
                        .build());
        task(task, control.getClusterId(), version, TaskState.PAUSED, TaskPhase.RESTART, control.getRequestedBy());
    }

    private static Rejection rejection(String code, String detail) {
        return Rejection.newBuilder().setCode(code).setDetail(detail).build();
    }

    /** Says what an agent saw. */
    void status(String cluster, String odp, OdpState state, @Nullable String version) {
        publish(
                Topics.STATUS,
                Topics.odpKey(cluster, odp),
                OdpStatus.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setClusterId(cluster)
                        .setOdpId(odp)
                        .setAgentId(AGENT)
                        .setHeartbeatMillis(60_000)
                        .setFacts(OdpFacts.newBuilder()
                                .setState(state)
                                .setVersion(version)
                                .setProcess(ProcessIdentity.newBuilder()
                                        .setBootId("boot")
                                        .setPid(4711)
                                        .setStartTicks(1)
                                        .setCwd("/home/admin/obproxy")
                                        .setListenAddress("0.0.0.0")
                                        .setListenPort(2883)
                                        .build())
                                .build())
                        .build());
    }

    /** Says what the task-service made of a request. */
    void task(RestartRequested request, long version, TaskState state, TaskPhase phase) {
        task(request.getTaskId(), request.getClusterId(), version, state, phase, request.getRequestedBy());
    }

    void task(String task, String cluster, long version, TaskState state, TaskPhase phase, String user) {
        taskVersions.put(task, version);
        publish(
                Topics.TASKS,
                task,
                TaskSnapshot.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setTaskId(task)
                        .setClusterId(cluster)
                        .setVersion(version)
                        .setMode(RestartMode.RESTART)
                        .setState(state)
                        .setPhase(phase)
                        .setRequestedBy(user)
                        .setRequestedAt(now())
                        .setTotal(2)
                        .build());
    }

    /** Says that something happened in a task. */
    void event(String task, String cluster, long sequence, TaskEventType type, TaskState state, String message) {
        publish(
                Topics.TASK_EVENTS,
                cluster,
                TaskEvent.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(now())
                        .setTaskId(task)
                        .setClusterId(cluster)
                        .setSequence(sequence)
                        .setType(type)
                        .setState(state)
                        .setMessage(message)
                        .build());
    }

    private static AuditRecord chained(AuditEntry entry) {
        return AuditRecord.newBuilder()
                .setEventId("chained-" + entry.getEventId())
                .setOccurredAt(entry.getOccurredAt())
                .setNumber(1)
                .setPreviousHash("")
                .setHash("")
                .setEntry(entry)
                .build();
    }

    /** Writes in a transaction, as the Streams services do, so that offsets have gaps. */
    synchronized void publish(Topics topic, String key, @Nullable SpecificRecord value) {
        producer.beginTransaction();
        try {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        producer.commitTransaction();
    }

    /** Writes what is then thrown away. */
    synchronized void publishAborted(Topics topic, String key, SpecificRecord value) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic.topicName(), key, value));
        producer.flush();
        producer.abortTransaction();
    }

    /** Writes bytes that are no record. */
    void publishGarbage(Topics topic, String key) {
        try (KafkaProducer<String, byte[]> raw = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new StringSerializer(),
                new ByteArraySerializer())) {
            raw.send(new ProducerRecord<>(topic.topicName(), key, new byte[] {7, 7, 7}))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
        producer.close(Duration.ofSeconds(5));
    }
}
