package dev.rollcall.gateway.app;

import dev.rollcall.gateway.app.PositionVector.LogPartition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** How far the views have read, for those who must read their own writes. Advanced by one thread, awaited by any. */
public final class ReadPositions {

    private record Waiter(long offset, CompletableFuture<Void> seen) {}

    private final Map<LogPartition, Long> next = new ConcurrentHashMap<>();
    private final Map<LogPartition, Queue<Waiter>> waiters = new ConcurrentHashMap<>();

    /** Notes that everything before an offset has been applied to the views. */
    public void advance(String topic, int partition, long nextOffset) {
        LogPartition log = new LogPartition(topic, partition);
        next.put(log, nextOffset);
        Queue<Waiter> queue = waiters.get(log);
        if (queue == null) {
            return;
        }
        for (Iterator<Waiter> all = queue.iterator(); all.hasNext(); ) {
            Waiter waiter = all.next();
            if (waiter.offset < nextOffset || waiter.seen.isDone()) {
                all.remove();
                waiter.seen.completeAsync(() -> null);
            }
        }
    }

    /** Where reading is now: everything before it has been applied and told. */
    public PositionVector now(Instant at) {
        return new PositionVector(at.truncatedTo(ChronoUnit.SECONDS), new TreeMap<>(next));
    }

    /** What is read. */
    public List<LogPartition> logs() {
        return List.copyOf(next.keySet());
    }

    /**
     * Waits until a record has been applied.
     *
     * @return ends then, or with a {@link java.util.concurrent.TimeoutException}
     */
    CompletableFuture<Void> await(LogPosition position, Duration atMost) {
        return await(new LogPartition(position.topic(), position.partition()), position.offset(), atMost);
    }

    /** Waits until everything before a position has been applied; ends with whether it has, at the latest after {@code atMost}. */
    public CompletableFuture<Boolean> await(PositionVector position, Duration atMost) {
        CompletableFuture<?>[] all = position.next().entrySet().stream()
                .filter(entry -> entry.getValue() > next.getOrDefault(entry.getKey(), 0L))
                .map(entry -> await(entry.getKey(), entry.getValue() - 1, atMost))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).handle((done, late) -> late == null);
    }

    private CompletableFuture<Void> await(LogPartition log, long offset, Duration atMost) {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        waiters.computeIfAbsent(log, key -> new ConcurrentLinkedQueue<>()).add(new Waiter(offset, seen));
        // Looked at only after the waiter stands in the queue: an advance in between finds it there.
        if (next.getOrDefault(log, 0L) > offset) {
            seen.complete(null);
        }
        return seen.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
