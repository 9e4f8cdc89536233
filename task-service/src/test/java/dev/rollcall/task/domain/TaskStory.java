package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What planner and agents say about one task, in the order in which it happens, a second apart. */
public final class TaskStory {

    public static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
    public static final TaskId TASK = new TaskId("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    static final ClusterId CLUSTER = new ClusterId("pay");

    private final RestartMode mode;
    private final List<TaskInput> inputs = new ArrayList<>();
    private long sequence;
    private Instant now = START;

    TaskStory(RestartMode mode) {
        this.mode = mode;
    }

    List<TaskInput> inputs() {
        return inputs;
    }

    /** What came since the last call. */
    List<TaskInput> take() {
        List<TaskInput> taken = List.copyOf(inputs);
        inputs.clear();
        return taken;
    }

    TaskStory request() {
        return request(false);
    }

    TaskStory request(boolean dryRun) {
        inputs.add(new TaskInput.Requested(
                nextEventId(),
                now,
                TASK,
                CLUSTER,
                mode,
                0,
                dryRun,
                "alice",
                "CHG-1042",
                30_000_000L,
                new Batching(List.of("1", "50%"), 2, "WAIT", "ZONE", "67%", 5_000, true, false, "canary"),
                START.plusSeconds(60),
                START.plusSeconds(3600)));
        return this;
    }

    TaskStory accepted(int odps) {
        return accepted(odps, false);
    }

    TaskStory accepted(int odps, boolean dryRun) {
        plan(new Plan(PlanEventType.TASK_ACCEPTED).odpCount(odps).dryRun(dryRun));
        for (int i = 0; i < odps; i++) {
            plan(new Plan(PlanEventType.ODP_TARGETED).odp(odp(i)));
        }
        return phase(Phase.PRECHECK);
    }

    TaskStory planned(Integer... sizes) {
        int number = 0;
        int total = 0;
        for (int size : sizes) {
            number++;
            for (int i = 0; i < size; i++) {
                String odp = odp(total);
                plan(new Plan(PlanEventType.ODP_PLANNED).odp(odp).batch(number).facts(running(odp, 0)));
                total++;
            }
        }
        return plan(new Plan(PlanEventType.TASK_PLANNED)
                .odpCount(total)
                .sizes(List.of(sizes))
                .left(10_000L * total)
                .verdicts(new RuleVerdict("EVERY_ODP_RUNS", "ODP21017", true, "")));
    }

    TaskStory phase(Phase phase) {
        return plan(new Plan(PlanEventType.PHASE_STARTED).phase(phase));
    }

    TaskStory batchStarted(int batch) {
        return plan(new Plan(PlanEventType.BATCH_STARTED).batch(batch));
    }

    TaskStory batchFinished(int batch) {
        return plan(new Plan(PlanEventType.BATCH_FINISHED).batch(batch));
    }

    TaskStory dispatched(String odp, String step, int attempt, CommandKind kind) {
        return plan(new Plan(PlanEventType.ODP_DISPATCHED)
                .odp(odp)
                .step(step)
                .attempt(attempt)
                .kind(kind));
    }

    TaskStory failed(String odp, String step, int attempt, FailureCategory category, String detail) {
        return plan(new Plan(PlanEventType.ODP_FAILED)
                .odp(odp)
                .step(step)
                .attempt(attempt)
                .failure(failure(category, detail)));
    }

    TaskStory skipped(String odp, String step, int attempt) {
        return plan(new Plan(PlanEventType.ODP_SKIPPED)
                .odp(odp)
                .step(step)
                .attempt(attempt)
                .by("bob"));
    }

    TaskStory halted() {
        return plan(new Plan(PlanEventType.TASK_HALTED)
                .failure(failure(FailureCategory.TARGET, "1 failure, 0 are allowed")));
    }

    TaskStory control(ControlKind control) {
        return plan(new Plan(PlanEventType.CONTROL_APPLIED).control(control).by("bob"));
    }

    TaskStory say(PlanEventType type) {
        return plan(new Plan(type));
    }

    TaskStory rollCall(int round) {
        phase(Phase.ROLL_CALL);
        return plan(new Plan(PlanEventType.ROLL_CALL_STARTED).round(round));
    }

    TaskStory called(String odp) {
        return dispatched(odp, "ROLL_CALL_1", 1, CommandKind.PROBE);
    }

    TaskStory answered(String odp, OdpFacts facts) {
        return result(odp, "ROLL_CALL_1", 1, CommandKind.PROBE, ResultType.SUCCEEDED, facts);
    }

    TaskStory closed(int called, int answered) {
        return plan(new Plan(PlanEventType.ROLL_CALL_CLOSED)
                .round(1)
                .odpCount(called)
                .answered(answered));
    }

    /** All results of a hot restart that works. */
    TaskStory hotRestart(String odp, String step, int attempt) {
        result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.ACCEPTED, null);
        result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.STARTED, null);
        result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.PROGRESS, null);
        result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.SERVING, running(odp, 1));
        result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.PROGRESS, null);
        result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.DRAINED, null);
        return result(odp, step, attempt, CommandKind.HOT_RESTART, ResultType.SUCCEEDED, running(odp, 1));
    }

    TaskStory result(
            String odp, String step, int attempt, CommandKind kind, ResultType type, @Nullable OdpFacts facts) {
        nextEventId();
        inputs.add(new TaskInput.Reported(
                "event-%06d".formatted(inputs.size()) + now,
                now,
                TASK,
                CLUSTER,
                new OdpId(odp),
                step,
                attempt,
                kind,
                kind == CommandKind.PROBE ? null : process(odp, 0),
                type,
                type == ResultType.PROGRESS ? "looking at " + odp : null,
                facts,
                false,
                type == ResultType.DRAINED || (kind == CommandKind.STOP && type == ResultType.SUCCEEDED) ? 3L : null,
                type == ResultType.FAILED ? failure(FailureCategory.TARGET, "the child died") : null));
        return this;
    }

    TaskStory plan(Plan plan) {
        sequence++;
        inputs.add(plan.event(nextEventId(), now, mode, sequence));
        return this;
    }

    static String odp(int number) {
        return "10.0.0.%d:2883".formatted(number + 1);
    }

    static OdpFacts running(String odp, int generation) {
        return new OdpFacts(
                ObservedState.RUNNING,
                false,
                "4.3.1.0",
                process(odp, generation),
                12L,
                generation > 0,
                true,
                true,
                null);
    }

    static OdpFacts unrestored(String odp) {
        return new OdpFacts(ObservedState.RUNNING, false, "4.3.1.0", process(odp, 1), 12L, true, false, true, null);
    }

    static OdpFacts stopped() {
        return new OdpFacts(ObservedState.STOPPED, false, null, null, null, null, true, false, "no process listens");
    }

    static ProcessIdentity process(String odp, int generation) {
        long number = Long.parseLong(odp.substring(odp.lastIndexOf('.') + 1, odp.indexOf(':')));
        return new ProcessIdentity(
                "boot", 4000 + number + 1000L * generation, 100 + generation, "/home/" + odp, "0.0.0.0", 2883, null);
    }

    static Failure failure(FailureCategory category, String detail) {
        return new Failure(category, "HOT_RESTART", detail, "look at the log", "log/obproxy.log", "ERROR");
    }

    private String nextEventId() {
        now = now.plusSeconds(1);
        return "event-" + now;
    }

    /** A plan event with what its type needs. */
    static final class Plan {
        private final PlanEventType type;
        private int odpCount;
        private boolean dryRun;
        private Phase phase = Phase.UNKNOWN;
        private List<Integer> sizes = List.of();
        private int batch;
        private int round;
        private int answered;
        private @Nullable String odp;
        private @Nullable String step;
        private int attempt;
        private CommandKind kind = CommandKind.UNKNOWN;
        private @Nullable OdpFacts facts;
        private @Nullable Failure failure;
        private List<Rejection> rejections = List.of();
        private ControlKind control = ControlKind.UNKNOWN;
        private String by = "alice";
        private String message = "";
        private @Nullable Long left;
        private List<RuleVerdict> verdicts = List.of();
        private long planVersion;

        Plan(PlanEventType type) {
            this.type = type;
        }

        Plan odpCount(int value) {
            odpCount = value;
            return this;
        }

        Plan dryRun(boolean value) {
            dryRun = value;
            return this;
        }

        Plan phase(Phase value) {
            phase = value;
            return this;
        }

        Plan sizes(List<Integer> value) {
            sizes = value;
            return this;
        }

        Plan batch(int value) {
            batch = value;
            return this;
        }

        Plan round(int value) {
            round = value;
            return this;
        }

        Plan answered(int value) {
            answered = value;
            return this;
        }

        Plan odp(String value) {
            odp = value;
            return this;
        }

        Plan step(String value) {
            step = value;
            return this;
        }

        Plan attempt(int value) {
            attempt = value;
            return this;
        }

        Plan kind(CommandKind value) {
            kind = value;
            return this;
        }

        Plan facts(OdpFacts value) {
            facts = value;
            return this;
        }

        Plan failure(Failure value) {
            failure = value;
            return this;
        }

        Plan rejections(Rejection... value) {
            rejections = List.of(value);
            return this;
        }

        Plan control(ControlKind value) {
            control = value;
            return this;
        }

        Plan by(String value) {
            by = value;
            return this;
        }

        Plan left(@Nullable Long millis) {
            left = millis;
            return this;
        }

        Plan verdicts(RuleVerdict... values) {
            verdicts = List.of(values);
            return this;
        }

        Plan planVersion(long value) {
            planVersion = value;
            return this;
        }

        Plan message(String value) {
            message = value;
            return this;
        }

        TaskInput.Planned event(String eventId, Instant at, RestartMode mode, long sequence) {
            return new TaskInput.Planned(
                    eventId,
                    at,
                    TASK,
                    CLUSTER,
                    sequence,
                    type,
                    7,
                    mode,
                    odpCount,
                    dryRun,
                    phase,
                    sizes,
                    batch,
                    round,
                    answered,
                    odp == null ? null : new OdpId(odp),
                    "z1",
                    step,
                    attempt,
                    kind,
                    facts,
                    failure,
                    rejections,
                    control,
                    by,
                    message,
                    left,
                    verdicts,
                    planVersion);
        }
    }
}
