package dev.rollcall.standalone.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store in memory whose changes since {@link #begin} can be taken back, as those of an aborted transaction are. */
final class MemoryStore<K extends Comparable<K>> implements KeyValueStore<K, byte[]> {
    private record Undo<K>(K key, byte @Nullable [] before) {}

    private final NavigableMap<K, byte[]> entries = new TreeMap<>();
    private final List<Undo<K>> undo = new ArrayList<>();

    void begin() {
        undo.clear();
    }

    void rollback() {
        rollback(0);
    }

    /** As a store does that is no part of the transaction: what was changed first stays. */
    void rollbackHalf() {
        rollback(undo.size() / 2);
    }

    private void rollback(int kept) {
        for (int i = undo.size() - 1; i >= kept; i--) {
            Undo<K> change = undo.get(i);
            if (change.before() == null) {
                entries.remove(change.key());
            } else {
                entries.put(change.key(), change.before());
            }
        }
        undo.clear();
    }

    void clear() {
        entries.clear();
    }

    boolean sameAs(MemoryStore<K> other) {
        Iterator<Map.Entry<K, byte[]>> theirs = other.entries.entrySet().iterator();
        for (Map.Entry<K, byte[]> mine : entries.entrySet()) {
            if (!theirs.hasNext()) {
                return false;
            }
            Map.Entry<K, byte[]> their = theirs.next();
            if (!mine.getKey().equals(their.getKey()) || !Arrays.equals(mine.getValue(), their.getValue())) {
                return false;
            }
        }
        return !theirs.hasNext();
    }

    @Override
    public byte @Nullable [] get(K key) {
        return entries.get(key);
    }

    @Override
    public void put(K key, byte[] value) {
        undo.add(new Undo<>(key, entries.put(key, value)));
    }

    @Override
    public byte @Nullable [] delete(K key) {
        byte[] before = entries.remove(key);
        if (before != null) {
            undo.add(new Undo<>(key, before));
        }
        return before;
    }

    @Override
    public KeyValueIterator<K, byte[]> range(K from, K to) {
        return iterator(entries.subMap(from, true, to, true));
    }

    @Override
    public KeyValueIterator<K, byte[]> all() {
        return iterator(entries);
    }

    /** For keys of text, as RocksDB has them: all that begin with the prefix. */
    @Override
    // The one store that is scanned by prefix has keys of text.
    @SuppressWarnings("unchecked")
    public <S extends Serializer<P>, P> KeyValueIterator<K, byte[]> prefixScan(P prefix, S serializer) {
        String text = new String(serializer.serialize("", prefix), StandardCharsets.UTF_8);
        return iterator(entries.subMap((K) text, true, (K) (text + Character.MAX_VALUE), false));
    }

    private static <K> KeyValueIterator<K, byte[]> iterator(Map<K, byte[]> found) {
        // A copy: entries may be removed while they are gone through.
        Iterator<Map.Entry<K, byte[]>> each = List.copyOf(found.entrySet()).iterator();
        return new KeyValueIterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public KeyValue<K, byte[]> next() {
                Map.Entry<K, byte[]> next = each.next();
                return KeyValue.pair(next.getKey(), next.getValue());
            }

            @Override
            public K peekNextKey() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public byte @Nullable [] putIfAbsent(K key, byte[] value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void putAll(List<KeyValue<K, byte[]>> all) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public long approximateNumEntries() {
        return entries.size();
    }
}
