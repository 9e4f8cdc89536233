package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.gateway.app.PlannerAnswer;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Batching;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Drain;
import dev.rollcall.gateway.domain.Failure;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.Notice;
import dev.rollcall.gateway.domain.Odp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.RestartOrder;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.gateway.domain.RuleVerdict;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdp.Incarnation;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import dev.rollcall.gateway.domain.TimelineEvent.Position;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.BatchGroup;
import dev.rollcall.schemas.ClusterDefinition;
import dev.rollcall.schemas.DrainPolicy;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.ProcessIdentity;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads records into the gateway's own words. An {@link IllegalArgumentException} says that a record breaks the contract. */
final class FromWire {

    /** A heartbeat that nobody could keep, or none at all, is taken for this one. */
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(1);

    private FromWire() {}

    static AuditLine audit(AuditRecord record, int partition) {
        AuditEntry entry = record.getEntry();
        return new AuditLine(
                partition,
                record.getNumber(),
                record.getHash(),
                entry.getOccurredAt(),
                entry.getUser().orElse(null),
                entry.getFrom().orElse(null),
                entry.getAction(),
                entry.getClusterId().orElse(null),
                entry.getTaskId().orElse(null),
                entry.getDecision().name(),
                entry.getCode().orElse(null),
                entry.getOutcome().orElse(null),
                entry.getDetail(),
                entry.getSource().map(Enum::name).orElse("UNKNOWN"));
    }

    static Cluster cluster(ClusterDefinition record) {
        return new Cluster(
                new ClusterId(record.getClusterId()),
                record.getRevision(),
                record.getName(),
                record.getDescription(),
                record.getLabels(),
                record.getOdpCount(),
                record.getChangedBy(),
                record.getOccurredAt());
    }

    static Odp odp(OdpDefinition record) {
        return new Odp(
                new ClusterId(record.getClusterId()),
                new OdpId(record.getOdpId()),
                record.getHost(),
                record.getZone(),
                record.getSqlPort(),
                record.getHome());
    }

    static Sighting sighting(OdpStatus record, Instant receivedAt) {
        OdpFacts facts = record.getFacts();
        Optional<ProcessIdentity> process = facts.getProcess();
        Duration heartbeat = Duration.ofMillis(record.getHeartbeatMillis());
        return new Sighting(
                new ClusterId(record.getClusterId()),
                new OdpId(record.getOdpId()),
                OdpState.valueOf(facts.getState().name()),
                facts.getDraining(),
                orNull(facts.getVersion()),
                orNull(process.map(ProcessIdentity::getPid)),
                orNull(process.flatMap(ProcessIdentity::getStartedAt)),
                orNull(facts.getClientConnections()),
                orNull(facts.getExitTimeoutMicros()),
                restartBlockers(facts),
                facts.getStartBlockers(),
                orNull(facts.getDetail()),
                record.getOccurredAt(),
                receivedAt,
                heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0 ? SHORTEST_HEARTBEAT : heartbeat);
    }

    /** The planner refuses an ODP that is in the middle of a hot restart; to people that is one blocker more. */
    private static List<String> restartBlockers(OdpFacts facts) {
        return facts.getHotRestartBlockers().isEmpty() && facts.getHotRestartInProgress()
                ? List.of("A hot restart is already going on.")
                : facts.getHotRestartBlockers();
    }

    static RestartRequest request(RestartRequested record) {
        RestartOrder order = new RestartOrder(
                mode(record.getMode()),
                record.getOdps().stream().map(OdpId::new).toList(),
                new Batching(
                        record.getBatching().getSizes(),
                        record.getBatching().getMaxFailures(),
                        record.getBatching().getDrain() == DrainPolicy.WAIT ? Drain.WAIT : Drain.OVERLAP,
                        record.getBatching().getGroupBy() == BatchGroup.ZONE,
                        orNull(record.getBatching().getMinRunning()),
                        Duration.ofMillis(record.getBatching().getSettleMillis()),
                        record.getBatching().getPauseAfterFirst(),
                        record.getBatching().getWindow(),
                        orNull(record.getBatching().getPreset())),
                orNull(record.getHotUpgradeExitTimeoutMicros()),
                record.getDryRun(),
                orNull(record.getConfirm()),
                record.getReason(),
                orNull(record.getNotBefore()),
                orNull(record.getNotAfter()),
                orNull(record.getExpectedVersion()));
        return new RestartRequest(
                record.getEventId(),
                record.getOccurredAt(),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                order,
                record.getRequestedBy(),
                orNull(record.getRequestedFrom()),
                orNull(record.getBodyHash()));
    }

