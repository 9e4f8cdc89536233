package dev.rollcall.planner.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The planner's state in memory, counting what is read and written. */
final class MemoryPlanState implements PlanState {
    private static final Comparator<PlanKey.DueKey> BY_DUE = Comparator.comparing(PlanKey.DueKey::due)
            .thenComparing(key -> key.id().taskId().value())
            .thenComparing(key -> String.valueOf(key.id().odpId()))
            .thenComparing(key -> key.id().kind());

    private final Map<PlanKey<?>, Record> entries = new HashMap<>();
    private final TreeMap<PlanKey.DueKey, Timer> due = new TreeMap<>(BY_DUE);
    private final Map<ClusterId, TreeMap<String, Odp>> odps = new HashMap<>();
    private long reads;

    MemoryPlanState() {}

    /** What a planner that restores the state gets: the same entries, through {@link #put} alone. */
    MemoryPlanState restored() {
        MemoryPlanState copy = new MemoryPlanState();
        entries.forEach((key, entry) -> copy.putUnchecked(key, entry));
        return copy;
    }

    // Entries come out of put(), which pairs key and entry.
    @SuppressWarnings("unchecked")
    private <T extends Record> void putUnchecked(PlanKey<T> key, Record entry) {
        put(key, (T) entry);
    }

    Map<PlanKey<?>, Record> entries() {
        return entries;
    }

    long reads() {
        return reads;
    }

    @Override
    // Entries come out of put(), which pairs key and entry.
    @SuppressWarnings("unchecked")
    public <T extends Record> @Nullable T get(PlanKey<T> key) {
        reads++;
        return (T) entries.get(key);
    }

    @Override
    public List<Odp> odps(ClusterId clusterId) {
        return List.copyOf(odps.getOrDefault(clusterId, new TreeMap<>()).values());
    }

    @Override
    public List<Timer> due(Instant now, int limit) {
        List<Timer> timers = new ArrayList<>();
        for (Timer timer : due.values()) {
            if (timer.due().isAfter(now) || timers.size() == limit) {
                break;
            }
            timers.add(timer);
        }
        return timers;
    }

    @Override
    public List<Timer> timers() {
        return List.copyOf(due.values());
    }

    @Override
    public List<EndedTask> forgettable(Instant now, int limit) {
        return entries.values().stream()
                .filter(EndedTask.class::isInstance)
                .map(EndedTask.class::cast)
                .filter(ended -> !ended.until().isAfter(now))
                .limit(limit)
                .toList();
    }

    @Override
    public <T extends Record> void put(PlanKey<T> key, T entry) {
        entries.put(key, entry);
        if (key instanceof PlanKey.DueKey dueKey) {
            due.put(dueKey, (Timer) entry);
        } else if (key instanceof PlanKey.OdpKey odpKey) {
            odps.computeIfAbsent(odpKey.clusterId(), id -> new TreeMap<>())
                    .put(odpKey.odpId().value(), (Odp) entry);
        }
    }

    @Override
    public void remove(PlanKey<?> key) {
        entries.remove(key);
        if (key instanceof PlanKey.DueKey dueKey) {
            due.remove(dueKey);
        } else if (key instanceof PlanKey.OdpKey odpKey) {
            TreeMap<String, Odp> ofCluster = odps.get(odpKey.clusterId());
            if (ofCluster != null) {
                ofCluster.remove(odpKey.odpId().value());
            }
        }
    }
}
