package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides about each input of the planner, cluster by cluster. It reads a view and writes nothing: the answer names the entries
 * to change and the records to send, which the caller puts into one transaction.
 *
 * <p>Delivery: inputs may come twice, late and again after a crash; what has been decided about is ignored with a reason. Commands
 * are sent again until an agent answers, and the hosts refuse what is old. See {@link Saga} for the course of a task.
 */
public final class Planner {
    private static final Duration POSTPONEMENT = Duration.ofMinutes(1);
    private static final int FORGOTTEN_A_TICK = 500;

    private final PlanSettings settings;
    private final Safeguards safeguards;

    public Planner(PlanSettings settings) {
        this(settings, Safeguards.KEPT);
    }

    Planner(PlanSettings settings, Safeguards safeguards) {
        this.settings = settings;
        this.safeguards = safeguards;
    }

    /** Decides; the same view, input and time give the same decision. */
    public Decision decide(PlanView view, Input input, Instant now) {
        Draft draft = new Draft(view, now, settings, safeguards);
        if (input instanceof Input.ClusterChangeRequested request) {
            return ClusterChanges.decide(draft, request);
        } else if (input instanceof Input.RestartRequested request) {
            return restart(draft, request);
        } else if (input instanceof Input.TaskControlRequested control) {
            return control(draft, control);
        } else if (input instanceof Input.OdpResult result) {
            return result(draft, result);
        } else if (input instanceof Input.OdpObserved seen) {
            return observed(draft, seen);
        } else if (input instanceof Input.TaskEnded ended) {
            return ended(draft, ended);
        } else if (input instanceof Input.Tick tick) {
            return tick(draft, tick.timers());
        } else if (input instanceof Input.TimerFailed) {
            return postpone(draft);
        } else if (input instanceof Input.TakenOver) {
            return takenOver(draft);
        }
        throw new IllegalStateException("Nobody decides about " + input.getClass());
    }

    private Decision restart(Draft draft, Input.RestartRequested request) {
        if (draft.get(new PlanKey.TaskKey(request.taskId())) != null
                || draft.get(new PlanKey.EndedKey(request.taskId())) != null) {
            return new Decision.Ignored("Task " + request.taskId() + " is known: the request is a repetition");
        }
        Cluster cluster = draft.get(new PlanKey.ClusterKey(request.clusterId()));
        List<Odp> odps = cluster != null && cluster.present() ? draft.view().odps(request.clusterId()) : List.of();
        List<Rejection> refusals = RequestRule.refusals(new RequestRule.Asked(draft, request, cluster, odps));
        if (cluster == null || !refusals.isEmpty()) {
            TaskId active = cluster == null ? null : cluster.activeTask();
            draft.output(new Output.Announce(PlanEvent.of(
                            PlanEvent.Type.TASK_REJECTED,
                            "Refused, and nothing was touched: "
                                    + refusals.get(0).detail())
                    .task(0, request.mode(), request.dryRun(), request.requestedBy())
                    .rejections(refusals)
                    .activeTask(active)
                    .causedBy(request.eventId())
                    .build(
                            NameUuid.of("event", request.taskId().value(), "1"),
                            draft.now(),
                            request.clusterId(),
                            request.taskId(),
                            1)));
            draft.remember(new EndedTask(
                    request.taskId(),
                    request.clusterId(),
                    "REJECTED",
                    1,
                    draft.now().plus(settings.rememberEnded()),
                    null));
            return draft.rejected(refusals);
        }
        Saga.begin(draft, request, cluster, odps);
        return draft.accepted();
    }

    private Decision result(Draft draft, Input.OdpResult result) {
        Task task = draft.get(new PlanKey.TaskKey(result.taskId()));
        if (task == null || !task.clusterId().equals(result.clusterId())) {
            return new Decision.Ignored("Task " + result.taskId() + " is not active here");
        }
        TaskWork work = new TaskWork(draft, task, result.eventId());
        String reason = new Saga(work).result(result);
        if (reason != null) {
            return new Decision.Ignored(reason);
        }
        work.save();
        return draft.accepted();
    }

    private static Decision observed(Draft draft, Input.OdpObserved seen) {
        if (seen.stale()) {
            return new Decision.Ignored("The status of " + seen.odpId() + " is too old to mean anything");
        }
        Cluster cluster = draft.get(new PlanKey.ClusterKey(seen.clusterId()));
        TaskId active = cluster == null ? null : cluster.activeTask();
        Task task = active == null ? null : draft.get(new PlanKey.TaskKey(active));
        if (task == null) {
            return new Decision.Ignored("No task is active on cluster " + seen.clusterId());
        }
        TaskWork work = new TaskWork(draft, task, null);
        String reason = new Saga(work).observed(seen);
        if (reason != null) {
            return new Decision.Ignored(reason);
        }
        work.save();
        return draft.accepted();
    }

