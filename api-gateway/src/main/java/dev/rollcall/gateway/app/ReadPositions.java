package dev.rollcall.gateway.app;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** How far the views have read, for those who must read their own writes. Advanced by one thread, awaited by any. */
public final class ReadPositions {

    private record Log(String topic, int partition) {}

    private record Waiter(long offset, CompletableFuture<Void> seen) {}

    private final Map<Log, Long> next = new ConcurrentHashMap<>();
    private final Map<Log, Queue<Waiter>> waiters = new ConcurrentHashMap<>();

    /** Notes that everything before an offset has been applied to the views. */
    public void advance(String topic, int partition, long nextOffset) {
        Log log = new Log(topic, partition);
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

    /**
     * Waits until a record has been applied.
     *
     * @return ends then, or with a {@link java.util.concurrent.TimeoutException}
     */
    CompletableFuture<Void> await(LogPosition position, Duration atMost) {
        Log log = new Log(position.topic(), position.partition());
        CompletableFuture<Void> seen = new CompletableFuture<>();
        waiters.computeIfAbsent(log, key -> new ConcurrentLinkedQueue<>()).add(new Waiter(position.offset(), seen));
        // Looked at only after the waiter stands in the queue: an advance in between finds it there.
        if (next.getOrDefault(log, 0L) > position.offset()) {
            seen.complete(null);
        }
        return seen.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
