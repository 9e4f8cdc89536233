package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The planner as the simulation of the whole system runs it: with one of its safeguards broken, and with its books open. */
public final class SimulatedPlanner {
    /** Settings with short waits, so that much happens in little time. */
    public static final PlanSettings SETTINGS = new PlanSettings(
            "3.2.1",
            Duration.ofMinutes(15),
            Duration.ofHours(24),
            Duration.ofMinutes(30),
            Map.of(),
            Map.of(),
            Duration.ofSeconds(15),
            Duration.ofSeconds(4),
            Duration.ofSeconds(30),
            1000,
            Duration.ofSeconds(5),
            3,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofDays(31));

    /** What is answered wrongly. */
    public enum Bug {
        CLUSTER_IS_NEVER_BUSY,
        ANY_RESULT_COUNTS,
        ONLY_FAILED_COUNTS,
        ONE_TOO_MANY_DOWN,
        UNKNOWN_COUNTS_AS_RUNNING,
        PAUSE_HOLDS_NOTHING,
        WINDOW_IS_IGNORED,
        STOP_IS_FORGOTTEN,
        ZONES_ARE_MIXED
    }

    private SimulatedPlanner() {}

    /** @param bug null: none */
    public static Planner of(@Nullable Bug bug) {
        return new Planner(SETTINGS, bug == null ? Safeguards.KEPT : broken(bug));
    }

    private static Safeguards broken(Bug bug) {
        return new Safeguards() {
            @Override
            boolean isFree(Cluster cluster) {
                return bug == Bug.CLUSTER_IS_NEVER_BUSY || super.isFree(cluster);
            }

            @Override
            boolean answers(OpenCommand command, Input.OdpResult result) {
                return bug == Bug.ANY_RESULT_COUNTS || super.answers(command, result);
            }

            @Override
            boolean exceedsBudget(int failures, int maxFailures, FailureCategory last) {
                return (bug != Bug.ONLY_FAILED_COUNTS || last == FailureCategory.TARGET)
                        && super.exceedsBudget(failures, maxFailures, last);
            }

            @Override
            boolean mayTakeDown(int running, int minimum) {
                return super.mayTakeDown(bug == Bug.ONE_TOO_MANY_DOWN ? running + 1 : running, minimum);
            }

            @Override
            boolean runsAfterFailure(@Nullable OdpFacts facts) {
                return bug == Bug.UNKNOWN_COUNTS_AS_RUNNING || super.runsAfterFailure(facts);
            }

            @Override
            boolean windowIsOver(@Nullable Instant notAfter, Instant now) {
                return bug != Bug.WINDOW_IS_IGNORED && super.windowIsOver(notAfter, now);
            }

            @Override
            boolean pauseHolds(boolean pauseWanted) {
                return bug != Bug.PAUSE_HOLDS_NOTHING && super.pauseHolds(pauseWanted);
            }

            @Override
            boolean failedStopOwesStart() {
                return bug != Bug.STOP_IS_FORGOTTEN && super.failedStopOwesStart();
            }

            @Override
            boolean zonesAreKeptApart(boolean byZone) {
                return bug != Bug.ZONES_ARE_MIXED && super.zonesAreKeptApart(byZone);
            }
        };
    }

    /** What of a task's header does not agree with its single entries, in words; empty: all does. */
    public static List<String> faultsInTheBooks(PlanView view, String taskId) {
        List<String> faults = new ArrayList<>();
        Task task = view.get(new PlanKey.TaskKey(new TaskId(taskId)));
        if (task == null) {
            return faults;
        }
        List<OdpRun> runs = new ArrayList<>();
        for (Odp odp : view.odps(task.clusterId())) {
            OdpRun run = view.get(new PlanKey.RunKey(task.taskId(), odp.odpId()));
            if (run != null) {
                runs.add(run);
            }
        }
        Wave wave = task.wave();
        differ(faults, "failures", task.failures(), count(runs, run -> run.state() == RunState.FAILED));
        differ(faults, "STARTs due", task.toStart(), count(runs, OdpRun::startDue));
        differ(faults, "STARTs owed", task.owed(), count(runs, OdpRun::owesStart));
        differ(faults, "fallen", task.fallen(), count(runs, OdpRun::fell));
        differ(
                faults,
                "open commands and settling slots of the wave",
                wave == null ? 0 : wave.open(),
                count(runs, run -> inWave(run) || settles(run)));
        differ(
                faults,
                "draining",
                task.draining(),
                count(
                        runs,
                        run -> run.command() != null
                                && !inWave(run)
                                && !run.command().aside()));
        List<Timer> timers = view.timers();
        differ(
                faults,
                "timers of open commands and settling slots",
                (int) timers.stream()
                        .filter(timer -> timer.id().odpId() != null
                                && timer.id().taskId().equals(task.taskId()))
                        .count(),
                2 * count(runs, run -> run.command() != null) + count(runs, SimulatedPlanner::settles));
        if (wave == null && !task.state().terminal()) {
            boolean waits =
                    timers.stream().anyMatch(timer -> timer.id().taskId().equals(task.taskId()));
            if (task.state() != TaskState.PAUSED && !waits) {
                faults.add("nothing will wake a task that is " + task.state());
            }
            if (task.toStart() > 0) {
                faults.add("a START waits while nothing is done");
            }
        }
        return faults;
    }

    /** What is left of a task that has ended, in words; empty: nothing but its id. */
    public static List<String> leftovers(PlanView view, String clusterId, String taskId) {
        List<String> left = new ArrayList<>();
        TaskId task = new TaskId(taskId);
        if (view.get(new PlanKey.TaskKey(task)) != null) {
            left.add("its header");
        }
        for (Odp odp : view.odps(new ClusterId(clusterId))) {
            if (view.get(new PlanKey.RunKey(task, odp.odpId())) != null) {
                left.add("its entry of " + odp.odpId());
            }
        }
        view.timers().stream()
                .filter(timer -> timer.id().taskId().equals(task))
                .forEach(timer -> left.add("its timer " + timer.id()));
        return left;
    }

    /** The task that keeps a cluster busy; null: none does. */
    public static @Nullable String activeTask(PlanView view, String clusterId) {
        Cluster cluster = view.get(new PlanKey.ClusterKey(new ClusterId(clusterId)));
        TaskId active = cluster == null ? null : cluster.activeTask();
        return active == null ? null : active.value();
    }

    /** How many ODPs of a task count as failed now; 0 for a task that is not active. */
    public static int failures(PlanView view, String taskId) {
        Task task = view.get(new PlanKey.TaskKey(new TaskId(taskId)));
        return task == null ? 0 : task.failures();
    }

    private static boolean inWave(OdpRun run) {
        return run.command() != null && run.command().inWave();
    }

    private static boolean settles(OdpRun run) {
        return run.slot() == Slot.SETTLE && !inWave(run);
    }

    private static int count(List<OdpRun> runs, java.util.function.Predicate<OdpRun> which) {
        return (int) runs.stream().filter(which).count();
    }

    private static void differ(List<String> faults, String what, int header, int entries) {
        if (header != entries) {
            faults.add(what + ": the header says " + header + ", the entries " + entries);
        }
    }
}
