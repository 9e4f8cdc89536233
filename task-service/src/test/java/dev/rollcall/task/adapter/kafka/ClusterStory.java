package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.Failure;
import dev.rollcall.schemas.FailureCategory;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.ProcessIdentity;
import dev.rollcall.schemas.Rejection;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskPhase;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Writes the records of planner and agents for one task, in order, a second apart, and hands each to a consumer. */
final class ClusterStory {

    static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final String taskId;
    private final String clusterId;
    private final RestartMode mode;
    private final Consumer<SpecificRecord> sink;
    private String lastControlAnswer = "";
    private long sequence;
    private int events;
    private Instant now = START;

    ClusterStory(String taskId, String clusterId, RestartMode mode, Consumer<SpecificRecord> sink) {
        this.taskId = taskId;
        this.clusterId = clusterId;
        this.mode = mode;
        this.sink = sink;
    }

    Instant now() {
        return now;
    }

    ClusterStory request() {
        sink.accept(RestartRequested.newBuilder()
                .setEventId(nextEventId())
                .setOccurredAt(now)
                .setTaskId(taskId)
                .setClusterId(clusterId)
                .setMode(mode)
                .setBatching(
                        Batching.newBuilder().setSizes(List.of("1", "100%")).build())
                .setNotAfter(START.plusSeconds(3600))
                .setReason("CHG-1042")
                .setRequestedBy("alice")
                .build());
        return this;
    }

    ClusterStory accepted(List<String> odps) {
        plan(
                PlanEventType.TASK_ACCEPTED,
                event ->
                        event.setMode(mode).setEpoch(7).setOdpCount(odps.size()).setRequestedBy("alice"));
        odps.forEach(odp ->
                plan(PlanEventType.ODP_TARGETED, event -> event.setOdpId(odp).setZone("z1")));
        return phase(TaskPhase.PRECHECK);
    }

    ClusterStory rejected(String code, String detail) {
        return plan(
                PlanEventType.TASK_REJECTED,
                event -> event.setMode(mode)
                        .setRequestedBy("alice")
                        .setRejections(List.of(Rejection.newBuilder()
                                .setCode(code)
                                .setDetail(detail)
                                .build())));
    }

    ClusterStory prechecked(List<String> odps, List<Integer> sizes) {
        for (String odp : odps) {
            dispatched(odp, "PRECHECK", 1, OdpCommandKind.PROBE);
            result(odp, "PRECHECK", 1, OdpCommandKind.PROBE, OdpResultType.SUCCEEDED, running(odp, 0));
        }
        int batch = 1;
        int inBatch = 0;
        for (String odp : odps) {
            if (inBatch == sizes.get(batch - 1)) {
                batch++;
                inBatch = 0;
            }
            inBatch++;
            int number = batch;
            plan(
                    PlanEventType.ODP_PLANNED,
                    event -> event.setOdpId(odp).setBatch(number).setFacts(running(odp, 0)));
        }
        return plan(
                PlanEventType.TASK_PLANNED,
                event -> event.setOdpCount(odps.size()).setBatchSizes(sizes));
    }

    ClusterStory phase(TaskPhase phase) {
        return plan(PlanEventType.PHASE_STARTED, event -> event.setPhase(phase));
    }

    ClusterStory batchStarted(int batch) {
        return plan(PlanEventType.BATCH_STARTED, event -> event.setBatch(batch));
    }

    /** A batch begins, and the planner tells how long the task still takes. */
    ClusterStory batchStarted(int batch, long leftMillis, long planVersion) {
        return plan(
                PlanEventType.BATCH_STARTED,
                event -> event.setBatch(batch).setLeftMillis(leftMillis).setPlanVersion(planVersion));
    }

    ClusterStory batchFinished(int batch) {
        return plan(PlanEventType.BATCH_FINISHED, event -> event.setBatch(batch));
    }

    ClusterStory dispatched(String odp, String step, int attempt, OdpCommandKind kind) {
        return plan(
                PlanEventType.ODP_DISPATCHED,
                event -> event.setOdpId(odp).setStep(step).setAttempt(attempt).setKind(kind));
    }

    ClusterStory odpFailed(String odp, String step, int attempt, String detail) {
        return plan(
                PlanEventType.ODP_FAILED,
                event -> event.setOdpId(odp).setStep(step).setAttempt(attempt).setFailure(failure(detail)));
    }

    ClusterStory hotRestarted(String odp, String step, int attempt) {
        dispatched(odp, step, attempt, OdpCommandKind.HOT_RESTART);
        return hotRestartReported(odp, step, attempt);
    }

