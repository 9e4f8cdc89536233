package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.Cluster;
import dev.rollcall.planner.domain.ClusterId;
import dev.rollcall.planner.domain.CommandKind;
import dev.rollcall.planner.domain.Failure;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.OdpFacts;
import dev.rollcall.planner.domain.OdpId;
import dev.rollcall.planner.domain.Output;
import dev.rollcall.planner.domain.PlanEvent;
import dev.rollcall.planner.domain.ProcessIdentity;
import dev.rollcall.planner.domain.Rejection;
import dev.rollcall.planner.domain.TaskId;
import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.FailureCategory;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskPhase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Outputs of the domain as records of the wire. Enums have the same names on both sides; a test compares them. */
final class ToWire {
    private ToWire() {}

    static dev.rollcall.schemas.PlanEvent event(PlanEvent event) {
        return dev.rollcall.schemas.PlanEvent.newBuilder()
                .setEventId(event.eventId())
                .setCausedBy(event.causedBy())
                .setOccurredAt(millis(event.occurredAt()))
                .setClusterId(event.clusterId().value())
                .setTaskId(text(event.taskId()))
                .setSequence(event.sequence())
                .setType(PlanEventType.valueOf(event.type().name()))
                .setEpoch(event.epoch())
                .setMode(
                        event.mode() == null
                                ? RestartMode.UNKNOWN
                                : RestartMode.valueOf(event.mode().name()))
                .setOdpCount(event.odpCount())
                .setDryRun(event.dryRun())
                .setPhase(
                        event.phase() == null
                                ? TaskPhase.UNKNOWN
                                : TaskPhase.valueOf(event.phase().name()))
                .setBatchSizes(event.batchSizes())
                .setBatch(event.batch())
                .setRound(event.round())
                .setAnswered(event.answered())
                .setOdpId(event.odpId() == null ? null : event.odpId().value())
                .setZone(event.zone())
                .setStep(event.step())
                .setAttempt(event.attempt())
                .setKind(kind(event.kind()))
                .setFacts(facts(event.facts()))
                .setFailure(failure(event.failure()))
                .setRejections(
                        event.rejections().stream().map(ToWire::rejection).toList())
                .setControl(
                        event.control() == null
                                ? TaskControl.UNKNOWN
                                : TaskControl.valueOf(event.control().name()))
                .setRequestedBy(event.requestedBy())
                .setRevision(event.revision())
                .setActiveTaskId(text(event.activeTask()))
                .setMessage(event.message())
                .setLeftMillis(event.leftMillis())
                .setVerdicts(event.verdicts().stream()
                        .map(verdict -> dev.rollcall.schemas.RuleVerdict.newBuilder()
                                .setRule(verdict.rule())
                                .setCode(verdict.code())
                                .setKept(verdict.kept())
                                .setDetail(verdict.detail())
                                .build())
                        .toList())
                .setPlanVersion(event.planVersion())
                .build();
    }

    static OdpCommand command(Output.SendCommand command, String eventId, Instant now) {
        return OdpCommand.newBuilder()
                .setEventId(eventId)
                .setCausedBy(command.causedBy())
                .setOccurredAt(millis(now))
                .setCommandId(command.commandId())
                .setTaskId(command.taskId().value())
                .setClusterId(command.clusterId().value())
                .setOdpId(command.odp().odpId().value())
                .setEpoch(command.epoch())
                .setStep(command.step())
                .setAttempt(command.attempt())
                .setKind(kind(command.kind()))
                .setBaseline(process(command.baseline()))
                .setOdp(odp(command.clusterId(), command.odp(), eventId, command.causedBy(), now))
                .setHotUpgradeExitTimeoutMicros(command.exitTimeoutMicros())
                .setExpectedVersion(command.expectedVersion())
                .setRunWithinMillis(command.runWithin().toMillis())
                .build();
    }

    static ClusterDefinition cluster(Cluster cluster, String eventId, String causedBy, Instant now) {
        return ClusterDefinition.newBuilder()
                .setEventId(eventId)
                .setCausedBy(causedBy)
                .setOccurredAt(millis(now))
                .setClusterId(cluster.clusterId().value())
                .setRevision(cluster.revision())
                .setName(cluster.name())
                .setDescription(cluster.description())
                .setLabels(cluster.labels())
                .setOdpCount(cluster.odpCount())
                .setChangedBy(cluster.changedBy())
                .build();
    }

