package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TaskId;
import dev.rollcall.schemas.FailureCategory;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Between the records on the topics and the agent's own words. */
final class AvroMapping {
    private static final int MAX_WORDS = 4000;

    private AvroMapping() {}

    /**
     * @throws ContractViolationException when the command cannot be meant like this
     */
    static Command command(OdpCommand avro, @Nullable String traceparent) {
        try {
            return new Command(
                    avro.getEventId(),
                    avro.getOccurredAt(),
                    new CommandId(avro.getCommandId()),
                    new TaskId(avro.getTaskId()),
                    avro.getEpoch(),
                    avro.getStep(),
                    avro.getAttempt(),
                    kind(avro.getKind()),
                    avro.getBaseline().map(AvroMapping::process).orElse(null),
                    odp(avro.getOdp()),
                    avro.getHotUpgradeExitTimeoutMicros().orElse(null),
                    avro.getExpectedVersion().orElse(null),
                    Duration.ofMillis(Math.max(1, avro.getRunWithinMillis())),
                    traceparent);
        } catch (IllegalArgumentException e) {
            throw new ContractViolationException(
                    "Command " + avro.getCommandId() + " cannot be understood: " + e.getMessage(), e);
        }
    }

    static Odp odp(OdpDefinition avro) {
        return new Odp(
                new ClusterId(avro.getClusterId()),
                new OdpId(avro.getOdpId()),
                avro.getHost(),
                avro.getSshPort(),
                avro.getSshUser(),
                avro.getSshCredential(),
                avro.getSqlPort(),
                avro.getAdminAddress().orElse(null),
                avro.getHome(),
                avro.getLauncher(),
                avro.getAdminCredential(),
                avro.getProbeCredential().orElse(null),
                avro.getSshJump().orElse(null),
                new Launch(
                        avro.getRunAs().orElse(null),
                        avro.getStartCommand(),
                        avro.getStopCommand(),
                        avro.getEnvironment()));
    }

    private static CommandKind kind(OdpCommandKind avro) {
        return switch (avro) {
            case PROBE -> CommandKind.PROBE;
            case HOT_RESTART -> CommandKind.HOT_RESTART;
            case STOP -> CommandKind.STOP;
            case START -> CommandKind.START;
            case UNKNOWN -> throw new IllegalArgumentException("its kind is not known to this agent");
        };
    }

    private static OdpCommandKind kind(CommandKind kind) {
        return switch (kind) {
            case PROBE -> OdpCommandKind.PROBE;
            case HOT_RESTART -> OdpCommandKind.HOT_RESTART;
            case STOP -> OdpCommandKind.STOP;
            case START -> OdpCommandKind.START;
        };
    }

    private static ProcessIdentity process(dev.rollcall.schemas.ProcessIdentity avro) {
        return new ProcessIdentity(
                avro.getBootId(),
                avro.getPid(),
                avro.getStartTicks(),
                avro.getCwd(),
                avro.getListenAddress(),
                avro.getListenPort(),
                avro.getStartedAt().orElse(null));
    }

    private static dev.rollcall.schemas.@Nullable ProcessIdentity process(@Nullable ProcessIdentity process) {
        if (process == null) {
            return null;
        }
        Instant started = process.startedAt();
        return dev.rollcall.schemas.ProcessIdentity.newBuilder()
                .setBootId(process.bootId())
                .setPid(process.pid())
                .setStartTicks(process.startTicks())
                .setCwd(process.cwd())
                .setListenAddress(process.listenAddress())
                .setListenPort(process.listenPort())
                .setStartedAt(started == null ? null : millis(started))
                .build();
    }

