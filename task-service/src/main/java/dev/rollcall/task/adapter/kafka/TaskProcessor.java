package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.TaskOutbox;
import dev.rollcall.task.domain.FoldSettings;
import dev.rollcall.task.domain.Folded;
import dev.rollcall.task.domain.OdpRow;
import dev.rollcall.task.domain.TaskFold;
import dev.rollcall.task.domain.TaskInput;
import dev.rollcall.task.domain.TaskSummary;
import dev.rollcall.task.domain.TimelineEvent;
import dev.rollcall.task.domain.TimelineType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One partition of the three topics: decodes a record, lets {@link KeepTasks} fold it, encodes what has changed.
 *
 * <p>Delivery: exactly once within Kafka, as stores, sends and offsets are one transaction. Errors, all in this class: a
 * record that cannot be decoded or folded goes to the dead-letter topic of its topic, same partition, and is counted; when the
 * registry does not answer, or Kafka fails, the record is not at fault and the exception goes up to be tried again.
 */
final class TaskProcessor implements Processor<byte[], byte[], byte[], Object>, TaskOutbox {

    static final String TASKS_SINK = "tasks-sink";
    static final String ODPS_SINK = "odps-sink";
    static final String EVENTS_SINK = "events-sink";
    static final String DEAD_LETTER_SINK = "dead-letter-sink";
    static final String REASON_HEADER = "rollcall-dead-letter-reason";
    static final String OFFSET_HEADER = "rollcall-dead-letter-offset";

    private static final Logger log = LoggerFactory.getLogger(TaskProcessor.class);
    private static final String TRACE_HEADER = "traceparent";
    private static final Duration TICK = Duration.ofSeconds(1);

    private final FoldSettings settings;
    private final int partitions;
    private final TaskMeters meters;
    private final RollcallAvroSerde<RestartRequested> requests;
    private final RollcallAvroSerde<PlanEvent> planEvents;
    private final RollcallAvroSerde<OdpResult> results;
    private final RollcallAvroSerde<SpecificRecord> outputs;

    private @Nullable ProcessorContext<byte[], Object> context;
    private @Nullable KeepTasks keepTasks;
    private TaskMeters.@Nullable OpenTasks open;
    private @Nullable TaskSummary latest;
    private long timestamp;
    private Headers headers = new RecordHeaders();

    /**
     * @param partitions number of partitions of each source topic
     * @param serdeSettings see {@link RollcallAvroSerde}
     */
    TaskProcessor(FoldSettings settings, int partitions, Map<String, ?> serdeSettings, TaskMeters meters) {
        this.settings = settings;
        this.partitions = partitions;
        this.meters = meters;
        this.requests = RollcallAvroSerde.forValues(serdeSettings);
        this.planEvents = RollcallAvroSerde.forValues(serdeSettings);
        this.results = RollcallAvroSerde.forValues(serdeSettings);
        this.outputs = RollcallAvroSerde.forValues(serdeSettings);
    }

    @Override
    public void init(ProcessorContext<byte[], Object> initial) {
        context = initial;
        StreamsTaskStore store = new StreamsTaskStore(
                initial.getStateStore(StreamsTaskStore.TASKS),
                initial.getStateStore(StreamsTaskStore.ODPS),
                initial.getStateStore(StreamsTaskStore.EARLY),
                initial.getStateStore(StreamsTaskStore.TIMERS));
        keepTasks =
                new KeepTasks(new TaskFold(settings), store, this, Instant.ofEpochMilli(initial.currentSystemTimeMs()));
        TaskMeters.OpenTasks ours = meters.partition();
        store.eachTask(task -> ours.is(task.taskId(), task.state()));
        open = ours;
        initial.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }

    private void tick(long now) {
        timestamp = now;
        headers = new RecordHeaders();
        keeper().tick(Instant.ofEpochMilli(now));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        timestamp = record.timestamp();
        headers = traceOf(record.headers());
        RecordMetadata origin = context()
                .recordMetadata()
                .orElseThrow(() -> new StreamsException("A record without topic, partition and offset"));
        Folded folded;
        try {
            TaskInput input = decode(origin, record.value());
            if (input == null) {
                return;
            }
            MDC.put("taskId", input.taskId().value());
            folded = keeper().decide(input, Instant.ofEpochMilli(context().currentSystemTimeMs()));
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            deadLetter(record, origin, e);
            return;
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            // Nothing was written yet, so this one record can be put aside without harm to the others.
            deadLetter(record, origin, e);
            return;
        } finally {
            MDC.remove("taskId");
        }
        keeper().apply(folded);
    }

