package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to one fact in the making; lives only while that is folded, in one thread. */
final class Draft {

    private final TaskView view;
    private final @Nullable TaskEntry before;
    private final boolean wasOver;
    private final @Nullable String causedBy;
    private final Instant at;
    private final TaskFold fold;
    private final List<TimelineEvent> timeline = new ArrayList<>();
    private @Nullable OdpEntry odp;
    private @Nullable OdpRow row;

    final Instant now;
    final List<Timer> timers = new ArrayList<>();
    final List<String> surprises = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    TaskEntry task;
    /** Batch that the next lines of the timeline are about. */
    int batch;

    private Draft(
            TaskView view,
            @Nullable TaskEntry before,
            TaskEntry task,
            @Nullable String causedBy,
            Instant at,
            Instant now,
            TaskFold fold) {
        this.view = view;
        this.before = before;
        this.wasOver = task.state().terminal();
        this.task = task;
        this.causedBy = causedBy;
        this.at = at;
        this.now = now;
        this.fold = fold;
    }

    static Draft of(TaskView view, @Nullable TaskEntry before, TaskInput input, Instant now, TaskFold fold) {
        TaskEntry task = before != null ? before : TaskEntry.begin(input.taskId(), input.clusterId(), input.at());
        return new Draft(view, before, task, input.eventId(), input.at(), now, fold);
    }

    static Draft ofTimer(TaskView view, TaskEntry before, Instant now, TaskFold fold) {
        return new Draft(view, before, before, null, now, now, fold);
    }

    OdpEntry entry(OdpId odpId) {
        OdpEntry known = view.odp(task.taskId(), odpId);
        return known != null ? known : OdpEntry.unknown(task.taskId(), task.clusterId(), odpId);
    }

    /** Moves the task if the table knows the way. */
    boolean move(TaskTransitions.Cause cause) {
        TaskState next = TaskTransitions.next(task.state(), cause);
        if (next == null) {
            surprises.add("Expected task %s to be one that can go by %s, but it is %s"
                    .formatted(task.taskId(), cause, task.state()));
            return false;
        }
        if (next != task.state()) {
            task = Tasks.withState(task, next);
        }
        return true;
    }

    void moveAndTell(TaskTransitions.Cause cause, TimelineType type, TaskInput.Planned event, String words) {
        if (move(cause)) {
            tell(type, event.at(), event.requestedBy(), event.message().isBlank() ? words : event.message());
        }
    }

    void tell(TimelineType type, Instant when, @Nullable String actor, String words) {
        add(type, null, 0, null, actor, when, words);
    }

    void tellWithCode(TimelineType type, @Nullable String code, String words) {
        add(type, null, 0, code, null, at, words);
    }

    /** Also after the end: whoever steers gets an answer. */
    void tellAlways(TimelineType type, @Nullable String actor, @Nullable String code, String words) {
        append(type, null, 0, code, actor, at, words);
    }

    private void add(
            TimelineType type,
            @Nullable OdpId odpId,
            int attempt,
            @Nullable String code,
            @Nullable String actor,
            Instant when,
            String words) {
        if (!wasOver) {
            append(type, odpId, attempt, code, actor, when, words);
        }
    }

    private void append(
            TimelineType type,
            @Nullable OdpId odpId,
            int attempt,
            @Nullable String code,
            @Nullable String actor,
            Instant when,
            String words) {
        // State, phase and version are those after the whole fold; changed() puts them in.
        timeline.add(new TimelineEvent(
                task.taskId(),
                task.clusterId(),
                0,
                type,
                task.state(),
                task.phase(),
                0,
                odpId,
                batch,
                attempt,
                code,
                actor,
                when,
                words));
    }

    /** Takes over an ODP's new entry, with all that follows for the task and the timeline. */
    void update(OdpEntry from, OdpEntry to, @Nullable String actor) {
        if (from.equals(to)) {
            return;
        }
        RowJudgement was = RowJudgement.of(from);
        RowJudgement is = RowJudgement.of(to);
        OdpEntry next = to;
        boolean shown = to.plan().targeted();
        if (shown && (from.version() == 0 || !was.row().equals(is.row()))) {
            next = to.withVersion(from.version() + 1);
            row = is.row();
        }
        if (shown) {
            tellOfRow(was, is, actor);
        }
        odp = next;
        Tally tally = task.tally().minus(Tally.of(from, was, task.round())).plus(Tally.of(to, is, task.round()));
        if (!tally.equals(task.tally())) {
            task = Tasks.withTally(task, tally);
        }
    }

