package dev.rollcall.gateway.app;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Brings the planner's answers to those who wait for them. Only what somebody waits for is kept, so its size is bounded by the
 * requests under way. For any thread.
 */
public final class PlannerAnswers {

    private final Map<String, CompletableFuture<PlannerAnswer>> waiting = new ConcurrentHashMap<>();

    /**
     * Waits for the answer to a request. Call it before the request is published, or the answer may come first.
     *
     * @return ends with the answer, or with a {@link java.util.concurrent.TimeoutException} when none came in time
     */
    public CompletableFuture<PlannerAnswer> expect(String eventId, Duration atMost) {
        CompletableFuture<PlannerAnswer> answer = new CompletableFuture<>();
        waiting.put(eventId, answer);
        return answer.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((said, problem) -> waiting.remove(eventId));
    }

    /** Hands an answer over to who waits for it, if anybody does. */
    public void answered(String eventId, PlannerAnswer answer) {
        CompletableFuture<PlannerAnswer> future = waiting.get(eventId);
        if (future != null) {
            // Who waited goes on with its own work, which must not hold up the reading of the topics.
            future.completeAsync(() -> answer);
        }
    }

    int size() {
        return waiting.size();
    }
}
