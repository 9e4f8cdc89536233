package dev.rollcall.task.adapter.kafka;

import dev.rollcall.task.app.TaskStore;
import dev.rollcall.task.domain.EarlyResults;
import dev.rollcall.task.domain.OdpEntry;
import dev.rollcall.task.domain.OdpId;
import dev.rollcall.task.domain.TaskEntry;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.Timer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The stores of one Streams task. Used by its thread only. */
final class StreamsTaskStore implements TaskStore {

    static final String TASKS = "tasks";
    static final String ODPS = "odps";
    static final String EARLY = "early-results";
    static final String TIMERS = "timers";

    private static final byte[] PRESENT = {1};

    private final KeyValueStore<String, byte[]> tasks;
    private final KeyValueStore<String, byte[]> odps;
    private final KeyValueStore<String, byte[]> early;
    private final KeyValueStore<Bytes, byte[]> timers;

    StreamsTaskStore(
            KeyValueStore<String, byte[]> tasks,
            KeyValueStore<String, byte[]> odps,
            KeyValueStore<String, byte[]> early,
            KeyValueStore<Bytes, byte[]> timers) {
        this.tasks = tasks;
        this.odps = odps;
        this.early = early;
        this.timers = timers;
    }

    @Override
    public @Nullable TaskEntry task(TaskId taskId) {
        byte[] bytes = tasks.get(taskId.value());
        return bytes == null ? null : StateCodec.task(bytes);
    }

    /** All tasks that are kept; costs as much as there are. */
    void eachTask(Consumer<TaskEntry> consumer) {
        try (KeyValueIterator<String, byte[]> found = tasks.all()) {
            while (found.hasNext()) {
                consumer.accept(StateCodec.task(found.next().value));
            }
        }
    }

    @Override
    public @Nullable OdpEntry odp(TaskId taskId, OdpId odpId) {
        byte[] bytes = odps.get(odpKey(taskId, odpId));
        return bytes == null ? null : StateCodec.odp(bytes);
    }

    @Override
    public @Nullable EarlyResults early(TaskId taskId) {
        byte[] bytes = early.get(taskId.value());
        return bytes == null ? null : StateCodec.early(bytes);
    }

    @Override
    public void eachOdp(TaskId taskId, Consumer<OdpEntry> consumer) {
        try (KeyValueIterator<String, byte[]> found = odps.prefixScan(prefix(taskId), new StringSerializer())) {
            while (found.hasNext()) {
                consumer.accept(StateCodec.odp(found.next().value));
            }
        }
    }

    @Override
    public void save(TaskEntry task) {
        tasks.put(task.taskId().value(), StateCodec.bytes(task));
    }

    @Override
    public void save(OdpEntry odp) {
        odps.put(odpKey(odp.taskId(), odp.odpId()), StateCodec.bytes(odp));
    }

    @Override
    public void save(EarlyResults results) {
        early.put(results.taskId().value(), StateCodec.bytes(results));
    }

    @Override
    public void removeEarly(TaskId taskId) {
        early.delete(taskId.value());
    }

    @Override
    public void removeTask(TaskId taskId) {
        tasks.delete(taskId.value());
    }

    @Override
    public int removeOdps(TaskId taskId, int most) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> found = odps.prefixScan(prefix(taskId), new StringSerializer())) {
            while (found.hasNext() && keys.size() < most) {
                keys.add(found.next().key);
            }
        }
        keys.forEach(odps::delete);
        return keys.size();
    }

    @Override
    public void arm(Timer timer) {
        timers.put(timerKey(timer), PRESENT);
    }

    @Override
    public void disarm(Timer timer) {
        timers.delete(timerKey(timer));
    }

    @Override
    public List<Timer> due(Instant now, int most) {
        List<Timer> due = new ArrayList<>();
        Bytes first = Bytes.wrap(new byte[Long.BYTES]);
        Bytes end = Bytes.wrap(
                ByteBuffer.allocate(Long.BYTES).putLong(now.toEpochMilli() + 1).array());
        try (KeyValueIterator<Bytes, byte[]> found = timers.range(first, end)) {
            while (found.hasNext() && due.size() < most) {
                Timer timer = timer(found.next().key.get());
                if (!timer.due().isAfter(now)) {
                    due.add(timer);
                }
            }
        }
        return due;
    }

    /** Due time first, so that what is due is one range. */
    private static Bytes timerKey(Timer timer) {
        byte[] taskId = timer.taskId().value().getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + 1 + taskId.length)
                .putLong(timer.due().toEpochMilli())
                .put(letter(timer.kind()))
                .put(taskId)
                .array());
    }

    private static Timer timer(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        Instant due = Instant.ofEpochMilli(buffer.getLong());
        byte letter = buffer.get();
        byte[] taskId = new byte[buffer.remaining()];
        buffer.get(taskId);
        for (Timer.Kind kind : Timer.Kind.values()) {
            if (letter(kind) == letter) {
                return new Timer(kind, new TaskId(new String(taskId, StandardCharsets.UTF_8)), due);
            }
        }
        throw new IllegalStateException("The stores hold a timer of unknown kind %d".formatted(letter));
    }

    private static byte letter(Timer.Kind kind) {
        return switch (kind) {
            case EARLY -> 'E';
            case VERDICT -> 'V';
            case PURGE -> 'P';
        };
    }

    private static String prefix(TaskId taskId) {
        return taskId.value() + "/";
    }

    private static String odpKey(TaskId taskId, OdpId odpId) {
        return prefix(taskId) + odpId.value();
    }
}
