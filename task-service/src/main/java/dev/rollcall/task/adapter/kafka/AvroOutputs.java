package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.BatchGroup;
import dev.rollcall.schemas.BatchState;
import dev.rollcall.schemas.DrainPolicy;
import dev.rollcall.schemas.FailureCategory;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RuleVerdict;
import dev.rollcall.schemas.TaskBatch;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskOdpState;
import dev.rollcall.schemas.TaskPhase;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.task.domain.Batching;
import dev.rollcall.task.domain.Failure;
import dev.rollcall.task.domain.OdpRow;
import dev.rollcall.task.domain.ProcessIdentity;
import dev.rollcall.task.domain.Rejection;
import dev.rollcall.task.domain.TaskSummary;
import dev.rollcall.task.domain.TimelineEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What people see as records of the topics. Event ids are derived from what the record says the version of, so that a
 * transaction that is done again writes the same ids.
 */
final class AvroOutputs {

    static TaskSnapshot snapshot(TaskSummary task, long version, @Nullable String causedBy, Instant at) {
        return TaskSnapshot.newBuilder()
                .setEventId(eventId(task.taskId() + "/task/" + version))
                .setCausedBy(causedBy)
                .setOccurredAt(millis(at))
                .setTaskId(task.taskId().value())
                .setClusterId(task.clusterId().value())
                .setVersion(version)
                .setMode(RestartMode.valueOf(task.mode().name()))
                .setState(TaskState.valueOf(task.state().name()))
                .setPhase(TaskPhase.valueOf(task.phase().name()))
                .setEpoch(task.epoch())
                .setDryRun(task.dryRun())
                .setRequestedBy(task.requestedBy())
                .setReason(task.reason())
                .setHotUpgradeExitTimeoutMicros(task.exitTimeoutMicros())
                .setRequestedAt(millis(task.requestedAt()))
                .setStartedAt(nullableMillis(task.startedAt()))
                .setFinishedAt(nullableMillis(task.finishedAt()))
                .setTotal(task.total())
                .setRestarted(task.restarted())
                .setRestarting(task.restarting())
                .setFailed(task.failed())
                .setSkipped(task.skipped())
                .setAnswered(task.answered())
                .setBatches(task.batches().stream()
                        .map(batch -> TaskBatch.newBuilder()
                                .setNumber(batch.number())
                                .setSize(batch.size())
                                .setState(BatchState.valueOf(batch.state().name()))
                                .build())
                        .toList())
                .setRejections(
                        task.rejections().stream().map(AvroOutputs::rejection).toList())
                .setFailure(failure(task.failure()))
                .setBatching(batching(task.batching()))
                .setNotBefore(nullableMillis(task.notBefore()))
                .setNotAfter(nullableMillis(task.notAfter()))
                .setPlanVersion(
                        task.outlook().planVersion() == 0
                                ? null
                                : task.outlook().planVersion())
                .setLeftMillis(task.outlook().leftMillis())
                .setLeftAt(nullableMillis(task.outlook().leftAt()))
                .setRules(task.outlook().rules().stream()
                        .map(rule -> RuleVerdict.newBuilder()
                                .setRule(rule.rule())
                                .setCode(rule.code())
                                .setKept(rule.kept())
                                .setDetail(rule.detail())
                                .build())
                        .toList())
                .build();
    }

