package dev.rollcall.standalone.simulation;

import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.planner.domain.SimulatedPlanner;
import dev.rollcall.schemas.BatchGroup;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskOdpState;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The promises of the whole system. */
final class Invariants {
    private Invariants() {}

    static List<Invariant> of(World world) {
        return List.of(
                new NeverMoreDown(world),
                new OneZoneAtATime(world),
                new BudgetHolds(world),
                new OneRestartAnAttempt(world),
                new OneTaskACluster(world),
                new TerminalStaysTerminal(world),
                new ShownGoesForward(world),
                new NumbersAgree(world),
                new ReplayEqualsLive(world),
                new CompletedMeansRestarted(world),
                new NoneStaysStopped(world),
                new SettingsAreRestored(world),
                new EveryTaskEnds(world),
                new PausedStartsNothing(world),
                new BooksAgree(world));
    }

    static boolean terminal(TaskState state) {
        return switch (state) {
            case COMPLETED, INCOMPLETE, FAILED, CANCELLED, REJECTED, PLANNED -> true;
            case UNKNOWN, PENDING, RUNNING, PAUSED, HALTED, CANCELLING -> false;
        };
    }

    private static boolean takesDown(OdpCommandKind kind) {
        return kind == OdpCommandKind.HOT_RESTART || kind == OdpCommandKind.STOP;
    }

    private static String task(PlanEvent event) {
        return event.getTaskId().orElse("");
    }

    private static String odp(PlanEvent event) {
        return event.getOdpId().orElse("");
    }

    private static boolean runs(OdpResult result) {
        Optional<OdpFacts> facts = result.getFacts();
        return facts.isPresent()
                && facts.get().getState() == OdpState.RUNNING
                && facts.get().getProcess().isPresent();
    }

    /** A promise about the ODPs that a task's open commands have taken down. */
    private abstract static class OfOpenCommands extends Invariant {
        /** By ODP: the open command that takes it down. */
        final Map<String, String> open = new LinkedHashMap<>();

        OfOpenCommands(World world) {
            super(world);
        }

        @Nullable
        RestartRequested request(PlanEvent event) {
            return world.requests().get(task(event));
        }

        @Override
        void onRead(OdpResult result, boolean taken) {
            boolean comesUp = result.getType() == OdpResultType.SERVING
                    || result.getType() == OdpResultType.SUCCEEDED && result.getKind() != OdpCommandKind.STOP
                    || result.getType() == OdpResultType.FAILED;
            if (taken && comesUp && result.getKind() != OdpCommandKind.PROBE) {
                open.remove(result.getOdpId());
            }
        }

        @Override
        void onPlan(PlanEvent event) {
            if (event.getType() == PlanEventType.TASK_ACCEPTED && !event.getDryRun()) {
                open.clear();
            } else if (event.getType() == PlanEventType.ODP_FAILED) {
                open.remove(odp(event));
            } else if (event.getType() == PlanEventType.ODP_DISPATCHED && takesDown(event.getKind())) {
                open.put(odp(event), event.getStep().orElse(""));
                dispatched(event);
            }
        }

        abstract void dispatched(PlanEvent event);
    }

    /**
     * Never more ODPs are down than the batches allow, and none that runs is taken down when, by what the planner was told or must
     * assume, fewer than asked for would keep running.
     */
    static final class NeverMoreDown extends OfOpenCommands {
        private final Set<String> up = new HashSet<>();
        private final Set<String> serving = new HashSet<>();
        private final Set<String> skipped = new HashSet<>();
        private boolean byResult;
        private int largest = Integer.MAX_VALUE;
        private int leftBehind;
        private int mayFail;
        private String active = "";

        NeverMoreDown(World world) {
            super(world);
        }

        @Override
        void onTick() {
            byResult = false;
        }

        @Override
        void onRead(OdpResult result, boolean taken) {
            super.onRead(result, taken);
            byResult = true;
            if (!taken || result.getEpoch() == 0) {
                // What a dry run hears is nothing to the task beside it.
                return;
            }
            switch (result.getType()) {
                case SERVING, SUCCEEDED, FAILED -> {
                    if (runs(result)) {
                        up.add(result.getOdpId());
                    } else {
                        up.remove(result.getOdpId());
                    }
                    if (result.getType() == OdpResultType.SERVING) {
                        serving.add(result.getCommandId());
                    }
                }
                case UNKNOWN, ACCEPTED, STARTED, PROGRESS, DRAINED -> {
                    // tells nothing of the ODP
                }
            }
        }

