package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Refusal;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.TimelineEvent;
import dev.rollcall.gateway.domain.Words;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the planner to pause, resume, retry, skip or cancel, and waits a moment for its word, and then for the task to show it:
 * the planner's word comes before the task-service has made a state of it.
 *
 * <p>A caller who names the version of the task that the decision was made on is refused here when the task is known to have
 * moved on, and by the planner when it has moved on since: the control names the plan's version which that task showed.
 */
public final class SteerTask {

    /** How it ended. */
    public sealed interface Outcome {
        /** The planner has done it, and the task shows it. */
        record Applied(Task task) implements Outcome {}

        /** It was asked for; not yet known, or not yet to be seen in the task. */
        record Asked(Task task) implements Outcome {}

        /** Not done. */
        record Refused(Words words, Task task) implements Outcome {}

        /** Not done: the task has moved on since the version the caller decided on. */
        record OtherVersion(Task task) implements Outcome {}

        /** They may look at the task, but not steer it. */
        record NotAllowed(Refusal refusal) implements Outcome {}

        /** There is no such task. */
        record NoTask() implements Outcome {}

        /** The task has no such ODP. */
        record NoOdp() implements Outcome {}
    }

    /** The task-service's kind of event for a control that was applied. */
    private static final String APPLIED = "CONTROL_APPLIED";

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
        if (task == null || !requester.access().sees(task.cluster())) {
            return CompletableFuture.completedFuture(new Outcome.NoTask());
        }
        Refusal notAllowed = requester.access().refusesChange(requester.user(), task.cluster());
        if (notAllowed != null) {
            return CompletableFuture.completedFuture(new Outcome.NotAllowed(notAllowed));
        }
        if (ifVersion != null && ifVersion < task.version()) {
            return CompletableFuture.completedFuture(new Outcome.OtherVersion(task));
        }
        if (task.state().terminal()) {
            return CompletableFuture.completedFuture(
                    new Outcome.Refused(Words.of(Text.CONTROL_TOO_LATE, control.word(), id, task.state()), task));
        }
        if (ifVersion != null && ifVersion > task.version()) {
            // Read from another gateway, which is ahead of this one.
            return views.await(id, known -> known.version() >= ifVersion, patience.control())
                    .thenCompose(known -> known == null || known.version() < ifVersion
                            ? CompletableFuture.completedFuture(new Outcome.OtherVersion(known == null ? task : known))
                            : steer(id, control, odp, ifVersion, requester));
        }
        if (odp != null && task.pastPrecheck() && !views.rows(id).isEmpty() && views.row(id, odp) == null) {
            return CompletableFuture.completedFuture(new Outcome.NoOdp());
        }
        ControlRequest request = new ControlRequest(
                newIds.get(),
                clock.instant(),
                id,
                task.cluster(),
                control,
                odp,
                ifVersion,
                ifVersion == null ? null : task.plan().version(),
                requester);
        int eventsBefore = views.timeline(id).size();
        long deadline = System.nanoTime() + patience.control().toNanos();
        CompletableFuture<@Nullable PlannerAnswer> answer = answers.expect(request.eventId(), patience.control())
                .<@Nullable PlannerAnswer>thenApply(said -> said)
                .exceptionally(ChangeCluster::nullWhenLate);
        return publisher
                .publish(request)
                .thenCompose(position -> answer)
                .thenCompose(said -> said != null && said.applied()
                        ? shown(request, said, task, eventsBefore, deadline)
                        : CompletableFuture.completedFuture(outcome(said, task)));
    }

    private CompletableFuture<Outcome> shown(
            ControlRequest request, PlannerAnswer said, Task before, int eventsBefore, long deadline) {
        AtomicReference<@Nullable Task> shown = new AtomicReference<>();
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        return views.await(
                        request.task(),
                        task -> {
                            if (shows(task, request, said, eventsBefore)) {
                                shown.compareAndSet(null, task);
                            }
                            return shown.get() != null;
                        },
                        left)
                .thenApply(now -> {
                    Task fresh = shown.get();
                    return fresh == null ? new Outcome.Asked(now == null ? before : now) : new Outcome.Applied(fresh);
                });
    }

    /** Timeline, task and rows are on topics of their own and come in any order; nothing more can come to a task that has ended. */
    private boolean shows(Task task, ControlRequest request, PlannerAnswer said, int eventsBefore) {
        if (task.state().terminal()) {
            return true;
        }
        TimelineEvent applied = views.timeline(task.id()).of(APPLIED, said.eventId(), eventsBefore);
        if (applied == null || task.version() < applied.taskVersion()) {
            return false;
        }
        OdpId odp = request.odp();
        TaskOdp row = odp == null ? null : views.row(task.id(), odp);
        return request.control().mayShowIn(task.state()) && (row == null || row.state() != TaskOdpState.FAILED);
    }

    private Outcome outcome(@Nullable PlannerAnswer said, Task before) {
        Task known = views.task(before.id());
        Task task = known == null ? before : known;
        if (said == null) {
            return new Outcome.Asked(task);
        }
        String words = said.rejections().isEmpty()
                ? said.message()
                : said.rejections().get(0).detail();
        return new Outcome.Refused(Words.of(Text.PLANNER_REFUSED, words), task);
    }
}
