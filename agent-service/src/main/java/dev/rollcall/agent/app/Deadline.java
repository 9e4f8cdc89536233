package dev.rollcall.agent.app;

import java.time.Duration;

/** A point in time on the monotonic clock; time in which the agent stood still does not count. */
final class Deadline {
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    static Deadline in(Duration duration) {
        long limit = Math.min(duration.toSeconds(), Duration.ofDays(365).toSeconds());
        return new Deadline(AwakeTime.nanos() + limit * 1_000_000_000L + duration.toNanosPart());
    }

    boolean passed() {
        return AwakeTime.nanos() - nanos >= 0;
    }

    /** Never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - AwakeTime.nanos()));
    }

    Duration leftAtMost(Duration other) {
        Duration left = left();
        return left.compareTo(other) < 0 ? left : other;
    }
}
