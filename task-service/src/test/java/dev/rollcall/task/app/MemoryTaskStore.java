package dev.rollcall.task.app;

import dev.rollcall.task.domain.EarlyResults;
import dev.rollcall.task.domain.OdpEntry;
import dev.rollcall.task.domain.OdpId;
import dev.rollcall.task.domain.TaskEntry;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.Timer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The stores as maps, counting how often they are read. */
public final class MemoryTaskStore implements TaskStore {

    private final Map<TaskId, TaskEntry> tasks = new HashMap<>();
    private final Map<String, OdpEntry> odps = new TreeMap<>();
    private final Map<TaskId, EarlyResults> early = new HashMap<>();
    private final List<Timer> timers = new ArrayList<>();
    private int scans;

    /** How often all ODPs of a task were read. */
    public int scans() {
        return scans;
    }

    public List<Timer> timers() {
        return List.copyOf(timers);
    }

    public List<OdpEntry> odps(TaskId taskId) {
        return odps.values().stream().filter(odp -> odp.taskId().equals(taskId)).toList();
    }

    @Override
    public @Nullable TaskEntry task(TaskId taskId) {
        return tasks.get(taskId);
    }

    @Override
    public @Nullable OdpEntry odp(TaskId taskId, OdpId odpId) {
        return odps.get(taskId + "/" + odpId);
    }

    @Override
    public @Nullable EarlyResults early(TaskId taskId) {
        return early.get(taskId);
    }

    @Override
    public void eachOdp(TaskId taskId, Consumer<OdpEntry> consumer) {
        scans++;
        odps(taskId).forEach(consumer);
    }

    @Override
    public void save(TaskEntry task) {
        tasks.put(task.taskId(), task);
    }

    @Override
    public void save(OdpEntry odp) {
        odps.put(odp.taskId() + "/" + odp.odpId(), odp);
    }

    @Override
    public void save(EarlyResults results) {
        early.put(results.taskId(), results);
    }

    @Override
    public void removeEarly(TaskId taskId) {
        early.remove(taskId);
    }

    @Override
    public void removeTask(TaskId taskId) {
        tasks.remove(taskId);
    }

    @Override
    public int removeOdps(TaskId taskId, int most) {
        List<OdpEntry> found = odps(taskId).stream().limit(most).toList();
        found.forEach(odp -> odps.remove(odp.taskId() + "/" + odp.odpId()));
        return found.size();
    }

    @Override
    public void arm(Timer timer) {
        timers.add(timer);
    }

    @Override
    public void disarm(Timer timer) {
        timers.remove(timer);
    }

    @Override
    public List<Timer> due(Instant now, int most) {
        return timers.stream()
                .filter(timer -> !timer.due().isAfter(now))
                .limit(most)
                .toList();
    }
}
