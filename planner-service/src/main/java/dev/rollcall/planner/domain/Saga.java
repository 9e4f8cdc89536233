package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The course of one task.
 *
 * <ol>
 *   <li>Precheck: probe every ODP of the cluster; ask {@link PrecheckRule}; fix each baseline, the order and the batches.
 *   <li>For each batch: look at it again (the first one was just seen), and at all of the cluster when a number of them has to keep
 *       running, then RESTART: a hot restart each, whose slot is free as
 *       soon as the new process serves; FORCE_RESTART: stop all of it, then start all that was stopped.
 *   <li>In a window, each ODP by itself: look at it, restart it, see that it stays Running, and give its slot to the next.
 *   <li>Between batches: where it is asked for, see that the batch stays Running; pause after the first batch, or when the window
 *       is over.
 *   <li>When all have begun: wait for old processes, then call the roll.
 *   <li>Close the roll call; the verdict of the task-service, or a minute, frees the cluster.
 * </ol>
 *
 * <p>Its promises:
 *
 * <ul>
 *   <li>No more ODPs of a batch are taken down at once than the batch has, and a further batch begins only while failures keep to
 *       the budget.
 *   <li>None that runs is taken down when fewer than asked for would keep running. What is not known to run counts as down.
 *   <li>One that is down by itself takes a slot; one that this task had restarted holds everything back until it was looked at.
 *   <li>Nothing holds back a START: no pause, halt, cancel or budget is asked before one.
 *   <li>An ODP gets another attempt only after a probe showed that it still runs in its baseline, or not at all.
 *   <li>Every command has a deadline of the planner's own, every waiting a timer.
 *   <li>One result costs the same for 10 and for 10,000 ODPs; only the ends of precheck and roll call go through all of them.
 * </ul>
 *
 * <p>A piece of work over many ODPs is a {@link Wave}. When no wave is open, {@link #next} decides what follows.
 */
final class Saga {
    private static final String PRECHECK = "PRECHECK";
    private static final String TOO_FEW_WOULD_RUN = "TOO_FEW_WOULD_RUN";
    private static final String NOT_STARTED = "NOT_STARTED";
    private static final String DID_NOT_SETTLE = "DID_NOT_SETTLE";
    private static final int MAX_STRAGGLERS_NAMED = 20;
    private static final Duration LONGEST_NAP = Duration.ofMinutes(1);
    private static final String AFTER_THE_WINDOW =
            "Cancel the task, and ask for a restart of the ODPs that are left when it suits.";
    /** Names no ODP, as ids are not empty: a pass in which nothing that failed is tried again. */
    private static final OdpId NOBODY = new OdpId("");

    private final TaskWork task;
    private final PlanSettings settings;
    private final Safeguards safeguards;

    Saga(TaskWork task) {
        this.task = task;
        this.settings = task.draft.settings();
        this.safeguards = task.draft.safeguards();
    }

    // ---- beginning -------------------------------------------------------------------------------------------------

    static void begin(Draft draft, Input.RestartRequested request, Cluster cluster, List<Odp> odps) {
        long epoch = request.dryRun() ? 0 : cluster.epoch() + 1;
        Set<OdpId> named = new HashSet<>(request.odps());
        int targeted = named.isEmpty() ? odps.size() : named.size();
        TaskWork task = TaskWork.begin(draft, request, epoch, odps.size(), targeted);
        if (!request.dryRun()) {
            draft.put(new PlanKey.ClusterKey(cluster.clusterId()), cluster.withTask(epoch, request.taskId()));
        }
        int place = 0;
        for (Odp odp : odps) {
            task.add(OdpRun.pending(odp, named.isEmpty() || named.contains(odp.odpId())), place++);
        }
        Saga saga = new Saga(task);
        if (request.dryRun()) {
            // It touches nothing, so it has no window to wait for.
            saga.look(request.eventId());
        } else {
            saga.beginInTime();
        }
        saga.drive();
        task.save();
    }

    /** Begins, or waits until it may. Long waits are cut, so that one that starts again costs little. */
    private void beginInTime() {
        Instant now = task.draft.now();
        if (task.notBefore == null || !task.notBefore.isAfter(now)) {
            look(task.request);
            return;
        }
        Duration left = Duration.between(now, task.notBefore);
        task.draft.setTimer(task.timer(null, TimerKind.TASK), left.compareTo(LONGEST_NAP) < 0 ? left : LONGEST_NAP);
    }

    private void look(String causedBy) {
        task.enter(TaskState.Cause.TIME_HAS_COME);
        accepted(causedBy);
        task.phase(Phase.PRECHECK, "Every ODP of the cluster is being looked at");
        open(Wave.Kind.PRECHECK, 0, task.clusterOdps);
    }

    private void accepted(String causedBy) {
        task.emit(PlanEvent.of(
                        PlanEvent.Type.TASK_ACCEPTED,
                        "Accepted: " + task.mode + " of " + Words.count(task.targeted, "ODP") + " of cluster "
                                + task.clusterId + (task.dryRun ? ", as a dry run that touches nothing" : ""))
                .task(task.epoch, task.mode, task.dryRun, task.requestedBy)
                .odpCount(task.targeted)
                .causedBy(causedBy));
        for (int place = 0; place < task.clusterOdps; place++) {
            RunWork run = task.at(PlanKey.Order.CLUSTER, place);
            if (run.targeted) {
                task.emit(PlanEvent.of(PlanEvent.Type.ODP_TARGETED, "ODP " + run.odpId + " is to be restarted")
                        .odp(run.odpId)
                        .zone(run.zone)
                        .causedBy(causedBy));
            }
        }
    }

    // ---- waves -----------------------------------------------------------------------------------------------------

    private void open(Wave.Kind kind, int from, int to) {
        task.wave = new Wave(kind, from, to, 0, 0, false);
    }

    /** Sends what may be sent and goes on where a wave has ended, until there is something to wait for. */
    void drive() {
        while (task.wave != null && advance(task.wave)) {
            // each turn sends one command, passes one place or ends one wave
        }
    }

    private boolean advance(Wave wave) {
        boolean held = held(wave.kind());
        boolean doubtful = takesDown(wave.kind()) && task.suspects > 0;
        boolean spent = wave.kind() == Wave.Kind.STOP && wave.sent() >= slots();
        if (wave.next() < wave.to() && !held && !doubtful && !spent) {
            int limit = limit(wave.kind());
            if (wave.open() >= limit) {
                if (wave.open() > 0) {
                    return false;
                }
                // All slots are taken by ODPs that are down by themselves.
                task.wave = wave.leftRest();
                return true;
            }
            RunWork run = task.at(order(wave.kind()), wave.next());
            boolean fits = fits(run, wave.kind());
            boolean mayGo =
                    !fits || !takesDown(wave.kind()) || run.slot != null || mayTakeDown(run) && !mixesZones(run, wave);
            if (!mayGo && wave.kind() != Wave.Kind.STOP && wave.open() > 0) {
                // One that is being restarted will make room.
                return false;
            }
            task.wave = mayGo ? wave.passed() : wave.leftOne();
            if (!mayGo) {
                run.passedOver = true;
            } else if (fits) {
                dispatch(run, wave.kind());
            }
            return true;
        }
        if (wave.open() > 0) {
            return false;
        }
        task.wave = null;
        if ((spent || doubtful) && wave.next() < wave.to() || wave.left()) {
            // Those tried again fill the batch, too few would run, or one fell: the rest of it follows after a look.
            task.retrying = true;
            task.retryOnly = NOBODY;
            task.stage = Task.Stage.LOOK;
        }
        ended(wave.kind());
        return true;
    }

    private PlanKey.Order order(Wave.Kind kind) {
        return switch (kind) {
            case PRECHECK -> PlanKey.Order.CLUSTER;
            case LOOK -> counts() || task.lookForFallen ? PlanKey.Order.CLUSTER : PlanKey.Order.PLAN;
            case RESTART, STOP, WINDOW, START, SETTLE, ROLL_CALL -> PlanKey.Order.PLAN;
        };
    }

    /** Whether those that run are counted, so that a look goes over the whole cluster. */
    private boolean counts() {
        return task.batching.minRunning() != null;
    }

    private static boolean takesDown(Wave.Kind kind) {
        return switch (kind) {
            case RESTART, STOP, WINDOW -> true;
            case PRECHECK, LOOK, START, SETTLE, ROLL_CALL -> false;
        };
    }

    /** Whether enough of the cluster keeps running without this ODP; one that is down costs nothing, unless it fell since it was seen. */
    private boolean mayTakeDown(RunWork run) {
        return run.fell
                ? false
                : !run.up || task.minimum() == 0 || safeguards.mayTakeDown(task.running, task.minimum());
    }

    /** Whether this wave has ODPs of another zone down, where a retry goes through the zones of several batches. */
    private boolean mixesZones(RunWork run, Wave wave) {
        if (!task.retrying || task.zoneEnds.isEmpty() || wave.open() == 0 && task.toStart == 0) {
            return false;
        }
        for (int place = wave.next() - 1; place >= 0; place--) {
            RunWork other = task.at(PlanKey.Order.PLAN, place);
            if (other.startDue || other.command != null && other.command.inWave()) {
                return !other.zone.equals(run.zone);
            }
        }
        return false;
    }

    /** Whether a wave must not go on to a further ODP. A START is never held. */
    private boolean held(Wave.Kind kind) {
        boolean pausing = safeguards.pauseHolds(task.pauseWanted);
        return switch (kind) {
            case PRECHECK, ROLL_CALL -> task.ending != null;
            case LOOK -> task.ending != null || pausing;
            case RESTART, STOP, WINDOW, SETTLE -> task.ending != null || pausing || task.haltWanted;
            case START -> false;
        };
    }

    private int slots() {
        return Math.max(1, task.plan().slots(task.batch));
    }

    private boolean windowed() {
        return task.plan().windowed(task.batch);
    }

    private int limit(Wave.Kind kind) {
        int most = settings.maxOpenCommands();
        return switch (kind) {
            case RESTART, STOP, WINDOW -> Math.min(most, safeguards.freeSlots(slots(), task.fallen));
            case PRECHECK, LOOK, START, SETTLE, ROLL_CALL -> most;
        };
    }

    private boolean fits(RunWork run, Wave.Kind kind) {
        return switch (kind) {
            case PRECHECK, ROLL_CALL -> true;
            case LOOK -> counts() ? !worked(run) : inTurn(run) || run.fell && !worked(run);
            case SETTLE -> run.command == null && run.state == RunState.RESTARTED;
            case RESTART, STOP -> run.state == RunState.PENDING;
            case WINDOW -> run.state == RunState.PENDING || run.slot == Slot.UNSETTLED;
            case START -> run.startDue;
        };
    }

    /** Whether a command is open that is more than a look aside. */
    private static boolean worked(RunWork run) {
        return run.command != null && !run.command.aside();
    }

    /** Whether a look decides about this ODP; others are looked at only to be counted. */
    private boolean inTurn(RunWork run) {
        boolean ofBatch = task.retrying ? run.batch <= task.batch : run.batch == task.batch;
        // In a window each is looked at in its slot.
        boolean pending = run.state == RunState.PENDING && (run.passedOver || !windowed());
        return run.targeted
                && ofBatch
                && run.lookedIn != task.lookSerial
                && (pending || run.state == RunState.FAILED && toRetry(run));
    }

    private boolean toRetry(RunWork run) {
        return task.retrying && (task.retryOnly == null || task.retryOnly.equals(run.odpId));
    }

    private void dispatch(RunWork run, Wave.Kind wave) {
        switch (wave) {
            case PRECHECK -> send(run, PRECHECK, 1, CommandKind.PROBE, "Looking at " + run.odpId);
            case LOOK ->
                probe(run, "Looking at " + run.odpId + (task.look > 1 ? " again" : "") + " before batch " + task.batch);
            case SETTLE -> probe(run, "Looking at " + run.odpId + " while batch " + task.batch + " settles");
            case RESTART, STOP -> restart(run);
            case WINDOW -> {
                if (run.slot == Slot.UNSETTLED) {
                    settleInSlot(run);
                } else if (run.lookedIn == task.lookSerial) {
                    restart(run);
                } else {
                    lookInSlot(run);
                }
            }
            case START -> {
                startDue(run, false);
                send(
                        run,
                        "START",
                        run.attempt,
                        CommandKind.START,
                        "Starting " + run.odpId + ", attempt " + run.attempt);
            }
            case ROLL_CALL -> {
                run.facts = null;
                send(run, "ROLL_CALL_" + task.round, 1, CommandKind.PROBE, "Calling " + run.odpId);
            }
        }
    }

    private void probe(RunWork run, String words) {
        send(run, "SETTLE_" + task.batch + "_" + task.look, 1, CommandKind.PROBE, words);
    }

    /** Takes an ODP down to restart it, in the way of the mode. */
    private void restart(RunWork run) {
        task.up(run, false);
        task.fell(run, false);
        run.passedOver = false;
        run.begun = task.draft.now();
        task.lastBegun = run.begun;
        switch (task.mode) {
            case RESTART -> {
                task.move(run, RunState.Cause.RESTART_IS_SENT);
                send(
                        run,
                        "BATCH_" + run.batch,
                        run.attempt,
                        CommandKind.HOT_RESTART,
                        "Hot restart of " + run.odpId + ", attempt " + run.attempt);
            }
            case FORCE_RESTART -> {
                task.move(run, RunState.Cause.STOP_IS_SENT);
                owes(run, true);
                send(run, "STOP", run.attempt, CommandKind.STOP, "Stopping " + run.odpId + ", attempt " + run.attempt);
            }
        }
    }

    private void send(RunWork run, String step, int attempt, CommandKind kind, String words) {
        task.wave = Objects.requireNonNull(task.wave).sentOne();
        send(run, new OpenCommand(step, attempt, kind, OpenCommand.Progress.SENT, true), words);
    }

    /** Sends a command; where a look aside is open, that is forgotten. */
    private void send(RunWork run, OpenCommand command, String words) {
        run.command = command;
        task.emit(PlanEvent.of(PlanEvent.Type.ODP_DISPATCHED, words)
                .odp(run.odpId)
                .step(command.step(), command.attempt())
                .batch(run.batch)
                .left(inWindow(command) ? timeLeft(task.batch, leftInWindow()) : null)
                .kind(command.kind()));
        task.send(run);
        task.draft.setTimer(task.timer(run, TimerKind.NUDGE), settings.resendInterval());
        task.draft.setTimer(task.timer(run, TimerKind.DEADLINE), settings.startWithin(command.kind()));
    }

    // ---- time left -------------------------------------------------------------------------------------------------

    private boolean inWindow(OpenCommand command) {
        return task.wave != null && task.wave.kind() == Wave.Kind.WINDOW && command.kind() != CommandKind.PROBE;
    }

    private int leftInWindow() {
        Wave wave = Objects.requireNonNull(task.wave);
        return wave.to() - wave.next() + wave.open();
    }

    /**
     * How long the task still takes, if it goes on as what was measured: for each turn of the slots one restart and one settling, then
     * the tail.
     *
     * @param inBatch ODPs of that batch that are still to be restarted
     * @return milliseconds; null: nothing was measured yet
     */
    private @Nullable Long timeLeft(int batch, int inBatch) {
        Pace pace = task.pace;
        if (pace == null || pace.samples() == 0) {
            return null;
        }
        BatchPlan plan = task.plan();
        long turns = turns(inBatch, plan.slots(batch));
        int last = plan.count();
        for (int next = batch + 1; next <= last; next++) {
            turns += turns(plan.size(next), plan.slots(next));
        }
        return turns * (pace.slotMillis() + task.batching.settleMillis()) + pace.tailMillis();
    }

    private long turns(int odps, int slots) {
        int atOnce = Math.max(1, Math.min(slots, settings.maxOpenCommands()));
        return (odps + atOnce - 1L) / atOnce;
    }

    /** How many ODPs of this batch, and of what is tried again, are still to be restarted; those being restarted are among them. */
    private int leftInBatch() {
        int left = 0;
        for (int place = first(); place < task.plan().to(task.batch); place++) {
            RunState state = task.at(PlanKey.Order.PLAN, place).state;
            left += state == RunState.RESTARTED || state == RunState.SERVING || state == RunState.SKIPPED ? 0 : 1;
        }
        return left;
    }

    // ---- windows ---------------------------------------------------------------------------------------------------

    /** Looks at an ODP before its restart and, where those that run are counted, at a share of the others: at all of them while each slot is used once. */
    private void lookInSlot(RunWork run) {
        task.look++;
        run.slot = Slot.LOOK;
        probe(run, "Looking at " + run.odpId + " before its restart");
        if (!counts()) {
            return;
        }
        int slots = slots();
        int room = Math.max(1, settings.maxOpenCommands() / slots - 1);
        int share = Math.min(room, (task.clusterOdps + slots - 1) / slots);
        for (int i = 0; i < share; i++) {
            RunWork other = task.at(PlanKey.Order.CLUSTER, task.aside);
            task.aside = (task.aside + 1) % task.clusterOdps;
            if (other.command == null && other.slot == null && !other.startDue) {
                String step = "SETTLE_" + task.batch + "_" + task.look;
                send(
                        other,
                        new OpenCommand(step, 1, CommandKind.PROBE, OpenCommand.Progress.SENT, false),
                        "Looking whether " + other.odpId + " runs");
            }
        }
    }

    /** Takes an ODP that was found fit in its slot down, unless something has come up since the look began. */
    private void goOnInSlot(RunWork run) {
        if (held(Wave.Kind.WINDOW)) {
            return;
        }
        if (task.suspects > 0 || !mayTakeDown(run)) {
            passOver(run, run.failure);
        } else {
            restart(run);
        }
    }

    private void passOver(RunWork run, @Nullable Failure failure) {
        run.failure = failure;
        run.passedOver = true;
        task.wave = Objects.requireNonNull(task.wave).leavingOne();
    }

    /** Keeps the slot until the ODP has stayed Running for a while, when others are to follow. */
    private void settleInSlot(RunWork run) {
        Wave wave = Objects.requireNonNull(task.wave);
        boolean more = wave.next() < wave.to() || task.batch < task.plan().count();
        if (task.batching.settleMillis() == 0 || !more) {
            run.slot = null;
            return;
        }
        run.settleLeftMillis = task.batching.settleMillis();
        run.unanswered = 0;
        waitInSlot(run);
    }

    private void waitInSlot(RunWork run) {
        run.slot = Slot.SETTLE;
        task.wave = Objects.requireNonNull(task.wave).heldOne();
        long pause = settings.lookAgainAfter().toMillis();
        if (run.settleLeftMillis > 0) {
            pause = Math.min(pause, run.settleLeftMillis);
            run.settleLeftMillis -= pause;
        }
        task.draft.setTimer(task.timer(run, TimerKind.SLOT), Duration.ofMillis(pause));
    }

    private void slotTimer(RunWork run) {
        run.slot = null;
        task.wave = Objects.requireNonNull(task.wave).endedOne();
        if (held(Wave.Kind.WINDOW)) {
            run.slot = Slot.UNSETTLED;
        } else if (!worked(run)) {
            task.look++;
            run.slot = Slot.SETTLE;
            probe(run, "Looking at " + run.odpId + " while it settles");
        } else if (run.settleLeftMillis > 0) {
            // Its old process still drains, so its agent watches it.
            waitInSlot(run);
        }
    }

    private void lookedInSlot(RunWork run, @Nullable OdpFacts facts, @Nullable Failure failure) {
        Slot slot = run.slot;
        run.slot = null;
        if (slot == Slot.LOOK) {
            assess(run, facts, failure);
            if (run.state == RunState.PENDING && run.lookedIn == task.lookSerial) {
                goOnInSlot(run);
            }
        } else if (facts != null && facts.running()) {
            run.unanswered = 0;
            if (run.settleLeftMillis > 0) {
                waitInSlot(run);
            }
        } else if (facts == null && ++run.unanswered < settings.looks()) {
            waitInSlot(run);
        } else {
            doesNotSettle(run, "SETTLE_" + task.batch + "_" + task.look, 1, notSettled(run, facts, failure));
        }
    }

    /** An ODP needs its slot no longer for being restarted. */
    private void slotIsDone(RunWork run) {
        if (run.begun != null) {
            task.pace = Pace.with(task.pace, Duration.between(run.begun, task.draft.now()));
            run.begun = null;
        }
        if (task.wave != null && task.wave.kind() == Wave.Kind.WINDOW) {
            settleInSlot(run);
        }
    }

    private void startInSlot(RunWork run) {
        if (task.wave != null && task.wave.kind() == Wave.Kind.WINDOW && run.startDue && run.command == null) {
            dispatch(run, Wave.Kind.START);
        }
    }

    // ---- those that are down by themselves -------------------------------------------------------------------------

    /** Notes that an ODP to which nothing is being done does not run any more. One that is still to be stopped and started is cured by that. */
    private void sawDown(RunWork run) {
        boolean waits = run.state == RunState.PENDING;
        boolean cured = task.mode == RestartMode.FORCE_RESTART && run.targeted && waits;
        if ((waits || run.state == RunState.RESTARTED) && !cured && !run.owesStart) {
            task.fell(run, true);
        }
    }

    /**
     * The monitor of an agent saw an ODP. That may hold a batch back, and never lets one go: one that is seen down is looked at by a
     * command before anything else begins.
     *
     * @return why it means nothing; null: it was taken in
     */
    @Nullable
    String observed(Input.OdpObserved seen) {
        RunWork run = task.run(seen.odpId());
        boolean restarting = switch (task.state) {
            case LOOKING, RESTARTING, STOPPING, STARTING, SETTLING, PAUSED, HALTED -> true;
            case WAITING,
                    PRECHECKING,
                    DRAINING,
                    ROLL_CALL,
                    CANCELLING,
                    CLOSED,
                    REJECTED,
                    PLANNED,
                    CANCELLED,
                    ABANDONED -> false;
        };
        if (run == null || !restarting) {
            return "Nothing of task " + task.taskId + " hangs on the status of " + seen.odpId();
        }
        if (seen.runs()) {
            return "That an ODP runs is taken from answers to commands alone";
        }
        if (!run.up || run.command != null) {
            return "What " + seen.odpId() + " is doing is known better";
        }
        task.up(run, false);
        sawDown(run);
        drive();
        return null;
    }

    private boolean noSlot() {
        return task.fallen > 0 && safeguards.freeSlots(slots(), task.fallen) <= 0;
    }

    /** Those that fell and do not come up again have failed; one that is no part of the task halts it. */
    private void giveUpFallen(boolean tooFewRun) {
        boolean noSlot = noSlot();
        for (int place = 0; task.fallen > 0 && place < task.clusterOdps; place++) {
            RunWork run = task.at(PlanKey.Order.CLUSTER, place);
            if (!run.fell || !noSlot && run.state != RunState.RESTARTED) {
                continue;
            }
            String seen = run.facts == null || run.facts.running() ? "not running" : run.facts.inWords();
            Failure failure = Failure.of(
                    FailureCategory.TARGET,
                    "ODP_FELL",
                    run.odpId
                            + (run.state == RunState.RESTARTED ? " was restarted, and then " : " ")
                            + "went down by itself: it is " + seen,
                    "Look at the ODP's log before further ones are restarted.");
            if (run.targeted) {
                fail(run, "SETTLE_" + task.batch + "_" + task.look, 1, failure);
            } else if (!task.haltWanted && !tooFewRun) {
                task.haltWanted = true;
                task.haltReason = Failure.of(
                        FailureCategory.TARGET,
                        TOO_FEW_WOULD_RUN,
                        failure.detail()
                                + "; it is not restarted by this task, and takes the place of one that may be down",
                        "Bring it up, then retry; or cancel.");
            }
        }
    }

    private void ended(Wave.Kind kind) {
        switch (kind) {
            case PRECHECK -> {
                if (task.ending == null) {
                    plan();
                } else {
                    next();
                }
            }
            case LOOK -> looked();
            case SETTLE -> settled();
            case RESTART, STOP, WINDOW, START -> next();
            case ROLL_CALL -> {
                if (task.ending == null) {
                    called();
                } else {
                    next();
                }
            }
        }
    }

    // ---- what follows ----------------------------------------------------------------------------------------------

    /** Decides what follows when no wave is open. What was stopped is started before anything else is asked. */
    private void next() {
        if (task.toStart > 0) {
            if (task.state != TaskState.CANCELLING) {
                task.enter(TaskState.Cause.ODPS_START);
            }
            if (task.phase != Phase.START) {
                task.phase(Phase.START, "What was stopped is being started");
            }
            boolean anywhere = task.ending != null || task.retrying;
            open(
                    Wave.Kind.START,
                    anywhere ? 0 : task.plan().from(task.batch),
                    task.plan().to(task.batch));
        } else if (task.ending != null) {
            endWhenQuiet();
        } else if (task.haltWanted) {
            halt();
        } else if (safeguards.pauseHolds(task.pauseWanted)) {
            pauseNow("Paused: nothing begins until somebody resumes the task");
        } else {
            switch (task.stage) {
                case LOOK -> look();
                case MAIN -> work();
                case FINISH -> finishBatch();
            }
        }
    }

    private void pauseNow(String words) {
        task.pauseWanted = true;
        task.enter(TaskState.Cause.PAUSE_TAKES_EFFECT);
        task.emit(PlanEvent.of(PlanEvent.Type.TASK_PAUSED, words).batch(task.batch));
    }

    private boolean windowIsOver() {
        return safeguards.windowIsOver(task.notAfter, task.draft.now());
    }

    /** Whether anything in a stretch of the plan is still to be restarted. */
    private boolean anyPending(int from, int to) {
        for (int place = from; place < to; place++) {
            if (task.at(PlanKey.Order.PLAN, place).state == RunState.PENDING) {
                return true;
            }
        }
        return false;
    }

    private void work() {
        if (!task.batchBegun
                && windowIsOver()
                && anyPending(first(), task.plan().to(task.batch))) {
            pauseNow("Paused: the window ended at " + task.notAfter + ", and batch " + task.batch + " of "
                    + task.plan().count() + " does not begin after it. " + AFTER_THE_WINDOW);
            return;
        }
        boolean windowed = windowed();
        boolean hot = task.mode == RestartMode.RESTART || windowed;
        task.enter(hot ? TaskState.Cause.BATCH_RESTARTS : TaskState.Cause.BATCH_STOPS);
        Phase phase = hot ? Phase.RESTART : Phase.STOP;
        if (task.phase != phase) {
            task.phase(phase, hot ? "ODPs are being restarted" : "ODPs are being stopped");
        }
        if (!task.batchBegun) {
            task.batchBegun = true;
            task.emit(PlanEvent.of(
                            PlanEvent.Type.BATCH_STARTED,
                            "Batch " + task.batch + " of " + task.plan().count() + " begins: "
                                    + Words.count(task.plan().size(task.batch), "ODP")
                                    + (windowed ? ", " + slots() + " at a time" : ""))
                    .left(timeLeft(task.batch, task.plan().size(task.batch)))
                    .batch(task.batch));
        }
        task.stage = Task.Stage.FINISH;
        if (windowed && task.lookSerial == 0) {
            // Nobody was looked at in a slot yet.
            task.lookSerial = 1;
        }
        Wave.Kind kind = windowed ? Wave.Kind.WINDOW : hot ? Wave.Kind.RESTART : Wave.Kind.STOP;
        open(kind, first(), task.plan().to(task.batch));
    }

    /** The place from which a wave of this batch looks for ODPs: what is tried again may lie in earlier batches. */
    private int first() {
        return task.retrying ? 0 : task.plan().from(task.batch);
    }

    private void finishBatch() {
        boolean last = task.batch == task.plan().count();
        if (task.batching.settleMillis() > 0 && !last && !windowed() && task.state != TaskState.SETTLING) {
            task.enter(TaskState.Cause.BATCH_SETTLES);
            task.settleLeftMillis = task.batching.settleMillis();
            task.looksLeft = settings.looks();
            settleOn();
            return;
        }
        if (task.batchBegun) {
            task.batchBegun = false;
            task.emit(PlanEvent.of(PlanEvent.Type.BATCH_FINISHED, "Batch " + task.batch + " is done")
                    .left(timeLeft(task.batch, 0))
                    .batch(task.batch));
        }
        task.retrying = false;
        task.retryOnly = null;
        if (task.batch < task.plan().count()) {
            task.batch++;
            task.look = 0;
            if (task.batch == 2 && task.batching.pauseAfterFirst()) {
                task.stage = Task.Stage.LOOK;
                pauseNow(
                        "Paused after the first batch, as was asked for: look at it, then resume the task or cancel it");
            } else {
                look();
            }
        } else if (task.draining > 0) {
            task.enter(TaskState.Cause.OLD_PROCESSES_DRAIN);
            task.phase(
                    Phase.DRAIN,
                    "All new processes serve; old ones still finish connections at "
                            + Words.count(task.draining, "ODP"));
        } else {
            callTheRoll();
        }
    }

    // ---- settling --------------------------------------------------------------------------------------------------

    /** Waits a part of the time for which the batch must stay Running; what was not reached is looked at again in any case. */
    private void settleOn() {
        long pause = settings.lookAgainAfter().toMillis();
        if (task.settleLeftMillis > 0) {
            pause = Math.min(pause, task.settleLeftMillis);
            task.settleLeftMillis -= pause;
        }
        task.draft.setTimer(task.timer(null, TimerKind.TASK), Duration.ofMillis(pause));
    }

    private void lookWhetherItSettles() {
        task.look++;
        task.looksLeft--;
        task.unfit = 0;
        open(Wave.Kind.SETTLE, task.plan().from(task.batch), task.plan().to(task.batch));
    }

    private void settled() {
        if (task.ending != null || task.haltWanted || task.pauseWanted) {
            next();
        } else if (task.unfit > 0 || task.settleLeftMillis > 0) {
            if (task.unfit == 0) {
                task.looksLeft = settings.looks();
            }
            settleOn();
        } else {
            finishBatch();
        }
    }

    private void assessSettling(RunWork run, @Nullable OdpFacts facts, @Nullable Failure failure) {
        if (facts != null && facts.running()) {
            return;
        }
        if (facts == null && task.looksLeft > 0) {
            task.unfit++;
            run.failure = failure;
            return;
        }
        doesNotSettle(run, "SETTLE_" + task.batch + "_" + task.look, 1, notSettled(run, facts, failure));
    }

    private Failure notSettled(RunWork run, @Nullable OdpFacts facts, @Nullable Failure failure) {
        String seen =
                facts != null ? "it is " + facts.inWords() : failure == null ? "nothing is known" : failure.detail();
        return Failure.of(
                facts != null || failure == null ? FailureCategory.TARGET : failure.category(),
                DID_NOT_SETTLE,
                run.odpId + " of batch " + run.batch + " did not stay Running for " + Words.of(task.batching.settle())
                        + ": " + seen,
                "Look at the ODP's log before the others are restarted too.");
    }

    private void doesNotSettle(RunWork run, String step, int attempt, Failure failure) {
        fail(run, step, attempt, failure);
        task.haltWanted = true;
        task.haltReason = failure;
    }

    // ---- halting and ending ----------------------------------------------------------------------------------------

    private void halt() {
        Failure reason = task.haltReason;
        if (reason == null) {
            task.enter(TaskState.Cause.BUDGET_IS_EXCEEDED);
        } else if (reason.code().equals(NOT_STARTED)) {
            task.enter(TaskState.Cause.ODP_DOES_NOT_START);
        } else if (reason.code().equals(TOO_FEW_WOULD_RUN)) {
            task.enter(TaskState.Cause.TOO_FEW_WOULD_RUN);
        } else {
            task.enter(TaskState.Cause.BATCH_DOES_NOT_SETTLE);
        }
        task.haltWanted = false;
        task.haltReason = null;
        task.pauseWanted = false;
        Failure failure = reason == null ? task.lastFailure : reason;
        if (reason != null) {
            task.emit(PlanEvent.of(
                            PlanEvent.Type.TASK_HALTED,
                            "Halted: " + reason.detail() + ". Retry, skip what failed, or cancel.")
                    .failure(reason)
                    .batch(task.batch));
            task.draft.setTimer(task.timer(null, TimerKind.TASK), settings.haltedTimeout());
            return;
        }
        task.emit(PlanEvent.of(
                        PlanEvent.Type.TASK_HALTED,
                        tooManyFailed() || failure == null
                                ? "Halted: " + Words.count(task.failures, "ODP") + " failed, and at most "
                                        + task.batching.maxFailures() + " may"
                                        + (failure == null ? "" : ". Last: " + failure.detail())
                                        + ". Retry, skip the failed ones, or cancel."
                                : "Halted: " + failure.detail() + ". It runs again since. Retry to go on, or cancel.")
                .failure(failure)
                .batch(task.batch));
        task.draft.setTimer(task.timer(null, TimerKind.TASK), settings.haltedTimeout());
    }

    private void endWhenQuiet() {
        if (task.draining > 0 || task.draft.get(new PlanKey.TimerKey(task.timer(null, TimerKind.TASK))) != null) {
            return;
        }
        if (task.owed > 0 && task.startRounds < settings.looks() - 1) {
            task.startRounds++;
            task.draft.setTimer(task.timer(null, TimerKind.TASK), settings.lookAgainAfter());
            return;
        }
        String down = stillDown();
        if (task.ending == Task.Ending.ABANDON) {
            task.enter(TaskState.Cause.GIVING_UP_IS_DONE);
            task.emit(PlanEvent.of(
                            PlanEvent.Type.TASK_ABANDONED,
                            "Nobody decided within " + Words.of(settings.haltedTimeout())
                                    + ": the task is given up and the cluster is free" + down)
                    .failure(task.lastFailure));
            task.end("ended, because it was halted for too long");
        } else {
            task.enter(TaskState.Cause.CANCEL_IS_DONE);
            task.emit(PlanEvent.of(
                    PlanEvent.Type.TASK_CANCELLED,
                    "Cancelled: nothing further is begun, and what was stopped has been told to start" + down));
            task.end("CANCELLED");
        }
    }

    /** Tells everything that was stopped and is not known to run to start, once more. */
    private void startOwed() {
        for (int place = 0; task.owed > task.toStart && place < task.targeted; place++) {
            RunWork run = task.at(PlanKey.Order.PLAN, place);
            if (run.owesStart && !run.startDue) {
                run.attempt++;
                startDue(run, true);
            }
        }
    }

    private String stillDown() {
        List<OdpId> down = new ArrayList<>();
        for (int place = 0; down.size() < task.owed && place < task.targeted; place++) {
            RunWork run = task.at(PlanKey.Order.PLAN, place);
            if (run.owesStart) {
                down.add(run.odpId);
            }
        }
        return down.isEmpty()
                ? ""
                : ". Not known to run again: " + Words.names(down) + ". Look at their logs and start them by hand";
    }

    // ---- precheck and plan -----------------------------------------------------------------------------------------

    private void plan() {
        List<RunWork> cluster = new ArrayList<>();
        List<RunWork> targeted = new ArrayList<>();
        for (int place = 0; place < task.clusterOdps; place++) {
            RunWork run = task.at(PlanKey.Order.CLUSTER, place);
            cluster.add(run);
            if (run.targeted) {
                targeted.add(run);
            }
        }
        PrecheckRule.Seen precheck = new PrecheckRule.Seen(
                task.mode,
                settings.minHotRestartVersion(),
                task.heard,
                task.minimum(),
                List.copyOf(cluster),
                List.copyOf(targeted));
        List<Rejection> rejections = PrecheckRule.refusals(precheck);
        List<RuleVerdict> verdicts = task.dryRun ? PrecheckRule.verdicts(precheck) : List.of();
        if (!rejections.isEmpty()) {
            task.enter(TaskState.Cause.RULES_REFUSED);
            task.emit(PlanEvent.of(
                            PlanEvent.Type.TASK_REJECTED,
                            "Refused, and nothing was touched: "
                                    + rejections.get(0).detail()
                                    + (rejections.size() > 1
                                            ? " And " + Words.count(rejections.size() - 1, "further reason") + "."
                                            : ""))
                    .task(task.epoch, task.mode, task.dryRun, task.requestedBy)
                    .verdicts(verdicts)
                    .rejections(rejections));
            task.end("REJECTED");
            return;
        }
        List<RunWork> order = RestartOrder.of(task.mode, targeted, task.batching.byZone());
        task.zoneEnds = safeguards.zonesAreKeptApart(task.batching.byZone()) ? RestartOrder.zoneEnds(order) : List.of();
        // Those that are down are brought up first, and count from then on.
        int up = task.running + (int) targeted.stream().filter(run -> !run.up).count();
        BatchPlan batches = BatchPlan.of(
                task.batching.sizesFor(task.mode),
                task.targeted,
                Math.max(1, up - task.minimum()),
                task.zoneEnds,
                task.batching.window());
        task.batchSteps = batches.steps();
        int place = 0;
        int batch = 1;
        int end = batches.to(1);
        for (RunWork run : order) {
            if (place == end) {
                batch++;
                end = batches.to(batch);
            }
            run.batch = batch;
            run.baseline = run.facts == null ? null : run.facts.process();
            run.failure = null;
            task.draft.put(new PlanKey.PlaceKey(task.taskId, PlanKey.Order.PLAN, place), run.odpId);
            place++;
            task.emit(PlanEvent.of(PlanEvent.Type.ODP_PLANNED, "ODP " + run.odpId + " goes in batch " + batch)
                    .odp(run.odpId)
                    .batch(batch)
                    .facts(run.facts));
        }
        task.emit(PlanEvent.of(
                        PlanEvent.Type.TASK_PLANNED,
                        "Planned: " + Words.count(task.targeted, "ODP") + " in " + batches.count()
                                + (batches.count() == 1 ? " batch" : " batches")
                                + (batches.windowed(batches.count())
                                        ? ", the last in a window of " + batches.slots(batches.count())
                                        : ""))
                .odpCount(task.targeted)
                .left(timeLeft(1, batches.size(1)))
                .verdicts(verdicts)
                .batchSizes(batches.sizes()));
        if (task.dryRun) {
            task.enter(TaskState.Cause.DRY_RUN_PLANNED);
            task.end("PLANNED, being a dry run");
            return;
        }
        task.batch = 1;
        task.stage = Task.Stage.MAIN;
        next();
    }

    // ---- looks -----------------------------------------------------------------------------------------------------

    /** Looks at the batch anew, because what was seen of it has aged. */
    private void look() {
        if (task.state != TaskState.LOOKING) {
            task.enter(TaskState.Cause.BATCH_IS_NEXT);
        }
        task.lookSerial++;
        task.looksLeft = settings.looks();
        lookOnce();
    }

    private void lookOnce() {
        task.look++;
        task.looksLeft--;
        task.unfit = 0;
        task.lookForFallen = task.fallen > 0;
        if (counts()) {
            // All are counted anew each time, also those that were found fit before.
            task.lookSerial++;
            task.takeable = 0;
            task.downAlready = 0;
        }
        if (counts() || task.lookForFallen) {
            open(Wave.Kind.LOOK, 0, task.clusterOdps);
        } else {
            open(Wave.Kind.LOOK, first(), task.plan().to(task.batch));
        }
    }

    /** Whether the look found ODPs to take down, none that is down already, and not enough others that run. */
    private boolean tooFewRun() {
        return task.minimum() > 0
                && task.takeable > 0
                && task.downAlready == 0
                && !safeguards.mayTakeDown(task.running, task.minimum());
    }

    private void looked() {
        boolean again = task.unfit > 0 || task.suspects > 0 || tooFewRun() || noSlot();
        if (task.ending == null && again && task.toStart > 0) {
            // A START does not wait for others to become fit; they are looked at again after it.
            task.stage = Task.Stage.LOOK;
            task.retryOnly = NOBODY;
            next();
            return;
        }
        if (task.ending == null && !task.pauseWanted && again && task.looksLeft > 0) {
            task.draft.setTimer(task.timer(null, TimerKind.TASK), settings.lookAgainAfter());
            return;
        }
        task.stage = Task.Stage.MAIN;
        task.haltWanted = false;
        if (task.ending == null && again && !task.pauseWanted) {
            giveUpFallen(tooFewRun());
        }
        task.haltWanted |= tooManyFailed();
        if (tooFewRun() && !task.haltWanted && !task.pauseWanted) {
            task.haltWanted = true;
            task.haltReason = Failure.of(
                    FailureCategory.TARGET,
                    TOO_FEW_WOULD_RUN,
                    "of " + Words.count(task.clusterOdps, "ODP") + " " + task.running + " run, and "
                            + task.minimum() + " must keep running (batching.minRunning), so that none of batch "
                            + task.batch + " may be taken down",
                    "Bring up those that do not run, then retry; or cancel.");
        }
        next();
    }

    /** What a look tells about an ODP: still to be restarted, restarted already, to be started, or not fit. */
    private void assess(RunWork run, @Nullable OdpFacts facts, @Nullable Failure failure) {
        boolean failedBefore = run.state == RunState.FAILED;
        if (facts == null) {
            notFit(
                    run,
                    failure == null
                            ? Failure.of(
                                    FailureCategory.UNKNOWN,
                                    "NO_FACTS",
                                    "The look at " + run.odpId + " told nothing about it",
                                    "Look at the log of the agent, then retry.")
                            : failure);
        } else if (facts.runningAnew(run.baseline) && !facts.hasVersion(task.expectedVersion)) {
            owes(run, false);
            startDue(run, false);
            notFit(run, otherVersion(run, facts));
        } else if (facts.runningAnew(run.baseline)) {
            owes(run, false);
            startDue(run, false);
            restarted(run);
            run.lookedIn = task.lookSerial;
        } else if (facts.running()) {
            owes(run, false);
            startDue(run, false);
            tryAgain(run, failedBefore ? RunState.Cause.RUNS_AS_BEFORE : null);
        } else if (facts.state() == OdpState.STOPPED && failedBefore) {
            tryAgain(run, RunState.Cause.IS_FOUND_STOPPED);
            owes(run, true);
            startDue(run, true);
        } else if (task.mode == RestartMode.FORCE_RESTART && !failedBefore) {
            tryAgain(run, null);
        } else {
            notFit(
                    run,
                    Failure.of(
                            FailureCategory.TARGET,
                            "ODP_NOT_RUNNING",
                            failedBefore
                                    ? run.odpId + " is " + facts.inWords()
                                            + ": a process is there that does not serve, so it is neither restarted nor started"
                                    : run.odpId + " is " + facts.inWords() + " before its turn, by itself",
                            "Look at the ODP's log; when it runs or is stopped for good, retry. Or skip it."));
        }
    }

    /** @param found how it was found that had failed; null: it waits for its turn as before */
    private void tryAgain(RunWork run, RunState.@Nullable Cause found) {
        if (found != null) {
            task.failures--;
            run.attempt++;
            run.failure = null;
            task.move(run, found);
        }
        run.lookedIn = task.lookSerial;
        if (run.state == RunState.PENDING) {
            if (run.up) {
                task.takeable++;
            } else {
                task.downAlready++;
            }
        }
    }

    private boolean tooManyFailed() {
        return safeguards.exceedsBudget(
                task.failures,
                task.batching.maxFailures(),
                task.lastFailure == null ? FailureCategory.UNKNOWN : task.lastFailure.category());
    }

    private void notFit(RunWork run, Failure failure) {
        String step = "SETTLE_" + task.batch + "_" + task.look;
        if (run.state == RunState.FAILED) {
            run.lookedIn = task.lookSerial;
            run.failure = failure;
            task.lastFailure = failure;
            sayFailed(run, step, 1, failure);
        } else if (task.wave != null && task.wave.kind() == Wave.Kind.WINDOW) {
            passOver(run, failure);
        } else if (task.looksLeft > 0) {
            task.unfit++;
            run.failure = failure;
        } else {
            run.lookedIn = task.lookSerial;
            fail(run, step, 1, failure);
        }
    }

    // ---- results ---------------------------------------------------------------------------------------------------

    /** @return why the result means nothing any more; null: it was taken in */
    @Nullable
    String result(Input.OdpResult result) {
        RunWork run = task.run(result.odpId());
        if (run == null) {
            return "The task has no ODP " + result.odpId();
        }
        OpenCommand command = run.command;
        if (command == null || !safeguards.answers(command, result) || task.epoch != result.epoch()) {
            return "No command " + result.step() + " attempt " + result.attempt() + " of epoch " + result.epoch()
                    + " is open for " + result.odpId();
        }
        heard(command);
        switch (result.type()) {
            case ACCEPTED -> {
                if (command.progress() == OpenCommand.Progress.SENT) {
                    run.command = command.at(OpenCommand.Progress.ACCEPTED);
                }
                task.draft.setTimer(task.timer(run, TimerKind.NUDGE), settings.silence());
            }
            case STARTED, PROGRESS, DRAINED -> working(run, command);
            case SERVING -> serving(run, command, result.facts());
            case SUCCEEDED -> succeeded(run, command, result.facts());
            case FAILED ->
                failed(
                        run,
                        command,
                        result.facts(),
                        result.failure() == null
                                ? Failure.of(
                                        FailureCategory.UNKNOWN,
                                        "NO_REASON",
                                        command.kind() + " of " + run.odpId + " failed, and the agent did not say why",
                                        "Look at the log of the agent.")
                                : result.failure(),
                        true);
        }
        if (task.wave == null && !command.aside()) {
            afterDraining();
        }
        drive();
        return null;
    }

    private void heard(OpenCommand command) {
        if (command.progress() == OpenCommand.Progress.SENT && task.state == TaskState.PRECHECKING) {
            task.heard++;
        }
    }

    private void working(RunWork run, OpenCommand command) {
        if (command.progress().compareTo(OpenCommand.Progress.STARTED) < 0) {
            run.command = command.at(OpenCommand.Progress.STARTED);
            task.draft.setTimer(
                    task.timer(run, TimerKind.DEADLINE),
                    settings.runWithin(command.kind()).plus(settings.runGrace()));
        }
        task.draft.setTimer(task.timer(run, TimerKind.NUDGE), settings.silence());
    }

    private void serving(RunWork run, OpenCommand command, @Nullable OdpFacts facts) {
        task.draft.setTimer(task.timer(run, TimerKind.NUDGE), settings.silence());
        if (command.kind() != CommandKind.HOT_RESTART || command.progress() == OpenCommand.Progress.SERVING) {
            return;
        }
        task.draft.setTimer(
                task.timer(run, TimerKind.DEADLINE), DrainTime.of(task, run).plus(settings.runGrace()));
        if (facts != null) {
            run.facts = facts;
        }
        task.up(run, facts == null || facts.running());
        task.move(run, RunState.Cause.NEW_PROCESS_SERVES);
        run.command = command.at(OpenCommand.Progress.SERVING);
        if (task.batching.drain() == DrainPolicy.OVERLAP) {
            run.command = run.command.outOfWave();
            task.wave = Objects.requireNonNull(task.wave).endedOne();
            task.draining++;
            slotIsDone(run);
        }
    }

    private void close(RunWork run, OpenCommand command) {
        run.command = null;
        task.draft.cancelTimer(task.timer(run, TimerKind.NUDGE));
        task.draft.cancelTimer(task.timer(run, TimerKind.DEADLINE));
        if (command.inWave()) {
            task.wave = Objects.requireNonNull(task.wave).endedOne();
        } else if (!command.aside()) {
            task.draining--;
        }
    }

    private void succeeded(RunWork run, OpenCommand command, @Nullable OdpFacts facts) {
        Wave.@Nullable Kind wave = task.wave == null ? null : task.wave.kind();
        close(run, command);
        if (facts != null) {
            run.facts = facts;
        }
        switch (command.kind()) {
            case PROBE -> {
                seen(run, facts != null && facts.running());
                probed(run, command, wave, facts, null, true);
            }
            case HOT_RESTART -> {
                task.up(run, facts == null || facts.running());
                restarted(run);
                if (command.inWave()) {
                    slotIsDone(run);
                }
            }
            case STOP -> {
                task.move(run, RunState.Cause.STOP_IS_DONE);
                startDue(run, true);
                startInSlot(run);
            }
            case START -> {
                task.up(run, facts == null || facts.running());
                owes(run, false);
                boolean anew =
                        facts == null || facts.runningAnew(run.baseline) && facts.hasVersion(task.expectedVersion);
                if (run.state == RunState.STOPPED || run.state == RunState.FAILED && facts != null && anew) {
                    restarted(run);
                    slotIsDone(run);
                }
            }
        }
    }

    /** What a look says of an ODP; one that ran and was not meant to go down fell. */
    private void seen(RunWork run, boolean runs) {
        boolean ran = run.up;
        task.up(run, runs);
        if (ran && !runs && !inTurn(run)) {
            sawDown(run);
        }
    }

    private void failed(RunWork run, OpenCommand command, @Nullable OdpFacts facts, Failure failure, boolean byResult) {
        Wave.@Nullable Kind wave = task.wave == null ? null : task.wave.kind();
        close(run, command);
        if (facts != null) {
            run.facts = facts;
        }
        boolean runs = safeguards.runsAfterFailure(facts);
        if (command.kind() == CommandKind.PROBE) {
            seen(run, runs);
        } else {
            task.up(run, runs);
        }
        switch (command.kind()) {
            case PROBE -> probed(run, command, wave, null, failure, byResult);
            case HOT_RESTART -> {
                boolean settlesInSlot = run.slot == Slot.SETTLE;
                if (settlesInSlot) {
                    task.draft.cancelTimer(task.timer(run, TimerKind.SLOT));
                    task.wave = Objects.requireNonNull(task.wave).endedOne();
                }
                if (command.inWave() && leftDown(facts, failure)) {
                    owes(run, true);
                    startDue(run, true);
                }
                boolean settles = settlesInSlot || task.state == TaskState.SETTLING && run.batch == task.batch;
                if (settles) {
                    doesNotSettle(run, command.step(), command.attempt(), failure);
                } else {
                    fail(run, command.step(), command.attempt(), failure);
                }
            }
            case STOP -> {
                // Perhaps it is down, also when this answer says that nothing was touched: an earlier sending of the
                // same command may
                // have reached an agent that has died since. Where it runs, the START finds that out and does nothing.
                boolean owesStart = safeguards.failedStopOwesStart();
                owes(run, owesStart);
                startDue(run, owesStart);
                fail(run, command.step(), command.attempt(), failure);
                task.haltWanted = true;
            }
            case START -> {
                if (runs) {
                    owes(run, false);
                }
                if (run.state == RunState.STOPPED) {
                    fail(run, command.step(), command.attempt(), failure);
                } else {
                    sayFailed(run, command.step(), command.attempt(), failure);
                }
                if (!runs && run.state == RunState.FAILED && !tooManyFailed()) {
                    // The budget bears failures, but not that what this task stopped stays down unseen.
                    task.haltWanted = true;
                    task.haltReason = Failure.of(
                            failure.category(),
                            NOT_STARTED,
                            run.odpId + " was stopped by this task and is not known to run again: " + failure.detail(),
                            failure.advice());
                }
            }
        }
        startInSlot(run);
    }

    /** Whether a hot restart that was begun left no process: that is as if it had been stopped. */
    private static boolean leftDown(@Nullable OdpFacts facts, Failure failure) {
        return facts != null
                && facts.state() == OdpState.STOPPED
                && failure.category() != FailureCategory.REFUSED
                && failure.category() != FailureCategory.CHANGED;
    }

    private void probed(
            RunWork run,
            OpenCommand command,
            Wave.@Nullable Kind wave,
            @Nullable OdpFacts facts,
            @Nullable Failure failure,
            boolean byResult) {
        if (command.aside()) {
            return;
        }
        switch (Objects.requireNonNull(wave)) {
            case PRECHECK -> run.failure = failure;
            case LOOK -> {
                if (inTurn(run)) {
                    assess(run, facts, failure);
                }
            }
            case SETTLE -> assessSettling(run, facts, failure);
            case WINDOW -> lookedInSlot(run, facts, failure);
            case ROLL_CALL -> {
                if (byResult) {
                    task.answered++;
                }
                if (!run.answersTheRoll(task.expectedVersion) && mayComeUp(run)) {
                    task.missing++;
                }
                if (failure != null) {
                    run.failure = failure;
                }
            }
            case RESTART, STOP, START -> throw new IllegalStateException("A wave of " + wave + " sends no probes");
        }
    }

    private void restarted(RunWork run) {
        if (run.state == RunState.FAILED) {
            task.failures--;
        }
        task.move(run, RunState.Cause.RUNS_ANEW);
        run.passedOver = false;
        run.failure = null;
    }

    private void fail(RunWork run, String step, int attempt, Failure failure) {
        task.fell(run, false);
        run.slot = null;
        run.begun = null;
        run.passedOver = false;
        task.move(run, RunState.Cause.FAILS);
        run.failure = failure;
        task.failures++;
        task.lastFailure = failure;
        sayFailed(run, step, attempt, failure);
        if (tooManyFailed()) {
            task.haltWanted = true;
        }
    }

    private void sayFailed(RunWork run, String step, int attempt, Failure failure) {
        task.emit(PlanEvent.of(PlanEvent.Type.ODP_FAILED, failure.detail())
                .odp(run.odpId)
                .step(step, attempt)
                .batch(run.batch)
                .failure(failure));
    }

    private void owes(RunWork run, boolean owes) {
        if (run.owesStart != owes) {
            run.owesStart = owes;
            task.owed += owes ? 1 : -1;
        }
    }

    private void startDue(RunWork run, boolean due) {
        if (run.startDue != due) {
            run.startDue = due;
            task.toStart += due ? 1 : -1;
        }
    }

    /** Goes on when a result without a wave, that of a draining ODP, was what the task waited for. */
    private void afterDraining() {
        if (task.state == TaskState.DRAINING) {
            if (task.haltWanted) {
                halt();
            } else if (task.draining == 0) {
                callTheRoll();
            }
        } else if (task.state == TaskState.CANCELLING || task.state == TaskState.SETTLING && task.haltWanted) {
            next();
        }
    }

    // ---- timers ----------------------------------------------------------------------------------------------------

    void due(Timer.Id timer) {
        switch (timer.kind()) {
            case NUDGE -> nudge(Objects.requireNonNull(task.run(Objects.requireNonNull(timer.odpId()))));
            case DEADLINE -> overdue(Objects.requireNonNull(task.run(Objects.requireNonNull(timer.odpId()))));
            case SLOT -> slotTimer(Objects.requireNonNull(task.run(Objects.requireNonNull(timer.odpId()))));
            case TASK -> taskTimer();
        }
        drive();
    }

    private void nudge(RunWork run) {
        OpenCommand command = Objects.requireNonNull(run.command);
        task.send(run);
        task.draft.setTimer(
                task.timer(run, TimerKind.NUDGE),
                command.progress() == OpenCommand.Progress.SENT ? settings.resendInterval() : settings.silence());
    }

    private void overdue(RunWork run) {
        OpenCommand command = Objects.requireNonNull(run.command);
        switch (command.progress()) {
            case SENT ->
                failed(
                        run,
                        command,
                        null,
                        Failure.of(
                                FailureCategory.UNREACHABLE,
                                "NO_AGENT",
                                "No agent took up " + command.kind() + " of " + run.odpId + " within "
                                        + Words.of(settings.startWithin(command.kind())),
                                "Check that an agent-service runs and reads odp.commands.v1."),
                        false);
            case ACCEPTED ->
                failed(
                        run,
                        command,
                        null,
                        Failure.of(
                                FailureCategory.TIMED_OUT,
                                "START_OVERDUE",
                                "An agent took up " + command.kind() + " of " + run.odpId + " but did not begin within "
                                        + Words.of(settings.startWithin(command.kind())),
                                "The agents may be overloaded or gone. Look at their logs, then retry."),
                        false);
            case STARTED ->
                failed(
                        run,
                        command,
                        null,
                        Failure.of(
                                FailureCategory.TIMED_OUT,
                                "RUN_OVERDUE",
                                command.kind() + " of " + run.odpId + " did not end within "
                                        + Words.of(settings.runWithin(command.kind())
                                                .plus(settings.runGrace()))
                                        + "; what became of it is unknown",
                                "Retry: the ODP is looked at first, and is not restarted again if it already was."),
                        false);
            case SERVING -> {
                // The new process serves; that the old one is still there is told at the roll call.
                close(run, command);
                restarted(run);
                task.stragglerCount++;
                if (task.stragglers.size() < MAX_STRAGGLERS_NAMED) {
                    task.stragglers.add(run.odpId);
                }
            }
        }
        if (task.wave == null) {
            afterDraining();
        }
    }

    private void taskTimer() {
        switch (task.state) {
            case WAITING -> beginInTime();
            case LOOKING -> lookOnce();
            case SETTLING -> lookWhetherItSettles();
            case HALTED -> end(Task.Ending.ABANDON, TaskState.Cause.PATIENCE_ENDS);
            case CANCELLING -> {
                startOwed();
                next();
            }
            case ROLL_CALL -> callRound();
            case CLOSED -> task.end("closed, and no verdict came within " + Words.of(settings.freeAfter()));
            case PRECHECKING,
                    RESTARTING,
                    STOPPING,
                    STARTING,
                    DRAINING,
                    PAUSED,
                    REJECTED,
                    PLANNED,
                    CANCELLED,
                    ABANDONED -> throw new IllegalStateException("No timer runs for a task that is " + task.state);
        }
    }

    // ---- roll call -------------------------------------------------------------------------------------------------

    private void callTheRoll() {
        task.enter(TaskState.Cause.ROLL_IS_CALLED);
        task.phase(Phase.ROLL_CALL, "All restarts have ended: every targeted ODP is called");
        task.rollCallLeftMillis = settings.rollCallWithin().toMillis();
        callRound();
    }

    private void callRound() {
        task.round++;
        task.answered = 0;
        task.missing = 0;
        String stillDraining = task.stragglerCount == 0
                ? ""
                : ". Old processes may still drain at " + Words.names(task.stragglers)
                        + (task.stragglerCount > task.stragglers.size()
                                ? " and " + (task.stragglerCount - task.stragglers.size()) + " more"
                                : "");
        task.emit(PlanEvent.of(PlanEvent.Type.ROLL_CALL_STARTED, "Roll call " + task.round + stillDraining)
                .round(task.round));
        open(Wave.Kind.ROLL_CALL, 0, task.targeted);
    }

    /** Whether it is worth while to call an ODP again that did not answer: one that was given up before is not. */
    private boolean mayComeUp(RunWork run) {
        boolean otherVersion =
                run.facts != null && run.facts.runningAnew(run.baseline) && !run.facts.hasVersion(task.expectedVersion);
        boolean givenUp = otherVersion || run.state == RunState.FAILED || run.state == RunState.SKIPPED;
        boolean coming = run.facts != null
                && (run.facts.state() == OdpState.STARTING || run.facts.state() == OdpState.RESTARTING);
        return coming || !givenUp;
    }

    private void called() {
        long pause = settings.lookAgainAfter().toMillis();
        if (task.missing > 0 && task.rollCallLeftMillis >= pause) {
            task.rollCallLeftMillis -= pause;
            task.draft.setTimer(task.timer(null, TimerKind.TASK), Duration.ofMillis(pause));
            return;
        }
        String step = "ROLL_CALL_" + task.round;
        for (int place = 0; place < task.targeted; place++) {
            RunWork run = task.at(PlanKey.Order.PLAN, place);
            if (!run.answersTheRoll(task.expectedVersion)) {
                sayFailed(run, step, 1, absence(run));
            }
        }
        if (task.pace != null && task.lastBegun != null) {
            Duration sinceLast = Duration.between(task.lastBegun, task.draft.now());
            task.pace = task.pace.withTail(sinceLast.minusMillis(task.pace.slotMillis()));
        }
        task.enter(TaskState.Cause.ROLL_IS_COMPLETE);
        task.emit(PlanEvent.of(
                        PlanEvent.Type.ROLL_CALL_CLOSED,
                        "The roll call is closed: results of " + task.answered + " of "
                                + Words.count(task.targeted, "ODP") + " were seen")
                .round(task.round)
                .odpCount(task.targeted)
                .answered(task.answered));
        task.draft.setTimer(task.timer(null, TimerKind.TASK), settings.freeAfter());
    }

    private Failure absence(RunWork run) {
        OdpFacts facts = run.facts;
        if (facts == null) {
            return run.failure != null
                    ? run.failure
                    : Failure.of(
                            FailureCategory.UNKNOWN,
                            "NO_FACTS",
                            "Nothing is known about " + run.odpId + " at the roll call",
                            "Look at the log of the agent.");
        }
        if (!facts.running()) {
            return Failure.of(
                    FailureCategory.TARGET,
                    "ODP_NOT_RUNNING",
                    run.odpId + " is " + facts.inWords() + " at the roll call",
                    "Look at the ODP's log and start it; then restart it by itself if it is still wanted.");
        }
        if (!facts.runningAnew(run.baseline)) {
            return Failure.of(
                    FailureCategory.TARGET,
                    "NOT_RESTARTED",
                    run.odpId + " still runs in the process that it had before",
                    "Ask for a restart of this ODP alone.");
        }
        if (!facts.hasVersion(task.expectedVersion)) {
            return otherVersion(run, facts);
        }
        return Failure.of(
                FailureCategory.TARGET,
                "SETTINGS_NOT_RESTORED",
                run.odpId + " runs in a new process, but settings that were changed for the restart have not their old"
                        + " values again",
                "The next command for this ODP restores them; or set them by hand (SHOW PROXYCONFIG LIKE 'hot_upgrade%').");
    }

    private Failure otherVersion(RunWork run, OdpFacts facts) {
        return Failure.of(
                FailureCategory.TARGET,
                "OTHER_VERSION",
                run.odpId + " was restarted and runs, but "
                        + (facts.version() == null ? "in an unknown version" : "in version " + facts.version())
                        + ", and " + task.expectedVersion + " is expected",
                "Look which binary its home has. It is not restarted again by this task: skip it, or cancel the task;"
                        + " then mend the home and ask for a restart of this ODP.");
    }

    // ---- controls --------------------------------------------------------------------------------------------------

    /** @return why it is refused, in words; null: it was applied */
    @Nullable
    String control(Input.TaskControlRequested control) {
        ControlKind kind = Objects.requireNonNull(control.control());
        String refusal = refusal(control, kind);
        if (refusal != null) {
            return refusal;
        }
        switch (kind) {
            case PAUSE -> pause(control);
            case RESUME -> resume(control);
            case RETRY -> retry(control);
            case SKIP -> skip(control);
            case CANCEL -> cancel(control);
        }
        drive();
        return null;
    }

    private @Nullable String refusal(Input.TaskControlRequested control, ControlKind kind) {
        if (control.planVersion() != null && safeguards.isOutdated(control.planVersion(), task.planVersion)) {
            return "Expected to " + kind.verb() + " task '" + task.taskId + "' as it was at version "
                    + control.planVersion() + " of its plan, but it is at version " + task.planVersion + " and "
                    + task.state + ". Look at it and decide again.";
        }
        String refused = expected(kind.verb()) + Controls.advice(kind, task.state);
        return switch (Controls.legal(kind, task.state)) {
            case ALWAYS -> null;
            case NEVER -> refused;
            case UNLESS_PAUSING ->
                task.dryRun
                        ? expected(kind.verb()) + " and a dry run, which touches nothing"
                                + Controls.advice(kind, task.state)
                        : task.pauseWanted ? expected(kind.verb()) + " and is being paused already." : null;
            case WHILE_PAUSING -> task.pauseWanted ? null : refused;
            case WITHIN_WINDOW ->
                windowIsOver() && anyPending(0, task.targeted)
                        ? expected(kind.verb()) + ", and its window ended at " + task.notAfter + ". " + AFTER_THE_WINDOW
                        : null;
            case FOR_THE_FAILED -> control.odpId() == null ? null : notFailed(control);
        };
    }

    private void applied(Input.TaskControlRequested control, String words) {
        task.emit(PlanEvent.of(PlanEvent.Type.CONTROL_APPLIED, words)
                .control(control.control())
                .requestedBy(control.requestedBy())
                .causedBy(control.eventId()));
    }

    private String expected(String what) {
        String now = task.state == TaskState.HALTED || !task.haltWanted
                ? task.state.name()
                : task.state + " and about to halt";
        return "Expected to " + what + " task '" + task.taskId + "', but it is " + now;
    }

    private void pause(Input.TaskControlRequested control) {
        task.pauseWanted = true;
        applied(control, "Pause asked for: what has begun is finished, nothing further begins");
        if (task.wave == null) {
            next();
        }
    }

    private void resume(Input.TaskControlRequested control) {
        task.pauseWanted = false;
        if (task.state == TaskState.PAUSED) {
            applied(control, "Resumed");
            resumed();
        } else {
            applied(control, "The pause that was asked for does not take effect");
        }
    }

    private void resumed() {
        task.emit(PlanEvent.of(PlanEvent.Type.TASK_RESUMED, "The task goes on; the ODPs are looked at first")
                .left(timeLeft(task.batch, leftInBatch()))
                .batch(task.batch));
        look();
    }

    private void retry(Input.TaskControlRequested control) {
        task.retrying = true;
        task.retryOnly = control.odpId();
        applied(
                control,
                control.odpId() == null
                        ? task.failures == 0
                                ? "Retry: the ODPs are looked at again"
                                : "Retry of " + Words.count(task.failures, "failed ODP")
                        : "Retry of " + control.odpId());
        resumed();
    }

    private @Nullable String notFailed(Input.TaskControlRequested control) {
        OdpId odpId = Objects.requireNonNull(control.odpId());
        RunWork run = task.run(odpId);
        if (run == null || !run.targeted) {
            return "Task '" + task.taskId + "' does not restart an ODP '" + odpId + "'. Name one of its ODPs.";
        }
        if (run.state != RunState.FAILED) {
            return "Expected ODP '" + odpId + "' to have failed, but it is " + run.state + ".";
        }
        if (control.attempt() != null && control.attempt() != run.attempt) {
            return "Decided on attempt " + control.attempt() + " of ODP '" + odpId + "', but attempt " + run.attempt
                    + " has failed since. Look at it and decide again.";
        }
        return null;
    }

    private void skip(Input.TaskControlRequested control) {
        List<RunWork> skipped = new ArrayList<>();
        if (control.odpId() != null) {
            skipped.add(Objects.requireNonNull(task.run(control.odpId())));
        } else {
            for (int place = 0; place < task.plan().to(task.batch); place++) {
                RunWork run = task.at(PlanKey.Order.PLAN, place);
                if (run.state == RunState.FAILED) {
                    skipped.add(run);
                }
            }
        }
        applied(
                control,
                skipped.isEmpty()
                        ? "Nothing has failed that could be skipped: the ODPs are looked at again"
                        : "Skipped: "
                                + Words.names(
                                        skipped.stream().map(run -> run.odpId).toList()));
        for (RunWork run : skipped) {
            task.move(run, RunState.Cause.IS_SKIPPED);
            task.failures--;
            if (run.owesStart && !run.startDue) {
                run.attempt++;
                startDue(run, true);
            }
            task.emit(PlanEvent.of(
                            PlanEvent.Type.ODP_SKIPPED,
                            run.odpId + " is left as it is" + (run.owesStart ? ", but started" : ""))
                    .odp(run.odpId)
                    .step(null, run.attempt)
                    .batch(run.batch));
        }
        boolean enough = !tooManyFailed();
        if (enough) {
            task.stage = Task.Stage.LOOK;
        } else {
            task.haltWanted = true;
        }
        task.retrying = true;
        task.retryOnly = NOBODY;
        if (enough && task.toStart == 0) {
            resumed();
        } else if (task.toStart > 0) {
            task.emit(PlanEvent.of(PlanEvent.Type.TASK_RESUMED, "What was stopped is started")
                    .batch(task.batch));
            next();
        } else {
            task.haltWanted = false;
        }
    }

    private void cancel(Input.TaskControlRequested control) {
        if (task.state == TaskState.WAITING) {
            // Nobody was told of it yet, and what follows is about a task that is known.
            accepted(task.request);
        }
        applied(control, "Cancel asked for");
        end(Task.Ending.CANCEL, TaskState.Cause.CANCEL_IS_ASKED);
    }

    private void end(Task.Ending ending, TaskState.Cause cause) {
        task.ending = ending;
        task.enter(cause);
        task.emit(PlanEvent.of(
                PlanEvent.Type.TASK_CANCELLING,
                "Ending: what was stopped is started, what runs is awaited, nothing further begins"));
        if (task.wave == null) {
            startOwed();
            next();
        }
    }
}