    private @Nullable TaskInput decode(RecordMetadata origin, byte @Nullable [] value) {
        if (value == null) {
            throw new SerializationException("A record on topic '%s' has no value".formatted(origin.topic()));
        }
        Topics topic = Topics.of(origin.topic());
        TaskInput input;
        if (topic == Topics.RESTART_REQUESTED) {
            input = AvroInputs.input(requests.deserializer().deserialize(origin.topic(), value));
        } else if (topic == Topics.PLAN_EVENTS) {
            input = AvroInputs.input(planEvents.deserializer().deserialize(origin.topic(), value));
        } else {
            input = AvroInputs.input(results.deserializer().deserialize(origin.topic(), value));
        }
        return input == null || isAtHome(input, origin) ? input : null;
    }

    /**
     * A record on a partition that its cluster's key does not lead to would begin a second life of its task there. The planner
     * refuses such a request, and its refusal comes on the right partition.
     */
    private boolean isAtHome(TaskInput input, RecordMetadata origin) {
        byte[] key = input.clusterId().value().getBytes(StandardCharsets.UTF_8);
        int home = BuiltInPartitioner.partitionForKey(key, partitions);
        if (home == origin.partition()) {
            return true;
        }
        log.warn(
                "Ignored a record about task {}: it is on partition {} of topic {}, but its cluster {} belongs to partition {}; its producer must use the cluster id as key and Kafka's default partitioner",
                input.taskId(),
                origin.partition(),
                origin.topic(),
                input.clusterId(),
                home);
        return false;
    }

    private void deadLetter(Record<byte[], byte[]> record, RecordMetadata origin, RuntimeException reason) {
        String deadLetterTopic = Topics.of(origin.topic()).deadLetterName();
        log.error(
                "Put a record aside on {}: topic {}, partition {}, offset {}",
                deadLetterTopic,
                origin.topic(),
                origin.partition(),
                origin.offset(),
                reason);
        meters.putAside(Topics.of(origin.topic()));
        Headers told = new RecordHeaders(record.headers());
        told.add(REASON_HEADER, String.valueOf(reason.getMessage()).getBytes(StandardCharsets.UTF_8));
        told.add(OFFSET_HEADER, Long.toString(origin.offset()).getBytes(StandardCharsets.UTF_8));
        byte[] value = record.value() == null ? new byte[0] : record.value();
        context()
                .forward(
                        new Record<byte[], Object>(
                                record.key(),
                                new DeadLetter(deadLetterTopic, origin.partition(), value),
                                record.timestamp(),
                                told),
                        DEAD_LETTER_SINK);
    }

    @Override
    public void send(TaskSummary summary, long version, @Nullable String causedBy, Instant at) {
        latest = summary;
        if (open != null) {
            open.is(summary.taskId(), summary.state());
        }
        forward(
                summary.taskId().value(),
                Topics.TASKS,
                AvroOutputs.snapshot(summary, version, causedBy, at),
                TASKS_SINK);
    }

    @Override
    public void send(OdpRow row, long version, @Nullable String causedBy, Instant at) {
        forward(
                Topics.taskOdpKey(row.taskId().value(), row.odpId().value()),
                Topics.TASK_ODPS,
                AvroOutputs.snapshot(row, version, causedBy, at),
                ODPS_SINK);
    }

    @Override
    public void send(TimelineEvent event, @Nullable String causedBy) {
        // Comes once, and after what the task is then.
        if (event.type() == TimelineType.TASK_ENDED
                && latest != null
                && latest.taskId().equals(event.taskId())) {
            meters.ended(latest);
        }
        forward(event.clusterId().value(), Topics.TASK_EVENTS, AvroOutputs.event(event, causedBy), EVENTS_SINK);
    }

    private void forward(String key, Topics topic, SpecificRecord value, String sink) {
        context()
                .forward(
                        new Record<byte[], Object>(
                                key.getBytes(StandardCharsets.UTF_8),
                                outputs.serializer().serialize(topic.topicName(), value),
                                timestamp,
                                headers),
                        sink);
    }

    private static Headers traceOf(Headers received) {
        Headers kept = new RecordHeaders();
        Header trace = received.lastHeader(TRACE_HEADER);
        if (trace != null) {
            kept.add(trace);
        }
        return kept;
    }

    private ProcessorContext<byte[], Object> context() {
        if (context == null) {
            throw new IllegalStateException("init() has not been called");
        }
        return context;
    }

    private KeepTasks keeper() {
        if (keepTasks == null) {
            throw new IllegalStateException("init() has not been called");
        }
        return keepTasks;
    }
}
