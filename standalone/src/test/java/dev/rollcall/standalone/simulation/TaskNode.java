package dev.rollcall.standalone.simulation;

import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.Topics;
import dev.rollcall.task.adapter.kafka.TaskPort;
import dev.rollcall.task.domain.SimulatedFold;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The task-service in its transactions; it dies and goes on from its stores. */
final class TaskNode {
    static final List<Topics> SOURCES = List.of(Topics.RESTART_REQUESTED, Topics.PLAN_EVENTS, Topics.RESULTS);
    private static final Set<String> BOOKKEEPING = Set.of("eventId", "causedBy", "occurredAt", "version");
    private static final long TICK = 20_000;
    private static final int RECORDS_A_TRANSACTION = 5;

    private record Sent(Topics topic, SpecificRecord record) {}

    private final World world;
    private final MemoryStore<String> tasks = new MemoryStore<>();
    private final MemoryStore<String> odps = new MemoryStore<>();
    private final MemoryStore<String> early = new MemoryStore<>();
    private final MemoryStore<Bytes> timers = new MemoryStore<>();
    private final Map<Topics, TopicLog.Reader> readers = new EnumMap<>(Topics.class);
    private final List<Sent> transaction = new ArrayList<>();
    private final Map<String, SpecificRecord> latest = new TreeMap<>();
    private TaskPort port;
    private boolean up = true;

    TaskNode(World world) {
        this.world = world;
        SOURCES.forEach(topic -> readers.put(topic, new TopicLog.Reader(world.log(topic))));
        port = port();
        world.later(TICK, this::tick);
    }

    private TaskPort port() {
        return new TaskPort(
                SimulatedFold.of(world.bug == null ? null : world.bug.fold),
                tasks,
                odps,
                early,
                timers,
                (topic, record) -> transaction.add(new Sent(topic, record)),
                world.instant());
    }

    TopicLog.Reader reader(Topics topic) {
        TopicLog.Reader reader = readers.get(topic);
        if (reader == null) {
            throw new IllegalArgumentException("The task-service does not read " + topic);
        }
        return reader;
    }

    void wake(Topics topic) {
        TopicLog.Reader reader = reader(topic);
        if (!up || !reader.hasNext(world.now())) {
            return;
        }
        int from = reader.offset;
        boolean committed = transact(() -> {
            for (int i = 0; i < RECORDS_A_TRANSACTION && reader.hasNext(world.now()); i++) {
                port.read(reader.next(), world.instant());
            }
        });
        if (!committed) {
            reader.offset = from;
        } else if (up && reader.hasNext(world.now())) {
            world.later(1, () -> wake(topic));
        }
    }

    private void tick() {
        if (up) {
            transact(() -> port.tick(world.instant()));
        }
        world.later(TICK, this::tick);
    }

    private boolean transact(Runnable work) {
        List<MemoryStore<?>> stores = List.of(tasks, odps, early, timers);
        stores.forEach(MemoryStore::begin);
        transaction.clear();
        work.run();
        boolean dies = world.fault(Fault.TASK_SERVICE_DIES);
        boolean committed = !dies || world.chance(2);
        if (committed) {
            List<Sent> done = List.copyOf(transaction);
            transaction.clear();
            send(done);
        } else {
            stores.stream()
                    .filter(store -> store != odps || world.bug != Bug.ABORTED_ROWS_STAY)
                    .forEach(MemoryStore::rollback);
            if (world.bug == Bug.ABORTED_RECORDS_ARE_SENT) {
                List<Sent> aborted = List.copyOf(transaction);
                world.later(world.between(1, 60_000), () -> send(aborted));
            }
        }
        if (dies) {
            up = false;
            world.later(world.between(500, 10_000), () -> {
                up = true;
                if (world.bug == Bug.READS_ALL_AGAIN) {
                    stores.forEach(MemoryStore::clear);
                    readers.values().forEach(reader -> reader.offset = 0);
                }
                port = port();
                SOURCES.forEach(this::wake);
            });
        }
        return committed;
    }

    private void send(List<Sent> records) {
        for (Sent sent : records) {
            keep(latest, sent);
            world.taskSent(sent.topic(), sent.record());
        }
    }

    private static void keep(Map<String, SpecificRecord> latest, Sent sent) {
        if (sent.record() instanceof TaskSnapshot task) {
            latest.put(task.getTaskId(), task);
        } else if (sent.record() instanceof TaskOdpSnapshot row) {
            latest.put(row.getTaskId() + "/" + row.getOdpId(), row);
        }
    }

    @Nullable
    TaskSnapshot task(String taskId) {
        return (TaskSnapshot) latest.get(taskId);
    }

    /** What a task-service shows otherwise that reads the same records in another interleaving; null: nothing. */
    @Nullable
    String differenceInReplay() {
        TaskNode again = new TaskNode(world);
        again.up = false;
        List<Topics> left = new ArrayList<>(SOURCES);
        Map<Topics, Integer> next = new EnumMap<>(Topics.class);
        while (!left.isEmpty()) {
            Topics topic = left.get(world.below(left.size()));
            int offset = next.merge(topic, 1, Integer::sum) - 1;
            if (offset == world.log(topic).end()) {
                left.remove(topic);
            } else {
                again.transaction.clear();
                again.port.read(world.log(topic).get(offset), world.instant());
                again.transaction.forEach(sent -> keep(again.latest, sent));
            }
        }
        if (!again.latest.keySet().equals(latest.keySet())) {
            return "there are " + latest.keySet() + ", replayed " + again.latest.keySet();
        }
        for (Map.Entry<String, SpecificRecord> entry : latest.entrySet()) {
            SpecificRecord live = entry.getValue();
            SpecificRecord replayed = again.latest.get(entry.getKey());
            for (Schema.Field field : live.getSchema().getFields()) {
                Object was = live.get(field.pos());
                Object is = replayed == null ? null : replayed.get(field.pos());
                if (!BOOKKEEPING.contains(field.name()) && !java.util.Objects.equals(was, is)) {
                    return field.name() + " of " + entry.getKey() + " is " + was + ", replayed " + is;
                }
            }
        }
        return null;
    }
}
