package dev.rollcall.agent.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do to one ODP.
 *
 * @param eventId of this sending
 * @param sentAt by the planner's clock
 * @param epoch fencing number of the task; 0 for a dry run, which takes no lock
 * @param attempt at this step, from 1
 * @param baseline the process that is meant
 * @param exitTimeoutMicros hot_upgrade_exit_timeout for this restart; null: as configured
 * @param expectedVersion version the new process must have, to as many numbers as are given; null: any
 * @param runWithin how long the work may take
 * @param traceparent header that travels through
 */
public record Command(
        String eventId,
        Instant sentAt,
        CommandId id,
        TaskId task,
        long epoch,
        String step,
        int attempt,
        CommandKind kind,
        @Nullable ProcessIdentity baseline,
        Odp odp,
        @Nullable Long exitTimeoutMicros,
        @Nullable String expectedVersion,
        Duration runWithin,
        @Nullable String traceparent) {

    /** Step of the START that an agent sends itself when nobody starts what it has seen stopped. */
    public static final String STOP_LEASE = "STOP_LEASE";

    /** Whether it is that START. */
    public boolean ofStopLease() {
        return kind == CommandKind.START && step.equals(STOP_LEASE);
    }

    /** Whether it takes the lock and writes its epoch. */
    public boolean fenced() {
        return epoch > 0;
    }
}