        @Override
        void onPlan(PlanEvent event) {
            if (event.getType() == PlanEventType.TASK_ACCEPTED && !event.getDryRun()) {
                RestartRequested request = request(event);
                active = task(event);
                largest = Integer.MAX_VALUE;
                skipped.clear();
                leftBehind = stopped();
                mayFail = request == null ? 0 : request.getBatching().getMaxFailures();
            } else if (event.getType() == PlanEventType.TASK_PLANNED
                    && task(event).equals(active)) {
                largest = event.getBatchSizes().stream()
                        .mapToInt(size -> size)
                        .max()
                        .orElse(0);
            } else if (event.getType() == PlanEventType.ODP_SKIPPED) {
                skipped.add(odp(event));
            } else if (event.getType() == PlanEventType.ODP_FAILED && !byResult) {
                up.remove(odp(event));
            }
            super.onPlan(event);
        }

        @Override
        void dispatched(PlanEvent event) {
            require(
                    open.size() <= largest,
                    "%s are taken down at once, and no batch is larger than %d",
                    open.keySet(),
                    largest);
        }

        @Override
        void onCommand(OdpCommand command) {
            RestartRequested request = world.requests().get(command.getTaskId());
            String minimum = request == null
                    ? null
                    : request.getBatching().getMinRunning().orElse(null);
            boolean takes = takesDown(command.getKind()) && !serving.contains(command.getCommandId());
            if (takes && up.remove(command.getOdpId()) && minimum != null) {
                require(
                        up.size() >= atLeast(minimum, world.hosts().size()),
                        "%s goes down, %s keep running, and %s must",
                        command.getOdpId(),
                        up,
                        minimum);
            }
        }

        private static int atLeast(String minimum, int odps) {
            return minimum.endsWith("%")
                    ? (odps * Integer.parseInt(minimum.substring(0, minimum.length() - 1)) + 99) / 100
                    : Integer.parseInt(minimum);
        }

        private int stopped() {
            return (int) world.hosts().stream().filter(host -> host.stopped).count();
        }

        @Override
        void onHost(Host host) {
            if (host.stopped && largest < Integer.MAX_VALUE) {
                // A person may leave one that would not start again.
                int failed = Math.max(mayFail, SimulatedPlanner.failures(world.planView(), active));
                require(
                        stopped() <= largest + failed + skipped.size() + leftBehind,
                        "%d ODPs are stopped at once, and no batch is larger than %d",
                        stopped(),
                        largest);
            }
        }
    }

    /** Where zones must not be mixed, ODPs of one zone alone are down at a time. */
    static final class OneZoneAtATime extends OfOpenCommands {
        OneZoneAtATime(World world) {
            super(world);
        }

        @Override
        void dispatched(PlanEvent event) {
            RestartRequested request = request(event);
            if (request != null && request.getBatching().getGroupBy() == BatchGroup.ZONE) {
                Set<String> zones = new HashSet<>();
                open.keySet().forEach(odp -> zones.add(world.host(odp).zone));
                require(zones.size() == 1, "%s of zones %s are taken down at once", open.keySet(), zones);
            }
        }
    }

    /** No batch begins while more ODPs have failed than may. */
    static final class BudgetHolds extends Invariant {
        private final Set<String> failed = new HashSet<>();
        private final Set<String> skipped = new HashSet<>();

        BudgetHolds(World world) {
            super(world);
        }

        @Override
        void onRead(OdpResult result, boolean taken) {
            if (taken && result.getType() == OdpResultType.SUCCEEDED) {
                // Found fit again, or restarted after all.
                failed.remove(result.getOdpId());
            }
        }

        @Override
        void onPlan(PlanEvent event) {
            switch (event.getType()) {
                case TASK_ACCEPTED -> {
                    if (!event.getDryRun()) {
                        failed.clear();
                        skipped.clear();
                    }
                }
                case ODP_FAILED -> {
                    if (!skipped.contains(odp(event))) {
                        failed.add(odp(event));
                    }
                }
                case ODP_SKIPPED -> {
                    skipped.add(odp(event));
                    failed.remove(odp(event));
                }
                case BATCH_STARTED -> {
                    RestartRequested request = world.requests().get(task(event));
                    int may = request == null ? 0 : request.getBatching().getMaxFailures();
                    require(failed.size() <= may, "batch %d begins, but %s failed", event.getBatch(), failed);
                }
                default -> {
                    // tells nothing of failures
                }
            }
        }
    }