    private Decision control(Draft draft, Input.TaskControlRequested control) {
        Task task = draft.get(new PlanKey.TaskKey(control.taskId()));
        if (task != null && task.clusterId().equals(control.clusterId())) {
            AnsweredControls answered = draft.get(new PlanKey.ControlsKey(control.taskId()));
            if (control.eventId().equals(task.lastControl()) || AnsweredControls.has(answered, control.eventId())) {
                return answeredBefore(control);
            }
            answered(draft, control, answered);
            TaskWork work = new TaskWork(draft, task, control.eventId());
            work.lastControl = control.eventId();
            String refusal = control.control() == null
                    ? "Expected one of PAUSE, RESUME, RETRY, SKIP and CANCEL for task '" + control.taskId()
                            + "', but this planner knows nothing of what is asked."
                    : new Saga(work).control(control);
            if (refusal == null) {
                work.save();
                return draft.accepted();
            }
            List<Rejection> rejections = List.of(Rejection.of("RC22002", refusal));
            // Nothing of a refused control is kept but the answer.
            Draft answer = new Draft(draft.view(), draft.now(), settings, safeguards);
            answered(answer, control, answered);
            TaskWork unchanged = new TaskWork(answer, task, control.eventId());
            unchanged.lastControl = control.eventId();
            unchanged.emit(refused(control, refusal, rejections));
            unchanged.save();
            return answer.rejected(rejections);
        }
        EndedTask ended = draft.get(new PlanKey.EndedKey(control.taskId()));
        if (ended != null && ended.clusterId().equals(control.clusterId())) {
            AnsweredControls answered = draft.get(new PlanKey.ControlsKey(control.taskId()));
            if (control.eventId().equals(ended.lastControl()) || AnsweredControls.has(answered, control.eventId())) {
                return answeredBefore(control);
            }
            answered(draft, control, answered);
            String refusal = "Expected to " + verb(control) + " task '" + control.taskId() + "', but it is "
                    + ended.words() + ". An ended task stays as it is; ask for a new restart.";
            List<Rejection> rejections = List.of(Rejection.of("RC22002", refusal));
            long sequence = ended.sequence() + 1;
            draft.put(
                    new PlanKey.EndedKey(ended.taskId()),
                    new EndedTask(
                            ended.taskId(),
                            ended.clusterId(),
                            ended.words(),
                            sequence,
                            ended.until(),
                            control.eventId()));
            draft.output(new Output.Announce(refused(control, refusal, rejections)
                    .build(
                            NameUuid.of("event", ended.taskId().value(), Long.toString(sequence)),
                            draft.now(),
                            ended.clusterId(),
                            ended.taskId(),
                            sequence)));
            return draft.rejected(rejections);
        }
        String refusal = "Expected to " + verb(control) + " task '" + control.taskId()
                + "', but no such task is known for cluster '" + control.clusterId() + "'. Look at the list of tasks.";
        List<Rejection> rejections = List.of(Rejection.of("RC22002", refusal));
        draft.output(new Output.Announce(refused(control, refusal, rejections)
                .build(NameUuid.of("answer", control.eventId()), draft.now(), control.clusterId(), null, 0)));
        return draft.rejected(rejections);
    }

    private static void answered(Draft draft, Input.TaskControlRequested control, @Nullable AnsweredControls before) {
        draft.put(new PlanKey.ControlsKey(control.taskId()), AnsweredControls.with(before, control.eventId()));
    }

    private static Decision answeredBefore(Input.TaskControlRequested control) {
        return new Decision.Ignored("Control " + control.eventId() + " was answered before");
    }

    private static String verb(Input.TaskControlRequested control) {
        ControlKind kind = control.control();
        return kind == null ? "steer" : kind.verb();
    }

    private static PlanEvent.Builder refused(
            Input.TaskControlRequested control, String refusal, List<Rejection> rejections) {
        return PlanEvent.of(PlanEvent.Type.CONTROL_REFUSED, refusal)
                .control(control.control())
                .requestedBy(control.requestedBy())
                .rejections(rejections)
                .causedBy(control.eventId());
    }

    private static Decision ended(Draft draft, Input.TaskEnded ended) {
        Task task = draft.get(new PlanKey.TaskKey(ended.taskId()));
        if (task == null || task.state() != TaskState.CLOSED) {
            return new Decision.Ignored("Task " + ended.taskId() + " does not wait for a verdict");
        }
        new TaskWork(draft, task, ended.eventId()).end(ended.verdict());
        return draft.accepted();
    }

    private Decision tick(Draft draft, int timers) {
        List<Timer> due = draft.view().due(draft.now(), timers);
        List<EndedTask> forgettable = draft.view().forgettable(draft.now(), FORGOTTEN_A_TICK);
        for (EndedTask ended : forgettable) {
            draft.remove(new PlanKey.EndedKey(ended.taskId()));
            draft.remove(new PlanKey.ControlsKey(ended.taskId()));
            draft.remove(new PlanKey.ForgetKey(ended.until(), ended.taskId()));
        }
        for (Timer timer : due) {
            // An earlier one of this tick may have cancelled it or set it anew.
            if (timer.equals(draft.get(new PlanKey.TimerKey(timer.id())))) {
                draft.cancelTimer(timer.id());
                Task task = draft.get(new PlanKey.TaskKey(timer.id().taskId()));
                if (task != null) {
                    TaskWork work = new TaskWork(draft, task, null);
                    new Saga(work).due(timer.id());
                    work.save();
                }
            }
        }
        return due.isEmpty() && forgettable.isEmpty() ? new Decision.Ignored("Nothing is due") : draft.accepted();
    }

    private static Decision postpone(Draft draft) {
        for (Timer timer : draft.view().due(draft.now(), 1)) {
            draft.setTimer(timer.id(), POSTPONEMENT);
        }
        return draft.accepted();
    }

    private static Decision takenOver(Draft draft) {
        for (Timer timer : draft.view().timers()) {
            draft.setTimer(timer.id(), timer.duration());
        }
        return draft.accepted();
    }
}
