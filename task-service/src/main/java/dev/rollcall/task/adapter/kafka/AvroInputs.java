package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.task.domain.Batching;
import dev.rollcall.task.domain.ClusterId;
import dev.rollcall.task.domain.CommandKind;
import dev.rollcall.task.domain.ControlKind;
import dev.rollcall.task.domain.Failure;
import dev.rollcall.task.domain.FailureCategory;
import dev.rollcall.task.domain.ObservedState;
import dev.rollcall.task.domain.OdpFacts;
import dev.rollcall.task.domain.OdpId;
import dev.rollcall.task.domain.Phase;
import dev.rollcall.task.domain.PlanEventType;
import dev.rollcall.task.domain.ProcessIdentity;
import dev.rollcall.task.domain.Rejection;
import dev.rollcall.task.domain.RestartMode;
import dev.rollcall.task.domain.ResultType;
import dev.rollcall.task.domain.RuleVerdict;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.TaskInput;
import org.jspecify.annotations.Nullable;

/**
 * Records of the topics as facts for the fold.
 *
 * <p>Errors: {@link IllegalArgumentException} when a record breaks the contract (a blank id, a step or attempt missing).
 */
final class AvroInputs {

    private static final int MAX_LOG_TAIL = 8 * 1024;

    static TaskInput.Requested input(RestartRequested record) {
        return new TaskInput.Requested(
                record.getEventId(),
                record.getOccurredAt(),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                same(RestartMode.class, record.getMode(), RestartMode.UNKNOWN),
                record.getOdps().size(),
                record.getDryRun(),
                record.getRequestedBy(),
                record.getReason(),
                record.getHotUpgradeExitTimeoutMicros().orElse(null),
                batching(record.getBatching()),
                record.getNotBefore().orElse(null),
                record.getNotAfter().orElse(null));
    }

    private static Batching batching(dev.rollcall.schemas.Batching record) {
        return new Batching(
                record.getSizes(),
                record.getMaxFailures(),
                record.getDrain().name(),
                record.getGroupBy().name(),
                record.getMinRunning().orElse(null),
                record.getSettleMillis(),
                record.getPauseAfterFirst(),
                record.getWindow(),
                record.getPreset().orElse(null));
    }

    /** Null for an answer about a cluster definition, which belongs to no task. */
    static TaskInput.@Nullable Planned input(PlanEvent record) {
        String taskId = record.getTaskId().orElse(null);
        if (taskId == null) {
            return null;
        }
        return new TaskInput.Planned(
                record.getEventId(),
                record.getOccurredAt(),
                new TaskId(taskId),
                new ClusterId(record.getClusterId()),
                record.getSequence(),
                same(PlanEventType.class, record.getType(), PlanEventType.UNKNOWN),
                record.getEpoch(),
                same(RestartMode.class, record.getMode(), RestartMode.UNKNOWN),
                record.getOdpCount(),
                record.getDryRun(),
                same(Phase.class, record.getPhase(), Phase.UNKNOWN),
                record.getBatchSizes(),
                record.getBatch(),
                record.getRound(),
                record.getAnswered(),
                record.getOdpId().map(OdpId::new).orElse(null),
                record.getZone().orElse(""),
                record.getStep().orElse(null),
                record.getAttempt(),
                same(CommandKind.class, record.getKind(), CommandKind.UNKNOWN),
                record.getFacts().map(AvroInputs::facts).orElse(null),
                record.getFailure().map(AvroInputs::failure).orElse(null),
                record.getRejections().stream().map(AvroInputs::rejection).toList(),
                same(ControlKind.class, record.getControl(), ControlKind.UNKNOWN),
                record.getRequestedBy().orElse(null),
                record.getMessage(),
                record.getLeftMillis().orElse(null),
                record.getVerdicts().stream()
                        .map(verdict -> new RuleVerdict(
                                verdict.getRule(), verdict.getCode(), verdict.getKept(), verdict.getDetail()))
                        .toList(),
                record.getPlanVersion());
    }

    static TaskInput.Reported input(OdpResult record) {
        if (record.getStep().isBlank() || record.getAttempt() < 1) {
            throw new IllegalArgumentException(
                    "A result must name its step and an attempt from 1, but this one says '%s', %d"
                            .formatted(record.getStep(), record.getAttempt()));
        }
        return new TaskInput.Reported(
                record.getEventId(),
                record.getOccurredAt(),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                new OdpId(record.getOdpId()),
                record.getStep(),
                record.getAttempt(),
                same(CommandKind.class, record.getKind(), CommandKind.UNKNOWN),
                record.getBaseline().map(AvroInputs::process).orElse(null),
                same(ResultType.class, record.getType(), ResultType.UNKNOWN),
                record.getMessage().orElse(null),
                record.getFacts().map(AvroInputs::facts).orElse(null),
                record.getAlreadyDone(),
                record.getClientsCut().orElse(null),
                record.getFailure().map(AvroInputs::failure).orElse(null));
    }

    private static OdpFacts facts(dev.rollcall.schemas.OdpFacts record) {
        return new OdpFacts(
                same(ObservedState.class, record.getState(), ObservedState.UNKNOWN),
                record.getDraining(),
                record.getVersion().orElse(null),
                record.getProcess().map(AvroInputs::process).orElse(null),
                record.getClientConnections().orElse(null),
                record.getInherited().orElse(null),
                record.getSettingsRestored(),
                record.getBusinessPathChecked(),
                record.getDetail().orElse(null));
    }

    private static ProcessIdentity process(dev.rollcall.schemas.ProcessIdentity record) {
        return new ProcessIdentity(
                record.getBootId(),
                record.getPid(),
                record.getStartTicks(),
                record.getCwd(),
                record.getListenAddress(),
                record.getListenPort(),
                record.getStartedAt().orElse(null));
    }

    private static Failure failure(dev.rollcall.schemas.Failure record) {
        return new Failure(
                same(FailureCategory.class, record.getCategory(), FailureCategory.UNKNOWN),
                record.getCode(),
                record.getDetail(),
                record.getAdvice().orElse(null),
                record.getLogFile().orElse(null),
                record.getLogTail().map(AvroInputs::bounded).orElse(null));
    }

    /** Whatever an agent sends, no record of ours grows with it: the end of the log is what tells. */
    private static String bounded(String logTail) {
        return logTail.length() <= MAX_LOG_TAIL ? logTail : logTail.substring(logTail.length() - MAX_LOG_TAIL);
    }

    private static Rejection rejection(dev.rollcall.schemas.Rejection record) {
        return new Rejection(record.getCode(), record.getDetail(), record.getOdps(), record.getOdpCount());
    }

    /** The constant of the same name; what a newer program wrote and this one does not know is the other one. */
    private static <E extends Enum<E>> E same(Class<E> type, Enum<?> constant, E otherwise) {
        for (E candidate : type.getEnumConstants()) {
            if (candidate.name().equals(constant.name())) {
                return candidate;
            }
        }
        return otherwise;
    }

    private AvroInputs() {}
}