    /** One attempt at one step replaces or stops a process once at most. */
    static final class OneRestartAnAttempt extends Invariant {
        private final Map<String, Integer> effects = new HashMap<>();

        OneRestartAnAttempt(World world) {
            super(world);
        }

        @Override
        void onEffect(Host host, String command) {
            require(effects.merge(command, 1, Integer::sum) == 1, "%s has its effect again", command);
        }
    }

    /** One task at a time works on a cluster. */
    static final class OneTaskACluster extends Invariant {
        private String active = "";

        OneTaskACluster(World world) {
            super(world);
        }

        @Override
        void onPlan(PlanEvent event) {
            switch (event.getType()) {
                case TASK_ACCEPTED -> {
                    if (!event.getDryRun()) {
                        require(active.isEmpty(), "%s is accepted while %s is active", task(event), active);
                        active = task(event);
                    }
                }
                case TASK_REJECTED, TASK_CANCELLED, TASK_ABANDONED, ROLL_CALL_CLOSED -> {
                    if (task(event).equals(active)) {
                        active = "";
                    }
                }
                default -> {
                    // begins and ends no task
                }
            }
        }

        @Override
        void onCommand(OdpCommand command) {
            if (command.getKind() != OdpCommandKind.PROBE) {
                require(
                        command.getTaskId().equals(active),
                        "%s of %s for %s, while %s is active",
                        command.getKind(),
                        command.getOdpId(),
                        command.getTaskId(),
                        active);
            }
        }
    }

    /** A task that has ended stays as it ended. */
    static final class TerminalStaysTerminal extends Invariant {
        private final Map<String, TaskState> ended = new HashMap<>();

        TerminalStaysTerminal(World world) {
            super(world);
        }

        @Override
        void onTask(TaskSnapshot task) {
            TaskState before = ended.get(task.getTaskId());
            require(
                    before == null || before == task.getState(),
                    "%s was %s and is %s",
                    task.getTaskId(),
                    String.valueOf(before),
                    task.getState());
            if (terminal(task.getState())) {
                ended.put(task.getTaskId(), task.getState());
            }
        }
    }

    /**
     * What is shown of an ODP is never older than what was shown before; and one that serves from its new process is not shown as if
     * its restart were still to come, unless another attempt has begun.
     */
    static final class ShownGoesForward extends Invariant {
        private final Map<String, TaskOdpSnapshot> shown = new HashMap<>();

        ShownGoesForward(World world) {
            super(world);
        }

        @Override
        void onRow(TaskOdpSnapshot row) {
            TaskOdpSnapshot before = shown.put(row.getTaskId() + row.getOdpId(), row);
            if (before != null) {
                require(
                        row.getVersion() == before.getVersion() + 1,
                        "%s in version %d follows on version %d",
                        row.getOdpId(),
                        row.getVersion(),
                        before.getVersion());
                require(
                        !serves(before.getState())
                                || !isToCome(row.getState())
                                || row.getAttempts() > before.getAttempts(),
                        "%s is shown %s at %s after it was %s at %s",
                        row.getOdpId(),
                        row.getState(),
                        row.getStep(),
                        before.getState(),
                        before.getStep());
            }
        }

        private static boolean serves(TaskOdpState state) {
            return switch (state) {
                case SERVING, DRAINING, RUNNING -> true;
                case UNKNOWN, PENDING, PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, FAILED, SKIPPED -> false;
            };
        }

        private static boolean isToCome(TaskOdpState state) {
            return switch (state) {
                case PENDING, PRECHECKED, STOPPING, STOPPED, RESTARTING -> true;
                case UNKNOWN, STARTING, SERVING, DRAINING, RUNNING, FAILED, SKIPPED -> false;
            };
        }
    }

    /** In the end the numbers of a task are those of its ODPs, and how it ended says what became of them. */
    static final class NumbersAgree extends Invariant {
        private final Map<String, Map<String, TaskOdpState>> rows = new HashMap<>();

        NumbersAgree(World world) {
            super(world);
        }

        @Override
        void onRow(TaskOdpSnapshot row) {
            rows.computeIfAbsent(row.getTaskId(), any -> new HashMap<>()).put(row.getOdpId(), row.getState());
        }

