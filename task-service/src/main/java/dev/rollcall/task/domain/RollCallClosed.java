package dev.rollcall.task.domain;

import java.time.Instant;

/**
 * The planner closed the roll call; the verdict is due as soon as every result it has seen is folded.
 *
 * @param called how many ODPs were asked
 * @param answered how many results the planner has seen
 */
public record RollCallClosed(String eventId, Instant at, int round, int called, int answered) {}
