package dev.rollcall.task.adapter.audit;

import dev.rollcall.schemas.AuditCheckpoint;
import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.AuditSource;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.audit.AuditHash;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.task.adapter.audit.AuditTopology.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chains what is audited on one partition, as its one writer.
 *
 * <ol>
 *   <li>An entry of a gateway is chained as it comes.
 *   <li>A request's own record waits for the entry of the gateway that published it: they carry the same trace context, and name the
 *       same user and cluster. One entry vouches for one record. A record without trace context, or whose gateway says nothing within the
 *       grace, came by Kafka directly (or its gateway died): it is chained as such.
 *   <li>The end of a task is chained.
 *   <li>While the chain grows, a checkpoint is written every few seconds.
 * </ol>
 *
 * <p>Delivery: exactly once, as stores, sends and offsets are one transaction. What cannot be decoded of the entries goes to their
 * dead-letter topic; of the other topics it is passed over, since their own readers put it aside.
 */
final class AuditProcessor implements Processor<byte[], byte[], Place, byte[]> {

    /** Where the chain stands. */
    static final String HEAD = "audit-head";

    /** Requests without their entry, and entries without their request. */
    static final String OPEN = "audit-open";

    static final String DEAD_LETTER_SINK = "audit-dead-letters";

    private static final Logger log = LoggerFactory.getLogger(AuditProcessor.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(5);
    private static final Duration VOUCHED_FOR = Duration.ofHours(1);
    private static final String CHAINED = "chained";
    private static final String CHECKED = "checked";
    private static final String WAITS = "waits ";
    private static final String VOUCHES = "vouches ";
    private static final String TRACE_HEADER = "traceparent";
    private static final String TASK_ENDED = "TASK_ENDED";

    private final Duration grace;
    private final Runnable putAside;
    private final RollcallAvroSerde<SpecificRecord> values;
    private @Nullable Context context;
    private long checkpointAt;

    /** What init() gives. */
    private record Context(
            ProcessorContext<Place, byte[]> streams,
            KeyValueStore<String, byte[]> head,
            KeyValueStore<String, byte[]> open) {}

    AuditProcessor(Duration grace, Map<String, ?> serdeSettings, Runnable putAside) {
        this.grace = grace;
        this.putAside = putAside;
        this.values = RollcallAvroSerde.forValues(serdeSettings);
    }

    @Override
    public void init(ProcessorContext<Place, byte[]> initial) {
        context = new Context(initial, initial.getStateStore(HEAD), initial.getStateStore(OPEN));
        initial.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    private Context context() {
        if (context == null) {
            throw new IllegalStateException("init() has not been called");
        }
        return context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata origin = context()
                .streams()
                .recordMetadata()
                .orElseThrow(() -> new StreamsException("A record without topic, partition and offset"));
        SpecificRecord value;
        try {
            value = decode(origin.topic(), record.value());
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            putAside(record, origin, e);
            return;
        }
        Instant now = Instant.ofEpochMilli(context().streams().currentSystemTimeMs());
        if (value instanceof AuditEntry entry) {
            told(entry, now);
        } else if (value instanceof TaskEvent event) {
            if (event.getType() == TaskEventType.TASK_ENDED) {
                chain(end(event), now);
            }
        } else {
            asked(value, origin.topic(), record, now);
        }
    }

    private SpecificRecord decode(String topic, byte @Nullable [] value) {
        SpecificRecord decoded = value == null ? null : values.deserializer().deserialize(topic, value);
        if (decoded == null) {
            throw new SerializationException("A record on topic '%s' has no value".formatted(topic));
        }
        return decoded;
    }

    private void told(AuditEntry entry, Instant now) {
        AuditEntry told =
                AuditEntry.newBuilder(entry).setSource(AuditSource.GATEWAY).build();
        chain(told, now);
        String trace = told.getTraceParent().orElse(null);
        if (trace == null) {
            return;
        }
        String user = told.getUser().orElse("");
        String cluster = told.getClusterId().orElse("");
        for (KeyValue<String, byte[]> waiting : all(WAITS + trace + " ")) {
            Claim claim = claim(Waiting.of(waiting.value));
            if (claim != null && claim.isVouchedForBy(user, cluster)) {
                context().open().delete(waiting.key);
                return;
            }
        }
        context().open().put(VOUCHES + trace, new Vouched(now.plus(VOUCHED_FOR), user, cluster).bytes());
    }

    private void asked(SpecificRecord request, String topic, Record<byte[], byte[]> record, Instant now) {
        String trace = trace(record.headers());
        Claim claim = Claim.of(request, trace);
        if (claim == null) {
            return;
        }
        if (trace == null) {
            chain(direct(claim), now);
            return;
        }
        byte[] vouched = context().open().get(VOUCHES + trace);
        if (vouched != null) {
            Vouched by = Vouched.of(vouched);
            if (claim.isVouchedForBy(by.user(), by.cluster())) {
                context().open().delete(VOUCHES + trace);
                return;
            }
        }
        Waiting waiting = new Waiting(now.plus(grace), topic, trace, record.value());
        context().open().put(WAITS + trace + " " + claim.entry().getEventId(), waiting.bytes());
    }

    private @Nullable Claim claim(Waiting waiting) {
        return Claim.of(decode(waiting.topic(), waiting.value()), waiting.trace());
    }

    private static @Nullable String trace(Headers headers) {
        Header header = headers.lastHeader(TRACE_HEADER);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static AuditEntry direct(Claim claim) {
        String given = claim.entry().getDetail();
        return claim.entry()
                .setDetail(
                        "Asked on the topic; no gateway vouches for the user." + (given.isEmpty() ? "" : " " + given))
                .build();
    }

    private static AuditEntry end(TaskEvent event) {
        return AuditEntry.newBuilder()
                .setEventId(event.getEventId())
                .setCausedBy(event.getCausedBy().orElse(null))
                .setOccurredAt(event.getOccurredAt())
                .setUser(event.getActor().orElse(null))
                .setAction(TASK_ENDED)
                .setClusterId(event.getClusterId())
                .setTaskId(event.getTaskId())
                .setDecision(AuditDecision.UNKNOWN)
                .setCode(event.getCode().orElse(null))
                .setDetail(event.getMessage())
                .setSource(AuditSource.TASK_SERVICE)
                .setOutcome(event.getState().name())
                .build();
    }

    private void chain(AuditEntry entry, Instant at) {
        Head head = head();
        long number = head.number() + 1;
        AuditRecord unsigned = AuditRecord.newBuilder()
                .setEventId(nameBased("record", number, entry.getEventId()))
                .setCausedBy(entry.getEventId())
                .setOccurredAt(at)
                .setNumber(number)
                .setPreviousHash(head.hash())
                .setPreviousOccurredAt(head.at())
                .setHash("")
                .setEntry(entry)
                .build();
        AuditRecord record =
                AuditRecord.newBuilder(unsigned).setHash(AuditHash.of(unsigned)).build();
        context().head().put(CHAINED, new Head(number, record.getHash(), at, record.getEventId()).bytes());
        forward(Topics.AUDIT, key(entry), record, at);
    }

    private static String key(AuditEntry entry) {
        return entry.getClusterId().orElseGet(() -> "@" + entry.getUser().orElse(""));
    }

    private Head head() {
        byte[] bytes = context().head().get(CHAINED);
        return bytes == null ? Head.NONE : Head.of(bytes);
    }

    private void tick(long nowMillis) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        for (KeyValue<String, byte[]> vouched : all(VOUCHES)) {
            if (now.isAfter(Vouched.of(vouched.value).until())) {
                context().open().delete(vouched.key);
            }
        }
        for (KeyValue<String, byte[]> each : all(WAITS)) {
            Waiting waiting = Waiting.of(each.value);
            if (!now.isBefore(waiting.until())) {
                context().open().delete(each.key);
                Claim claim = claim(waiting);
                if (claim != null) {
                    chain(direct(claim), now);
                }
            }
        }
        if (nowMillis >= checkpointAt) {
            checkpointAt = nowMillis + CHECKPOINT_EVERY.toMillis();
            checkpoint(now);
        }
    }

    private void checkpoint(Instant now) {
        Head head = head();
        byte[] checked = context().head().get(CHECKED);
        if (head.number() == 0 || (checked != null && Head.of(checked).number() == head.number())) {
            return;
        }
        context().head().put(CHECKED, head.bytes());
        int partition = context().streams().taskId().partition();
        forward(
                Topics.AUDIT_CHECKPOINTS,
                Integer.toString(partition),
                AuditCheckpoint.newBuilder()
                        .setEventId(nameBased("checkpoint", head.number(), head.hash()))
                        .setCausedBy(head.eventId())
                        .setOccurredAt(now)
                        .setPartition(partition)
                        .setNumber(head.number())
                        .setHash(head.hash())
                        .build(),
                now);
    }

    /** The same again when the transaction is repeated. */
    private String nameBased(String what, long number, String of) {
        String name = what + " " + context().streams().taskId().partition() + " " + number + " " + of;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private List<KeyValue<String, byte[]>> all(String prefix) {
        List<KeyValue<String, byte[]>> found = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> range = context().open().range(prefix, prefix + Character.MAX_VALUE)) {
            range.forEachRemaining(found::add);
        }
        return found;
    }

    private void forward(Topics topic, String key, SpecificRecord value, Instant at) {
        Place place = new Place(context().streams().taskId().partition(), key.getBytes(StandardCharsets.UTF_8));
        byte[] bytes = values.serializer().serialize(topic.topicName(), value);
        context().streams().forward(new Record<>(place, bytes, at.toEpochMilli()), topic.name());
    }

    private void putAside(Record<byte[], byte[]> record, RecordMetadata origin, RuntimeException why) {
        if (!origin.topic().equals(Topics.AUDIT_ENTRIES.topicName())) {
            return;
        }
        putAside.run();
        log.error("Put an audit entry aside: partition {}, offset {}", origin.partition(), origin.offset(), why);
        byte[] key = record.key() == null ? new byte[0] : record.key();
        byte[] value = record.value() == null ? new byte[0] : record.value();
        context()
                .streams()
                .forward(new Record<>(new Place(origin.partition(), key), value, record.timestamp()), DEAD_LETTER_SINK);
    }
}
