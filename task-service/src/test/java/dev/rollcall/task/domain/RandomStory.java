package dev.rollcall.task.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A restart as planner and agents could live it, made up from a seed: failures, late results, controls, every kind of end. */
public final class RandomStory {

    private final Random random;
    private final TaskStory story;
    private final boolean force;
    private final int odps;
    private boolean over;

    private RandomStory(long seed) {
        random = new Random(seed);
        force = random.nextInt(3) == 0;
        story = new TaskStory(force ? RestartMode.FORCE_RESTART : RestartMode.RESTART);
        odps = 1 + random.nextInt(5);
    }

    public static List<TaskInput> of(long seed) {
        RandomStory made = new RandomStory(seed);
        made.tell();
        return made.story.inputs();
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private void tell() {
        boolean dryRun = chance(5);
        if (chance(95)) {
            story.request(dryRun);
        }
        if (chance(5)) {
            story.plan(new TaskStory.Plan(PlanEventType.TASK_REJECTED)
                    .rejections(new Rejection("COM10005", "busy", List.of(), 0)));
            return;
        }
        story.accepted(odps, dryRun);
        // The precheck looks at an ODP that is not targeted, too.
        precheck("10.0.0.99:2883");
        for (int i = 0; i < odps; i++) {
            precheck(TaskStory.odp(i));
        }
        if (chance(5)) {
            story.plan(new TaskStory.Plan(PlanEventType.TASK_REJECTED)
                    .rejections(new Rejection("ODP21017", "not Running", List.of(TaskStory.odp(0)), 1)));
            return;
        }
        int first = 1 + random.nextInt(odps);
        if (first == odps) {
            story.planned(odps);
        } else {
            story.planned(first, odps - first);
        }
        if (dryRun) {
            return;
        }
        if (force) {
            forceRestart();
        } else {
            story.phase(Phase.RESTART);
            restart(1, 0, first);
            restart(2, first, odps);
        }
        if (!over) {
            rollCall();
        }
    }

    private void precheck(String odp) {
        story.dispatched(odp, "PRECHECK", 1, CommandKind.PROBE);
        story.result(odp, "PRECHECK", 1, CommandKind.PROBE, ResultType.ACCEPTED, null);
        story.result(odp, "PRECHECK", 1, CommandKind.PROBE, ResultType.SUCCEEDED, TaskStory.running(odp, 0));
    }

    private void restart(int batch, int from, int to) {
        if (over || from == to) {
            return;
        }
        story.batchStarted(batch);
        for (int i = from; i < to; i++) {
            // Whoever counts for the minimum is looked at again.
            String look = TaskStory.odp(random.nextInt(odps));
            story.dispatched(look, "SETTLE_%d_1".formatted(batch), 1, CommandKind.PROBE);
            story.result(
                    look,
                    "SETTLE_%d_1".formatted(batch),
                    1,
                    CommandKind.PROBE,
                    ResultType.SUCCEEDED,
                    TaskStory.running(look, 0));
        }
        for (int i = from; i < to && !over; i++) {
            work(TaskStory.odp(i), "BATCH_" + batch, 1, CommandKind.HOT_RESTART, batch);
        }
        if (!over) {
            story.batchFinished(batch);
        }
    }

    private void forceRestart() {
        story.phase(Phase.STOP);
        List<String> stopped = new ArrayList<>();
        for (int i = 0; i < odps && !over; i++) {
            if (work(TaskStory.odp(i), "STOP", 1, CommandKind.STOP, 1)) {
                stopped.add(TaskStory.odp(i));
            }
        }
        if (over) {
            return;
        }
        story.phase(Phase.START);
        for (String odp : stopped) {
            if (!over) {
                work(odp, "START", 1, CommandKind.START, 1);
            }
        }
    }

    /** One ODP at one step, with all attempts it takes. True: it worked. */
    private boolean work(String odp, String step, int attempt, CommandKind kind, int batch) {
        story.dispatched(odp, step, attempt, kind);
        int fate = random.nextInt(10);
        if (fate < 7) {
            succeed(odp, step, attempt, kind);
            return true;
        }
        if (fate == 7) {
            story.result(odp, step, attempt, kind, ResultType.STARTED, null);
            story.result(odp, step, attempt, kind, ResultType.FAILED, null);
            story.failed(odp, step, attempt, FailureCategory.TARGET, "the child died");
        } else if (fate == 8) {
            // The planner gives up, and then it turns out to have worked.
            story.result(odp, step, attempt, kind, ResultType.STARTED, null);
            story.failed(odp, step, attempt, FailureCategory.TIMED_OUT, "nothing was heard for too long");
            succeed(odp, step, attempt, kind);
        } else {
            story.failed(odp, step, attempt, FailureCategory.UNREACHABLE, "no agent answered");
        }
        if (chance(40)) {
            return false;
        }
        story.halted();
        int control = random.nextInt(6);
        if (control < 3) {
            story.control(ControlKind.RETRY);
            story.plan(
                    new TaskStory.Plan(PlanEventType.TASK_RESUMED).left(7_000L).planVersion(attempt + 1));
            String probe = "SETTLE_%d_%d".formatted(batch, attempt + 1);
            story.dispatched(odp, probe, 1, CommandKind.PROBE);
            boolean alreadyDone = fate == 8;
            story.result(
                    odp,
                    probe,
                    1,
                    CommandKind.PROBE,
                    ResultType.SUCCEEDED,
                    alreadyDone && kind == CommandKind.STOP
                            ? TaskStory.stopped()
                            : TaskStory.running(odp, alreadyDone ? 1 : 0));
            return alreadyDone || (attempt < 4 && work(odp, step, attempt + 1, kind, batch));
        }
        if (control == 3) {
            story.skipped(odp, step, attempt);
            story.control(ControlKind.SKIP);
            story.plan(
                    new TaskStory.Plan(PlanEventType.TASK_RESUMED).left(7_000L).planVersion(attempt + 1));
        } else if (control == 4) {
            story.say(PlanEventType.TASK_CANCELLING);
            story.control(ControlKind.CANCEL);
            story.say(PlanEventType.TASK_CANCELLED);
            over = true;
        } else {
            story.say(PlanEventType.TASK_ABANDONED);
            over = true;
        }
        return false;
    }

    private void succeed(String odp, String step, int attempt, CommandKind kind) {
        if (kind == CommandKind.HOT_RESTART) {
            story.hotRestart(odp, step, attempt);
        } else {
            story.result(odp, step, attempt, kind, ResultType.STARTED, null);
            story.result(
                    odp,
                    step,
                    attempt,
                    kind,
                    ResultType.SUCCEEDED,
                    kind == CommandKind.START ? TaskStory.running(odp, 1) : TaskStory.stopped());
        }
    }

    private void rollCall() {
        story.rollCall(1);
        for (int i = 0; i < odps; i++) {
            story.called(TaskStory.odp(i));
        }
        int answered = 0;
        List<String> late = new ArrayList<>();
        for (int i = 0; i < odps; i++) {
            String odp = TaskStory.odp(i);
            int fate = random.nextInt(20);
            if (fate == 0) {
                story.failed(odp, "ROLL_CALL_1", 1, FailureCategory.TIMED_OUT, "no answer");
                if (chance(50)) {
                    late.add(odp);
                }
            } else if (fate == 1) {
                story.result(odp, "ROLL_CALL_1", 1, CommandKind.PROBE, ResultType.FAILED, null);
                story.failed(odp, "ROLL_CALL_1", 1, FailureCategory.UNREACHABLE, "no route to host");
            } else {
                answered++;
                story.answered(
                        odp,
                        switch (fate) {
                            case 2 -> TaskStory.stopped();
                            case 3 -> TaskStory.running(odp, 0);
                            case 4 -> TaskStory.unrestored(odp);
                            default -> TaskStory.running(odp, 1);
                        });
            }
        }
        story.closed(odps, answered);
        late.forEach(odp -> story.answered(odp, TaskStory.running(odp, 1)));
    }
}