    private void tellOfRow(RowJudgement was, RowJudgement is, @Nullable String actor) {
        OdpRow old = was.row();
        OdpRow now = is.row();
        if (!RowTransitions.legal(old.state(), now.state())) {
            // Legal in truth, but one topic is read far ahead of another and shows a later moment.
            notes.add("ODP %s of task %s is shown to go from %s to %s"
                    .formatted(now.odpId(), now.taskId(), old.state(), now.state()));
        }
        boolean entered = old.state() != now.state();
        boolean again = old.attempts() != now.attempts();
        switch (now.state()) {
            case RESTARTING, STOPPING, STOPPED, STARTING -> {
                if (entered || again) {
                    ofRow(TimelineType.ODP_STEP, now, null, at, Words.step(now));
                }
            }
            case PRECHECKED -> {
                if (entered && old.state().group() == RowState.Group.RESTARTING) {
                    ofRow(TimelineType.ODP_STEP, now, null, at, Words.step(now));
                }
            }
            case PENDING, SERVING, DRAINING, RUNNING, FAILED, SKIPPED -> {}
        }
        if (is.served() && !was.served()) {
            ofRow(
                    TimelineType.ODP_SERVING,
                    now,
                    null,
                    now.servingAt() == null ? at : now.servingAt(),
                    Words.serving(now));
        }
        if (is.drained() && !was.drained()) {
            ofRow(TimelineType.ODP_DRAINED, now, null, at, Words.drained(now));
        }
        if (entered && now.state() == RowState.RUNNING) {
            ofRow(
                    TimelineType.ODP_RESTARTED,
                    now,
                    null,
                    now.finishedAt() == null ? at : now.finishedAt(),
                    Words.restarted(now));
        }
        if (entered && now.state() == RowState.FAILED) {
            ofRow(
                    TimelineType.ODP_FAILED,
                    now,
                    null,
                    now.finishedAt() == null ? at : now.finishedAt(),
                    Words.failed(now));
        }
        if (entered && now.state() == RowState.SKIPPED) {
            ofRow(TimelineType.ODP_SKIPPED, now, actor, at, Words.skipped(now, actor));
        }
        if (is.answered() && !was.answered()) {
            ofRow(TimelineType.ODP_ANSWERED, now, null, at, Words.answered(now));
        }
    }

    private void ofRow(TimelineType type, OdpRow of, @Nullable String actor, Instant when, String words) {
        batch = of.batch();
        Failure failure = of.failure();
        add(type, of.odpId(), of.attempts(), failure == null ? null : failure.code(), actor, when, words);
        batch = 0;
    }

    /** Gives the verdict if the roll call is closed and nothing of it is missing any more. */
    void verdictIfDue() {
        RollCallClosed closed = task.closed();
        if (closed != null
                && !task.state().terminal()
                && task.tally().outstanding() == 0
                && task.tally().reported() >= closed.answered()) {
            verdict(closed);
        }
    }

    void verdict(RollCallClosed closed) {
        Tally tally = task.tally();
        int present = fold.safeguards().present(tally);
        int missing = task.total() - present;
        TaskTransitions.Cause cause = missing == 0 && task.total() > 0
                ? TaskTransitions.Cause.ALL_ANSWERED
                : present > 0 && missing <= tally.tolerated()
                        ? TaskTransitions.Cause.SOME_ANSWERED
                        : TaskTransitions.Cause.NOT_ANSWERED;
        if (!move(cause)) {
            return;
        }
        String code = null;
        String why = "";
        if (cause != TaskTransitions.Cause.ALL_ANSWERED) {
            Failure failure = Words.verdict(missingRows(), missing, task.total());
            task = Tasks.withFailure(task, failure);
            code = failure.code();
            why = failure.detail();
        }
        Instant startedAt = task.startedAt();
        end(closed.at(), code, Words.ended(task.state(), present, task.total(), startedAt, closed.at(), why));
    }

    private List<OdpRow> missingRows() {
        List<OdpRow> missing = new ArrayList<>();
        OdpEntry changed = odp;
        view.eachOdp(task.taskId(), stored -> {
            OdpEntry entry = changed != null && changed.odpId().equals(stored.odpId()) ? changed : stored;
            if (entry.plan().targeted() && missing.size() < Words.maxNames()) {
                RowJudgement judged = RowJudgement.of(entry);
                if (!judged.answered()) {
                    missing.add(judged.row());
                }
            }
        });
        return missing;
    }

    String endWords(TaskState state, Instant when, String why) {
        return Words.ended(state, task.tally().restarted(), task.total(), task.startedAt(), when, why);
    }

    /** Says the last word of a task that has moved to its end. */
    void end(Instant when, @Nullable String code, String words) {
        task = Tasks.withEnd(task, when);
        add(TimelineType.TASK_ENDED, null, 0, code, null, when.isBefore(at) ? at : when, words);
        timers.add(new Timer(
                Timer.Kind.PURGE, task.taskId(), now.plus(fold.settings().retention())));
    }

    Folded changed() {
        TaskSummary summary = task.summary();
        boolean differs = before == null || !before.summary().equals(summary);
        long version = task.version() + (differs ? 1 : 0);
        long sequence = task.eventSequence();
        List<TimelineEvent> numbered = new ArrayList<>();
        for (TimelineEvent event : timeline) {
            sequence++;
            numbered.add(new TimelineEvent(
                    event.taskId(),
                    event.clusterId(),
                    sequence,
                    event.type(),
                    summary.state(),
                    summary.phase(),
                    version,
                    event.odpId(),
                    event.batch(),
                    event.attempt(),
                    event.code(),
                    event.actor(),
                    event.at(),
                    event.message()));
        }
        TaskEntry next = Tasks.withVersions(task, version, sequence);
        return new Folded.Changed(
                causedBy,
                at,
                next.equals(before) ? null : next,
                odp,
                null,
                before == null,
                differs ? summary : null,
                row,
                numbered,
                timers,
                surprises,
                notes);
    }
}
