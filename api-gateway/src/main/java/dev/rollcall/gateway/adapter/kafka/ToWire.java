package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.gateway.app.ClusterChange;
import dev.rollcall.gateway.app.ControlRequest;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.RestartOrder;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditSource;
import dev.rollcall.schemas.BatchGroup;
import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.DrainPolicy;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskControlRequested;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes the gateway's own words as records. */
final class ToWire {

    private ToWire() {}

    static ClusterChangeRequested change(ClusterChange change) {
        ClusterChangeRequested.Builder record = ClusterChangeRequested.newBuilder()
                .setEventId(change.eventId())
                .setOccurredAt(time(change.at()))
                .setClusterId(change.cluster().value())
                .setKind(change.plan() == null ? ClusterChangeKind.REMOVE : ClusterChangeKind.PUT)
                .setBaseRevision(change.baseRevision())
                .setRequestedBy(change.requester().user())
                .setRequestedFrom(change.requester().from());
        ClusterPlan plan = change.plan();
        if (plan != null) {
            record.setName(plan.name())
                    .setDescription(plan.description())
                    .setLabels(plan.labels())
                    .setOdps(plan.odps().stream().map(ToWire::spec).toList());
        }
        return record.build();
    }

    static AuditEntry entry(AuditNote note) {
        ClusterId cluster = note.cluster();
        return AuditEntry.newBuilder()
                .setEventId(note.id())
                .setOccurredAt(time(note.at()))
                .setUser(note.user())
                .setFrom(note.from())
                .setAction(note.action())
                .setClusterId(cluster == null ? null : cluster.value())
                .setTaskId(note.task())
                .setDecision(note.allowed() ? AuditDecision.ALLOWED : AuditDecision.DENIED)
                .setCode(note.code())
                .setDetail(note.detail())
                .setSource(AuditSource.GATEWAY)
                .setOutcome(note.outcome())
                .setTraceParent(note.traceParent())
                .build();
    }

    private static OdpSpec spec(ClusterPlan.PlannedOdp odp) {
        return OdpSpec.newBuilder()
                .setOdpId(odp.id().value())
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
                .setRunAs(odp.runAs())
                .setStartCommand(odp.startCommand())
                .setStopCommand(odp.stopCommand())
                .setEnvironment(odp.environment())
                .build();
    }

    static RestartRequested request(RestartRequest request) {
        RestartOrder order = request.order();
        return RestartRequested.newBuilder()
                .setEventId(request.eventId())
                .setOccurredAt(time(request.requestedAt()))
                .setTaskId(request.task().value())
                .setClusterId(request.cluster().value())
                .setMode(mode(order.mode()))
                .setOdps(order.odps().stream().map(OdpId::value).toList())
                .setBatching(Batching.newBuilder()
                        .setSizes(order.batching().sizes())
                        .setMaxFailures(order.batching().maxFailures())
                        .setGroupBy(order.batching().byZone() ? BatchGroup.ZONE : BatchGroup.NONE)
                        .setMinRunning(order.batching().minRunning())
                        .setSettleMillis(order.batching().settle().toMillis())
                        .setPauseAfterFirst(order.batching().pauseAfterFirst())
                        .setWindow(order.batching().window())
                        .setPreset(order.batching().preset())
                        .setDrain(
                                switch (order.batching().drain()) {
                                    case OVERLAP -> DrainPolicy.OVERLAP;
                                    case WAIT -> DrainPolicy.WAIT;
                                })
                        .build())
                .setHotUpgradeExitTimeoutMicros(order.exitTimeoutMicros())
                .setDryRun(order.dryRun())
                .setConfirm(order.confirm())
                .setReason(order.reason())
                .setRequestedBy(request.requestedBy())
                .setRequestedFrom(request.requestedFrom())
                .setBodyHash(request.bodyHash())
                .setNotBefore(order.notBefore())
                .setNotAfter(order.notAfter())
                .setExpectedVersion(order.expectedVersion())
                .build();
    }

    private static RestartMode mode(Mode mode) {
        return switch (mode) {
            case RESTART -> RestartMode.RESTART;
            case FORCE_RESTART -> RestartMode.FORCE_RESTART;
            case UNKNOWN -> throw new IllegalArgumentException("A restart without a mode must not be asked for");
        };
    }

    static TaskControlRequested control(ControlRequest control) {
        return TaskControlRequested.newBuilder()
                .setEventId(control.eventId())
                .setOccurredAt(time(control.at()))
                .setTaskId(control.task().value())
                .setClusterId(control.cluster().value())
                .setControl(
                        switch (control.control()) {
                            case PAUSE -> TaskControl.PAUSE;
                            case RESUME -> TaskControl.RESUME;
                            case RETRY -> TaskControl.RETRY;
                            case SKIP -> TaskControl.SKIP;
                            case CANCEL -> TaskControl.CANCEL;
                        })
                .setOdpId(control.odp() == null ? null : control.odp().value())
                .setTaskVersion(control.taskVersion())
                .setPlanVersion(control.planVersion())
                .setRequestedBy(control.requester().user())
                .setRequestedFrom(control.requester().from())
                .build();
    }

    /** Avro's milliseconds; what is finer is cut off here, not by the serializer. */
    private static Instant time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
