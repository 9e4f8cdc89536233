package dev.rollcall.planner.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The planner's state, for reading. Single entries only, apart from lists that are long by nature. */
public interface PlanView {

    /** The entry of a key, or null. */
    <T extends Record> @Nullable T get(PlanKey<T> key);

    /** All ODPs of a cluster, by id. */
    List<Odp> odps(ClusterId clusterId);

    /** At most {@code limit} timers due at {@code now}, the earliest first; reads no others. */
    List<Timer> due(Instant now, int limit);

    /** All timers; for taking a partition over only. */
    List<Timer> timers();

    /** At most {@code limit} ended tasks that may be forgotten at {@code now}. */
    List<EndedTask> forgettable(Instant now, int limit);
}
