package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.Decision;
import dev.rollcall.planner.domain.Input;
import dev.rollcall.planner.domain.Output;
import dev.rollcall.planner.domain.PlanEvent;
import dev.rollcall.planner.domain.Planner;
import dev.rollcall.planner.domain.Rejection;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Loads, decides, applies, emits: all of it is in the transaction of the record that was read.
 *
 * <p>Errors: a record that cannot be decoded, breaks the contract or cannot be decided about goes to {@code <topic>-dlt}, and the
 * next one follows. A registry that does not answer is not the record's fault: that is thrown, and the record is read again.
 */
final class PlannerProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    static final String STORE = "plan";
    static final String DEAD_LETTERS = "dead-letters";
    static final String REASON_HEADER = "rollcall.dlt.reason";
    static final Duration TICK = Duration.ofMillis(200);

    /** How often is looked whether to commit before it is time to. */
    static final Duration COMMIT_TICK = Duration.ofMillis(10);
    /**
     * Decisions within a {@link #COMMIT_TICK} up to which the answers go out at the end of it. A commit holds the stream thread up for about
     * as long again, and takes the broker as much work whatever is in it: where there is more to do, a transaction is to hold more.
     */
    static final int FEW = 30;

    private static final Logger LOG = LoggerFactory.getLogger(PlannerProcessor.class);
    private static final String TRACE_HEADER = "traceparent";
    private static final int TIMERS_A_TICK = 500;

    private final Planner planner;
    private final int partitions;
    private final PlannerMeters meters;
    private final RollcallAvroDeserializer<SpecificRecord> deserializer = new RollcallAvroDeserializer<>();
    private final Map<Topics, RollcallAvroSerializer<SpecificRecord>> serializers = new HashMap<>();
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable StorePlanState state;
    private boolean takenOver;
    private int decided;

    PlannerProcessor(Planner planner, int partitions, Map<String, ?> serdeSettings, PlannerMeters meters) {
        this.planner = planner;
        this.partitions = partitions;
        this.meters = meters;
        Map<String, Object> settings = new HashMap<>(serdeSettings);
        settings.put("specific.avro.reader", "true");
        deserializer.configure(settings, false);
        for (Topics topic : PlannerTopology.SINKS) {
            RollcallAvroSerializer<SpecificRecord> serializer = new RollcallAvroSerializer<>();
            serializer.configure(settings, false);
            serializers.put(topic, serializer);
        }
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        KeyValueStore<Bytes, byte[]> store = processorContext.getStateStore(STORE);
        state = new StorePlanState(store);
        processorContext.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> tick());
        processorContext.schedule(COMMIT_TICK, PunctuationType.WALL_CLOCK_TIME, time -> commitIfQuiet());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        takeOver();
        RecordMetadata at = context().recordMetadata().orElseThrow();
        Decision decision;
        try {
            Input input = input(PlannerTopology.topic(at.topic()), at.partition(), record);
            if (input == null) {
                return;
            }
            decision = decide(input);
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException | ContractViolation e) {
            LOG.warn("Record {} is put aside: {}", at, e.getMessage());
            bury(record, e);
            return;
        } catch (RuntimeException e) {
            LOG.error("Record {} is put aside, because the planner failed on it: this is a defect", at, e);
            bury(record, e);
            return;
        }
        carryOut(decision, record.headers());
    }

    private Decision decide(Input input) {
        long begin = System.nanoTime();
        Decision decision = planner.decide(state(), input, now());
        meters.decided(input, decision, System.nanoTime() - begin);
        return decision;
    }

    private void tick() {
        takeOver();
        try {
            carryOut(decide(new Input.Tick(TIMERS_A_TICK)), new RecordHeaders());
        } catch (IllegalStateException | NullPointerException e) {
            LOG.error("A timer could not be handled: this is a defect. Taking them one by one", e);
            tickOneByOne();
        }
    }

    private void commitIfQuiet() {
        if (decided > 0 && decided <= FEW) {
            context().commit();
        }
        decided = 0;
    }

    private void tickOneByOne() {
        for (int i = 0; i < TIMERS_A_TICK; i++) {
            Decision decision;
            try {
                decision = decide(new Input.Tick(1));
            } catch (RuntimeException e) {
                LOG.error("A timer is put off by a minute: {}", e.getMessage());
                decision = decide(new Input.TimerFailed());
            }
            if (decision instanceof Decision.Ignored) {
                return;
            }
            carryOut(decision, new RecordHeaders());
        }
    }

    private void takeOver() {
        if (!takenOver) {
            takenOver = true;
            carryOut(decide(new Input.TakenOver()), new RecordHeaders());
        }
    }

    private @Nullable Input input(Topics topic, int partition, Record<byte[], byte[]> record) {
        SpecificRecord value = deserializer.deserialize(topic.topicName(), record.value());
        if (value == null) {
            throw new ContractViolation("A record without a value");
        }
        if (!topic.recordType().isInstance(value)) {
            throw new ContractViolation("A " + value.getSchema().getName() + " has no place on " + topic.topicName());
        }
        byte[] key = record.key();
        String keyText = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        boolean inPlace = key != null && Utils.toPositive(Utils.murmur2(key)) % partitions == partition;
        if (value instanceof RestartRequested request) {
            return FromWire.of(request, inPlace && keyText.equals(request.getClusterId()));
        }
        if (value instanceof TaskEvent event && event.getType() != TaskEventType.TASK_ENDED) {
            return null;
        }
        String clusterId = clusterOf(value);
        if (!inPlace || !keyText.equals(clusterId)) {
            throw new ContractViolation("The key '" + keyText + "' is not the cluster '" + clusterId
                    + "', or the record is on another partition than the key belongs to");
        }
        if (value instanceof ClusterChangeRequested request) {
            return FromWire.of(request);
        } else if (value instanceof TaskControlRequested request) {
            return FromWire.of(request);
        } else if (value instanceof OdpResult result) {
            return FromWire.of(result);
        } else if (value instanceof OdpStatus status) {
            return FromWire.of(status, now());
        } else if (value instanceof TaskEvent event) {
            return FromWire.of(event);
        }
        throw new IllegalStateException("Nobody reads " + topic);
    }

    private static String clusterOf(SpecificRecord value) {
        return Objects.toString(
                value.get(value.getSchema().getField("clusterId").pos()));
    }

    private void carryOut(Decision decision, Headers cause) {
        if (decision instanceof Decision.Ignored ignored) {
            LOG.debug("Ignored: {}", ignored.reason());
            return;
        }
        if (decision instanceof Decision.Rejected rejected) {
            LOG.info(
                    "Refused: {}",
                    rejected.rejections().stream().map(Rejection::detail).toList());
        }
        decided++;
        decision.changes().forEach(change -> change.applyTo(state()));
        for (Output output : decision.outputs()) {
            send(output, cause);
        }
    }

    private void send(Output output, Headers cause) {
        Instant now = now();
        if (output instanceof Output.Announce announce) {
            log(announce.event());
            send(Topics.PLAN_EVENTS, announce.event().clusterId().value(), ToWire.event(announce.event()), cause);
        } else if (output instanceof Output.SendCommand command) {
            meters.sent(command);
            send(
                    Topics.COMMANDS,
                    Topics.odpKey(
                            command.clusterId().value(), command.odp().odpId().value()),
                    ToWire.command(command, UUID.randomUUID().toString(), now),
                    cause);
        } else if (output instanceof Output.StoreCluster store) {
            send(
                    Topics.CLUSTERS,
                    store.cluster().clusterId().value(),
                    ToWire.cluster(store.cluster(), UUID.randomUUID().toString(), store.causedBy(), now),
                    cause);
        } else if (output instanceof Output.RemoveCluster remove) {
            send(Topics.CLUSTERS, remove.clusterId().value(), null, cause);
        } else if (output instanceof Output.StoreOdp store) {
            send(
                    Topics.INVENTORY,
                    Topics.odpKey(store.clusterId().value(), store.odp().odpId().value()),
                    ToWire.odp(store.clusterId(), store.odp(), UUID.randomUUID().toString(), store.causedBy(), now),
                    cause);
        } else if (output instanceof Output.RemoveOdp remove) {
            send(
                    Topics.INVENTORY,
                    Topics.odpKey(remove.clusterId().value(), remove.odpId().value()),
                    null,
                    cause);
        } else {
            throw new IllegalStateException("Nobody sends " + output.getClass());
        }
    }

    private static void log(PlanEvent event) {
        boolean oneOfMany = event.odpId() != null && event.failure() == null;
        LOG.atLevel(oneOfMany ? Level.DEBUG : Level.INFO)
                .addKeyValue("clusterId", event.clusterId())
                .addKeyValue("taskId", event.taskId())
                .addKeyValue("odpId", event.odpId())
                .log("{} of cluster {}: {}", event.type(), event.clusterId(), event.message());
    }

    private void send(Topics topic, String key, @Nullable SpecificRecord value, Headers cause) {
        Headers headers = new RecordHeaders();
        Header trace = cause.lastHeader(TRACE_HEADER);
        if (trace != null) {
            headers.add(trace);
        }
        byte[] bytes = value == null
                ? null
                : Objects.requireNonNull(serializers.get(topic)).serialize(topic.topicName(), headers, value);
        context()
                .forward(record(key.getBytes(StandardCharsets.UTF_8), bytes, headers), PlannerTopology.sinkName(topic));
    }

    private void bury(Record<byte[], byte[]> record, RuntimeException why) {
        Headers headers = new RecordHeaders(record.headers());
        headers.add(REASON_HEADER, String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8));
        context().forward(record(record.key(), record.value(), headers), DEAD_LETTERS);
        context().recordMetadata().ifPresent(at -> meters.buried(PlannerTopology.topic(at.topic())));
    }

    @SuppressWarnings("NullAway") // keys and values may be null in Kafka's unannotated Record
    private Record<byte[], byte[]> record(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new Record<>(key, value, now().toEpochMilli(), headers);
    }

    private Instant now() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private ProcessorContext<byte[], byte[]> context() {
        return Objects.requireNonNull(context);
    }

    private StorePlanState state() {
        return Objects.requireNonNull(state);
    }
}
