package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Copies of a task with something changed. */
final class Tasks {

    static TaskEntry withRequest(TaskEntry task, Request request) {
        return edit(task, next -> next.request = request);
    }

    /** The planner said something more: that, and what it says of its plan. */
    static TaskEntry withPlanned(TaskEntry task, TaskInput.Planned event) {
        return edit(task, next -> {
            next.planSequence = event.sequence();
            next.outlook = task.outlook().after(event);
        });
    }

    static TaskEntry withRetry(TaskEntry task, long sequence) {
        return edit(task, next -> next.retrySequence = sequence);
    }

    /** In another state; what it waited for is over when it goes on. */
    static TaskEntry withState(TaskEntry task, TaskState state) {
        return edit(task, next -> {
            next.state = state;
            if (state == TaskState.RUNNING) {
                next.failure = null;
            }
        });
    }

    static TaskEntry withAcceptance(TaskEntry task, TaskInput.Planned event) {
        return edit(task, next -> {
            next.mode = event.mode();
            next.epoch = event.epoch();
            next.dryRun = event.dryRun();
            next.total = event.odpCount();
            next.plannedFor = event.requestedBy();
            next.startedAt = event.at();
        });
    }

    static TaskEntry withRejection(TaskEntry task, TaskInput.Planned event) {
        return edit(task, next -> {
            if (next.startedAt == null) {
                next.mode = event.mode();
                next.dryRun = event.dryRun();
                next.plannedFor = event.requestedBy();
            }
            next.rejections = event.rejections();
        });
    }

    static TaskEntry withPlan(TaskEntry task, TaskInput.Planned event) {
        List<Batch> batches = new ArrayList<>();
        for (int size : event.batchSizes()) {
            if (batches.size() < TaskEntry.MAX_BATCHES) {
                batches.add(new Batch(batches.size() + 1, size, BatchState.WAITING));
            }
        }
        return edit(task, next -> {
            next.batches = batches;
            if (event.odpCount() > 0) {
                next.total = event.odpCount();
            }
        });
    }

    static TaskEntry withBatch(TaskEntry task, int number, BatchState state) {
        if (number < 1 || number > task.batches().size()) {
            return task;
        }
        List<Batch> batches = new ArrayList<>(task.batches());
        batches.set(number - 1, batches.get(number - 1).with(state));
        return edit(task, next -> next.batches = batches);
    }

    static TaskEntry withPhase(TaskEntry task, Phase phase) {
        return edit(task, next -> next.phase = phase);
    }

    static TaskEntry withFailure(TaskEntry task, @Nullable Failure failure) {
        return edit(task, next -> next.failure = failure);
    }

    static TaskEntry withRound(TaskEntry task, int round) {
        return edit(task, next -> {
            next.round = round;
            next.tally = task.tally().withNewRound();
        });
    }

    static TaskEntry withClosed(TaskEntry task, RollCallClosed closed) {
        return edit(task, next -> next.closed = closed);
    }

    static TaskEntry withTally(TaskEntry task, Tally tally) {
        return edit(task, next -> next.tally = tally);
    }

    static TaskEntry withEnd(TaskEntry task, Instant at) {
        return edit(task, next -> {
            next.finishedAt = at;
            next.phase = Phase.UNKNOWN;
            if (next.state != TaskState.PLANNED) {
                next.outlook = next.outlook.withoutTimeLeft();
            }
        });
    }

    static TaskEntry withVersions(TaskEntry task, long version, long eventSequence) {
        return edit(task, next -> {
            next.version = version;
            next.eventSequence = eventSequence;
        });
    }

    private static TaskEntry edit(TaskEntry task, Consumer<Edited> change) {
        Edited next = new Edited(task);
        change.accept(next);
        return next.done(task);
    }

    private static final class Edited {
        private long version;
        private long eventSequence;
        private long planSequence;
        private @Nullable Request request;
        private TaskState state;
        private Phase phase;
        private RestartMode mode;
        private boolean dryRun;
        private long epoch;
        private @Nullable String plannedFor;
        private int total;
        private @Nullable Instant startedAt;
        private @Nullable Instant finishedAt;
        private List<Batch> batches;
        private List<Rejection> rejections;
        private @Nullable Failure failure;
        private long retrySequence;
        private int round;
        private @Nullable RollCallClosed closed;
        private Tally tally;
        private Outlook outlook;

        Edited(TaskEntry task) {
            version = task.version();
            eventSequence = task.eventSequence();
            planSequence = task.planSequence();
            request = task.request();
            state = task.state();
            phase = task.phase();
            mode = task.mode();
            dryRun = task.dryRun();
            epoch = task.epoch();
            plannedFor = task.plannedFor();
            total = task.total();
            startedAt = task.startedAt();
            finishedAt = task.finishedAt();
            batches = task.batches();
            rejections = task.rejections();
            failure = task.failure();
            retrySequence = task.retrySequence();
            round = task.round();
            closed = task.closed();
            tally = task.tally();
            outlook = task.outlook();
        }

        TaskEntry done(TaskEntry task) {
            return new TaskEntry(
                    task.taskId(),
                    task.clusterId(),
                    version,
                    eventSequence,
                    planSequence,
                    request,
                    task.createdAt(),
                    state,
                    phase,
                    mode,
                    dryRun,
                    epoch,
                    plannedFor,
                    total,
                    startedAt,
                    finishedAt,
                    batches,
                    rejections,
                    failure,
                    retrySequence,
                    round,
                    closed,
                    tally,
                    outlook);
        }
    }

    private Tasks() {}
}