    static TaskOdpSnapshot snapshot(OdpRow row, long version, @Nullable String causedBy, Instant at) {
        return TaskOdpSnapshot.newBuilder()
                .setEventId(eventId(row.taskId() + "/odp/" + row.odpId() + "/" + version))
                .setCausedBy(causedBy)
                .setOccurredAt(millis(at))
                .setTaskId(row.taskId().value())
                .setClusterId(row.clusterId().value())
                .setOdpId(row.odpId().value())
                .setVersion(version)
                .setZone(row.zone())
                .setBatch(row.batch())
                .setState(TaskOdpState.valueOf(row.state().name()))
                .setStep(row.step())
                .setAttempts(row.attempts())
                .setMessage(row.message())
                .setOldProcess(process(row.oldProcess()))
                .setOldVersion(row.oldVersion())
                .setNewProcess(process(row.newProcess()))
                .setNewVersion(row.newVersion())
                .setInherited(row.inherited())
                .setBusinessPathChecked(row.businessPathChecked())
                .setClientsBefore(row.clientsBefore())
                .setClientsCut(row.clientsCut())
                .setStartedAt(nullableMillis(row.startedAt()))
                .setServingAt(nullableMillis(row.servingAt()))
                .setFinishedAt(nullableMillis(row.finishedAt()))
                .setFailure(failure(row.failure()))
                .setPrecheckedAt(nullableMillis(row.precheckedAt()))
                .setStoppedAt(nullableMillis(row.stoppedAt()))
                .setDrainedAt(nullableMillis(row.drainedAt()))
                .setAnsweredAt(nullableMillis(row.answeredAt()))
                .build();
    }

    static TaskEvent event(TimelineEvent event, @Nullable String causedBy) {
        return TaskEvent.newBuilder()
                .setEventId(eventId(event.taskId() + "/event/" + event.sequence()))
                .setCausedBy(causedBy)
                .setOccurredAt(millis(event.at()))
                .setTaskId(event.taskId().value())
                .setClusterId(event.clusterId().value())
                .setSequence(event.sequence())
                .setType(TaskEventType.valueOf(event.type().name()))
                .setState(TaskState.valueOf(event.state().name()))
                .setPhase(TaskPhase.valueOf(event.phase().name()))
                .setTaskVersion(event.taskVersion())
                .setOdpId(event.odpId() == null ? null : event.odpId().value())
                .setBatch(event.batch())
                .setAttempt(event.attempt())
                .setCode(event.code())
                .setActor(event.actor())
                .setMessage(event.message())
                .build();
    }

    private static dev.rollcall.schemas.@Nullable ProcessIdentity process(@Nullable ProcessIdentity process) {
        if (process == null) {
            return null;
        }
        return dev.rollcall.schemas.ProcessIdentity.newBuilder()
                .setBootId(process.bootId())
                .setPid(process.pid())
                .setStartTicks(process.startTicks())
                .setCwd(process.cwd())
                .setListenAddress(process.listenAddress())
                .setListenPort(process.listenPort())
                .setStartedAt(nullableMillis(process.startedAt()))
                .build();
    }

    private static dev.rollcall.schemas.@Nullable Failure failure(@Nullable Failure failure) {
        if (failure == null) {
            return null;
        }
        return dev.rollcall.schemas.Failure.newBuilder()
                .setCategory(FailureCategory.valueOf(failure.category().name()))
                .setCode(failure.code())
                .setDetail(failure.detail())
                .setAdvice(failure.advice())
                .setLogFile(failure.logFile())
                .setLogTail(failure.logTail())
                .build();
    }

    private static dev.rollcall.schemas.@Nullable Batching batching(@Nullable Batching batching) {
        if (batching == null) {
            return null;
        }
        return dev.rollcall.schemas.Batching.newBuilder()
                .setSizes(batching.sizes())
                .setMaxFailures(batching.maxFailures())
                .setDrain(DrainPolicy.valueOf(batching.drain()))
                .setGroupBy(BatchGroup.valueOf(batching.groupBy()))
                .setMinRunning(batching.minRunning())
                .setSettleMillis(batching.settleMillis())
                .setPauseAfterFirst(batching.pauseAfterFirst())
                .setWindow(batching.window())
                .setPreset(batching.preset())
                .build();
    }

    private static dev.rollcall.schemas.Rejection rejection(Rejection rejection) {
        return dev.rollcall.schemas.Rejection.newBuilder()
                .setCode(rejection.code())
                .setDetail(rejection.detail())
                .setOdps(rejection.odps())
                .setOdpCount(rejection.odpCount())
                .build();
    }

    private static String eventId(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static Instant millis(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS);
    }

    private static @Nullable Instant nullableMillis(@Nullable Instant at) {
        return at == null ? null : millis(at);
    }

    private AvroOutputs() {}
}
