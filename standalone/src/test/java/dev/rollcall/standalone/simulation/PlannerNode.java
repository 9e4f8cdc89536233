package dev.rollcall.standalone.simulation;

import dev.rollcall.planner.adapter.kafka.PlannerPort;
import dev.rollcall.planner.domain.PlanView;
import dev.rollcall.planner.domain.SimulatedPlanner;
import dev.rollcall.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** The planner in its transactions: read, decide, change, send, or nothing of all that; it dies and goes on from its store. */
final class PlannerNode {
    static final List<Topics> SOURCES = List.of(
            Topics.CLUSTERS_REQUESTED,
            Topics.RESTART_REQUESTED,
            Topics.TASK_CONTROL,
            Topics.RESULTS,
            Topics.TASK_EVENTS,
            Topics.STATUS);

    private static final int RECORDS_A_TRANSACTION = 4;

    /** What was committed, in its order: an input, or what came of it. */
    private sealed interface Step {
        record Read(SpecificRecord record, Instant at, boolean taken) implements Step {}

        record Ticked(Instant at) implements Step {}

        record TookOver(Instant at) implements Step {}

        record Sent(Topics topic, SpecificRecord record) implements Step {}
    }

    private final World world;
    private final MemoryStore<Bytes> store = new MemoryStore<>();
    private PlannerPort port;
    private final Map<Topics, TopicLog.Reader> readers = new EnumMap<>(Topics.class);
    private final List<Step> transaction = new ArrayList<>();
    private final List<Step> history = new ArrayList<>();
    private boolean up = true;
    private long tickAt = Long.MAX_VALUE;

    PlannerNode(World world) {
        this.world = world;
        port = port();
        SOURCES.forEach(topic -> readers.put(topic, new TopicLog.Reader(world.log(topic))));
    }

    private PlannerPort port() {
        return new PlannerPort(
                SimulatedPlanner.of(world.bug == null ? null : world.bug.planner),
                store,
                world::newId,
                (topic, record) -> transaction.add(new Step.Sent(topic, record)));
    }

    TopicLog.Reader reader(Topics topic) {
        TopicLog.Reader reader = readers.get(topic);
        if (reader == null) {
            throw new IllegalArgumentException("The planner does not read " + topic);
        }
        return reader;
    }

    PlanView view() {
        return port.view();
    }

    void wake(Topics topic) {
        TopicLog.Reader reader = reader(topic);
        if (!up || !reader.hasNext(world.now())) {
            return;
        }
        int from = reader.offset;
        boolean committed = transact(() -> {
            for (int i = 0; i < RECORDS_A_TRANSACTION && reader.hasNext(world.now()); i++) {
                SpecificRecord record = reader.next();
                int at = transaction.size();
                boolean taken = port.read(record, world.instant());
                transaction.add(at, new Step.Read(record, world.instant(), taken));
            }
        });
        if (!committed) {
            reader.offset = from;
        } else if (up && reader.hasNext(world.now())) {
            world.later(1, () -> wake(topic));
        }
    }

    private void tick() {
        tickAt = Long.MAX_VALUE;
        if (up) {
            transact(() -> {
                if (port.tick(world.instant())) {
                    transaction.add(0, new Step.Ticked(world.instant()));
                }
            });
        }
    }

    private boolean transact(Runnable work) {
        store.begin();
        transaction.clear();
        work.run();
        if (transaction.isEmpty()) {
            armTick();
            return true;
        }
        if (world.fault(Fault.PLANNER_DIES)) {
            // Before the commit, or after it, when nobody hears that it was done.
            boolean committed = world.chance(2);
            if (committed) {
                commit();
            } else if (world.bug == Bug.HALF_IS_ABORTED) {
                store.rollbackHalf();
            } else if (world.bug != Bug.ABORTED_STATE_STAYS) {
                store.rollback();
            }
            die();
            return committed;
        }
        commit();
        armTick();
        return true;
    }

    private void commit() {
        List<Step> done = List.copyOf(transaction);
        transaction.clear();
        history.addAll(done);
        boolean lost = world.bug == Bug.COMMITTED_BEFORE_SENT && world.fault(Fault.PLANNER_DIES);
        for (Step step : done) {
            if (step instanceof Step.Read read) {
                world.plannerRead(read.record(), read.taken());
            } else if (step instanceof Step.Sent sent) {
                if (!lost) {
                    world.plannerSent(sent.topic(), sent.record());
                }
            } else {
                world.plannerTicked();
            }
        }
        world.plannerCommitted();
    }

    private void die() {
        up = false;
        world.later(world.between(500, 10_000), () -> {
            up = true;
            port = port();
            transact(() -> {
                port.takeOver(world.instant());
                transaction.add(0, new Step.TookOver(world.instant()));
            });
            SOURCES.forEach(this::wake);
        });
    }

    private void armTick() {
        if (world.bug == Bug.TIMERS_STAND_STILL) {
            return;
        }
        Instant due = port.nextDue();
        if (due != null) {
            // The planner looks at its clock five times a second.
            long at = Math.max(world.now() + 1, world.millis(due) / 200 * 200 + 200);
            if (at < tickAt) {
                tickAt = at;
                world.at(at, () -> {
                    if (tickAt == at) {
                        tick();
                    }
                });
            }
        }
    }

    /** What a planner says, and has in its store, that lives through the same again; null: the same as this one. */
    @Nullable
    String differenceInReplay() {
        List<SpecificRecord> said = new ArrayList<>();
        MemoryStore<Bytes> again = new MemoryStore<>();
        Supplier<String> ids = () -> "again";
        PlannerPort replayed = new PlannerPort(
                SimulatedPlanner.of(world.bug == null ? null : world.bug.planner), again, ids, (topic, record) -> {
                    if (topic == Topics.PLAN_EVENTS) {
                        said.add(record);
                    }
                });
        List<SpecificRecord> live = new ArrayList<>();
        for (Step step : history) {
            if (step instanceof Step.Read read) {
                replayed.read(read.record(), read.at());
            } else if (step instanceof Step.Ticked ticked) {
                replayed.tick(ticked.at());
            } else if (step instanceof Step.TookOver tookOver) {
                replayed.takeOver(tookOver.at());
            } else if (step instanceof Step.Sent sent && sent.topic() == Topics.PLAN_EVENTS) {
                live.add(sent.record());
            }
        }
        if (!said.equals(live)) {
            int at = 0;
            while (at < Math.min(said.size(), live.size()) && said.get(at).equals(live.get(at))) {
                at++;
            }
            return "plan event " + at + " was " + (at < live.size() ? live.get(at) : "missing") + " and is "
                    + (at < said.size() ? said.get(at) : "missing");
        }
        return again.sameAs(store) ? null : "the planner's store";
    }
}