    ClusterStory hotRestartReported(String odp, String step, int attempt) {
        result(odp, step, attempt, OdpCommandKind.HOT_RESTART, OdpResultType.ACCEPTED, null);
        result(odp, step, attempt, OdpCommandKind.HOT_RESTART, OdpResultType.STARTED, null);
        result(odp, step, attempt, OdpCommandKind.HOT_RESTART, OdpResultType.SERVING, running(odp, 1));
        result(odp, step, attempt, OdpCommandKind.HOT_RESTART, OdpResultType.DRAINED, null);
        return result(odp, step, attempt, OdpCommandKind.HOT_RESTART, OdpResultType.SUCCEEDED, running(odp, 1));
    }

    ClusterStory rollCallStarted(int round) {
        phase(TaskPhase.ROLL_CALL);
        return plan(PlanEventType.ROLL_CALL_STARTED, event -> event.setRound(round));
    }

    ClusterStory called(String odp, int round) {
        return dispatched(odp, "ROLL_CALL_" + round, 1, OdpCommandKind.PROBE);
    }

    ClusterStory answered(String odp, int round, OdpFacts facts) {
        return result(odp, "ROLL_CALL_" + round, 1, OdpCommandKind.PROBE, OdpResultType.SUCCEEDED, facts);
    }

    ClusterStory rollCallClosed(int round, int called, int answered) {
        return plan(
                PlanEventType.ROLL_CALL_CLOSED,
                event -> event.setRound(round).setOdpCount(called).setAnswered(answered));
    }

    ClusterStory control(TaskControl control, boolean applied, String message) {
        return plan(applied ? PlanEventType.CONTROL_APPLIED : PlanEventType.CONTROL_REFUSED, event -> {
            lastControlAnswer = event.getEventId();
            event.setControl(control).setRequestedBy("bob").setMessage(message);
        });
    }

    /** Id of the planner's last answer to a control. */
    String lastControlAnswer() {
        return lastControlAnswer;
    }

    ClusterStory plan(PlanEventType type, Consumer<PlanEvent.Builder> fields) {
        sequence++;
        PlanEvent.Builder event = PlanEvent.newBuilder()
                .setEventId(nextEventId())
                .setOccurredAt(now)
                .setClusterId(clusterId)
                .setTaskId(taskId)
                .setSequence(sequence)
                .setType(type);
        fields.accept(event);
        sink.accept(event.build());
        return this;
    }

    ClusterStory result(
            String odp, String step, int attempt, OdpCommandKind kind, OdpResultType type, @Nullable OdpFacts facts) {
        OdpResult.Builder result = OdpResult.newBuilder()
                .setEventId(nextEventId())
                .setOccurredAt(now)
                .setCommandId(taskId + odp + step + attempt)
                .setTaskId(taskId)
                .setClusterId(clusterId)
                .setOdpId(odp)
                .setEpoch(7)
                .setStep(step)
                .setAttempt(attempt)
                .setKind(kind)
                .setAgentId("agent-1")
                .setType(type)
                .setFacts(facts);
        if (kind != OdpCommandKind.PROBE) {
            result.setBaseline(process(odp, 0));
        }
        if (type == OdpResultType.DRAINED) {
            result.setClientsCut(3L);
        }
        if (type == OdpResultType.FAILED) {
            result.setFailure(failure("the new process did not come up"));
        }
        sink.accept(result.build());
        return this;
    }

    /** An ODP that runs in its process of this generation, 0 being the one of before. */
    static OdpFacts running(String odp, int generation) {
        return facts(OdpState.RUNNING, process(odp, generation))
                .setVersion("4.3.1.0")
                .setClientConnections(12L)
                .setInherited(generation > 0)
                .setBusinessPathChecked(true)
                .build();
    }

    static OdpFacts stopped() {
        return facts(OdpState.STOPPED, null).build();
    }

    private static OdpFacts.Builder facts(OdpState state, @Nullable ProcessIdentity process) {
        return OdpFacts.newBuilder().setState(state).setProcess(process);
    }

    static ProcessIdentity process(String odp, int generation) {
        int number = Math.abs(odp.hashCode() % 1000);
        return ProcessIdentity.newBuilder()
                .setBootId("boot")
                .setPid(4000L + number + 1000L * generation)
                .setStartTicks(100L + generation)
                .setCwd("/home/admin/" + odp)
                .setListenAddress("0.0.0.0")
                .setListenPort(2883)
                .build();
    }

    static Failure failure(String detail) {
        return Failure.newBuilder()
                .setCategory(FailureCategory.TARGET)
                .setCode("HOT_RESTART")
                .setDetail(detail)
                .setAdvice("look at the log")
                .setLogTail("ERROR cannot start")
                .build();
    }

    private String nextEventId() {
        events++;
        now = now.plusSeconds(1);
        return "%s-%06d".formatted(taskId, events);
    }
}
