package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.IdempotencyKey;
import dev.rollcall.gateway.domain.Refusal;
import dev.rollcall.gateway.domain.RestartOrder;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a restart.
 *
 * <ol>
 *   <li>A key that was used before: the same task again, whatever the cluster is doing; with another meaning it is refused.
 *   <li>What is already certain to be refused is refused, and nothing is published.
 *   <li>The request is published, and answered once this gateway's own view has it: a GET that follows finds the task.
 *   <li>Two gateways that got the same key at the same time both publish; the first record on the partition is the task, and both
 *       answer by it.
 * </ol>
 */
public final class RequestRestart {

    /** How it ended. */
    public sealed interface Outcome {
        /** A new task. */
        record Accepted(Task task) implements Outcome {}

        /** The task that this key already stands for. */
        record Same(Task task) implements Outcome {}

        /** The key already stands for something else. */
        record KeyReused(TaskId task) implements Outcome {}

        /** Not done, by these rules; never empty. */
        record Refused(List<Refusal> refusals) implements Outcome {
            public Refused {
                refusals = List.copyOf(refusals);
            }
        }
    }

    private final Views views;
    private final RequestPublisher publisher;
    private final Rules rules;
    private final Patience patience;
    private final InstantSource clock;
    private final Supplier<String> newIds;

    public RequestRestart(
            Views views,
            RequestPublisher publisher,
            Rules rules,
            Patience patience,
            InstantSource clock,
            Supplier<String> newIds) {
        this.views = views;
        this.publisher = publisher;
        this.rules = rules;
        this.patience = patience;
        this.clock = clock;
        this.newIds = newIds;
    }

    /**
     * Asks.
     *
     * @param key null when the caller gave none
     * @param wait how long to wait for the end of the precheck, and for the rows that tell the batches then; zero: not at all
     * @return ends exceptionally with {@link NotPublishedException} when the log did not take it
     */
    public CompletableFuture<Outcome> ask(
            ClusterId cluster, RestartOrder order, @Nullable IdempotencyKey key, Duration wait, Requester requester) {
        Refusal notAllowed = requester.access().refusesChange(requester.user(), cluster);
        if (notAllowed != null) {
            return CompletableFuture.completedFuture(new Outcome.Refused(List.of(notAllowed)));
        }
        TaskId id = key == null ? new TaskId(newIds.get()) : key.task(requester.user(), cluster);
        String meaning = key == null ? null : IdempotencyKey.meaning(order);
        Task known = key == null ? null : views.task(id);
        if (known != null) {
            return again(known, meaning, wait);
        }
        Instant now = clock.instant();
        ClusterNow clusterNow = views.cluster(cluster, now);
        List<Refusal> refusals =
                clusterNow == null ? List.of(Rules.clusterUnknown(cluster.value())) : rules.refusals(order, clusterNow);
        if (!refusals.isEmpty()) {
            // The same request may have come in through another gateway since the first look: then it is in its own
            // way.
            Task arrived = key == null ? null : views.task(id);
            return arrived == null
                    ? CompletableFuture.completedFuture(new Outcome.Refused(refusals))
                    : again(arrived, meaning, wait);
        }
        RestartRequest request =
                new RestartRequest(newIds.get(), now, id, cluster, order, requester.user(), requester.from(), meaning);
        return publisher
                .publish(request, requester)
                .thenCompose(position -> views.positions()
                        .await(position, patience.ownView())
                        // Too slow a view is no reason to fail a request that is stored.
                        .exceptionally(ChangeCluster::nullWhenLate))
                .thenCompose(seen -> answer(request, wait));
    }

    private CompletableFuture<Outcome> answer(RestartRequest mine, Duration wait) {
        RestartRequest first = views.request(mine.task());
        if (first != null && !first.eventId().equals(mine.eventId())) {
            return again(Task.pending(first), mine.bodyHash(), wait);
        }
        return settled(Task.pending(mine), wait).thenApply(Outcome.Accepted::new);
    }

    private CompletableFuture<Outcome> again(Task known, @Nullable String meaning, Duration wait) {
        RestartRequest first = views.request(known.id());
        String firstMeaning = first == null ? null : first.bodyHash();
        if (firstMeaning != null && !firstMeaning.equals(meaning)) {
            return CompletableFuture.completedFuture(new Outcome.KeyReused(known.id()));
        }
        return settled(known, wait).thenApply(Outcome.Same::new);
    }

    private CompletableFuture<Task> settled(Task otherwise, Duration wait) {
        if (wait.isZero()) {
            Task now = views.task(otherwise.id());
            return CompletableFuture.completedFuture(now == null ? otherwise : now);
        }
        return views.await(otherwise.id(), task -> task.pastPrecheck() && views.showsPlan(task), wait)
                .thenApply(now -> now == null ? otherwise : now);
    }
}
