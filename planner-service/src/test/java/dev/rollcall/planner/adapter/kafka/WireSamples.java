package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.PlanSettings;
import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.ProcessIdentity;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Records of the wire as the other services write them. */
final class WireSamples {
    static final Instant NEW_YEAR = Instant.parse("2026-01-01T00:00:00Z");
    static final PlanSettings SETTINGS = new PlanSettings(
            "3.2.1",
            Duration.ofMinutes(15),
            Duration.ofHours(24),
            Duration.ofMinutes(30),
            Map.of(),
            Map.of(),
            Duration.ofSeconds(15),
            Duration.ofSeconds(4),
            Duration.ofSeconds(30),
            1000,
            Duration.ofSeconds(5),
            3,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofDays(31));

    private WireSamples() {}

    static ClusterChangeRequested cluster(String clusterId, int odps) {
        return ClusterChangeRequested.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(Instant.EPOCH)
                .setClusterId(clusterId)
                .setKind(ClusterChangeKind.PUT)
                .setName("Payments")
                .setOdps(IntStream.range(0, odps).mapToObj(WireSamples::odp).toList())
                .setRequestedBy("alice")
                .build();
    }

    private static OdpSpec odp(int number) {
        return OdpSpec.newBuilder()
                .setOdpId("o" + number)
                .setHost("host-" + number)
                .setZone("z" + number % 3)
                .setSqlPort(2883)
                .setHome("/home/admin/obproxy")
                .setLauncher("obproxy")
                .setSshUser("admin")
                .setSshPort(22)
                .setSshCredential("key")
                .setAdminCredential("proxysys")
                .setSshJump("ops@10.1.1.1:2022,jump")
                .setRunAs("odp")
                .setStartCommand(List.of())
                .setEnvironment(Map.of("TZ", "UTC"))
                .build();
    }

    static RestartRequested restart(String taskId, String clusterId, RestartMode mode, Instant now) {
        return RestartRequested.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setOccurredAt(now.truncatedTo(ChronoUnit.MILLIS))
                .setTaskId(taskId)
                .setClusterId(clusterId)
                .setMode(mode)
                .setBatching(Batching.newBuilder().build())
                .setConfirm(clusterId)
                .setRequestedBy("alice")
                .build();
    }

    static OdpResult result(OdpCommand command, OdpResultType type, @Nullable OdpFacts facts) {
        return OdpResult.newBuilder()
                .setEventId(UUID.randomUUID().toString())
                .setCausedBy(command.getEventId())
                .setOccurredAt(Instant.EPOCH)
                .setCommandId(command.getCommandId())
                .setTaskId(command.getTaskId())
                .setClusterId(command.getClusterId())
                .setOdpId(command.getOdpId())
                .setEpoch(command.getEpoch())
                .setStep(command.getStep())
                .setAttempt(command.getAttempt())
                .setKind(command.getKind())
                .setBaseline(command.getBaseline().orElse(null))
                .setAgentId("agent-1")
                .setType(type)
                .setFacts(facts)
                .build();
    }

    static OdpFacts facts(OdpState state, long pid) {
        return OdpFacts.newBuilder()
                .setState(state)
                .setVersion("4.3.1.0")
                .setProcess(
                        state == OdpState.RUNNING
                                ? ProcessIdentity.newBuilder()
                                        .setBootId("boot")
                                        .setPid(pid)
                                        .setStartTicks(pid)
                                        .setCwd("/home/admin/obproxy")
                                        .setListenAddress("0.0.0.0")
                                        .setListenPort(2883)
                                        .build()
                                : null)
                .setExitTimeoutMicros(5_000_000L)
                .build();
    }

    /** Hosts that do what they are told, at once. */
    static final class Hosts {
        private final Map<String, Long> pids = new java.util.HashMap<>();
        private final Map<String, Integer> restarts = new java.util.HashMap<>();
        private long nextPid = 100;

        /** Carries a command out and says what an agent would say. */
        synchronized List<OdpResult> obey(OdpCommand command) {
            String odp = command.getOdpId();
            long pid = pids.computeIfAbsent(odp, id -> nextPid++);
            switch (command.getKind()) {
                case UNKNOWN, PROBE -> {
                    // looks only
                }
                case HOT_RESTART -> {
                    pid = nextPid++;
                    restarts.merge(odp, 1, Integer::sum);
                }
                case STOP -> pid = 0;
                case START -> {
                    if (pid == 0) {
                        pid = nextPid++;
                        restarts.merge(odp, 1, Integer::sum);
                    }
                }
            }
            pids.put(odp, pid);
            OdpFacts facts = facts(pid == 0 ? OdpState.STOPPED : OdpState.RUNNING, pid);
            return List.of(
                    result(command, OdpResultType.ACCEPTED, null),
                    result(command, OdpResultType.STARTED, null),
                    result(command, OdpResultType.SUCCEEDED, facts));
        }

        synchronized Map<String, Integer> restarts() {
            return Map.copyOf(restarts);
        }

        /** How many are stopped now. */
        synchronized long down() {
            return pids.values().stream().filter(pid -> pid == 0).count();
        }
    }
}
