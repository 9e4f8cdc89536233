package dev.rollcall.task.domain;

import java.time.Instant;

/** Orders reports of the same rank in one way, in whatever order they arrive. */
public record Stamp(Instant at, String eventId) implements Comparable<Stamp> {

    @Override
    public int compareTo(Stamp other) {
        int byTime = at.compareTo(other.at);
        return byTime != 0 ? byTime : eventId.compareTo(other.eventId);
    }
}
