package dev.rollcall.task.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a restart was asked to be split; the components are explained in the schema of the same name, and only passed on here. */
public record Batching(
        List<String> sizes,
        int maxFailures,
        String drain,
        String groupBy,
        @Nullable String minRunning,
        long settleMillis,
        boolean pauseAfterFirst,
        boolean window,
        @Nullable String preset) {
    public Batching {
        sizes = List.copyOf(sizes);
    }
}
