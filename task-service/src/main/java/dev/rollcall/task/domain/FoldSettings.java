package dev.rollcall.task.domain;

import java.time.Duration;

/**
 * @param earlyResultsKept how long results wait for their task to be announced
 * @param earlyResultsPerTask how many of them are kept for one task
 * @param verdictWait how long a closed roll call waits for results that the planner has already seen
 * @param retention how long a task is kept after its end; longer than the longest retention of the topics
 */
public record FoldSettings(
        Duration earlyResultsKept, int earlyResultsPerTask, Duration verdictWait, Duration retention) {}
