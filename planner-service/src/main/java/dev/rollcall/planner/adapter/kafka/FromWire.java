package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.BatchGroup;
import dev.rollcall.planner.domain.Batching;
import dev.rollcall.planner.domain.ClusterId;
import dev.rollcall.planner.domain.ControlKind;
import dev.rollcall.planner.domain.DrainPolicy;
import dev.rollcall.planner.domain.Failure;
import dev.rollcall.planner.domain.FailureCategory;
import dev.rollcall.planner.domain.Input;
import dev.rollcall.planner.domain.Launch;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.OdpFacts;
import dev.rollcall.planner.domain.OdpId;
import dev.rollcall.planner.domain.OdpState;
import dev.rollcall.planner.domain.ProcessIdentity;
import dev.rollcall.planner.domain.RestartMode;
import dev.rollcall.planner.domain.TaskId;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of the wire as inputs of the domain. */
final class FromWire {
    /** What was not heard of for so many heartbeats is not known. */
    private static final int HEARTBEATS_HEARD = 3;

    private FromWire() {}

    static Input.ClusterChangeRequested of(ClusterChangeRequested record) {
        if (record.getKind() == ClusterChangeKind.UNKNOWN) {
            throw new ContractViolation("A cluster change that is neither PUT nor REMOVE");
        }
        return new Input.ClusterChangeRequested(
                record.getEventId(),
                new ClusterId(record.getClusterId()),
                record.getKind() == ClusterChangeKind.REMOVE,
                record.getBaseRevision().orElse(null),
                record.getName(),
                record.getDescription(),
                Map.copyOf(record.getLabels()),
                record.getOdps().stream().map(FromWire::odp).toList(),
                record.getRequestedBy());
    }

    private static Odp odp(OdpSpec spec) {
        return new Odp(
                new OdpId(spec.getOdpId()),
                0,
                spec.getHost(),
                spec.getZone(),
                spec.getSqlPort(),
                spec.getAdminAddress().orElse(null),
                spec.getHome(),
                spec.getLauncher(),
                spec.getSshUser(),
                spec.getSshPort(),
                spec.getSshCredential(),
                spec.getAdminCredential(),
                spec.getProbeCredential().orElse(null),
                spec.getSshJump().orElse(null),
                new Launch(
                        spec.getRunAs().orElse(null),
                        spec.getStartCommand(),
                        spec.getStopCommand(),
                        spec.getEnvironment()));
    }

    static Input.RestartRequested of(RestartRequested record, boolean onItsPartition) {
        return new Input.RestartRequested(
                record.getEventId(),
                record.getOccurredAt(),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                switch (record.getMode()) {
                    case UNKNOWN -> null;
                    case RESTART -> RestartMode.RESTART;
                    case FORCE_RESTART -> RestartMode.FORCE_RESTART;
                },
                record.getOdps().stream().map(OdpId::new).toList(),
                new Batching(
                        record.getBatching().getSizes(),
                        record.getBatching().getMaxFailures(),
                        switch (record.getBatching().getDrain()) {
                            // The careful one, when it is not known what was asked for.
                            case UNKNOWN, WAIT -> DrainPolicy.WAIT;
                            case OVERLAP -> DrainPolicy.OVERLAP;
                        },
                        switch (record.getBatching().getGroupBy()) {
                            case UNKNOWN -> BatchGroup.UNKNOWN;
                            case NONE -> BatchGroup.NONE;
                            case ZONE -> BatchGroup.ZONE;
                        },
                        record.getBatching().getMinRunning().orElse(null),
                        record.getBatching().getSettleMillis(),
                        record.getBatching().getPauseAfterFirst(),
                        record.getBatching().getWindow()),
                record.getHotUpgradeExitTimeoutMicros().orElse(null),
                record.getDryRun(),
                record.getConfirm().orElse(null),
                record.getRequestedBy(),
                onItsPartition,
                record.getNotBefore().orElse(null),
                record.getNotAfter().orElse(null),
                record.getExpectedVersion().orElse(null));
    }

    static Input.TaskControlRequested of(TaskControlRequested record) {
        return new Input.TaskControlRequested(
                record.getEventId(),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                switch (record.getControl()) {
                    case UNKNOWN -> null;
                    case PAUSE -> ControlKind.PAUSE;
                    case RESUME -> ControlKind.RESUME;
                    case RETRY -> ControlKind.RETRY;
                    case SKIP -> ControlKind.SKIP;
                    case CANCEL -> ControlKind.CANCEL;
                },
                record.getOdpId().map(OdpId::new).orElse(null),
                record.getAttempt().orElse(null),
                record.getPlanVersion().orElse(null),
                record.getRequestedBy());
    }

