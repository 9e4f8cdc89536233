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
    private final Planner planner = new Planner(Samples.SETTINGS);
    private final RestartMode mode;
    private final int maxFailures;
    private MemoryPlanState state = new MemoryPlanState();
    private Instant now = START;
    private long order;
    private long nextPid = 100;
    private int eventIds;
    private int largestBatch;

    Simulation(long seed) {
        this.seed = seed;
        random = new Random(seed);
        mode = random.nextBoolean() ? RestartMode.RESTART : RestartMode.FORCE_RESTART;
        maxFailures = random.nextInt(3);
    }

    void run() {
        try {
            begin();
            while (task() != null || events.stream().noneMatch(event -> event.taskId() != null)) {
                Happening next = queue.poll();
                assertThat(next).as("something is always under way").isNotNull();
                now = next.at();
                assertThat(now).as("the task ends in time, it is " + describe()).isBefore(START.plus(PATIENCE));
                next.what().run();
                check();
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
                        BatchGroup.NONE,
                        null,
                        0,
                        false,
                        false),
                null,
                false,
                "pay",
                "alice",
                true,
                null,
                null);
        deliver(request);
        later(Duration.ofSeconds(1), this::tick);
        for (int i = random.nextInt(6); i > 0; i--) {
            later(Duration.ofSeconds(1 + random.nextInt(400)), () -> steer(anyControl()));
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
                steer(ControlKind.RESUME);
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
        decide(new Input.TaskControlRequested(id(), Desk.TASK, Desk.CLUSTER, kind, null, null, "alice"));
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
            commit(planner.decide(state, new Input.TakenOver(), now));
        }
        Decision live = planner.decide(state, input, now);
        assertThat(planner.decide(state.restored(), input, now))
                .as("replay equals live")
                .isEqualTo(live);
        commit(live);
    }

    private void commit(Decision decision) {
        decision.changes().forEach(change -> change.applyTo(state));
        for (Output output : decision.outputs()) {
            if (output instanceof Output.Announce announce) {
                events.add(announce.event());
                if (announce.event().type() == PlanEvent.Type.TASK_PLANNED) {
                    largestBatch = announce.event().batchSizes().stream()
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(0);
                }
            } else if (output instanceof Output.SendCommand command) {
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
                if (fault(12)) {
                    fail(command, FailureCategory.TARGET, host.facts());
                } else if (host.state == OdpState.RUNNING && !meant) {
                    fail(command, FailureCategory.CHANGED, host.facts());
                } else {
                    if (host.state == OdpState.RUNNING) {
                        acted(command, host, key);
                    }
                    host.state = OdpState.STOPPED;
                    host.stoppedByUs = true;
                    say(command, Input.OdpResult.Type.SUCCEEDED, host.facts());
                }
            }
            case START -> {
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
        assertThat(task.owed()).as("owed").isEqualTo(count(runs, OdpRun::owesStart));
        assertThat(wave == null ? 0 : wave.open())
                .as("open commands of the wave")
                .isEqualTo(count(
                        runs, run -> run.command() != null && run.command().inWave()));
        assertThat(task.draining())
                .as("draining")
                .isEqualTo(count(
                        runs, run -> run.command() != null && !run.command().inWave()));
        int timers = count(runs, run -> run.command() != null) * 2;
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
                    .isLessThanOrEqualTo((long) largestBatch + Math.max(maxFailures, task.failures()));
        }
        assertThat(restartsByAttempt.values()).as("effects of one attempt").allMatch(effects -> effects == 1);
    }

    private static int count(List<OdpRun> runs, java.util.function.Predicate<OdpRun> which) {
        return (int) runs.stream().filter(which).count();
    }

    private void checkEnd() {
        List<PlanEvent> ofTask =
                events.stream().filter(event -> event.taskId() != null).toList();
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
            assertThat(hosts.values()).as("stopped by us and left so").noneMatch(host -> host.stoppedByUs);
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
