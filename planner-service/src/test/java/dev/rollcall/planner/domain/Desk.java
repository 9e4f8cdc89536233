package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A planner with hosts that a test plays by hand: it keeps what was decided and sent, and answers commands with the true state of
 * small emulated ODPs unless told otherwise.
 */
final class Desk {
    static final ClusterId CLUSTER = new ClusterId("pay");
    static final TaskId TASK = new TaskId("00000000-0000-0000-0000-000000000001");

    /** The true state of an ODP. */
    static final class Host {
        OdpState state = OdpState.RUNNING;
        long pid;
        int restarts;
        boolean settingsRestored = true;

        @Nullable
        String version = "4.3.1.0";

        List<String> hotRestartBlockers = List.of();
        List<String> startBlockers = List.of();

        OdpFacts facts() {
            return Samples.facts(
                    state,
                    state == OdpState.RUNNING ? Samples.process(pid) : null,
                    version,
                    hotRestartBlockers,
                    startBlockers,
                    settingsRestored);
        }
    }

    final Map<OdpId, Host> hosts = new LinkedHashMap<>();
    final List<PlanEvent> events = new ArrayList<>();
    final List<Output> outputs = new ArrayList<>();
    final List<Output.SendCommand> inbox = new ArrayList<>();
    final List<Output.SendCommand> sent = new ArrayList<>();
    MemoryPlanState state = new MemoryPlanState();
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    PlanSettings settings = Samples.SETTINGS;
    Safeguards safeguards = Safeguards.KEPT;
    private long nextPid = 100;
    private int nextEvent = 1;

    static Desk of(int odps, String... zones) {
        Desk desk = new Desk();
        List<Odp> definition = IntStream.range(0, odps)
                .mapToObj(i -> Samples.odp("o" + i, zones.length == 0 ? "" : zones[i % zones.length]))
                .toList();
        desk.decide(desk.change(definition, null));
        definition.forEach(odp -> {
            Host host = new Host();
            host.pid = desk.nextPid++;
            desk.hosts.put(odp.odpId(), host);
        });
        return desk;
    }

    Input.ClusterChangeRequested change(List<Odp> odps, @Nullable Long baseRevision) {
        return new Input.ClusterChangeRequested(
                event(), CLUSTER, false, baseRevision, "Payments", "", Map.of(), odps, "alice");
    }

    String event() {
        return "e" + nextEvent++;
    }

    Decision decide(Input input) {
        Decision decision = new Planner(settings, safeguards).decide(state, input, now);
        decision.changes().forEach(change -> change.applyTo(state));
        for (Output output : decision.outputs()) {
            outputs.add(output);
            if (output instanceof Output.Announce announce) {
                events.add(announce.event());
            } else if (output instanceof Output.SendCommand command) {
                inbox.add(command);
                sent.add(command);
            }
        }
        return decision;
    }

    Request request(RestartMode mode) {
        return new Request(mode);
    }

    /** A request with its usual values, and those a test sets. */
    final class Request {
        private final RestartMode mode;
        private TaskId taskId = TASK;
        private ClusterId clusterId = CLUSTER;
        private List<OdpId> odps = List.of();
        private List<String> sizes = List.of();
        private int maxFailures;
        private DrainPolicy drain = DrainPolicy.OVERLAP;
        private BatchGroup groupBy = BatchGroup.NONE;
        private @Nullable String minRunning;
        private Duration settle = Duration.ZERO;
        private boolean pauseAfterFirst;
        private boolean window;
        private @Nullable Instant notBefore;
        private @Nullable Instant notAfter;
        private @Nullable String expectedVersion;
        private @Nullable Long exitTimeoutMicros;
        private boolean dryRun;
        private @Nullable String confirm = "pay";
        private boolean onItsPartition = true;
        private Duration age = Duration.ZERO;

        private Request(RestartMode mode) {
            this.mode = mode;
        }

        Request task(int number) {
            taskId = new TaskId(new UUID(0, number).toString());
            return this;
        }

        Request cluster(String id) {
            clusterId = new ClusterId(id);
            return this;
        }

        Request odps(String... ids) {
            odps = List.of(ids).stream().map(OdpId::new).toList();
            return this;
        }

        Request sizes(String... values) {
            sizes = List.of(values);
            return this;
        }

        Request maxFailures(int value) {
            maxFailures = value;
            return this;
        }

        Request drain(DrainPolicy value) {
            drain = value;
            return this;
        }

        Request groupBy(BatchGroup value) {
            groupBy = value;
            return this;
        }

        Request minRunning(String value) {
            minRunning = value;
            return this;
        }

        Request settle(Duration value) {
            settle = value;
            return this;
        }

        Request pauseAfterFirst() {
            pauseAfterFirst = true;
            return this;
        }

        Request window() {
            window = true;
            return this;
        }

        Request notBefore(Instant value) {
            notBefore = value;
            return this;
        }

        Request notAfter(Instant value) {
            notAfter = value;
            return this;
        }

        Request expectedVersion(String value) {
            expectedVersion = value;
            return this;
        }

        Request exitTimeout(long micros) {
            exitTimeoutMicros = micros;
            return this;
        }

        Request dryRun() {
            dryRun = true;
            return this;
        }

        Request confirm(@Nullable String value) {
            confirm = value;
            return this;
        }

        Request elsewhere() {
            onItsPartition = false;
            return this;
        }

        Request age(Duration value) {
            age = value;
            return this;
        }

