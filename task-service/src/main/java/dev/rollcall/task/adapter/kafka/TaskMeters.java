package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.ConsumerLag;
import dev.rollcall.task.domain.RestartMode;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.TaskState;
import dev.rollcall.task.domain.TaskSummary;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;

/**
 * What the task-service counts; each is explained in {@code docs/metrics.md}. All meters are there from the start, so that a rate
 * begins with the first event. Work that Kafka made undone is counted again when it is done again. Thread-safe.
 */
final class TaskMeters {
    private final MeterRegistry registry;
    private final Set<OpenTasks> partitions = ConcurrentHashMap.newKeySet();
    private final Map<RestartMode, Map<TaskState, Timer>> durations = new EnumMap<>(RestartMode.class);
    private final Map<Topics, Counter> deadLetters = new EnumMap<>(Topics.class);

    /** The tasks of one partition that have not ended. */
    final class OpenTasks implements AutoCloseable {
        private final Map<TaskId, TaskState> states = new ConcurrentHashMap<>();

        private OpenTasks() {}

        void is(TaskId task, TaskState state) {
            if (state.terminal()) {
                states.remove(task);
            } else {
                states.put(task, state);
            }
        }

        private long count(TaskState wanted) {
            return states.values().stream().filter(state -> state == wanted).count();
        }

        /** The partition is another instance's now. */
        @Override
        public void close() {
            partitions.remove(this);
        }
    }

    TaskMeters(MeterRegistry registry) {
        this.registry = registry;
        for (TaskState state : TaskState.values()) {
            if (!state.terminal()) {
                Gauge.builder(
                                "rollcall.tasks.open",
                                () -> partitions.stream()
                                        .mapToLong(open -> open.count(state))
                                        .sum())
                        .description("Tasks that have not ended, by state")
                        .tag("state", state.name())
                        .register(registry);
            }
        }
        for (RestartMode mode : RestartMode.values()) {
            Map<TaskState, Timer> byEnd = new EnumMap<>(TaskState.class);
            for (TaskState state : TaskState.values()) {
                if (state.terminal()) {
                    byEnd.put(
                            state,
                            Timer.builder("rollcall.task.duration")
                                    .description("Tasks that ended, and the time from when each was asked for")
                                    .tag("mode", mode.name())
                                    .tag("state", state.name())
                                    .register(registry));
                }
            }
            durations.put(mode, byEnd);
        }
        Stream.concat(TaskTopology.SOURCES.stream(), Stream.of(Topics.AUDIT_ENTRIES))
                .forEach(topic -> deadLetters.put(
                        topic,
                        Counter.builder("rollcall.dead.letters")
                                .description("Records put aside because they could not be read: each is a defect")
                                .tag("topic", topic.topicName())
                                .register(registry)));
    }

    /** Meters of one Streams application; returns what counts its replaced threads. */
    Counter watch(String application, BooleanSupplier running, Supplier<Collection<? extends Metric>> clients) {
        Gauge.builder("rollcall.streams.running", () -> running.getAsBoolean() ? 1 : 0)
                .description("Whether it works: 0 while it starts, restores a store or shares partitions out")
                .tag("application", application)
                .register(registry);
        Gauge.builder("rollcall.consumer.lag", () -> ConsumerLag.of(clients.get()))
                .description("Records that are there and were not read yet")
                .tag("application", application)
                .register(registry);
        return Counter.builder("rollcall.streams.threads.replaced")
                .description("Threads of Kafka Streams that died and were replaced")
                .tag("application", application)
                .register(registry);
    }

    /** A partition is ours from now on. */
    OpenTasks partition() {
        OpenTasks open = new OpenTasks();
        partitions.add(open);
        return open;
    }

    void ended(TaskSummary task) {
        Map<TaskState, Timer> byEnd = durations.get(task.mode());
        Timer timer = byEnd == null ? null : byEnd.get(task.state());
        if (timer != null && task.finishedAt() != null) {
            Duration took = Duration.between(task.requestedAt(), task.finishedAt());
            timer.record(took.isNegative() ? Duration.ZERO : took);
        }
    }

    void putAside(Topics topic) {
        Counter counter = deadLetters.get(topic);
        if (counter != null) {
            counter.increment();
        }
    }
}
