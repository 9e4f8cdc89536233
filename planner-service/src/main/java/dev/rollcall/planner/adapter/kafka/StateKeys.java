package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.AnsweredControls;
import dev.rollcall.planner.domain.Cluster;
import dev.rollcall.planner.domain.ClusterId;
import dev.rollcall.planner.domain.EndedTask;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.OdpId;
import dev.rollcall.planner.domain.OdpRun;
import dev.rollcall.planner.domain.Pace;
import dev.rollcall.planner.domain.PlanKey;
import dev.rollcall.planner.domain.Task;
import dev.rollcall.planner.domain.TaskId;
import dev.rollcall.planner.domain.Timer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the planner's one store. The first byte says what an entry is; times are big-endian milliseconds, so that the order of the
 * bytes is the order of time. Must not change for entries that exist.
 */
final class StateKeys {
    private static final char SEPARATOR = '\0';

    private StateKeys() {}

    static Bytes of(PlanKey<?> key) {
        if (key instanceof PlanKey.ClusterKey k) {
            return text('C', k.clusterId().value());
        } else if (key instanceof PlanKey.OdpKey k) {
            return text('O', k.clusterId().value() + SEPARATOR + k.odpId().value());
        } else if (key instanceof PlanKey.TaskKey k) {
            return text('T', k.taskId().value());
        } else if (key instanceof PlanKey.RunKey k) {
            return text('R', k.taskId().value() + SEPARATOR + k.odpId().value());
        } else if (key instanceof PlanKey.PlaceKey k) {
            byte[] task = k.taskId().value().getBytes(StandardCharsets.UTF_8);
            return Bytes.wrap(ByteBuffer.allocate(task.length + 7)
                    .put((byte) 'P')
                    .put(task)
                    .put((byte) 0)
                    .put(order(k.order()))
                    .putInt(k.place())
                    .array());
        } else if (key instanceof PlanKey.EndedKey k) {
            return text('E', k.taskId().value());
        } else if (key instanceof PlanKey.ForgetKey k) {
            return timed('F', k.until(), k.taskId().value());
        } else if (key instanceof PlanKey.ControlsKey k) {
            return text('S', k.taskId().value());
        } else if (key instanceof PlanKey.PaceKey k) {
            return text('H', k.clusterId().value() + SEPARATOR + k.mode().name());
        } else if (key instanceof PlanKey.TimerKey k) {
            return text('I', timer(k.id()));
        } else if (key instanceof PlanKey.DueKey k) {
            return timed('D', k.due(), timer(k.id()));
        }
        throw new IllegalStateException("No place in the store for " + key);
    }

    /** What kind of entry a key leads to. */
    static Class<? extends Record> type(PlanKey<?> key) {
        if (key instanceof PlanKey.ClusterKey) {
            return Cluster.class;
        } else if (key instanceof PlanKey.OdpKey) {
            return Odp.class;
        } else if (key instanceof PlanKey.TaskKey) {
            return Task.class;
        } else if (key instanceof PlanKey.RunKey) {
            return OdpRun.class;
        } else if (key instanceof PlanKey.PlaceKey) {
            return OdpId.class;
        } else if (key instanceof PlanKey.EndedKey) {
            return EndedTask.class;
        } else if (key instanceof PlanKey.ForgetKey) {
            return TaskId.class;
        } else if (key instanceof PlanKey.ControlsKey) {
            return AnsweredControls.class;
        } else if (key instanceof PlanKey.PaceKey) {
            return Pace.class;
        } else if (key instanceof PlanKey.TimerKey || key instanceof PlanKey.DueKey) {
            return Timer.class;
        }
        throw new IllegalStateException("No place in the store for " + key);
    }

    static Bytes odpsFrom(ClusterId clusterId) {
        return text('O', clusterId.value() + SEPARATOR);
    }

    /** Behind the last ODP of a cluster: no id has the character 1. */
    static Bytes odpsTo(ClusterId clusterId) {
        return text('O', clusterId.value() + (char) 1);
    }

    static Bytes dueFrom() {
        return text('D', "");
    }

    /** Before all timers due at a time or later, to the millisecond. */
    static Bytes dueFrom(Instant first) {
        return timed('D', first, "");
    }

    /** Behind all timers due at a time, to the millisecond. */
    static Bytes dueTo(Instant now) {
        return timed('D', now.plusMillis(1), "");
    }

    static Bytes dueEnd() {
        return text('E', "");
    }

    static Bytes forgetFrom() {
        return text('F', "");
    }

    static Bytes forgetTo(Instant now) {
        return timed('F', now.plusMillis(1), "");
    }

    private static byte order(PlanKey.Order order) {
        return switch (order) {
            case CLUSTER -> 0;
            case PLAN -> 1;
        };
    }

    private static String timer(Timer.Id id) {
        return id.taskId().value()
                + SEPARATOR
                + id.kind().name()
                + SEPARATOR
                + (id.odpId() == null ? "" : id.odpId().value());
    }

    private static Bytes text(char tag, String text) {
        return Bytes.wrap((tag + text).getBytes(StandardCharsets.UTF_8));
    }

    private static Bytes timed(char tag, Instant time, String text) {
        byte[] rest = text.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(9 + rest.length)
                .put((byte) tag)
                .putLong(time.toEpochMilli())
                .put(rest)
                .array());
    }
}
