package dev.rollcall.planner.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Working copy of a {@link Task} and of those of its ODPs that a decision touches; {@link #save} puts them into the draft. */
final class TaskWork {
    final Draft draft;
    final TaskId taskId;
    final ClusterId clusterId;
    final RestartMode mode;
    final boolean dryRun;
    final long epoch;
    final String requestedBy;
    final String request;
    final Batching batching;
    final @Nullable Long exitTimeoutMicros;
    final @Nullable String expectedVersion;
    final int clusterOdps;
    final int targeted;
    TaskState state;
    Phase phase;
    long version;
    long sequence;
    List<Integer> batchSteps;
    int batch;
    boolean batchBegun;
    Task.Stage stage;

    @Nullable
    Wave wave;

    int look;
    int looksLeft;
    int lookSerial;
    int unfit;
    int heard;
    int failures;
    int draining;
    int toStart;
    int owed;
    boolean pauseWanted;
    boolean haltWanted;
    boolean retrying;

    @Nullable
    OdpId retryOnly;

    Task.@Nullable Ending ending;

    @Nullable
    Failure lastFailure;

    int round;
    int answered;
    int missing;
    long rollCallLeftMillis;
    final List<OdpId> stragglers;
    int stragglerCount;

    @Nullable
    String lastControl;

    final @Nullable Instant notBefore;
    final @Nullable Instant notAfter;
    List<Integer> zoneEnds;
    int running;
    int takeable;
    int downAlready;
    long settleLeftMillis;

    @Nullable
    Failure haltReason;

    int fallen;
    int suspects;
    boolean lookForFallen;
    int aside;
    int startRounds;

    @Nullable
    Pace pace;

    @Nullable
    Instant lastBegun;

    long planVersion;

    /** What this decision is about; goes into {@code causedBy}. */
    private final @Nullable String cause;

    private final Map<OdpId, RunWork> runs = new LinkedHashMap<>();
    private boolean gone;

    TaskWork(Draft draft, Task task, @Nullable String cause) {
        this.draft = draft;
        this.cause = cause;
        taskId = task.taskId();
        clusterId = task.clusterId();
        mode = task.mode();
        dryRun = task.dryRun();
        epoch = task.epoch();
        requestedBy = task.requestedBy();
        request = task.request();
        batching = task.batching();
        exitTimeoutMicros = task.exitTimeoutMicros();
        expectedVersion = task.expectedVersion();
        clusterOdps = task.clusterOdps();
        targeted = task.targeted();
        state = task.state();
        phase = task.phase();
        version = task.version();
        sequence = task.sequence();
        batchSteps = task.batchSteps();
        batch = task.batch();
        batchBegun = task.batchBegun();
        stage = task.stage();
        wave = task.wave();
        look = task.look();
        looksLeft = task.looksLeft();
        lookSerial = task.lookSerial();
        unfit = task.unfit();
        heard = task.heard();
        failures = task.failures();
        draining = task.draining();
        toStart = task.toStart();
        owed = task.owed();
        pauseWanted = task.pauseWanted();
        haltWanted = task.haltWanted();
        retrying = task.retrying();
        retryOnly = task.retryOnly();
        ending = task.ending();
        lastFailure = task.lastFailure();
        round = task.round();
        answered = task.answered();
        missing = task.missing();
        rollCallLeftMillis = task.rollCallLeftMillis();
        stragglers = new ArrayList<>(task.stragglers());
        stragglerCount = task.stragglerCount();
        lastControl = task.lastControl();
        notBefore = task.notBefore();
        notAfter = task.notAfter();
        zoneEnds = task.zoneEnds();
        running = task.running();
        takeable = task.takeable();
        downAlready = task.downAlready();
        settleLeftMillis = task.settleLeftMillis();
        haltReason = task.haltReason();
        fallen = task.fallen();
        suspects = task.suspects();
        lookForFallen = task.lookForFallen();
        aside = task.aside();
        startRounds = task.startRounds();
        pace = task.pace();
        lastBegun = task.lastBegun();
        planVersion = task.planVersion();
    }

    static TaskWork begin(Draft draft, Input.RestartRequested request, long epoch, int clusterOdps, int targeted) {
        Pace pace = draft.get(new PlanKey.PaceKey(request.clusterId(), Objects.requireNonNull(request.mode())));
        Task task = new Task(
                request.taskId(),
                request.clusterId(),
                Objects.requireNonNull(request.mode()),
                request.dryRun(),
                epoch,
                request.requestedBy(),
                request.eventId(),
                request.batching(),
                request.exitTimeoutMicros(),
                TaskState.WAITING,
                Phase.PRECHECK,
                0,
                0,
                clusterOdps,
                targeted,
                List.of(),
                0,
                false,
                Task.Stage.MAIN,
                null,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                false,
                false,
                false,
                null,
                null,
                null,
                0,
                0,
                0,
                0,
                List.of(),
                0,
                null,
                request.notBefore(),
                request.notAfter(),
                List.of(),
                0,
                0,
                0,
                0,
                null,
                request.expectedVersion(),
                0,
                0,
                false,
                0,
                0,
                pace,
                null,
                0);
        return new TaskWork(draft, task, request.eventId());
    }

    void save() {
        if (gone) {
            return;
        }
        runs.values().forEach(run -> draft.put(new PlanKey.RunKey(taskId, run.odpId), run.run()));
        draft.put(
                new PlanKey.TaskKey(taskId),
                new Task(
                        taskId,
                        clusterId,
                        mode,
                        dryRun,
                        epoch,
                        requestedBy,
                        request,
                        batching,
                        exitTimeoutMicros,
                        state,
                        phase,
                        version + 1,
                        sequence,
                        clusterOdps,
                        targeted,
                        batchSteps,
                        batch,
                        batchBegun,
                        stage,
                        wave,
                        look,
                        looksLeft,
                        lookSerial,
                        unfit,
                        heard,
                        failures,
                        draining,
                        toStart,
                        owed,
                        pauseWanted,
                        haltWanted,
                        retrying,
                        retryOnly,
                        ending,
                        lastFailure,
                        round,
                        answered,
                        missing,
                        rollCallLeftMillis,
                        List.copyOf(stragglers),
                        stragglerCount,
                        lastControl,
                        notBefore,
                        notAfter,
                        zoneEnds,
                        running,
                        takeable,
                        downAlready,
                        settleLeftMillis,
                        haltReason,
                        expectedVersion,
                        fallen,
                        suspects,
                        lookForFallen,
                        aside,
                        startRounds,
                        pace,
                        lastBegun,
                        planVersion));
    }

    void add(OdpRun run, int place) {
        runs.put(run.odpId(), new RunWork(run));
        draft.put(new PlanKey.PlaceKey(taskId, PlanKey.Order.CLUSTER, place), run.odpId());
    }

    @Nullable
    RunWork run(OdpId odpId) {
        RunWork known = runs.get(odpId);
        if (known == null) {
            OdpRun stored = draft.get(new PlanKey.RunKey(taskId, odpId));
            if (stored != null) {
                known = new RunWork(stored);
                runs.put(odpId, known);
            }
        }
        return known;
    }

    RunWork at(PlanKey.Order order, int place) {
        OdpId odpId = Objects.requireNonNull(draft.get(new PlanKey.PlaceKey(taskId, order, place)));
        return Objects.requireNonNull(run(odpId));
    }

    BatchPlan plan() {
        return new BatchPlan(
                batchSteps.isEmpty() ? List.of(1) : batchSteps,
                batchSteps.isEmpty() ? 0 : targeted,
                zoneEnds,
                batching.window());
    }

    /** How many ODPs of the cluster must keep running; 0: nobody asked for it. */
    int minimum() {
        return batching.minimumOf(clusterOdps);
    }

    /** Notes whether an ODP runs, as far as is known. */
    void up(RunWork run, boolean up) {
        if (run.up != up) {
            run.up = up;
            running += up ? 1 : -1;
        }
        if (up) {
            fell(run, false);
        }
    }

    /** Notes that an ODP is down by itself, or that this is over or dealt with. */
    void fell(RunWork run, boolean fell) {
        if (run.fell != fell) {
            run.fell = fell;
            fallen += fell ? 1 : -1;
            if (run.state == RunState.RESTARTED) {
                suspects += fell ? 1 : -1;
            }
        }
    }

    void enter(TaskState.Cause causeOfMove) {
        state = draft.safeguards().move(state, causeOfMove);
        draft.cancelTimer(new Timer.Id(taskId, null, TimerKind.TASK));
    }

    void move(RunWork run, RunState.Cause causeOfMove) {
        run.state = draft.safeguards().move(run.state, causeOfMove);
    }

    void emit(PlanEvent.Builder event) {
        sequence++;
        if (event.type().callsForAnotherDecision()) {
            planVersion++;
        }
        event.planVersion(planVersion);
        if (event.causedBy() == null) {
            event.causedBy(cause);
        }
        draft.output(new Output.Announce(event.build(
                NameUuid.of("event", taskId.value(), Long.toString(sequence)),
                draft.now(),
                clusterId,
                taskId,
                sequence)));
    }

    void phase(Phase newPhase, String message) {
        phase = newPhase;
        emit(PlanEvent.of(PlanEvent.Type.PHASE_STARTED, message).phase(newPhase));
    }

    /** Sends the open command of an ODP, for the first time or again. */
    void send(RunWork run) {
        OpenCommand command = Objects.requireNonNull(run.command);
        Odp odp = draft.get(new PlanKey.OdpKey(clusterId, run.odpId));
        if (odp == null) {
            // Only a dry run can outlive the definition; its deadline will say that nobody answered.
            return;
        }
        boolean hot = command.kind() == CommandKind.HOT_RESTART;
        draft.output(new Output.SendCommand(
                NameUuid.of(
                        "command",
                        taskId.value(),
                        run.odpId.value(),
                        command.step(),
                        Integer.toString(command.attempt())),
                cause,
                taskId,
                clusterId,
                odp,
                epoch,
                command.step(),
                command.attempt(),
                command.kind(),
                command.kind() == CommandKind.PROBE ? null : run.baseline,
                hot ? exitTimeoutMicros : null,
                hot || command.kind() == CommandKind.START ? expectedVersion : null,
                hot
                        ? draft.settings().runWithin(command.kind()).plus(DrainTime.of(this, run))
                        : draft.settings().runWithin(command.kind())));
    }

    Timer.Id timer(@Nullable RunWork run, TimerKind kind) {
        return new Timer.Id(taskId, run == null ? null : run.odpId, kind);
    }

    /** Forgets everything about the task but its id, and frees the cluster. */
    void end(String words) {
        gone = true;
        for (int place = 0; place < clusterOdps; place++) {
            RunWork run = at(PlanKey.Order.CLUSTER, place);
            draft.cancelTimer(timer(run, TimerKind.NUDGE));
            draft.cancelTimer(timer(run, TimerKind.DEADLINE));
            draft.cancelTimer(timer(run, TimerKind.SLOT));
            draft.remove(new PlanKey.RunKey(taskId, run.odpId));
            draft.remove(new PlanKey.PlaceKey(taskId, PlanKey.Order.CLUSTER, place));
            if (place < targeted && !batchSteps.isEmpty()) {
                draft.remove(new PlanKey.PlaceKey(taskId, PlanKey.Order.PLAN, place));
            }
        }
        draft.cancelTimer(timer(null, TimerKind.TASK));
        if (pace != null && !dryRun) {
            draft.put(new PlanKey.PaceKey(clusterId, mode), pace);
        }
        draft.remove(new PlanKey.TaskKey(taskId));
        draft.remember(new EndedTask(
                taskId,
                clusterId,
                words,
                sequence,
                draft.now().plus(draft.settings().rememberEnded()),
                lastControl));
        Cluster cluster = draft.get(new PlanKey.ClusterKey(clusterId));
        if (cluster != null && taskId.equals(cluster.activeTask())) {
            draft.put(new PlanKey.ClusterKey(clusterId), cluster.withTask(cluster.epoch(), null));
        }
    }
}
