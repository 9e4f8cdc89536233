package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A timer that runs.
 *
 * @param duration its full duration, which it gets again when another planner takes the partition over
 */
public record Timer(Id id, Instant due, Duration duration) {

    /** Which timer; a second one with the same id replaces the first. {@code odpId} is null for {@link TimerKind#TASK}. */
    public record Id(TaskId taskId, @Nullable OdpId odpId, TimerKind kind) {}
}
