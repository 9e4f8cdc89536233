package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.Decision;
import dev.rollcall.planner.domain.Input;
import dev.rollcall.planner.domain.Output;
import dev.rollcall.planner.domain.PlanView;
import dev.rollcall.planner.domain.Planner;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** What is between the topics and the planner's domain, without Kafka Streams: records in, records out, the state as bytes. */
public final class PlannerPort {
    private static final int TIMERS_A_TICK = 500;

    private final Planner planner;
    private final StorePlanState state;
    private final PlanView watched;
    private final Supplier<String> ids;
    private final BiConsumer<Topics, SpecificRecord> sink;

    /**
     * @param ids new event ids
     * @param sink takes what is sent
     */
    public PlannerPort(
            Planner planner,
            KeyValueStore<Bytes, byte[]> store,
            Supplier<String> ids,
            BiConsumer<Topics, SpecificRecord> sink) {
        this.planner = planner;
        this.state = new StorePlanState(store);
        this.watched = new WatchedPlanState(store);
        this.ids = ids;
        this.sink = sink;
    }

    /** @return whether the record changed anything */
    public boolean read(SpecificRecord record, Instant now) {
        Input input = input(record, now);
        return input != null && carryOut(input, now);
    }

    public boolean tick(Instant now) {
        return carryOut(new Input.Tick(TIMERS_A_TICK), now);
    }

    public void takeOver(Instant now) {
        carryOut(new Input.TakenOver(), now);
    }

    /** When the next timer is due; null: none runs. */
    public @Nullable Instant nextDue() {
        List<dev.rollcall.planner.domain.Timer> first = state.due(Instant.parse("2200-01-01T00:00:00Z"), 1);
        return first.isEmpty() ? null : first.get(0).due();
    }

    /** What is stored, for looking at only. */
    public PlanView view() {
        return watched;
    }

    private static @Nullable Input input(SpecificRecord record, Instant now) {
        if (record instanceof ClusterChangeRequested request) {
            return FromWire.of(request);
        } else if (record instanceof RestartRequested request) {
            return FromWire.of(request, true);
        } else if (record instanceof TaskControlRequested request) {
            return FromWire.of(request);
        } else if (record instanceof OdpResult result) {
            return FromWire.of(result);
        } else if (record instanceof OdpStatus status) {
            return FromWire.of(status, now);
        } else if (record instanceof TaskEvent event) {
            return event.getType() == TaskEventType.TASK_ENDED ? FromWire.of(event) : null;
        }
        throw new IllegalArgumentException("The planner does not read " + record.getClass());
    }

    private boolean carryOut(Input input, Instant now) {
        Decision decision = planner.decide(state, input, now);
        decision.changes().forEach(change -> change.applyTo(state));
        for (Output output : decision.outputs()) {
            if (output instanceof Output.Announce announce) {
                sink.accept(Topics.PLAN_EVENTS, ToWire.event(announce.event()));
            } else if (output instanceof Output.SendCommand command) {
                sink.accept(Topics.COMMANDS, ToWire.command(command, ids.get(), now));
            }
        }
        return decision instanceof Decision.Accepted;
    }
}