        @Override
        void onEnd() {
            for (String id : world.requests().keySet()) {
                TaskSnapshot task = world.task(id);
                if (task != null) {
                    Collection<TaskOdpState> states =
                            rows.getOrDefault(id, Map.of()).values();
                    agree(task, "targeted", task.getTotal(), states.size());
                    agree(task, "restarted", task.getRestarted(), count(states, TaskOdpState.RUNNING));
                    agree(task, "failed", task.getFailed(), count(states, TaskOdpState.FAILED));
                    agree(task, "skipped", task.getSkipped(), count(states, TaskOdpState.SKIPPED));
                    boolean all = task.getTotal() > 0 && task.getRestarted() == task.getTotal();
                    require(
                            task.getState() != TaskState.COMPLETED || all,
                            "%s is COMPLETED, and its ODPs are %s",
                            id,
                            states);
                    require(
                            task.getState() != TaskState.INCOMPLETE || !all,
                            "%s is INCOMPLETE, and its ODPs are %s",
                            id,
                            states);
                }
            }
        }

        private void agree(TaskSnapshot task, String what, int said, int counted) {
            require(
                    said == counted,
                    "%s is %s and says that %d ODPs are %s, and %d are shown so",
                    task.getTaskId(),
                    task.getState(),
                    said,
                    what,
                    counted);
        }

        private static int count(Collection<TaskOdpState> states, TaskOdpState which) {
            return (int) states.stream().filter(state -> state == which).count();
        }
    }

    /** What was lived through once gives the same again; nothing is said twice, and nothing left out. */
    static final class ReplayEqualsLive extends Invariant {
        private final Map<String, Long> sequences = new HashMap<>();

        ReplayEqualsLive(World world) {
            super(world);
        }

        @Override
        void onPlan(PlanEvent event) {
            if (event.getSequence() > 0) {
                long before = sequences.getOrDefault(task(event), 0L);
                require(
                        event.getSequence() == before + 1,
                        "plan event %d of %s follows on %d",
                        event.getSequence(),
                        task(event),
                        before);
                sequences.put(task(event), event.getSequence());
            }
        }

        @Override
        void onEnd() {
            String difference = world.differenceInReplay();
            require(difference == null, "%s", String.valueOf(difference));
        }
    }

    /** COMPLETED: every targeted ODP, when the roll was called, was truly Running in a process that it had not before. */
    static final class CompletedMeansRestarted extends Invariant {
        private final Map<String, Long> baselines = new HashMap<>();
        private final Map<String, Set<String>> targeted = new HashMap<>();
        private final Map<String, Integer> rounds = new HashMap<>();
        private final Set<String> present = new HashSet<>();

        CompletedMeansRestarted(World world) {
            super(world);
        }

        @Override
        void onPlan(PlanEvent event) {
            if (event.getType() == PlanEventType.ODP_PLANNED) {
                long pid = event.getFacts()
                        .flatMap(OdpFacts::getProcess)
                        .map(process -> process.getPid())
                        .orElse(-1L);
                baselines.put(task(event) + odp(event), pid);
                targeted.computeIfAbsent(task(event), any -> new HashSet<>()).add(odp(event));
            } else if (event.getType() == PlanEventType.ROLL_CALL_CLOSED) {
                rounds.put(task(event), event.getRound());
            }
        }

        @Override
        void onRollCall(Host host, String taskId, int round) {
            long baseline = baselines.getOrDefault(taskId + host.odp, -1L);
            Host.Process serving = host.serving;
            ProcessIdentity identity = serving == null ? null : serving.identity;
            if (host.runs() && identity != null && identity.pid() != baseline) {
                present.add(taskId + host.odp + round);
            }
        }

        @Override
        void onTask(TaskSnapshot task) {
            if (task.getState() == TaskState.COMPLETED) {
                int round = rounds.getOrDefault(task.getTaskId(), 0);
                Set<String> absent = new HashSet<>(targeted.getOrDefault(task.getTaskId(), Set.of()));
                absent.removeIf(odp -> present.contains(task.getTaskId() + odp + round));
                require(absent.isEmpty(), "%s is COMPLETED without %s", task.getTaskId(), absent);
            }
        }
    }

    /** No ODP that was stopped stays so when its task has ended, in whatever way, unless its start failed on the host itself. */
    static final class NoneStaysStopped extends Invariant {
        NoneStaysStopped(World world) {
            super(world);
        }

