package dev.rollcall.task.domain;

import java.time.Instant;

/**
 * Results of a task that nobody has announced yet.
 *
 * @param count how many were kept
 * @param since when the first came, by the clock of this service
 */
public record EarlyResults(TaskId taskId, int count, Instant since) {}
