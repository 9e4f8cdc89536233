package dev.rollcall.task.domain;

import java.time.Instant;

/**
 * A command that the planner sent.
 *
 * @param sequence number of the plan event that told of it
 */
public record Dispatch(String step, int attempt, CommandKind kind, long sequence, Instant at) {}