    static OdpDefinition odp(ClusterId clusterId, Odp odp, String eventId, @Nullable String causedBy, Instant now) {
        return OdpDefinition.newBuilder()
                .setEventId(eventId)
                .setCausedBy(causedBy)
                .setOccurredAt(millis(now))
                .setClusterId(clusterId.value())
                .setOdpId(odp.odpId().value())
                .setRevision(odp.revision())
                .setHost(odp.host())
                .setZone(odp.zone())
                .setSqlPort(odp.sqlPort())
                .setAdminAddress(odp.adminAddress())
                .setHome(odp.home())
                .setLauncher(odp.launcher())
                .setSshUser(odp.sshUser())
                .setSshPort(odp.sshPort())
                .setSshCredential(odp.sshCredential())
                .setAdminCredential(odp.adminCredential())
                .setProbeCredential(odp.probeCredential())
                .setSshJump(odp.sshJump())
                .setRunAs(odp.launch().runAs())
                .setStartCommand(odp.launch().startCommand())
                .setStopCommand(odp.launch().stopCommand())
                .setEnvironment(odp.launch().environment())
                .build();
    }

    private static OdpCommandKind kind(@Nullable CommandKind kind) {
        return kind == null ? OdpCommandKind.UNKNOWN : OdpCommandKind.valueOf(kind.name());
    }

    private static dev.rollcall.schemas.Rejection rejection(Rejection rejection) {
        return dev.rollcall.schemas.Rejection.newBuilder()
                .setCode(rejection.code())
                .setDetail(rejection.detail())
                .setOdps(rejection.odps().stream().map(OdpId::value).toList())
                .setOdpCount(rejection.odpCount())
                .build();
    }

    private static dev.rollcall.schemas.@Nullable Failure failure(@Nullable Failure failure) {
        return failure == null
                ? null
                : dev.rollcall.schemas.Failure.newBuilder()
                        .setCategory(FailureCategory.valueOf(failure.category().name()))
                        .setCode(failure.code())
                        .setDetail(failure.detail())
                        .setAdvice(failure.advice())
                        .setLogFile(failure.logFile())
                        .setLogTail(failure.logTail())
                        .build();
    }

    private static dev.rollcall.schemas.@Nullable OdpFacts facts(@Nullable OdpFacts facts) {
        return facts == null
                ? null
                : dev.rollcall.schemas.OdpFacts.newBuilder()
                        .setState(OdpState.valueOf(facts.state().name()))
                        .setDraining(facts.draining())
                        .setVersion(facts.version())
                        .setProcess(process(facts.process()))
                        .setDrainingPids(facts.drainingPids())
                        .setClientConnections(facts.clientConnections())
                        .setInherited(facts.inherited())
                        .setHotRestartInProgress(facts.hotRestartInProgress())
                        .setExitTimeoutMicros(facts.exitTimeoutMicros())
                        .setHotRestartBlockers(facts.hotRestartBlockers())
                        .setStartBlockers(facts.startBlockers())
                        .setLauncher(facts.launcher())
                        .setWatchdog(facts.watchdog())
                        .setPendingSettings(facts.pendingSettings())
                        .setSettingsRestored(facts.settingsRestored())
                        .setBusinessPathChecked(facts.businessPathChecked())
                        .setDetail(facts.detail())
                        .build();
    }

    private static dev.rollcall.schemas.@Nullable ProcessIdentity process(@Nullable ProcessIdentity process) {
        return process == null
                ? null
                : dev.rollcall.schemas.ProcessIdentity.newBuilder()
                        .setBootId(process.bootId())
                        .setPid(process.pid())
                        .setStartTicks(process.startTicks())
                        .setCwd(process.cwd())
                        .setListenAddress(process.listenAddress())
                        .setListenPort(process.listenPort())
                        .setStartedAt(process.startedAt() == null ? null : millis(process.startedAt()))
                        .build();
    }

    private static @Nullable String text(@Nullable TaskId taskId) {
        return taskId == null ? null : taskId.value();
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
