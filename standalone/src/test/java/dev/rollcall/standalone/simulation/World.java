package dev.rollcall.standalone.simulation;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.planner.domain.PlanView;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One cluster with all that works on it, in one thread and virtual time, from a seed: an in-memory log of the real records; the real
 * planner and the real task-service in transactions on stores of bytes; two agents that decide by the agent's domain; hosts that do
 * what ODPs do; people. A seed chooses the cluster, what is asked for, and which faults there are and how often. After
 * {@link #FAULTS_UNTIL} nothing goes wrong any more and somebody looks after what waits, so that every task has to end.
 */
final class World {
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final long FAULTS_UNTIL = START + Duration.ofMinutes(10).toMillis();
    private static final long PATIENCE = START + Duration.ofHours(6).toMillis();
    private static final long QUIET = Duration.ofMinutes(20).toMillis();
    private static final int COMMAND_PARTITIONS = 3;
    /** How many lines of what happened a failure tells. */
    private static final int REMEMBERED = Integer.getInteger("rollcall.simulation.lines", 40);

    static final String CLUSTER = "pay";

    private record Happening(long at, long order, Runnable what) {}

    /** What happened, put into words only when somebody has to be told. */
    private record Note(long after, String words, Object... details) {
        @Override
        public String toString() {
            return "%8.3f %s".formatted(after / 1000.0, words.formatted(details));
        }
    }

    final long seed;
    final @Nullable Bug bug;
    private final Random random;
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final PriorityQueue<Happening> queue = new PriorityQueue<>((one, other) -> {
        int byTime = Long.compare(one.at(), other.at());
        return byTime != 0 ? byTime : Long.compare(one.order(), other.order());
    });
    private final Map<Topics, TopicLog> logs = new EnumMap<>(Topics.class);
    private final List<TopicLog> commandLogs = new ArrayList<>();
    private final List<TopicLog.Reader> commandReaders = new ArrayList<>();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final List<Agent> agents = new ArrayList<>();
    private final List<Invariant> invariants;
    private final Deque<Note> lately = new ArrayDeque<>();
    private final Map<String, RestartRequested> requests = new LinkedHashMap<>();
    private final Set<PlanEventType> planned = EnumSet.noneOf(PlanEventType.class);
    private final Set<TaskState> endings = EnumSet.noneOf(TaskState.class);
    private final PlannerNode planner;
    private final TaskNode tasks;
    private final People people;
    private long now = START;
    private long order;
    private long ids;
    private long pids = 100;

    World(long seed, @Nullable Bug bug) {
        this.seed = seed;
        this.bug = bug;
        random = new Random(seed);
        for (Fault fault : Fault.values()) {
            if (random.nextBoolean()) {
                faults.put(fault, Math.max(2, fault.oneIn / 2 * (1 + random.nextInt(4))));
            }
        }
        if (bug != null) {
            bug.needs().forEach(fault -> faults.put(fault, Math.max(2, fault.oneIn / 8)));
        }
        PlannerNode.SOURCES.forEach(topic -> logs.put(topic, new TopicLog()));
        TaskNode.SOURCES.forEach(topic -> logs.computeIfAbsent(topic, any -> new TopicLog()));
        for (int i = 0; i < COMMAND_PARTITIONS; i++) {
            commandLogs.add(new TopicLog());
            commandReaders.add(new TopicLog.Reader(commandLogs.get(i)));
        }
        invariants = Invariants.of(this);
        planner = new PlannerNode(this);
        tasks = new TaskNode(this);
        agents.add(new Agent(this, "agent-1"));
        agents.add(new Agent(this, "agent-2"));
        people = new People(this);
        new Monitor(this).begin();
    }

    /** @throws AssertionError naming the seed; its cause is an {@link Invariant.Broken} where a promise was */
    void run() {
        try {
            people.begin();
            while (!allOver()) {
                step();
            }
            long quiet = now + QUIET;
            while (now < quiet) {
                step();
            }
            invariants.forEach(Invariant::onEnd);
        } catch (Throwable failure) {
            throw new AssertionError(
                    "Seed %d fails after %s, lately:%n  %s%n"
                            .formatted(
                                    seed,
                                    Duration.ofMillis(now - START),
                                    lately.stream().map(Note::toString).collect(Collectors.joining("\n  "))),
                    failure);
        }
    }

    private void step() {
        Happening next = queue.poll();
        if (next == null) {
            throw new AssertionError("Nothing is under way any more");
        }
        now = next.at();
        if (now > PATIENCE) {
            invariants.forEach(Invariant::onPatienceEnds);
        }
        next.what().run();
    }

    private boolean allOver() {
        if (faulty() || requests.isEmpty()) {
            return false;
        }
        for (String task : requests.keySet()) {
            TaskSnapshot snapshot = tasks.task(task);
            if (snapshot == null || !Invariants.terminal(snapshot.getState())) {
                return false;
            }
        }
        return true;
    }

    // ---- chance and time -------------------------------------------------------------------------------------------

    boolean faulty() {
        return now < FAULTS_UNTIL;
    }

    boolean fault(Fault fault) {
        Integer oneIn = faults.get(fault);
        return oneIn != null && faulty() && random.nextInt(oneIn) == 0;
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long between(long least, long most) {
        return least + random.nextInt((int) (most - least + 1));
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    long now() {
        return now;
    }

    Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    long millis(Instant instant) {
        return instant.toEpochMilli();
    }

    void later(long millis, Runnable what) {
        at(now + millis, what);
    }

    void at(long when, Runnable what) {
        queue.add(new Happening(when, order++, what));
    }

    String newId() {
        return "e" + ids++;
    }

    String newTaskId() {
        return "00000000-0000-0000-0000-%012d".formatted(ids++);
    }

    long newPid() {
        return pids++;
    }

    /** @param details what does not change any more */
    private void note(String words, Object... details) {
        lately.add(new Note(now - START, words, details));
        if (lately.size() > REMEMBERED) {
            lately.remove();
        }
    }

    // ---- the log ---------------------------------------------------------------------------------------------------

    TopicLog log(Topics topic) {
        TopicLog log = logs.get(topic);
        if (log == null) {
            throw new IllegalArgumentException("Nobody reads " + topic);
        }
        return log;
    }

    void append(Topics topic, SpecificRecord record) {
        log(topic).append(record);
        if (PlannerNode.SOURCES.contains(topic)) {
            at(planner.reader(topic).arrives(now, delay()), () -> planner.wake(topic));
        }
        if (TaskNode.SOURCES.contains(topic)) {
            at(tasks.reader(topic).arrives(now, delay()), () -> tasks.wake(topic));
        }
        if (record instanceof RestartRequested request) {
            requests.putIfAbsent(request.getTaskId(), request);
        }
    }

    void appendResult(OdpResult result) {
        append(Topics.RESULTS, result);
    }

    private long delay() {
        return between(1, fault(Fault.LATE_RECORD) ? 40_000 : 30);
    }

    private void command(OdpCommand command) {
        if (fault(Fault.COMMAND_LOST)) {
            return;
        }
        int partition = Math.floorMod(command.getOdpId().hashCode(), COMMAND_PARTITIONS);
        commandLogs.get(partition).append(command);
        at(commandReaders.get(partition).arrives(now, delay()), () -> serve(partition));
    }

    /** The agent that has the partition reads on. */
    private void serve(int partition) {
        List<Agent> members =
                agents.stream().filter(agent -> agent.up && !agent.cutOff).toList();
        if (members.isEmpty()) {
            return;
        }
        Agent owner = members.get(partition % members.size());
        TopicLog.Reader reader = commandReaders.get(partition);
        int from = reader.offset;
        while (owner.up && !owner.cutOff && reader.hasNext(now)) {
            owner.take((OdpCommand) reader.next());
            if (fault(Fault.AGENT_DIES)) {
                // Its last offsets were not committed.
                reader.offset = Math.max(from, reader.offset - below(3));
                owner.die();
            } else if (fault(Fault.AGENT_IS_CUT_OFF)) {
                reader.offset = Math.max(from, reader.offset - below(3));
                owner.cutOff = true;
                int life = owner.life();
                later(between(5_000, 90_000), () -> {
                    if (owner.alive(life)) {
                        owner.cutOff = false;
                        rebalance();
                    }
                });
                rebalance();
            }
        }
    }

    void rebalance() {
        for (int i = 0; i < COMMAND_PARTITIONS; i++) {
            int partition = i;
            later(between(100, 3_000), () -> serve(partition));
        }
    }

    // ---- what is there ---------------------------------------------------------------------------------------------

    void add(Host host) {
        hosts.put(host.odp, host);
    }

    Host host(String odp) {
        Host host = hosts.get(odp);
        if (host == null) {
            throw new AssertionError("There is no host for " + odp);
        }
        return host;
    }

    Collection<Host> hosts() {
        return hosts.values();
    }

    PlanView planView() {
        return planner.view();
    }

    Map<String, RestartRequested> requests() {
        return requests;
    }

    @Nullable
    TaskSnapshot task(String taskId) {
        return tasks.task(taskId);
    }

    /** In which words a replay differs from what was lived through; null: it does not. */
    @Nullable
    String differenceInReplay() {
        String difference = planner.differenceInReplay();
        return difference != null ? difference : tasks.differenceInReplay();
    }

    Set<PlanEventType> planned() {
        return planned;
    }

    Set<TaskState> endings() {
        return endings;
    }

    // ---- what the invariants hear ----------------------------------------------------------------------------------

    static String nameOf(Command command) {
        return "%s %s %s attempt %d".formatted(command.task(), command.odp().id(), command.step(), command.attempt());
    }

    void plannerRead(SpecificRecord record, boolean taken) {
        if (record instanceof OdpResult result) {
            if (taken) {
                note(
                        "%s %s %s %s",
                        result.getOdpId(),
                        result.getStep(),
                        result.getType(),
                        result.getFailure().map(failure -> failure.getCode()).orElse(""));
            }
            invariants.forEach(invariant -> invariant.onRead(result, taken));
        } else {
            plannerTicked();
        }
    }

    void plannerTicked() {
        invariants.forEach(Invariant::onTick);
    }

    void plannerSent(Topics topic, SpecificRecord record) {
        if (record instanceof PlanEvent event) {
            planned.add(event.getType());
            note("%s %s %s", event.getType(), event.getOdpId().orElse(""), event.getMessage());
            append(topic, record);
            invariants.forEach(invariant -> invariant.onPlan(event));
        } else if (record instanceof OdpCommand command) {
            command(command);
            invariants.forEach(invariant -> invariant.onCommand(command));
        }
    }

    void plannerCommitted() {
        invariants.forEach(Invariant::onPlannerCommit);
    }

    void taskSent(Topics topic, SpecificRecord record) {
        if (topic == Topics.TASK_EVENTS) {
            append(topic, record);
        } else if (record instanceof TaskSnapshot task) {
            note("task %s is %s", task.getTaskId(), task.getState());
            if (Invariants.terminal(task.getState())) {
                endings.add(task.getState());
            }
            invariants.forEach(invariant -> invariant.onTask(task));
        } else if (record instanceof TaskOdpSnapshot row) {
            invariants.forEach(invariant -> invariant.onRow(row));
        }
    }

    void changed(Host host) {
        note("%s %s", host.odp, host.serving == null ? "is down" : host.runs() ? "runs" : "does not answer");
        invariants.forEach(invariant -> invariant.onHost(host));
    }

    void effect(Host host, String command) {
        note("effect of %s", command);
        invariants.forEach(invariant -> invariant.onEffect(host, command));
    }

    void rollCalled(Host host, Command command) {
        String step = command.step();
        if (step.startsWith("ROLL_CALL_")) {
            int round = Integer.parseInt(step.substring("ROLL_CALL_".length()));
            invariants.forEach(
                    invariant -> invariant.onRollCall(host, command.task().value(), round));
        }
    }
}
