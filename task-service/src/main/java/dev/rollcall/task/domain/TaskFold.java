package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folds what the planner decided and what the agents reported into the task that people see, and gives its verdict.
 *
 * <ol>
 *   <li>A fact goes to its own side of an entry: the request, the planner's decisions in the order of their sequence, the
 *       reports joined so that their order does not matter.
 *   <li>What people see is computed from the entry alone ({@link RowJudgement}, {@link TaskEntry#summary}); where it differs
 *       from before, the record gets the next version and is sent.
 *   <li>The numbers of a task are kept by adding the difference that one ODP makes: a report costs the header and one row,
 *       however many ODPs the task has.
 *   <li>When the roll call is closed, the verdict waits until no ODP that was asked is without a result or a counted failure,
 *       and until as many results are folded as the planner has seen.
 * </ol>
 *
 * <p>Promises: the same facts give the same state, rows and numbers in every interleaving of the topics, however often a fact
 * comes; a task that has ended stays as it ended (its rows may still learn when an old process left); a failure that the
 * planner counted is not undone by a late report; COMPLETED is said only when every targeted ODP answered, Running in a new
 * process. Not promised: the timeline, whose lines may be fewer and later when one topic lags behind another.
 */
public final class TaskFold {

    private final FoldSettings settings;
    private final Safeguards safeguards;

    public TaskFold(FoldSettings settings) {
        this(settings, Safeguards.KEPT);
    }

    TaskFold(FoldSettings settings, Safeguards safeguards) {
        this.settings = settings;
        this.safeguards = safeguards;
    }

    public FoldSettings settings() {
        return settings;
    }

    /**
     * One fact.
     *
     * @param now by the clock of this service; only timers are set by it
     */
    public Folded fold(TaskView view, TaskInput input, Instant now) {
        TaskEntry task = view.task(input.taskId());
        if (task != null && !task.clusterId().equals(input.clusterId())) {
            return new Folded.Ignored("Task %s belongs to cluster %s, but this is said of it on cluster %s"
                    .formatted(task.taskId(), task.clusterId(), input.clusterId()));
        }
        if (input instanceof TaskInput.Requested request) {
            return requested(view, task, request, now);
        } else if (input instanceof TaskInput.Planned event) {
            return planned(view, task, event, now);
        } else {
            return reported(view, task, (TaskInput.Reported) input, now);
        }
    }

    Safeguards safeguards() {
        return safeguards;
    }

    /** The results that a closed roll call waits for did not arrive: what is not there has not answered. */
    public Folded verdictOverdue(TaskView view, TaskId taskId, Instant now) {
        TaskEntry task = view.task(taskId);
        if (task == null || task.closed() == null || task.state().terminal()) {
            return new Folded.Ignored("Task %s does not wait for a verdict".formatted(taskId));
        }
        Draft draft = Draft.ofTimer(view, task, now, this);
        draft.surprises.add("The roll call of task %s was closed with %d answers, but only %d came within %s"
                .formatted(taskId, task.closed().answered(), task.tally().reported(), settings.verdictWait()));
        draft.verdict(task.closed());
        return draft.changed();
    }

    private Folded requested(TaskView view, @Nullable TaskEntry task, TaskInput.Requested request, Instant now) {
        if (task != null && task.request() != null) {
            return new Folded.Ignored("The request for task %s is known".formatted(request.taskId()));
        }
        Draft draft = Draft.of(view, task, request, now, this);
        draft.task = Tasks.withRequest(
                draft.task,
                new Request(
                        request.at(),
                        request.mode(),
                        request.dryRun(),
                        request.requestedBy(),
                        request.reason(),
                        request.exitTimeoutMicros(),
                        request.batching(),
                        request.notBefore(),
                        request.notAfter()));
        draft.tell(TimelineType.TASK_REQUESTED, request.at(), request.requestedBy(), Words.requested(request));
        return draft.changed();
    }

    private Folded planned(TaskView view, @Nullable TaskEntry task, TaskInput.Planned event, Instant now) {
        boolean opens = event.type() == PlanEventType.TASK_ACCEPTED || event.type() == PlanEventType.TASK_REJECTED;
        if (task == null && !opens) {
            return new Folded.Ignored(
                    "%s of task %s, which is not known (any more)".formatted(event.type(), event.taskId()));
        }
        if (task != null && event.sequence() <= task.planSequence()) {
            return new Folded.Ignored("Plan event %d of task %s is known".formatted(event.sequence(), event.taskId()));
        }
        Draft draft = Draft.of(view, task, event, now, this);
        if (task != null && task.planSequence() > 0 && event.sequence() != task.planSequence() + 1) {
            draft.surprises.add("Plan event %d of task %s follows on %d: one is missing"
                    .formatted(event.sequence(), event.taskId(), task.planSequence()));
        }
        draft.task = Tasks.withPlanned(draft.task, event);
        apply(draft, event);
        draft.verdictIfDue();
        return draft.changed();
    }

    private void apply(Draft draft, TaskInput.Planned event) {
        switch (event.type()) {
            case CONTROL_APPLIED -> {
                draft.tellAlways(
                        TimelineType.CONTROL_APPLIED,
                        event.requestedBy(),
                        null,
                        Words.control(event.control(), true, event.requestedBy(), event.message()));
                if (event.control() == ControlKind.RETRY && !draft.task.decided()) {
                    draft.task = Tasks.withRetry(draft.task, event.sequence());
                    if (draft.task.state() == TaskState.HALTED) {
                        draft.move(TaskTransitions.Cause.RESUMED);
                    }
                }
            }
            case CONTROL_REFUSED ->
                draft.tellAlways(
                        TimelineType.CONTROL_REFUSED,
                        event.requestedBy(),
                        event.rejections().isEmpty()
                                ? null
                                : event.rejections().get(0).code(),
                        Words.control(
                                event.control(),
                                false,
                                event.requestedBy(),
                                event.rejections().isEmpty()
                                        ? event.message()
                                        : event.rejections().get(0).detail()));
            case CLUSTER_CHANGED, CLUSTER_CHANGE_REFUSED, UNKNOWN -> {}
            case TASK_ACCEPTED,
                    TASK_REJECTED,
                    TASK_PLANNED,
                    PHASE_STARTED,
                    BATCH_STARTED,
                    BATCH_FINISHED,
                    TASK_PAUSED,
                    TASK_RESUMED,
                    TASK_HALTED,
                    TASK_CANCELLING,
                    TASK_CANCELLED,
                    TASK_ABANDONED,
                    ROLL_CALL_STARTED,
                    ROLL_CALL_CLOSED -> {
                if (draft.task.decided()) {
                    draft.surprises.add("%s of task %s, which has ended".formatted(event.type(), event.taskId()));
                } else {
                    applyToTask(draft, event);
                }
            }
            case ODP_TARGETED, ODP_PLANNED, ODP_DISPATCHED, ODP_FAILED, ODP_SKIPPED -> {
                OdpId odpId = event.odpId();
                if (odpId == null) {
                    draft.surprises.add("%s of task %s names no ODP".formatted(event.type(), event.taskId()));
                } else if (!draft.task.decided()) {
                    applyToRow(draft, event, odpId);
                }
            }
        }
    }

    private void applyToTask(Draft draft, TaskInput.Planned event) {
        switch (event.type()) {
            case TASK_ACCEPTED -> {
                if (draft.move(TaskTransitions.Cause.ACCEPTED)) {
                    draft.task = Tasks.withAcceptance(draft.task, event);
                    draft.tell(TimelineType.TASK_ACCEPTED, event.at(), event.requestedBy(), Words.accepted(event));
                }
            }
            case TASK_REJECTED -> {
                if (draft.move(TaskTransitions.Cause.REJECTED)) {
                    draft.task = Tasks.withRejection(draft.task, event);
                    String why = Words.rejected(event.rejections(), event.message());
                    String code = event.rejections().isEmpty()
                            ? null
                            : event.rejections().get(0).code();
                    draft.tellWithCode(TimelineType.TASK_REJECTED, code, "Rejected: " + why);
                    draft.end(event.at(), code, Words.endedBefore(TaskState.REJECTED, why));
                }
            }
            case TASK_PLANNED -> {
                draft.task = Tasks.withPlan(draft.task, event);
                String words = Words.planned(event.batchSizes(), draft.task.total());
                draft.tell(TimelineType.TASK_PLANNED, event.at(), null, words);
                if (draft.task.summary().dryRun() && draft.move(TaskTransitions.Cause.DRY_RUN_PLANNED)) {
                    draft.end(
                            event.at(),
                            null,
                            Words.endedBefore(
                                    TaskState.PLANNED,
                                    "%s would be restarted, nothing was touched"
                                            .formatted(Words.odps(draft.task.total()))));
                }
            }
            case PHASE_STARTED -> {
                if (draft.move(TaskTransitions.Cause.WENT_ON)) {
                    draft.task = Tasks.withPhase(draft.task, event.phase());
                    draft.tell(TimelineType.PHASE_STARTED, event.at(), null, Words.phase(event.phase()));
                }
            }
            case BATCH_STARTED -> {
                if (draft.move(TaskTransitions.Cause.WENT_ON)) {
                    draft.task = Tasks.withBatch(draft.task, event.batch(), BatchState.RUNNING);
                    draft.batch = event.batch();
                    draft.tell(
                            TimelineType.BATCH_STARTED,
                            event.at(),
                            null,
                            Words.batchStarted(event.batch(), draft.task.batches()));
                }
            }
            case BATCH_FINISHED -> {
                draft.task = Tasks.withBatch(draft.task, event.batch(), BatchState.DONE);
                draft.batch = event.batch();
                draft.tell(
                        TimelineType.BATCH_FINISHED,
                        event.at(),
                        null,
                        Words.batchFinished(event.batch(), draft.task.batches()));
            }
            case TASK_PAUSED ->
                draft.moveAndTell(
                        TaskTransitions.Cause.PAUSED,
                        TimelineType.TASK_PAUSED,
                        event,
                        event.message().isBlank() ? "Paused: what runs finishes, nothing begins" : event.message());
            case TASK_RESUMED ->
                draft.moveAndTell(TaskTransitions.Cause.RESUMED, TimelineType.TASK_RESUMED, event, "Goes on");
            case TASK_HALTED -> {
                if (draft.move(TaskTransitions.Cause.HALTED)) {
                    draft.task = Tasks.withFailure(draft.task, event.failure());
                    draft.tellWithCode(
                            TimelineType.TASK_HALTED,
                            event.failure() == null ? null : event.failure().code(),
                            halted(event));
                }
            }
            case TASK_CANCELLING ->
                draft.moveAndTell(
                        TaskTransitions.Cause.CANCELLING,
                        TimelineType.TASK_CANCELLING,
                        event,
                        "Cancelling: what was stopped is started, what runs finishes, nothing begins");
            case TASK_CANCELLED -> {
                if (draft.move(TaskTransitions.Cause.CANCELLED)) {
                    draft.end(event.at(), null, draft.endWords(TaskState.CANCELLED, event.at(), event.message()));
                }
            }
            case TASK_ABANDONED -> {
                if (draft.move(TaskTransitions.Cause.ABANDONED)) {
                    Failure failure = event.failure() != null ? event.failure() : draft.task.failure();
                    draft.task = Tasks.withFailure(draft.task, failure);
                    draft.end(
                            event.at(),
                            failure == null ? null : failure.code(),
                            draft.endWords(
                                    TaskState.FAILED,
                                    event.at(),
                                    "halted for too long" + (failure == null ? "" : ", " + failure.detail())));
                }
            }
            case ROLL_CALL_STARTED -> {
                if (draft.move(TaskTransitions.Cause.WENT_ON)) {
                    draft.task = Tasks.withRound(draft.task, event.round());
                    draft.tell(
                            TimelineType.ROLL_CALL_STARTED,
                            event.at(),
                            null,
                            Words.rollCallStarted(event.round(), draft.task.total()));
                }
            }
            case ROLL_CALL_CLOSED -> {
                if (TaskTransitions.next(draft.task.state(), TaskTransitions.Cause.NOT_ANSWERED) == null) {
                    draft.surprises.add("The roll call of task %s was closed while it is %s"
                            .formatted(event.taskId(), draft.task.state()));
                } else {
                    draft.task = Tasks.withClosed(
                            draft.task,
                            new RollCallClosed(
                                    event.eventId(), event.at(), event.round(), event.odpCount(), event.answered()));
                    draft.timers.add(
                            new Timer(Timer.Kind.VERDICT, event.taskId(), draft.now.plus(settings.verdictWait())));
                }
            }
            case ODP_TARGETED,
                    ODP_PLANNED,
                    ODP_DISPATCHED,
                    ODP_FAILED,
                    ODP_SKIPPED,
                    CONTROL_APPLIED,
                    CONTROL_REFUSED,
                    CLUSTER_CHANGED,
                    CLUSTER_CHANGE_REFUSED,
                    UNKNOWN -> throw new IllegalArgumentException(event.type() + " is not about a task as a whole");
        }
    }

    private static String halted(TaskInput.Planned event) {
        if (!event.message().isBlank()) {
            return event.message();
        }
        return "Halted, waits for a person (retry, skip or cancel)"
                + (event.failure() == null ? "" : ": " + Words.withAdvice(event.failure()));
    }

    private void applyToRow(Draft draft, TaskInput.Planned event, OdpId odpId) {
        OdpEntry before = draft.entry(odpId);
        RowPlan plan = before.plan();
        boolean targets = event.type() == PlanEventType.ODP_TARGETED || event.type() == PlanEventType.ODP_PLANNED;
        if (!targets && !plan.targeted()) {
            // An ODP of the cluster that the task only looks at.
            return;
        }
        String step = event.step() == null ? "" : event.step();
        RowPlan next = switch (event.type()) {
            case ODP_TARGETED -> plan.target(event.zone());
            case ODP_PLANNED -> plan.plan(event.batch(), event.facts());
            case ODP_DISPATCHED ->
                plan.dispatch(
                        new Dispatch(step, event.attempt(), event.kind(), event.sequence(), event.at()),
                        draft.task.retrySequence());
            case ODP_FAILED ->
                plan.fail(new CountedFailure(
                        step,
                        event.attempt(),
                        event.sequence(),
                        event.at(),
                        event.failure() != null
                                ? event.failure()
                                : Failure.of(
                                        FailureCategory.PLATFORM,
                                        step,
                                        "ODP %s failed, no reason was given".formatted(odpId),
                                        null),
                        false));
            case ODP_SKIPPED -> plan.skip(event.at());
            case TASK_ACCEPTED,
                    TASK_REJECTED,
                    TASK_PLANNED,
                    PHASE_STARTED,
                    BATCH_STARTED,
                    BATCH_FINISHED,
                    TASK_PAUSED,
                    TASK_RESUMED,
                    TASK_HALTED,
                    TASK_CANCELLING,
                    TASK_CANCELLED,
                    TASK_ABANDONED,
                    ROLL_CALL_STARTED,
                    ROLL_CALL_CLOSED,
                    CONTROL_APPLIED,
                    CONTROL_REFUSED,
                    CLUSTER_CHANGED,
                    CLUSTER_CHANGE_REFUSED,
                    UNKNOWN -> throw new IllegalArgumentException(event.type() + " is not about an ODP");
        };
        draft.update(before, before.with(next), event.requestedBy());
    }

    private Folded reported(TaskView view, @Nullable TaskEntry task, TaskInput.Reported report, Instant now) {
        if (report.type() == ResultType.UNKNOWN || report.kind() == CommandKind.UNKNOWN) {
            return new Folded.Ignored("A result of task %s that this version does not know".formatted(report.taskId()));
        }
        OdpEntry known = view.odp(report.taskId(), report.odpId());
        OdpEntry before = known != null ? known : OdpEntry.unknown(report.taskId(), report.clusterId(), report.odpId());
        RowReports joined = before.reports().join(report);
        if (joined.equals(before.reports())) {
            return new Folded.Ignored("%s of ODP %s at %s in task %s tells nothing new"
                    .formatted(report.type(), report.odpId(), report.step(), report.taskId()));
        }
        if (task == null) {
            return early(view, before.with(joined), report, now);
        }
        Draft draft = Draft.of(view, task, report, now, this);
        draft.update(before, before.with(joined), null);
        draft.verdictIfDue();
        return draft.changed();
    }

    private Folded early(TaskView view, OdpEntry entry, TaskInput.Reported report, Instant now) {
        EarlyResults early = view.early(report.taskId());
        if (early != null && early.count() >= settings.earlyResultsPerTask()) {
            return new Folded.Ignored("Dropped %s of ODP %s in task %s: nobody announced the task, and %d results wait"
                    .formatted(report.type(), report.odpId(), report.taskId(), early.count()));
        }
        List<Timer> timers = early == null
                ? List.of(new Timer(Timer.Kind.EARLY, report.taskId(), now.plus(settings.earlyResultsKept())))
                : List.of();
        EarlyResults next = early == null
                ? new EarlyResults(report.taskId(), 1, now)
                : new EarlyResults(early.taskId(), early.count() + 1, early.since());
        return new Folded.Changed(
                report.eventId(),
                report.at(),
                null,
                entry,
                next,
                false,
                null,
                null,
                List.of(),
                timers,
                List.of(),
                List.of());
    }
}
