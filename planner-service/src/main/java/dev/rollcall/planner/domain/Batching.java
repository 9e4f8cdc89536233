package dev.rollcall.planner.domain;

import java.util.List;

/**
 * How a restart is split.
 *
 * @param sizes counts ("3") or percentages of the targeted ODPs ("25%"); empty: the default of the mode
 * @param maxFailures how many ODPs may fail before the task halts, 0 or more
 */
public record Batching(List<String> sizes, int maxFailures, DrainPolicy drain) {
    public Batching {
        sizes = List.copyOf(sizes);
    }
}
