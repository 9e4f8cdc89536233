package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.app.LogPosition;
import dev.rollcall.gateway.app.PlannerAnswer;
import dev.rollcall.gateway.app.PlannerAnswers;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads the topics of the views on one thread: all partitions, committed records only, from the beginning (answers of the
 * planner: from now on), without a consumer group, for ever. A record that cannot be read or breaks the contract is passed over, counted and told in the log: one bad record of a
 * foreign program must not blind the gateway. It is not dead-lettered: every gateway reads every topic anew at each start, and each would write a copy. When Kafka cannot be used at all, reading begins anew from where it stood.
 */
final class ViewReader implements SmartLifecycle {

    static final List<Topics> TOPICS = List.of(
            Topics.CLUSTERS,
            Topics.INVENTORY,
            Topics.STATUS,
            Topics.RESTART_REQUESTED,
            Topics.TASKS,
            Topics.TASK_ODPS,
            Topics.TASK_EVENTS,
            Topics.PLAN_EVENTS,
            Topics.AUDIT);

    private static final Logger log = LoggerFactory.getLogger(ViewReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration POLL_AT_START = Duration.ofMillis(50);
    private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Deserializer<SpecificRecord> values;
    private final Views views;
    private final AuditBook audit;
    private final PlannerAnswers answers;
    private final InstantSource clock;
    private final int partitions;
    private final Map<TopicPartition, Long> nextOffsets = new HashMap<>();
    private @Nullable Map<TopicPartition, Long> endsAtStart;
    private final AtomicLong passedOver = new AtomicLong();
    private volatile boolean running;
    private volatile @Nullable Consumer<String, byte[]> current;
    private @Nullable Thread thread;

    ViewReader(
            Supplier<Consumer<String, byte[]>> consumers,
            Deserializer<SpecificRecord> values,
            Views views,
            AuditBook audit,
            PlannerAnswers answers,
            InstantSource clock,
            int partitions) {
        this.consumers = consumers;
        this.values = values;
        this.views = views;
        this.audit = audit;
        this.answers = answers;
        this.clock = clock;
        this.partitions = partitions;
    }

    @Override
    public void start() {
        running = true;
        Thread reader = new Thread(this::readForEver, "gateway-views");
        reader.setDaemon(true);
        thread = reader;
        reader.start();
    }

    @Override
    public void stop() {
        running = false;
        Consumer<String, byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        Thread reader = thread;
        if (reader != null) {
            try {
                reader.join(STOP_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** How many records have been passed over since the start. */
    long passedOver() {
        return passedOver.get();
    }

    private void readForEver() {
        while (running) {
            try (Consumer<String, byte[]> consumer = consumers.get()) {
                current = consumer;
                read(consumer);
            } catch (WakeupException e) {
                log.debug("Woken up to stop");
            } catch (RuntimeException e) {
                log.error("Reading the views failed; beginning again where it stood", e);
                pause();
            } finally {
                current = null;
            }
        }
    }

    private void read(Consumer<String, byte[]> consumer) {
        List<TopicPartition> assigned = new ArrayList<>();
        for (Topics topic : TOPICS) {
            for (int partition = 0; partition < partitions; partition++) {
                assigned.add(new TopicPartition(topic.topicName(), partition));
            }
        }
        consumer.assign(assigned);
        Map<TopicPartition, Long> ends = endsAtStart;
        if (ends == null) {
            ends = consumer.endOffsets(assigned);
            endsAtStart = ends;
        }
        consumer.seekToBeginning(assigned);
        // Answers to what others asked before are of no use to anybody here: of these only what is new is read.
        ends.forEach((partition, end) -> {
            if (partition.topic().equals(Topics.PLAN_EVENTS.topicName())) {
                consumer.seek(partition, end);
            }
        });
        seekAudit(consumer, ends);
        nextOffsets.forEach(consumer::seek);
        // The tasks first: whose rows and events are to be kept at all is known then.
        List<TopicPartition> tasks = assigned.stream()
                .filter(partition -> partition.topic().equals(Topics.TASKS.topicName()))
                .toList();
        boolean tasksOnly = !views.isCaughtUp();
        if (tasksOnly) {
            consumer.pause(assigned.stream()
                    .filter(partition -> !tasks.contains(partition))
                    .toList());
        }
        while (running) {
            ConsumerRecords<String, byte[]> records = consumer.poll(views.isCaughtUp() ? POLL : POLL_AT_START);
            for (ConsumerRecord<String, byte[]> record : records) {
                apply(record);
            }
            for (TopicPartition partition : records.partitions()) {
                note(partition, consumer.position(partition));
            }
            if (tasksOnly && hasCaughtUp(consumer, tasks)) {
                tasksOnly = false;
                consumer.resume(consumer.paused());
            }
            if (!views.isCaughtUp() && hasCaughtUp(consumer, assigned)) {
                // Partitions without a record too: a position in the stream of events names them all.
                assigned.forEach(partition -> note(partition, consumer.position(partition)));
                views.caughtUp();
                log.info("The views are complete; the gateway answers now");
            }
        }
    }

    /** The audit may be a year old: only as much of each partition is read as is kept of all. */
    private void seekAudit(Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        List<TopicPartition> ofAudit = ends.keySet().stream()
                .filter(partition -> partition.topic().equals(Topics.AUDIT.topicName()))
                .toList();
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(ofAudit);
        for (TopicPartition partition : ofAudit) {
            long newest = ends.getOrDefault(partition, 0L) - audit.most() / partitions;
            consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), newest));
        }
    }

    private void note(TopicPartition partition, long next) {
        nextOffsets.put(partition, next);
        views.positions().advance(partition.topic(), partition.partition(), next);
    }

    private boolean hasCaughtUp(Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = endsAtStart;
        return ends != null
                && partitions.stream()
                        .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        try {
            Topics topic = Topics.of(record.topic());
            views.reading(new LogPosition(record.topic(), record.partition(), record.offset()));
            byte[] bytes = record.value();
            if (bytes == null) {
                removed(topic, record.key());
            } else {
                applied(topic, values.deserialize(record.topic(), bytes), record);
            }
        } catch (RegistryUnavailableException e) {
            // The record is not at fault: it is read again once the registry answers.
            throw e;
        } catch (SerializationException | IllegalArgumentException | ClassCastException | NullPointerException e) {
            log.warn(
                    "Passing over a record that cannot be understood, the {}. since the start: {}-{}@{}",
                    passedOver.incrementAndGet(),
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e);
        }
    }

    private void applied(Topics topic, SpecificRecord value, ConsumerRecord<String, byte[]> record) {
        switch (topic) {
            case CLUSTERS -> views.apply(FromWire.cluster((ClusterDefinition) value));
            case INVENTORY -> views.apply(FromWire.odp((OdpDefinition) value));
            case STATUS -> views.apply(FromWire.sighting((OdpStatus) value, receivedAt(record)));
            case RESTART_REQUESTED -> views.apply(FromWire.request((RestartRequested) value));
            case TASKS -> views.apply(FromWire.task((TaskSnapshot) value));
            case TASK_ODPS -> views.apply(FromWire.row((TaskOdpSnapshot) value));
            case TASK_EVENTS -> views.apply(FromWire.event((TaskEvent) value, record.partition(), record.offset()));
            case PLAN_EVENTS -> answered((PlanEvent) value);
            case AUDIT -> audit.add(FromWire.audit((AuditRecord) value, record.partition()));
            case CLUSTERS_REQUESTED, TASK_CONTROL, COMMANDS, RESULTS, AUDIT_ENTRIES, AUDIT_CHECKPOINTS ->
                throw new IllegalStateException("Not a topic of the views: " + topic);
        }
    }

    private void answered(PlanEvent event) {
        PlannerAnswer answer = FromWire.answer(event);
        if (answer != null) {
            event.getCausedBy().ifPresent(request -> answers.answered(request, answer));
        }
    }

    /** While old records are read at the start, their own time says how old they are; afterwards the moment of hearing counts. */
    private Instant receivedAt(ConsumerRecord<String, byte[]> record) {
        Instant now = clock.instant();
        Instant written = Instant.ofEpochMilli(record.timestamp());
        return views.isCaughtUp() || written.isAfter(now) ? now : written;
    }

    private void removed(Topics topic, String key) {
        switch (topic) {
            case CLUSTERS -> views.removeCluster(new ClusterId(key));
            case INVENTORY -> views.removeOdp(new ClusterId(before(key)), new OdpId(after(key)));
            case STATUS -> views.removeSighting(new ClusterId(before(key)), new OdpId(after(key)));
            case TASKS -> views.removeTask(new TaskId(key));
            case TASK_ODPS -> views.removeTaskOdp(new TaskId(before(key)), new OdpId(after(key)));
            case RESTART_REQUESTED, TASK_EVENTS, PLAN_EVENTS, AUDIT ->
                log.debug("An empty record on {} means nothing", topic.topicName());
            case CLUSTERS_REQUESTED, TASK_CONTROL, COMMANDS, RESULTS, AUDIT_ENTRIES, AUDIT_CHECKPOINTS ->
                throw new IllegalStateException("Not a topic of the views: " + topic);
        }
    }

    private static String before(String key) {
        return key.substring(0, slash(key));
    }

    private static String after(String key) {
        return key.substring(slash(key) + 1);
    }

    private static int slash(String key) {
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("Not a key of two parts: '" + key + "'");
        }
        return slash;
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_TROUBLE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }
}