    static Task task(TaskSnapshot record) {
        return new Task(
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                record.getVersion(),
                mode(record.getMode()),
                state(record.getState()),
                phase(record.getPhase()),
                record.getDryRun(),
                record.getRequestedBy(),
                record.getReason(),
                record.getRequestedAt(),
                orNull(record.getStartedAt()),
                orNull(record.getFinishedAt()),
                new Task.Counts(
                        record.getTotal(),
                        record.getRestarted(),
                        record.getRestarting(),
                        record.getFailed(),
                        record.getSkipped(),
                        record.getAnswered()),
                record.getBatches().stream()
                        .map(batch -> new Task.Batch(
                                batch.getNumber(),
                                batch.getSize(),
                                BatchState.valueOf(batch.getState().name())))
                        .toList(),
                rejections(record.getRejections()),
                failure(record.getFailure()),
                new Task.Plan(
                        orNull(record.getPlanVersion()),
                        record.getLeftMillis().map(Duration::ofMillis).orElse(null),
                        orNull(record.getLeftAt()),
                        record.getRules().stream()
                                .map(rule -> new RuleVerdict(
                                        rule.getRule(), rule.getCode(), rule.getKept(), rule.getDetail()))
                                .toList()));
    }

    static TaskOdp row(TaskOdpSnapshot record) {
        return new TaskOdp(
                new TaskId(record.getTaskId()),
                new OdpId(record.getOdpId()),
                record.getZone(),
                record.getBatch(),
                TaskOdpState.valueOf(record.getState().name()),
                orNull(record.getStep()),
                record.getAttempts(),
                orNull(record.getMessage()),
                incarnation(record.getOldProcess(), record.getOldVersion()),
                incarnation(record.getNewProcess(), record.getNewVersion()),
                orNull(record.getInherited()),
                record.getBusinessPathChecked(),
                orNull(record.getClientsBefore()),
                orNull(record.getClientsCut()),
                orNull(record.getStartedAt()),
                orNull(record.getServingAt()),
                orNull(record.getFinishedAt()),
                failure(record.getFailure()),
                new TaskOdp.Times(
                        orNull(record.getPrecheckedAt()),
                        orNull(record.getStoppedAt()),
                        orNull(record.getDrainedAt()),
                        orNull(record.getAnsweredAt())));
    }

    static TimelineEvent event(TaskEvent record, int partition, long offset) {
        return new TimelineEvent(
                new Position(partition, offset),
                new TaskId(record.getTaskId()),
                new ClusterId(record.getClusterId()),
                orNull(record.getCausedBy()),
                record.getOccurredAt(),
                record.getSequence(),
                record.getType().name(),
                state(record.getState()),
                phase(record.getPhase()),
                record.getTaskVersion(),
                orNull(record.getOdpId().map(OdpId::new)),
                record.getBatch(),
                record.getAttempt(),
                orNull(record.getCode()),
                orNull(record.getActor()),
                record.getMessage(),
                record.getType() == TaskEventType.TASK_ENDED);
    }

