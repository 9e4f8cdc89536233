package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.ClusterId;
import dev.rollcall.planner.domain.EndedTask;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.PlanKey;
import dev.rollcall.planner.domain.PlanState;
import dev.rollcall.planner.domain.TaskId;
import dev.rollcall.planner.domain.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The planner's state in a Kafka Streams store, which nothing else writes to. For the stream thread only. */
final class StorePlanState implements PlanState {
    private static final int ENTRIES_KEPT = 1_000;

    private final KeyValueStore<Bytes, byte[]> store;
    /** Entries asked for or written lately, as the store has them: most results are about an ODP that was heard of just before. */
    private final Map<PlanKey<?>, Record> lately = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PlanKey<?>, Record> eldest) {
            return size() > ENTRIES_KEPT;
        }
    };

    /** No timer is due before: RocksDB would go through all that were ever set and cancelled before it finds that out. */
    private Instant noneDueBefore = Instant.EPOCH;

    StorePlanState(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    // A key names the type of its entry, and put() takes only entries of that type.
    @SuppressWarnings("unchecked")
    public <T extends Record> @Nullable T get(PlanKey<T> key) {
        Record entry = lately.get(key);
        if (entry == null) {
            byte[] bytes = store.get(StateKeys.of(key));
            if (bytes == null) {
                return null;
            }
            entry = RecordCodec.decode(StateKeys.type(key), bytes);
            lately.put(key, entry);
        }
        return (T) entry;
    }

    @Override
    public List<Odp> odps(ClusterId clusterId) {
        return read(Odp.class, StateKeys.odpsFrom(clusterId), StateKeys.odpsTo(clusterId), Integer.MAX_VALUE);
    }

    @Override
    public List<Timer> due(Instant now, int limit) {
        Instant from = noneDueBefore.isBefore(now) ? noneDueBefore : now;
        List<Timer> due = read(Timer.class, StateKeys.dueFrom(from), StateKeys.dueTo(now), limit).stream()
                .filter(timer -> !timer.due().isAfter(now))
                .toList();
        noneDueBefore = due.isEmpty() ? now : due.get(0).due();
        return due;
    }

    @Override
    public List<Timer> timers() {
        return read(Timer.class, StateKeys.dueFrom(), StateKeys.dueEnd(), Integer.MAX_VALUE);
    }

    @Override
    public List<EndedTask> forgettable(Instant now, int limit) {
        List<EndedTask> forgettable = new ArrayList<>();
        for (TaskId taskId : read(TaskId.class, StateKeys.forgetFrom(), StateKeys.forgetTo(now), limit)) {
            EndedTask ended = get(new PlanKey.EndedKey(taskId));
            if (ended != null && !ended.until().isAfter(now)) {
                forgettable.add(ended);
            }
        }
        return forgettable;
    }

    @Override
    public <T extends Record> void put(PlanKey<T> key, T entry) {
        if (key instanceof PlanKey.DueKey timer && timer.due().isBefore(noneDueBefore)) {
            // The clock was set back.
            noneDueBefore = timer.due();
        }
        store.put(StateKeys.of(key), RecordCodec.encode(entry));
        lately.put(key, entry);
    }

    @Override
    public void remove(PlanKey<?> key) {
        store.delete(StateKeys.of(key));
        lately.remove(key);
    }

    private <T extends Record> List<T> read(Class<T> type, Bytes from, Bytes to, int limit) {
        List<T> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = store.range(from, to)) {
            while (range.hasNext() && entries.size() < limit) {
                KeyValue<Bytes, byte[]> next = range.next();
                // range() takes its end in, and ours lies behind the last.
                if (next.key.compareTo(to) < 0) {
                    entries.add(RecordCodec.decode(type, next.value));
                }
            }
        }
        return entries;
    }
}
