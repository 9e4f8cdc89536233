package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Refusal;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stores or forgets a cluster definition: the planner does it, the gateway asks it and waits for its word. */
public final class ChangeCluster {

    /** What the caller wants to find. */
    public sealed interface Condition {
        /** Whatever is there. */
        record None() implements Condition {}

        /** The cluster is there, at any revision. */
        record Exists() implements Condition {}

        /** The cluster is not there. */
        record Absent() implements Condition {}

        /** The cluster is at one of these revisions. */
        record Revisions(List<Long> any) implements Condition {
            public Revisions {
                any = List.copyOf(any);
            }
        }
    }

    /** How it ended. */
    public sealed interface Outcome {
        /** The planner stored the definition, and it can be read here. */
        record Stored(long revision, boolean created) implements Outcome {}

        /** The planner forgot the cluster. */
        record Removed() implements Outcome {}

        /** Not done, by a rule. */
        record Refused(Refusal refusal) implements Outcome {}

        /** Not done: the cluster is at another revision; 0 when there is none. */
        record OtherRevision(long revision) implements Outcome {}

        /** The planner has not answered in time: it may still do it. */
        record Unanswered() implements Outcome {}
    }

    private final Views views;
    private final PlannerAnswers answers;
    private final RequestPublisher publisher;
    private final Patience patience;
    private final InstantSource clock;
    private final Supplier<String> newIds;

    public ChangeCluster(
            Views views,
            PlannerAnswers answers,
            RequestPublisher publisher,
            Patience patience,
            InstantSource clock,
            Supplier<String> newIds) {
        this.views = views;
        this.answers = answers;
        this.publisher = publisher;
        this.patience = patience;
        this.clock = clock;
        this.newIds = newIds;
    }

    /** Registers or replaces. Ends exceptionally with {@link NotPublishedException} when the log did not take it. */
    public CompletableFuture<Outcome> put(ClusterId id, ClusterPlan plan, Condition condition, Requester requester) {
        return change(id, plan, condition, requester);
    }

    /** Forgets; touches no host. */
    public CompletableFuture<Outcome> remove(ClusterId id, Condition condition, Requester requester) {
        return change(id, null, condition, requester);
    }

    private CompletableFuture<Outcome> change(
            ClusterId id, @Nullable ClusterPlan plan, Condition condition, Requester requester) {
        Refusal notAllowed = requester.access().refusesChange(requester.user(), id);
        if (notAllowed == null && plan == null && !views.knows(id)) {
            notAllowed = Rules.clusterUnknown(id.value());
        }
        if (notAllowed != null) {
            return CompletableFuture.completedFuture(new Outcome.Refused(notAllowed));
        }
        ClusterNow now = views.cluster(id, clock.instant());
        long revision = now == null ? 0 : now.cluster().revision();
        Long base = null;
        if (condition instanceof Condition.Absent) {
            base = 0L;
        } else if (condition instanceof Condition.Exists) {
            base = revision;
            if (revision == 0) {
                return CompletableFuture.completedFuture(new Outcome.OtherRevision(0));
            }
        } else if (condition instanceof Condition.Revisions revisions) {
            // A revision that this gateway has not read yet is left to the planner; an older one is certainly past.
            base = revisions.any().stream()
                    .filter(any -> any >= revision)
                    .findFirst()
                    .orElse(null);
            if (base == null) {
                return CompletableFuture.completedFuture(new Outcome.OtherRevision(revision));
            }
        }
        if (base != null && base < revision) {
            return CompletableFuture.completedFuture(new Outcome.OtherRevision(revision));
        }
        return ask(new ClusterChange(newIds.get(), clock.instant(), id, plan, base, requester), revision == 0);
    }

    private CompletableFuture<Outcome> ask(ClusterChange change, boolean creates) {
        CompletableFuture<@Nullable PlannerAnswer> answer = answers.expect(change.eventId(), patience.clusterChange())
                .<@Nullable PlannerAnswer>thenApply(said -> said)
                .exceptionally(ChangeCluster::nullWhenLate);
        return publisher
                .publish(change)
                .thenCompose(position -> answer.thenCompose(said -> {
                    if (said == null) {
                        return CompletableFuture.completedFuture(new Outcome.Unanswered());
                    }
                    return said.applied()
                            ? done(change, said, creates)
                            : CompletableFuture.completedFuture(refused(change, said));
                }));
    }

    /** Read-your-writes: answers when the stored definition can be read here, or when that takes too long. */
    private CompletableFuture<Outcome> done(ClusterChange change, PlannerAnswer said, boolean creates) {
        ClusterId id = change.cluster();
        if (change.plan() == null) {
            return views.await(id, seen -> !seen.knows(id), patience.ownView())
                    .thenApply(reached -> new Outcome.Removed());
        }
        return views.await(id, seen -> isStored(seen, id, said.revision()), patience.ownView())
                .thenApply(reached -> new Outcome.Stored(said.revision(), creates));
    }

    private boolean isStored(Views seen, ClusterId id, long revision) {
        ClusterNow now = seen.cluster(id, clock.instant());
        return now != null && now.cluster().revision() >= revision && now.inventoryComplete();
    }

    private Outcome refused(ClusterChange change, PlannerAnswer said) {
        Long base = change.baseRevision();
        TaskId active = said.activeTask();
        Rejection first = said.rejections().isEmpty() ? null : said.rejections().get(0);
        String words = first == null ? said.message() : first.detail();
        if (said.rejections().stream().anyMatch(rejection -> rejection.code().equals(Code.CLUSTER_BUSY.text()))) {
            Task task = active == null ? null : views.task(active);
            Words busy = task == null
                    ? Words.of(Text.PLANNER_REFUSED, words)
                    : Words.of(Text.CLUSTER_BUSY, change.cluster(), task.id(), task.state(), task.requestedBy());
            return new Outcome.Refused(new Refusal(Code.CLUSTER_BUSY, busy, List.of(), task));
        }
        if (base != null && base != said.revision()) {
            return new Outcome.OtherRevision(said.revision());
        }
        if (first != null && first.code().equals(Code.CLUSTER_UNKNOWN.text())) {
            return new Outcome.Refused(Rules.clusterUnknown(change.cluster().value()));
        }
        return new Outcome.Refused(new Refusal(Code.INVALID, Words.of(Text.PLANNER_REFUSED, words), List.of(), null));
    }

    static <T> @Nullable T nullWhenLate(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        if (cause instanceof TimeoutException) {
            return null;
        }
        throw problem instanceof CompletionException wrapped ? wrapped : new CompletionException(problem);
    }

    /** The definition as it is here now; null when there is none. */
    public @Nullable Cluster current(ClusterId id) {
        ClusterNow now = views.cluster(id, clock.instant());
        return now == null ? null : now.cluster();
    }
}
