package dev.rollcall.gateway.domain;

import java.time.Instant;
import java.util.Map;

/**
 * A cluster definition as the planner stored it, without its ODPs.
 *
 * @param revision from 1, rising with each change
 * @param odpCount ODPs of this revision; the inventory may still be on its way
 */
public record Cluster(
        ClusterId id,
        long revision,
        String name,
        String description,
        Map<String, String> labels,
        int odpCount,
        String changedBy,
        Instant changedAt) {

    public Cluster {
        labels = Map.copyOf(labels);
    }
}