        Input.RestartRequested input() {
            return new Input.RestartRequested(
                    event(),
                    now.minus(age),
                    taskId,
                    clusterId,
                    mode,
                    odps,
                    new Batching(
                            sizes, maxFailures, drain, groupBy, minRunning, settle.toMillis(), pauseAfterFirst, window),
                    exitTimeoutMicros,
                    dryRun,
                    confirm,
                    "alice",
                    onItsPartition,
                    notBefore,
                    notAfter,
                    expectedVersion);
        }

        Decision send() {
            return decide(input());
        }
    }

    Decision control(ControlKind kind) {
        return control(kind, null, null);
    }

    Decision control(ControlKind kind, @Nullable String odp, @Nullable Integer attempt) {
        return decide(asked(kind, odp, attempt, null));
    }

    /** One that was decided on a version of the plan. */
    Decision controlOn(long planVersion, ControlKind kind) {
        return decide(asked(kind, null, null, planVersion));
    }

    Input.TaskControlRequested asked(
            ControlKind kind, @Nullable String odp, @Nullable Integer attempt, @Nullable Long planVersion) {
        return new Input.TaskControlRequested(
                event(), TASK, CLUSTER, kind, odp == null ? null : new OdpId(odp), attempt, planVersion, "alice");
    }

    /** The task-service gives its verdict. */
    Decision verdict(String state) {
        return decide(new Input.TaskEnded(event(), CLUSTER, TASK, state));
    }

    Decision result(Output.SendCommand command, Input.OdpResult.Type type, @Nullable OdpFacts facts) {
        return result(command, type, facts, null);
    }

    Decision result(
            Output.SendCommand command,
            Input.OdpResult.Type type,
            @Nullable OdpFacts facts,
            @Nullable Failure failure) {
        return decide(new Input.OdpResult(
                event(),
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

    Decision fail(Output.SendCommand command, FailureCategory category) {
        return result(
                command,
                Input.OdpResult.Type.FAILED,
                null,
                Failure.of(category, "TEST", command.odp().odpId() + " " + category, null));
    }

    Host host(String odp) {
        Host host = hosts.get(new OdpId(odp));
        if (host == null) {
            throw new IllegalArgumentException("no host " + odp);
        }
        return host;
    }

    /** Does on the host what a command says, as an agent would, and reports it all. */
    void obey(Output.SendCommand command) {
        inbox.remove(command);
        result(command, Input.OdpResult.Type.ACCEPTED, null);
        result(command, Input.OdpResult.Type.STARTED, null);
        effect(command);
        if (command.kind() == CommandKind.HOT_RESTART) {
            result(
                    command,
                    Input.OdpResult.Type.SERVING,
                    host(command.odp().odpId().value()).facts());
        }
        result(
                command,
                Input.OdpResult.Type.SUCCEEDED,
                host(command.odp().odpId().value()).facts());
    }

    /** What a command does to its host. */
    void effect(Output.SendCommand command) {
        Host host = host(command.odp().odpId().value());
        switch (command.kind()) {
            case PROBE -> {
                // looks only
            }
            case HOT_RESTART -> {
                host.pid = nextPid++;
                host.restarts++;
            }
            case STOP -> host.state = OdpState.STOPPED;
            case START -> {
                if (host.state != OdpState.RUNNING) {
                    host.state = OdpState.RUNNING;
                    host.pid = nextPid++;
                    host.restarts++;
                }
            }
        }
    }

    /** Takes the oldest command that waits. */
    Output.SendCommand take() {
        return inbox.remove(0);
    }

    Output.SendCommand take(String step, String odp) {
        Output.SendCommand found = inbox.stream()
                .filter(command -> command.step().equals(step)
                        && command.odp().odpId().value().equals(odp))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command " + step + " for " + odp + " among " + steps()));
        inbox.remove(found);
        return found;
    }

    /** Obeys all commands, and those that follow, but the ones of the given kind. */
    void obeyAllBut(@Nullable CommandKind kind) {
        while (true) {
            Output.SendCommand next = inbox.stream()
                    .filter(command -> command.kind() != kind)
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                return;
            }
            obey(next);
        }
    }

    void obeyAll() {
        obeyAllBut(null);
    }

    /** Lets time go by, in steps of a second. */
    void pass(Duration duration) {
        Instant until = now.plus(duration);
        while (now.isBefore(until)) {
            now = now.plusSeconds(1);
            decide(new Input.Tick(500));
        }
    }

    /** Commands that wait, as {@code step odp}. */
    List<String> steps() {
        return inbox.stream()
                .map(command -> command.step() + " " + command.odp().odpId())
                .toList();
    }

    List<String> types() {
        return events.stream().map(event -> event.type().name()).toList();
    }

    List<PlanEvent> of(PlanEvent.Type type) {
        return events.stream().filter(event -> event.type() == type).toList();
    }

    PlanEvent last(PlanEvent.Type type) {
        List<PlanEvent> all = of(type);
        if (all.isEmpty()) {
            throw new AssertionError("no " + type + " among " + types());
        }
        return all.get(all.size() - 1);
    }

    @Nullable
    Task task() {
        return state.get(new PlanKey.TaskKey(TASK));
    }

    Cluster cluster() {
        Cluster cluster = state.get(new PlanKey.ClusterKey(CLUSTER));
        if (cluster == null) {
            throw new AssertionError("no cluster");
        }
        return cluster;
    }
}