        @Override
        void onEnd() {
            for (Host host : world.hosts()) {
                require(!host.stopped || host.startFailed, "%s was stopped and is left so", host.odp);
            }
        }
    }

    /** After COMPLETED every setting has its old value; otherwise the journal on the host knows what is to be put back. */
    static final class SettingsAreRestored extends Invariant {
        private @Nullable TaskSnapshot last;

        SettingsAreRestored(World world) {
            super(world);
        }

        @Override
        void onTask(TaskSnapshot task) {
            if (terminal(task.getState()) && task.getEpoch() > 0) {
                last = task;
            }
        }

        @Override
        void onEnd() {
            for (Host host : world.hosts()) {
                Map<String, String> known = host.journal().changedSettings();
                Host.ORIGINALS.forEach((name, original) -> {
                    boolean restored = original.equals(host.settings.get(name));
                    require(
                            restored || original.equals(known.get(name)),
                            "%s of %s is %s, was %s, and the journal does not know",
                            name,
                            host.odp,
                            String.valueOf(host.settings.get(name)),
                            original);
                    TaskSnapshot task = last;
                    boolean all =
                            task != null && task.getTotal() == world.hosts().size();
                    require(
                            restored || !all || task == null || task.getState() != TaskState.COMPLETED,
                            "%s of %s is %s after COMPLETED",
                            name,
                            host.odp,
                            String.valueOf(host.settings.get(name)));
                });
            }
        }
    }

    /** Every task ends, and leaves nothing behind but its id. */
    static final class EveryTaskEnds extends Invariant {
        EveryTaskEnds(World world) {
            super(world);
        }

        @Override
        void onPatienceEnds() {
            for (String task : world.requests().keySet()) {
                TaskSnapshot snapshot = world.task(task);
                TaskState state = snapshot == null ? TaskState.UNKNOWN : snapshot.getState();
                require(terminal(state), "%s is still %s", task, state);
            }
            require(false, "nothing is open, and there is no end");
        }

        @Override
        void onEnd() {
            for (String task : world.requests().keySet()) {
                List<String> left = SimulatedPlanner.leftovers(world.planView(), World.CLUSTER, task);
                require(left.isEmpty(), "%s has ended and left %s", task, left);
            }
            String active = SimulatedPlanner.activeTask(world.planView(), World.CLUSTER);
            require(active == null, "%s has ended and still keeps the cluster busy", String.valueOf(active));
        }
    }

    /** Nothing is taken down by a task that is to pause, nor in a batch that begins after the window. */
    static final class PausedStartsNothing extends Invariant {
        private final Set<String> pausing = new HashSet<>();
        private final Set<String> late = new HashSet<>();

        PausedStartsNothing(World world) {
            super(world);
        }

        @Override
        void onPlan(PlanEvent event) {
            String task = task(event);
            switch (event.getType()) {
                case TASK_PAUSED -> pausing.add(task);
                case TASK_RESUMED, TASK_HALTED -> pausing.remove(task);
                case CONTROL_APPLIED -> {
                    if (event.getControl() == TaskControl.PAUSE) {
                        pausing.add(task);
                    } else if (event.getControl() == TaskControl.RESUME) {
                        pausing.remove(task);
                    }
                }
                case BATCH_STARTED -> {
                    RestartRequested request = world.requests().get(task);
                    if (request != null
                            && request.getNotAfter().isPresent()
                            && event.getOccurredAt()
                                    .isAfter(request.getNotAfter().get())) {
                        // One in which nothing is left to do may still begin.
                        late.add(task + event.getBatch());
                    }
                }
                case ODP_DISPATCHED -> {
                    if (takesDown(event.getKind())) {
                        require(!pausing.contains(task), "%s begins while %s pauses", odp(event), task);
                        require(
                                !late.contains(task + event.getBatch()),
                                "%s begins in a batch after the window",
                                odp(event));
                    }
                }
                default -> {
                    // neither pauses nor begins anything
                }
            }
        }
    }

    /** What the planner's header of a task says agrees with its entries, and each open command has its two timers. */
    static final class BooksAgree extends Invariant {
        BooksAgree(World world) {
            super(world);
        }

        @Override
        void onPlannerCommit() {
            for (String task : world.requests().keySet()) {
                List<String> faults = SimulatedPlanner.faultsInTheBooks(world.planView(), task);
                require(faults.isEmpty(), "%s: %s", task, faults);
            }
        }
    }
}