    /** What an event is to somebody outside; null when it is nothing. */
    static @Nullable Notice notice(TaskEvent record) {
        Notice.Kind kind = switch (record.getType()) {
            case PHASE_STARTED ->
                switch (phase(record.getPhase())) {
                    case RESTART, STOP -> Notice.Kind.STARTED;
                    case UNKNOWN, PRECHECK, START, DRAIN, ROLL_CALL -> null;
                };
            case TASK_PAUSED -> Notice.Kind.PAUSED;
            case TASK_HALTED -> Notice.Kind.HALTED;
            // The end of a dry run is a plan, which whoever asked is looking at.
            case TASK_ENDED -> state(record.getState()) == TaskState.PLANNED ? null : Notice.Kind.ENDED;
            case UNKNOWN,
                    TASK_REQUESTED,
                    TASK_ACCEPTED,
                    TASK_REJECTED,
                    TASK_PLANNED,
                    BATCH_STARTED,
                    BATCH_FINISHED,
                    ODP_STEP,
                    ODP_SERVING,
                    ODP_DRAINED,
                    ODP_RESTARTED,
                    ODP_FAILED,
                    ODP_SKIPPED,
                    ODP_ANSWERED,
                    TASK_RESUMED,
                    TASK_CANCELLING,
                    CONTROL_APPLIED,
                    CONTROL_REFUSED,
                    ROLL_CALL_STARTED -> null;
        };
        return kind == null
                ? null
                : new Notice(
                        record.getEventId(),
                        kind,
                        new TaskId(record.getTaskId()),
                        new ClusterId(record.getClusterId()),
                        record.getOccurredAt(),
                        state(record.getState()),
                        orNull(record.getCode()),
                        orNull(record.getActor()),
                        record.getMessage());
    }

    /** The answer that an event is to a request; null when it is none. */
    static @Nullable PlannerAnswer answer(PlanEvent record) {
        return switch (record.getType()) {
            case CLUSTER_CHANGED, CONTROL_APPLIED -> answer(record, true);
            case CLUSTER_CHANGE_REFUSED, CONTROL_REFUSED -> answer(record, false);
            case UNKNOWN,
                    TASK_ACCEPTED,
                    TASK_REJECTED,
                    ODP_TARGETED,
                    ODP_PLANNED,
                    TASK_PLANNED,
                    PHASE_STARTED,
                    BATCH_STARTED,
                    ODP_DISPATCHED,
                    ODP_FAILED,
                    ODP_SKIPPED,
                    BATCH_FINISHED,
                    TASK_PAUSED,
                    TASK_RESUMED,
                    TASK_HALTED,
                    TASK_CANCELLING,
                    TASK_CANCELLED,
                    TASK_ABANDONED,
                    ROLL_CALL_STARTED,
                    ROLL_CALL_CLOSED -> null;
        };
    }

    private static PlannerAnswer answer(PlanEvent record, boolean applied) {
        return new PlannerAnswer(
                record.getEventId(),
                applied,
                record.getRevision(),
                rejections(record.getRejections()),
                orNull(record.getActiveTaskId().map(TaskId::new)),
                record.getMessage());
    }

    static Mode mode(dev.rollcall.schemas.RestartMode mode) {
        return Mode.valueOf(mode.name());
    }

    static TaskState state(dev.rollcall.schemas.TaskState state) {
        return TaskState.valueOf(state.name());
    }

    static TaskPhase phase(dev.rollcall.schemas.TaskPhase phase) {
        return TaskPhase.valueOf(phase.name());
    }

    private static List<Rejection> rejections(List<dev.rollcall.schemas.Rejection> rejections) {
        return rejections.stream()
                .map(rejection -> new Rejection(
                        rejection.getCode(), rejection.getDetail(), rejection.getOdps(), rejection.getOdpCount()))
                .toList();
    }

    private static @Nullable Failure failure(Optional<dev.rollcall.schemas.Failure> failure) {
        return orNull(failure.map(record -> new Failure(
                record.getCategory().name(),
                record.getCode(),
                record.getDetail(),
                orNull(record.getAdvice()),
                orNull(record.getLogFile()),
                orNull(record.getLogTail()))));
    }

    private static @Nullable Incarnation incarnation(Optional<ProcessIdentity> process, Optional<String> version) {
        if (process.isEmpty() && version.isEmpty()) {
            return null;
        }
        return new Incarnation(
                orNull(process.map(ProcessIdentity::getPid)),
                orNull(process.flatMap(ProcessIdentity::getStartedAt)),
                orNull(version));
    }

    private static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }
}