    static Input.OdpResult of(OdpResult record) {
        return new Input.OdpResult(
                record.getEventId(),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                new OdpId(record.getOdpId()),
                record.getEpoch(),
                record.getStep(),
                record.getAttempt(),
                switch (record.getType()) {
                    case UNKNOWN -> throw new ContractViolation("A result of a type that this planner does not know");
                    case ACCEPTED -> Input.OdpResult.Type.ACCEPTED;
                    case STARTED -> Input.OdpResult.Type.STARTED;
                    case PROGRESS -> Input.OdpResult.Type.PROGRESS;
                    case SERVING -> Input.OdpResult.Type.SERVING;
                    case DRAINED -> Input.OdpResult.Type.DRAINED;
                    case SUCCEEDED -> Input.OdpResult.Type.SUCCEEDED;
                    case FAILED -> Input.OdpResult.Type.FAILED;
                },
                record.getFacts().map(FromWire::facts).orElse(null),
                record.getAlreadyDone(),
                record.getFailure().map(FromWire::failure).orElse(null));
    }

    static Input.OdpObserved of(OdpStatus record, Instant now) {
        OdpFacts seen = facts(record.getFacts());
        Duration age = Duration.between(record.getOccurredAt(), now);
        return new Input.OdpObserved(
                new ClusterId(record.getClusterId()),
                new OdpId(record.getOdpId()),
                seen.state() == OdpState.RUNNING && seen.process() != null,
                age.compareTo(Duration.ofMillis(record.getHeartbeatMillis()).multipliedBy(HEARTBEATS_HEARD)) > 0);
    }

    static Input.TaskEnded of(TaskEvent record) {
        return new Input.TaskEnded(
                record.getEventId(),
                new ClusterId(record.getClusterId()),
                new TaskId(record.getTaskId()),
                record.getState().name());
    }

    private static OdpFacts facts(dev.rollcall.schemas.OdpFacts facts) {
        return new OdpFacts(
                switch (facts.getState()) {
                    case UNKNOWN -> OdpState.UNKNOWN;
                    case RUNNING -> OdpState.RUNNING;
                    case RESTARTING -> OdpState.RESTARTING;
                    case STOPPING -> OdpState.STOPPING;
                    case STOPPED -> OdpState.STOPPED;
                    case STARTING -> OdpState.STARTING;
                    case UNAVAILABLE -> OdpState.UNAVAILABLE;
                },
                facts.getDraining(),
                facts.getVersion().orElse(null),
                process(facts.getProcess().orElse(null)),
                List.copyOf(facts.getDrainingPids()),
                facts.getClientConnections().orElse(null),
                facts.getInherited().orElse(null),
                facts.getHotRestartInProgress(),
                facts.getExitTimeoutMicros().orElse(null),
                List.copyOf(facts.getHotRestartBlockers()),
                List.copyOf(facts.getStartBlockers()),
                facts.getLauncher().orElse(null),
                facts.getWatchdog().orElse(null),
                List.copyOf(facts.getPendingSettings()),
                facts.getSettingsRestored(),
                facts.getBusinessPathChecked(),
                facts.getDetail().orElse(null));
    }

    private static @Nullable ProcessIdentity process(dev.rollcall.schemas.@Nullable ProcessIdentity process) {
        return process == null
                ? null
                : new ProcessIdentity(
                        process.getBootId(),
                        process.getPid(),
                        process.getStartTicks(),
                        process.getCwd(),
                        process.getListenAddress(),
                        process.getListenPort(),
                        process.getStartedAt().orElse(null));
    }

    private static Failure failure(dev.rollcall.schemas.Failure failure) {
        return new Failure(
                switch (failure.getCategory()) {
                    case UNKNOWN -> FailureCategory.UNKNOWN;
                    case TARGET -> FailureCategory.TARGET;
                    case UNREACHABLE -> FailureCategory.UNREACHABLE;
                    case TIMED_OUT -> FailureCategory.TIMED_OUT;
                    case REFUSED -> FailureCategory.REFUSED;
                    case CHANGED -> FailureCategory.CHANGED;
                    case PLATFORM -> FailureCategory.PLATFORM;
                },
                failure.getCode(),
                failure.getDetail(),
                failure.getAdvice().orElse(null),
                failure.getLogFile().orElse(null),
                failure.getLogTail().orElse(null));
    }
}
