package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.Topics;
import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.TaskOutbox;
import dev.rollcall.task.domain.OdpRow;
import dev.rollcall.task.domain.TaskFold;
import dev.rollcall.task.domain.TaskInput;
import dev.rollcall.task.domain.TaskSummary;
import dev.rollcall.task.domain.TimelineEvent;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** What is between the topics and the fold, without Kafka Streams: records in, records out, the entries as bytes. */
public final class TaskPort implements TaskOutbox {
    private final KeepTasks keepTasks;
    private final BiConsumer<Topics, SpecificRecord> sink;

    /**
     * @param sink takes what is sent
     * @param takenOver when this instance took the partition over
     */
    public TaskPort(
            TaskFold fold,
            KeyValueStore<String, byte[]> tasks,
            KeyValueStore<String, byte[]> odps,
            KeyValueStore<String, byte[]> early,
            KeyValueStore<Bytes, byte[]> timers,
            BiConsumer<Topics, SpecificRecord> sink,
            Instant takenOver) {
        this.sink = sink;
        this.keepTasks = new KeepTasks(fold, new StreamsTaskStore(tasks, odps, early, timers), this, takenOver);
    }

    public void read(SpecificRecord record, Instant now) {
        TaskInput input = input(record);
        if (input != null) {
            keepTasks.apply(keepTasks.decide(input, now));
        }
    }

    public void tick(Instant now) {
        keepTasks.tick(now);
    }

    private static @Nullable TaskInput input(SpecificRecord record) {
        if (record instanceof RestartRequested request) {
            return AvroInputs.input(request);
        } else if (record instanceof PlanEvent event) {
            return AvroInputs.input(event);
        } else if (record instanceof OdpResult result) {
            return AvroInputs.input(result);
        }
        throw new IllegalArgumentException("The task-service does not read " + record.getClass());
    }

    @Override
    public void send(TaskSummary summary, long version, @Nullable String causedBy, Instant at) {
        sink.accept(Topics.TASKS, AvroOutputs.snapshot(summary, version, causedBy, at));
    }

    @Override
    public void send(OdpRow row, long version, @Nullable String causedBy, Instant at) {
        sink.accept(Topics.TASK_ODPS, AvroOutputs.snapshot(row, version, causedBy, at));
    }

    @Override
    public void send(TimelineEvent event, @Nullable String causedBy) {
        sink.accept(Topics.TASK_EVENTS, AvroOutputs.event(event, causedBy));
    }
}
