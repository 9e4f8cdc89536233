package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One restart with everything that goes wrong, in virtual time and one thread, from a seed: commands and results come late, twice, in
 * another order or not at all; hosts fail; the planner crashes between deciding and committing and goes on from its stored entries;
 * people steer. After {@link #FAULTS_UNTIL} nothing goes wrong any more, so that the task has to end.
 */
final class Simulation {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration FAULTS_UNTIL = Duration.ofMinutes(10);
    private static final Duration STOP_LEASE = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofHours(4);

    /** What a host does, and what its journal says. */
    private static final class Host {
        OdpState state = OdpState.RUNNING;
        long pid;
        /** Steps with attempt that had their effect or found it done. */
        final Set<String> journal = new HashSet<>();

        long epoch;
        int effects;
        int crashes;
        boolean busy;
        boolean stoppedByUs;
        long stops;
        boolean startHeard;

        OdpFacts facts() {
            return Samples.facts(state, state == OdpState.RUNNING ? Samples.process(pid) : null);
        }
    }

    private record Happening(Instant at, long order, Runnable what) {}

    private final Random random;
    private final long seed;
    private final Map<OdpId, Host> hosts = new LinkedHashMap<>();
    private final PriorityQueue<Happening> queue =
            new PriorityQueue<>(java.util.Comparator.comparing(Happening::at).thenComparing(Happening::order));
    private final List<PlanEvent> events = new ArrayList<>();
    private final Map<String, Integer> restartsByAttempt = new HashMap<>();
    private final Map<OdpId, CommandKind> lastSent = new HashMap<>();
    private final Planner planner;
    private final Map<OdpId, String> zones = new HashMap<>();
    /** What the planner was told or must assume: those that run. */
    private final Set<OdpId> up = new HashSet<>();

    private final Map<Integer, String> zoneOfBatch = new HashMap<>();
    private final BatchGroup groupBy;
    private final @Nullable String minRunning;
    private final @Nullable Instant notAfter;
    /** Batches that were begun after the window, in which nothing must have been left to do. */
    private final Set<Integer> late = new HashSet<>();

    private boolean pausing;
    private final boolean window;
    private final RestartMode mode;
    private final int maxFailures;
    private MemoryPlanState state = new MemoryPlanState();
    private Instant now = START;
    private long order;
    private long nextPid = 100;
    private int eventIds;
    private int largestBatch;
    private boolean changed;

    Simulation(long seed) {
        this(seed, Safeguards.KEPT);
    }

    Simulation(long seed, Safeguards safeguards) {
        this.seed = seed;
        planner = new Planner(Samples.SETTINGS, safeguards);
        random = new Random(seed);
        groupBy = random.nextInt(4) == 0 ? BatchGroup.ZONE : BatchGroup.NONE;
        minRunning =
                random.nextInt(2) == 0 ? null : List.of("1", "2", "50%", "67%").get(random.nextInt(4));
        notAfter = random.nextInt(6) == 0 ? START.plusSeconds(20 + random.nextInt(300)) : null;
        mode = random.nextBoolean() ? RestartMode.RESTART : RestartMode.FORCE_RESTART;
        maxFailures = random.nextInt(3);
        window = random.nextInt(3) == 0;
    }

    void run() {
        try {
            begin();
            while (task() != null || events.stream().noneMatch(event -> Desk.TASK.equals(event.taskId()))) {
                Happening next = queue.poll();
                assertThat(next).as("something is always under way").isNotNull();
                now = next.at();
                assertThat(now)
                        .as(() -> "the task ends in time, it is " + describe())
                        .isBefore(START.plus(PATIENCE));
                next.what().run();
                if (changed) {
                    changed = false;
                    check();
                }
            }
            checkEnd();
        } catch (Throwable failure) {
            throw new AssertionError(
                    "Seed " + seed + " fails after " + events.size() + " events, the last being "
                            + events.subList(Math.max(0, events.size() - 12), events.size()).stream()
                                    .map(event -> event.type() + " " + event.odpId() + " " + event.message())
                                    .toList(),
                    failure);
        }
    }

    private String describe() {
        return String.valueOf(task());
    }

    private void begin() {
        int odps = 1 + random.nextInt(8);
        List<Odp> definition = IntStream.range(0, odps)
                .mapToObj(i -> Samples.odp("o" + i, "z" + i % 3))
                .toList();
        definition.forEach(odp -> {
            Host host = new Host();
            host.pid = nextPid++;
            if (mode == RestartMode.FORCE_RESTART && random.nextInt(8) == 0) {
                host.state = random.nextBoolean() ? OdpState.STOPPED : OdpState.UNAVAILABLE;
            }
            hosts.put(odp.odpId(), host);
            zones.put(odp.odpId(), odp.zone());
        });
        decide(new Input.ClusterChangeRequested(
                id(), Desk.CLUSTER, false, null, "", "", Map.of(), definition, "alice"));
        List<String> sizes = List.of(List.<String>of(), List.of("1"), List.of("2", "50%"), List.of("100%"))
                .get(random.nextInt(4));
        Input.RestartRequested request = new Input.RestartRequested(
                id(),
                now,
                Desk.TASK,
                Desk.CLUSTER,
                mode,
                List.of(),
                new Batching(
                        sizes,
                        maxFailures,
                        random.nextBoolean() ? DrainPolicy.OVERLAP : DrainPolicy.WAIT,
                        groupBy,
                        minRunning,
                        random.nextInt(4) == 0 ? 1_000L + random.nextInt(20_000) : 0,
                        random.nextInt(8) == 0,
                        window),
                null,
                false,
                "pay",
                "alice",
                true,
                random.nextInt(8) == 0 ? START.plusSeconds(random.nextInt(15)) : null,
                notAfter,
                null);
        deliver(request);
        later(Duration.ofSeconds(1), this::tick);
        for (int i = random.nextInt(6); i > 0; i--) {
            later(Duration.ofSeconds(1 + random.nextInt(400)), () -> steer(anyControl()));
        }
        if (random.nextInt(4) == 0) {
            later(Duration.ofSeconds(1 + random.nextInt(60)), () -> askAgain(request));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            OdpId odp = definition.get(random.nextInt(odps)).odpId();
            later(Duration.ofSeconds(1 + random.nextInt(200)), () -> die(odp));
        }
    }

    /** Somebody else asks for a restart of the same cluster. */
    private void askAgain(Input.RestartRequested request) {
        Cluster cluster = state.get(new PlanKey.ClusterKey(Desk.CLUSTER));
        if (cluster == null || !Desk.TASK.equals(cluster.activeTask())) {
            return;
        }
        Input.RestartRequested other = new Input.RestartRequested(
                id(),
                now,
                new TaskId("00000000-0000-0000-0000-000000000002"),
                Desk.CLUSTER,
                mode,
                List.of(),
                request.batching(),
                null,
                false,
                "pay",
                "bob",
                true,
                null,
                null,
                null);
        Decision decision = planner.decide(state, other, now);
        assertThat(decision).as("a second task for a busy cluster").isInstanceOf(Decision.Rejected.class);
        commit(decision, other);
    }

    /** An ODP dies by itself, and perhaps something brings it up again. */
    private void die(OdpId odp) {
        Host host = hosts.get(odp);
        Task task = task();
        if (host == null
                || host.busy
                || host.state != OdpState.RUNNING
                || task == null
                || task.state() == TaskState.ROLL_CALL
                || task.state() == TaskState.CLOSED) {
            return;
        }
        host.state = random.nextBoolean() ? OdpState.STOPPED : OdpState.UNAVAILABLE;
        host.crashes++;
        if (random.nextBoolean()) {
            later(Duration.ofSeconds(1 + random.nextInt(60)), () -> {
                if (host.state != OdpState.RUNNING && !host.busy && !host.stoppedByUs) {
                    host.state = OdpState.RUNNING;
                    host.pid = nextPid++;
                }
            });
        }
    }

    private ControlKind anyControl() {
        // A cancel ends most of what could still be seen, so it comes seldom.
        return ControlKind.values()[random.nextInt(random.nextInt(4) == 0 ? 5 : 4)];
    }

    private void tick() {
        decide(new Input.Tick(500));
        Task task = task();
        if (task != null && !faults()) {
            // Somebody looks after the task in the end.
            if (task.state() == TaskState.PAUSED) {
                steer(
                        notAfter != null && now.isAfter(notAfter) && random.nextInt(4) == 0
                                ? ControlKind.CANCEL
                                : ControlKind.RESUME);
            } else if (task.state() == TaskState.HALTED) {
                steer(
                        random.nextInt(3) == 0
                                ? ControlKind.CANCEL
                                : random.nextBoolean() ? ControlKind.RETRY : ControlKind.SKIP);
            }
        }
        later(Duration.ofSeconds(1), this::tick);
    }

    private void steer(ControlKind kind) {
        decide(new Input.TaskControlRequested(id(), Desk.TASK, Desk.CLUSTER, kind, null, null, null, "alice"));
    }

    private boolean faults() {
        return now.isBefore(START.plus(FAULTS_UNTIL));
    }

    private boolean fault(int oneIn) {
        return faults() && random.nextInt(oneIn) == 0;
    }

    private void later(Duration delay, Runnable what) {
        queue.add(new Happening(now.plus(delay), order++, what));
    }

    private Duration delay() {
        return Duration.ofMillis(fault(10) ? random.nextInt(90_000) : 1 + random.nextInt(300));
    }

    private String id() {
        return "e" + eventIds++;
    }

    /** Brings an input to the planner, perhaps twice. */
    private void deliver(Input input) {
        later(delay(), () -> decide(input));
        if (fault(8)) {
            later(delay(), () -> decide(input));
        }
    }

    private void decide(Input input) {
        if (fault(30)) {
            // Decided, but the transaction was never committed: nothing of it is seen, and another planner takes over.
            planner.decide(state, input, now);
            state = state.restored();
            commit(planner.decide(state, new Input.TakenOver(), now), new Input.TakenOver());
        }
        Decision live = planner.decide(state, input, now);
        if (live instanceof Decision.Ignored && input instanceof Input.Tick) {
            return;
        }
        changed = true;
        assertThat(planner.decide(state.restored(), input, now))
                .as("replay equals live")
                .isEqualTo(live);
        commit(live, input);
    }

    private void commit(Decision decision, Input input) {
        decision.changes().forEach(change -> change.applyTo(state));
        if (input instanceof Input.OdpResult result && decision instanceof Decision.Accepted) {
            hear(result);
        }
        for (Output output : decision.outputs()) {
            if (output instanceof Output.Announce announce) {
                events.add(announce.event());
                watch(announce.event(), input);
                if (announce.event().type() == PlanEvent.Type.TASK_PLANNED) {
                    largestBatch = announce.event().batchSizes().stream()
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(0);
                    Task planned = task();
                    if (window && planned != null) {
                        largestBatch = planned.batchSteps().stream()
                                .mapToInt(Integer::intValue)
                                .max()
                                .orElse(0);
                    }
                }
            } else if (output instanceof Output.SendCommand command) {
                takeDown(command);
                if (command.kind() == CommandKind.STOP || command.kind() == CommandKind.START) {
                    lastSent.put(command.odp().odpId(), command.kind());
                }
                if (!fault(10)) {
                    later(delay(), () -> obey(command));
                }
                if (fault(10)) {
                    later(delay(), () -> obey(command));
                }
            }
        }
    }

    // ---- what the planner may know
    // -----------------------------------------------------------------------------------

    private void hear(Input.OdpResult result) {
        OdpFacts facts = result.facts();
        boolean says = facts != null && facts.running();
        switch (result.type()) {
            case ACCEPTED, STARTED, PROGRESS, DRAINED -> {
                // tells nothing of the ODP
            }
            case SERVING, SUCCEEDED, FAILED -> set(result.odpId(), says);
        }
    }

    private void set(OdpId odp, boolean runs) {
        if (runs) {
            up.add(odp);
        } else {
            up.remove(odp);
        }
    }

    /** A command that takes an ODP down must leave enough of the others running. Sent again, it finds it counted as down. */
    private void takeDown(Output.SendCommand command) {
        boolean takes = command.kind() == CommandKind.HOT_RESTART || command.kind() == CommandKind.STOP;
        OdpRun run = state.get(new PlanKey.RunKey(Desk.TASK, command.odp().odpId()));
        boolean serving =
                run != null && run.command() != null && run.command().progress() == OpenCommand.Progress.SERVING;
        if (takes && !serving && up.remove(command.odp().odpId()) && minRunning != null) {
            Batching demand =
                    new Batching(List.of(), 0, DrainPolicy.WAIT, BatchGroup.NONE, minRunning, 0, false, false);
            assertThat(up.size())
                    .as(
                            "ODPs that keep running while %s goes down",
                            command.odp().odpId())
                    .isGreaterThanOrEqualTo(demand.minimumOf(hosts.size()));
        }
    }

    private void watch(PlanEvent event, Input input) {
        switch (event.type()) {
            case ODP_PLANNED -> {
                OdpId odp = event.odpId();
                String zone = odp == null ? "" : zones.getOrDefault(odp, "");
                String earlier = zoneOfBatch.putIfAbsent(event.batch(), zone);
                if (groupBy == BatchGroup.ZONE && earlier != null) {
                    assertThat(zone).as("zone of batch " + event.batch()).isEqualTo(earlier);
                }
            }
            case ODP_FAILED -> {
                if (event.odpId() != null && !(input instanceof Input.OdpResult)) {
                    up.remove(event.odpId());
                }
            }
            case BATCH_STARTED -> {
                if (notAfter != null && now.isAfter(notAfter)) {
                    late.add(event.batch());
                }
                Task task = task();
                if (task != null && !(input instanceof Input.Tick)) {
                    assertThat(task.failures())
                            .as("failures when a batch begins")
                            .isLessThanOrEqualTo(maxFailures);
                }
            }
            case CONTROL_APPLIED -> {
                if (event.control() == ControlKind.PAUSE) {
                    pausing = true;
                } else if (event.control() == ControlKind.RESUME) {
                    pausing = false;
                }
            }
            case TASK_PAUSED -> pausing = true;
            case TASK_RESUMED, TASK_HALTED -> pausing = false;
            case ODP_DISPATCHED -> {
                if (event.kind() == CommandKind.HOT_RESTART || event.kind() == CommandKind.STOP) {
                    assertThat(pausing).as("something begins while paused").isFalse();
                    assertThat(late).as("batches begun after the window").doesNotContain(event.batch());
                }
            }
            case TASK_ACCEPTED,
                    TASK_REJECTED,
                    ODP_TARGETED,
                    TASK_PLANNED,
                    PHASE_STARTED,
                    ODP_SKIPPED,
                    BATCH_FINISHED,
                    TASK_CANCELLING,
                    TASK_CANCELLED,
                    TASK_ABANDONED,
                    ROLL_CALL_STARTED,
                    ROLL_CALL_CLOSED,
                    CONTROL_REFUSED,
                    CLUSTER_CHANGED,
                    CLUSTER_CHANGE_REFUSED -> {
                // nothing to hold against them
            }
        }
    }

    // ---- hosts -----------------------------------------------------------------------------------------------------

    private Host host(Output.SendCommand command) {
        Host host = hosts.get(command.odp().odpId());
        if (host == null) {
            throw new AssertionError("no host for " + command);
        }
        return host;
    }

    private void obey(Output.SendCommand command) {
        Host host = host(command);
        if (fault(25)) {
            fail(command, FailureCategory.UNREACHABLE, null);
            return;
        }
        if (command.epoch() < host.epoch || host.busy) {
            // The agent that works on it will say how it ends.
            return;
        }
        host.epoch = command.epoch();
        say(command, Input.OdpResult.Type.ACCEPTED, null);
        say(command, Input.OdpResult.Type.STARTED, null);
        if (command.kind() == CommandKind.PROBE) {
            later(delay(), () -> say(command, Input.OdpResult.Type.SUCCEEDED, host.facts()));
            return;
        }
        host.busy = true;
        later(Duration.ofMillis(500 + random.nextInt(fault(12) ? 600_000 : 5_000)), () -> effect(command, host));
    }

    private void effect(Output.SendCommand command, Host host) {
        changed = true;
        host.busy = false;
        String key = command.step() + "#" + command.attempt();
        ProcessIdentity baseline = command.baseline();
        boolean meant = host.state == OdpState.RUNNING && baseline != null && baseline.pid() == host.pid;
        switch (command.kind()) {
            case PROBE -> throw new AssertionError("a probe has no effect");
            case HOT_RESTART -> {
                if (host.state == OdpState.RUNNING && host.journal.contains(key)) {
                    say(command, Input.OdpResult.Type.SUCCEEDED, host.facts());
                } else if (!meant) {
                    fail(command, FailureCategory.CHANGED, host.facts());
                } else if (fault(8)) {
                    if (random.nextBoolean()) {
                        host.state = OdpState.STOPPED;
                        host.crashes++;
                    }
                    fail(command, FailureCategory.TARGET, host.facts());
                } else {
                    acted(command, host, key);
                    host.pid = nextPid++;
                    say(command, Input.OdpResult.Type.SERVING, host.facts());
                    later(delay(), () -> say(command, Input.OdpResult.Type.SUCCEEDED, host.facts()));
                }
            }
            case STOP -> {
                if (host.journal.contains(key)) {
                    // A repetition: it says what was done, and does nothing.
                    say(command, Input.OdpResult.Type.SUCCEEDED, Samples.facts(OdpState.STOPPED, null));
                } else if (fault(12)) {
                    fail(command, FailureCategory.TARGET, host.facts());
                } else if (host.state == OdpState.RUNNING && !meant) {
                    fail(command, FailureCategory.CHANGED, host.facts());
                } else {
                    if (host.state == OdpState.RUNNING) {
                        acted(command, host, key);
                    }
                    host.journal.add(key);
                    host.state = OdpState.STOPPED;
                    host.stoppedByUs = true;
                    host.startHeard = false;
                    long effect = ++host.stops;
                    later(STOP_LEASE, () -> startAfterLease(host, effect));
                    say(command, Input.OdpResult.Type.SUCCEEDED, host.facts());
                }
            }
            case START -> {
                host.startHeard = true;
                if (host.state != OdpState.RUNNING) {
                    if (fault(12)) {
                        fail(command, FailureCategory.TARGET, host.facts());
                        return;
                    }
                    host.state = OdpState.RUNNING;
                    host.pid = nextPid++;
                    host.stoppedByUs = false;
                }
                say(command, Input.OdpResult.Type.SUCCEEDED, host.facts());
            }
        }
    }

    /** An agent that stopped an ODP and heard nothing of it since starts it by itself. */
    private void startAfterLease(Host host, long stop) {
        if (host.stoppedByUs && host.stops == stop && !host.busy && !host.startHeard) {
            host.state = OdpState.RUNNING;
            host.pid = nextPid++;
            host.stoppedByUs = false;
            changed = true;
        }
    }

    private void acted(Output.SendCommand command, Host host, String key) {
        host.journal.add(key);
        host.effects++;
        restartsByAttempt.merge(command.odp().odpId() + key, 1, Integer::sum);
    }

    private void fail(Output.SendCommand command, FailureCategory category, @Nullable OdpFacts facts) {
        say(command, Input.OdpResult.Type.FAILED, facts, Failure.of(category, "SIM", "it failed", null));
    }

    private void say(Output.SendCommand command, Input.OdpResult.Type type, @Nullable OdpFacts facts) {
        say(command, type, facts, null);
    }

    private void say(
            Output.SendCommand command,
            Input.OdpResult.Type type,
            @Nullable OdpFacts facts,
            @Nullable Failure failure) {
        if (fault(15)) {
            return;
        }
        deliver(new Input.OdpResult(
                id(),
                command.taskId(),
                command.clusterId(),
                command.odp().odpId(),
                command.epoch(),
                command.step(),
                command.attempt(),
                type,
                facts,
                false,
                failure));
    }

    // ---- invariants ------------------------------------------------------------------------------------------------

    private @Nullable Task task() {
        return state.get(new PlanKey.TaskKey(Desk.TASK));
    }

    private void check() {
        Task task = task();
        if (task == null) {
            return;
        }
        List<OdpRun> runs = state.entries().values().stream()
                .filter(OdpRun.class::isInstance)
                .map(OdpRun.class::cast)
                .toList();
        Wave wave = task.wave();
        assertThat(task.failures()).as("failures").isEqualTo(count(runs, run -> run.state() == RunState.FAILED));
        assertThat(task.toStart()).as("to start").isEqualTo(count(runs, OdpRun::startDue));
        assertThat(task.fallen()).as("fallen").isEqualTo(count(runs, OdpRun::fell));
        assertThat(task.suspects())
                .as("suspects")
                .isEqualTo(count(runs, run -> run.fell() && run.state() == RunState.RESTARTED));
        assertThat(task.owed()).as("owed").isEqualTo(count(runs, OdpRun::owesStart));
        assertThat(wave == null ? 0 : wave.open())
                .as("open commands of the wave")
                .isEqualTo(count(
                        runs,
                        run -> run.command() != null && run.command().inWave()
                                || run.slot() == Slot.SETTLE && !probed(run)));
        assertThat(task.draining())
                .as("draining")
                .isEqualTo(count(
                        runs,
                        run -> run.command() != null
                                && !run.command().inWave()
                                && !run.command().aside()));
        int timers = count(runs, run -> run.command() != null) * 2
                + count(runs, run -> run.slot() == Slot.SETTLE && !probed(run));
        assertThat(state.timers().stream().filter(timer -> timer.id().odpId() != null))
                .as("two timers for each open command, so that nothing hangs")
                .hasSize(timers);
        if (wave == null && !task.state().terminal()) {
            assertThat(task.state() == TaskState.PAUSED || !state.timers().isEmpty())
                    .as("only a pause waits without a timer, not " + task.state())
                    .isTrue();
            assertThat(task.toStart())
                    .as("no START waits while nothing is done")
                    .isZero();
        }
        for (OdpRun run : runs) {
            Host host = hosts.get(run.odpId());
            ProcessIdentity baseline = run.baseline();
            if (run.state() == RunState.RESTARTED && host != null && baseline != null) {
                assertThat(host.state == OdpState.RUNNING && host.pid == baseline.pid())
                        .as("%s counts as restarted and still runs in its old process", run.odpId())
                        .isFalse();
            }
        }
        if (mode == RestartMode.RESTART) {
            assertThat(count(runs, run -> run.state() == RunState.RESTARTING))
                    .as("ODPs in a hot restart at once")
                    .isLessThanOrEqualTo(largestBatch);
        } else {
            long down = hosts.values().stream().filter(host -> host.stoppedByUs).count();
            assertThat(down)
                    .as("ODPs stopped at once")
                    // A person may leave one that would not start again.
                    .isLessThanOrEqualTo((long) largestBatch
                            + Math.max(maxFailures, task.failures())
                            + count(runs, run -> run.state() == RunState.SKIPPED));
        }
        assertThat(restartsByAttempt.values()).as("effects of one attempt").allMatch(effects -> effects == 1);
    }

    private static boolean probed(OdpRun run) {
        return run.command() != null && run.command().inWave();
    }

    private static int count(List<OdpRun> runs, java.util.function.Predicate<OdpRun> which) {
        return (int) runs.stream().filter(which).count();
    }

    private void checkEnd() {
        List<PlanEvent> ofTask = events.stream()
                .filter(event -> Desk.TASK.equals(event.taskId()))
                .toList();
        for (int i = 0; i < ofTask.size(); i++) {
            assertThat(ofTask.get(i).sequence()).as("sequence").isEqualTo(i + 1L);
        }
        assertThat(state.entries().keySet())
                .as("what is left of the task")
                .noneMatch(key -> key instanceof PlanKey.RunKey
                        || key instanceof PlanKey.PlaceKey
                        || key instanceof PlanKey.TimerKey
                        || key instanceof PlanKey.DueKey);
        Cluster cluster = state.get(new PlanKey.ClusterKey(Desk.CLUSTER));
        assertThat(cluster == null ? Desk.TASK : cluster.activeTask())
                .as("the cluster is free")
                .isNull();
        hosts.forEach((odp, host) -> {
            assertThat(host.effects).as("effects on " + odp).isLessThanOrEqualTo(1 + host.crashes);
        });
        hosts.forEach((odp, host) -> {
            if (host.stoppedByUs) {
                assertThat(lastSent.get(odp))
                        .as("the last word to %s, which we stopped", odp)
                        .isEqualTo(CommandKind.START);
            }
        });
        if (!faults()) {
            // A START that an agent works on, or that is on its way, may take longer than the task.
            Instant until = now.plus(Duration.ofMinutes(15));
            while (now.isBefore(until) && hosts.values().stream().anyMatch(host -> host.stoppedByUs)) {
                Happening next = java.util.Objects.requireNonNull(queue.poll());
                now = next.at();
                next.what().run();
            }
            // Its START may have failed on the host itself; then it was said.
            Set<OdpId> startFailed = new HashSet<>();
            ofTask.stream()
                    .filter(event -> event.type() == PlanEvent.Type.ODP_FAILED && "START".equals(event.step()))
                    .forEach(event -> startFailed.add(event.odpId()));
            hosts.forEach((odp, host) -> assertThat(host.stoppedByUs && !startFailed.contains(odp))
                    .as("stopped by us and left so: " + odp)
                    .isFalse());
        }
        PlanEvent last = ofTask.stream()
                .filter(event -> event.type() == PlanEvent.Type.ROLL_CALL_CLOSED)
                .findFirst()
                .orElse(null);
        if (last != null) {
            boolean allPresent = ofTask.stream()
                    .noneMatch(event -> event.type() == PlanEvent.Type.ODP_FAILED
                            && ("ROLL_CALL_" + last.round()).equals(event.step()));
            if (allPresent) {
                assertThat(hosts.values()).as("all answered").allMatch(host -> host.state == OdpState.RUNNING);
                assertThat(last.answered()).isEqualTo(hosts.size());
            }
        }
    }

    /** How the task ended, for counting. */
    String ending() {
        return events.get(events.size() - 1).type().name();
    }

    Set<PlanEvent.Type> types() {
        Set<PlanEvent.Type> types = new HashSet<>();
        events.forEach(event -> types.add(event.type()));
        return types;
    }
}
