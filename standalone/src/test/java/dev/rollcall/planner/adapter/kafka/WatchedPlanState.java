package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.ClusterId;
import dev.rollcall.planner.domain.EndedTask;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.PlanKey;
import dev.rollcall.planner.domain.PlanView;
import dev.rollcall.planner.domain.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The planner's state for those who look at all of it after each step: an entry is decoded again only when it was written again. Asks
 * for a store that gives the same array as long as an entry stays.
 */
final class WatchedPlanState implements PlanView {
    private record Known(byte[] bytes, Record entry) {}

    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<Bytes, Known> known = new HashMap<>();

    WatchedPlanState(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    @Override
    // A key names the type of its entry.
    @SuppressWarnings("unchecked")
    public <T extends Record> @Nullable T get(PlanKey<T> key) {
        Bytes at = StateKeys.of(key);
        byte[] bytes = store.get(at);
        return bytes == null ? null : (T) entry(StateKeys.type(key), at, bytes);
    }

    @Override
    public List<Odp> odps(ClusterId clusterId) {
        return all(Odp.class, StateKeys.odpsFrom(clusterId), StateKeys.odpsTo(clusterId));
    }

    @Override
    public List<Timer> timers() {
        return all(Timer.class, StateKeys.dueFrom(), StateKeys.dueEnd());
    }

    @Override
    public List<Timer> due(Instant now, int limit) {
        throw new UnsupportedOperationException("Only the planner asks for what is due");
    }

    @Override
    public List<EndedTask> forgettable(Instant now, int limit) {
        throw new UnsupportedOperationException("Only the planner forgets");
    }

    private <T extends Record> List<T> all(Class<T> type, Bytes from, Bytes to) {
        List<T> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = store.range(from, to)) {
            while (range.hasNext()) {
                KeyValue<Bytes, byte[]> next = range.next();
                entries.add(entry(type, next.key, next.value));
            }
        }
        return entries;
    }

    private <T extends Record> T entry(Class<T> type, Bytes key, byte[] bytes) {
        Known before = known.get(key);
        if (before != null && before.bytes() == bytes) {
            return type.cast(before.entry());
        }
        T entry = RecordCodec.decode(type, bytes);
        known.put(key, new Known(bytes, entry));
        return entry;
    }
}