    static OdpResult result(Command command, Report report, String agentId, Instant now) {
        return OdpResult.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setCausedBy(command.eventId())
                .setOccurredAt(millis(now))
                .setCommandId(command.id().value())
                .setTaskId(command.task().value())
                .setClusterId(command.odp().cluster().value())
                .setOdpId(command.odp().id().value())
                .setEpoch(command.epoch())
                .setStep(command.step())
                .setAttempt(command.attempt())
                .setKind(kind(command.kind()))
                .setBaseline(process(command.baseline()))
                .setAgentId(agentId)
                .setType(type(report.type()))
                .setMessage(report.message() == null ? null : cut(report.message()))
                .setFacts(report.facts() == null ? null : facts(report.facts()))
                .setAlreadyDone(report.alreadyDone())
                .setClientsCut(report.clientsCut())
                .setFailure(report.failure() == null ? null : failure(report.failure()))
                .build();
    }

    static OdpStatus status(Odp odp, Facts facts, String agentId, Duration heartbeat, Instant now) {
        return OdpStatus.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(millis(now))
                .setClusterId(odp.cluster().value())
                .setOdpId(odp.id().value())
                .setFacts(facts(facts))
                .setAgentId(agentId)
                .setHeartbeatMillis(heartbeat.toMillis())
                .build();
    }

    private static OdpResultType type(Report.Type type) {
        return switch (type) {
            case ACCEPTED -> OdpResultType.ACCEPTED;
            case STARTED -> OdpResultType.STARTED;
            case PROGRESS -> OdpResultType.PROGRESS;
            case SERVING -> OdpResultType.SERVING;
            case DRAINED -> OdpResultType.DRAINED;
            case SUCCEEDED -> OdpResultType.SUCCEEDED;
            case FAILED -> OdpResultType.FAILED;
        };
    }

    static OdpFacts facts(Facts facts) {
        return OdpFacts.newBuilder()
                .setState(state(facts.state()))
                .setDraining(facts.draining())
                .setVersion(facts.version())
                .setProcess(process(facts.process()))
                .setDrainingPids(facts.drainingPids())
                .setClientConnections(facts.clientConnections())
                .setInherited(facts.inherited())
                .setHotRestartInProgress(facts.hotRestartInProgress())
                .setExitTimeoutMicros(facts.exitTimeoutMicros())
                .setHotRestartBlockers(facts.hotRestartBlockers().stream()
                        .map(AvroMapping::cut)
                        .toList())
                .setStartBlockers(
                        facts.startBlockers().stream().map(AvroMapping::cut).toList())
                .setLauncher(facts.launcher())
                .setWatchdog(facts.watchdog())
                .setPendingSettings(facts.pendingSettings())
                .setSettingsRestored(facts.settingsRestored())
                .setBusinessPathChecked(facts.businessPathChecked())
                .setDetail(facts.detail() == null ? null : cut(facts.detail()))
                .build();
    }

    private static OdpState state(dev.rollcall.agent.domain.OdpState state) {
        return switch (state) {
            case UNKNOWN -> OdpState.UNKNOWN;
            case RUNNING -> OdpState.RUNNING;
            case RESTARTING -> OdpState.RESTARTING;
            case STOPPING -> OdpState.STOPPING;
            case STOPPED -> OdpState.STOPPED;
            case STARTING -> OdpState.STARTING;
            case UNAVAILABLE -> OdpState.UNAVAILABLE;
        };
    }

    private static dev.rollcall.schemas.Failure failure(Failure failure) {
        return dev.rollcall.schemas.Failure.newBuilder()
                .setCategory(category(failure.category()))
                .setCode(failure.code())
                .setDetail(cut(failure.detail()))
                .setAdvice(failure.advice() == null ? null : cut(failure.advice()))
                .setLogFile(failure.logFile())
                .setLogTail(failure.logTail())
                .build();
    }

    private static FailureCategory category(dev.rollcall.agent.domain.FailureCategory category) {
        return switch (category) {
            case TARGET -> FailureCategory.TARGET;
            case UNREACHABLE -> FailureCategory.UNREACHABLE;
            case TIMED_OUT -> FailureCategory.TIMED_OUT;
            case REFUSED -> FailureCategory.REFUSED;
            case CHANGED -> FailureCategory.CHANGED;
            case PLATFORM -> FailureCategory.PLATFORM;
        };
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private static String cut(String words) {
        return words.length() <= MAX_WORDS ? words : words.substring(0, MAX_WORDS) + " ...";
    }
}
