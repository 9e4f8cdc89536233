package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the planner to pause, resume, retry, skip or cancel, and waits a moment for its word. */
public final class SteerTask {

    /** How it ended. */
    public sealed interface Outcome {
        /** The planner has done it. */
        record Applied(Task task) implements Outcome {}

        /** Not yet known: it was asked for. */
        record Asked(Task task) implements Outcome {}

        /** Not done. */
        record Refused(Words words, Task task) implements Outcome {}

        /** Not done: the task has moved on since the version the caller decided on. */
        record OtherVersion(Task task) implements Outcome {}

        /** There is no such task. */
        record NoTask() implements Outcome {}

        /** The task has no such ODP. */
        record NoOdp() implements Outcome {}
    }

    private final Views views;
    private final PlannerAnswers answers;
    private final RequestPublisher publisher;
    private final Patience patience;
    private final InstantSource clock;
    private final Supplier<String> newIds;

    public SteerTask(
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

    /**
     * Asks.
     *
     * @param odp for a skip; else null
     * @param ifVersion version of the task the caller decided on; null: any
     */
    public CompletableFuture<Outcome> steer(
            TaskId id, Control control, @Nullable OdpId odp, @Nullable Long ifVersion, Requester requester) {
        Task task = views.task(id);
        if (task == null) {
            return CompletableFuture.completedFuture(new Outcome.NoTask());
        }
        if (ifVersion != null && ifVersion < task.version()) {
            return CompletableFuture.completedFuture(new Outcome.OtherVersion(task));
        }
        if (task.state().terminal()) {
            return CompletableFuture.completedFuture(
                    new Outcome.Refused(Words.of(Text.CONTROL_TOO_LATE, control.word(), id, task.state()), task));
        }
        if (odp != null && task.pastPrecheck() && !views.rows(id).isEmpty() && views.row(id, odp) == null) {
            return CompletableFuture.completedFuture(new Outcome.NoOdp());
        }
        ControlRequest request = new ControlRequest(
                newIds.get(), clock.instant(), id, task.cluster(), control, odp, ifVersion, requester);
        CompletableFuture<@Nullable PlannerAnswer> answer = answers.expect(request.eventId(), patience.control())
                .<@Nullable PlannerAnswer>thenApply(said -> said)
                .exceptionally(ChangeCluster::nullWhenLate);
        return publisher.publish(request).thenCompose(position -> answer).thenApply(said -> outcome(said, task));
    }

    private Outcome outcome(@Nullable PlannerAnswer said, Task before) {
        Task known = views.task(before.id());
        Task task = known == null ? before : known;
        if (said == null) {
            return new Outcome.Asked(task);
        }
        if (said.applied()) {
            return new Outcome.Applied(task);
        }
        String words = said.rejections().isEmpty()
                ? said.message()
                : said.rejections().get(0).detail();
        return new Outcome.Refused(Words.of(Text.PLANNER_REFUSED, words), task);
    }
}
