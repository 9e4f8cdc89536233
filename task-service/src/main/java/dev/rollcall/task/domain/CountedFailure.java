package dev.rollcall.task.domain;

import java.time.Instant;

/**
 * A failure that the planner counted.
 *
 * @param sequence number of the plan event that told of it
 * @param superseded a newer attempt has begun since
 */
public record CountedFailure(String step, int attempt, long sequence, Instant at, Failure failure, boolean superseded) {

    CountedFailure withSuperseded() {
        return new CountedFailure(step, attempt, sequence, at, failure, true);
    }
}
