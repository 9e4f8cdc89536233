package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.planner.domain.Batching;
import dev.rollcall.planner.domain.Change;
import dev.rollcall.planner.domain.CommandKind;
import dev.rollcall.planner.domain.Decision;
import dev.rollcall.planner.domain.DrainPolicy;
import dev.rollcall.planner.domain.EndedTask;
import dev.rollcall.planner.domain.Failure;
import dev.rollcall.planner.domain.FailureCategory;
import dev.rollcall.planner.domain.Input;
import dev.rollcall.planner.domain.Launch;
import dev.rollcall.planner.domain.OdpFacts;
import dev.rollcall.planner.domain.Output;
import dev.rollcall.planner.domain.PlanEvent;
import dev.rollcall.planner.domain.PlanKey;
import dev.rollcall.planner.domain.PlanSettings;
import dev.rollcall.planner.domain.PlanState;
import dev.rollcall.planner.domain.Planner;
import dev.rollcall.planner.domain.ProcessIdentity;
import dev.rollcall.planner.domain.RestartMode;
import dev.rollcall.planner.domain.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the gateway says can be done with a cluster against what the planner itself decides about the same ODPs, over generated clusters. The planner's
 * rules are its own code, asked as its service asks it; nothing of them is repeated here.
 */
class AgreementTest {

    private static final long SEED = Long.getLong("rollcall.agreement.seed", 20_261_123L);
    private static final int CLUSTERS = 3_000;
    private static final String OLDEST = "3.2.1";

    /** One ODP as it is; {@code reached} false: no agent can say anything about it. */
    private record OdpGiven(
            String id,
            boolean reached,
            OdpState state,
            @Nullable String version,
            boolean processKnown,
            List<String> restartBlockers,
            List<String> startBlockers) {}

    private final Rules rules = new Rules(Version.of(OLDEST));

    @Test
    void shouldSayWhatThePlannerSays() {
        Random random = new Random(SEED);
        int[] seen = new int[4];
        for (int number = 0; number < CLUSTERS; number++) {
            List<OdpGiven> odps = cluster(random);
            boolean busy = random.nextInt(8) == 0;
            for (Mode mode : List.of(Mode.RESTART, Mode.FORCE_RESTART)) {
                String what =
                        "seed " + SEED + ", cluster " + number + ", " + mode + (busy ? ", busy" : "") + ": " + odps;
                Rules.ModeVerdict verdict = rules.eligibility(known(odps, busy)).modes().stream()
                        .filter(one -> one.mode() == mode)
                        .findFirst()
                        .orElseThrow();
                List<dev.rollcall.planner.domain.Rejection> rejections = planner(odps, busy, mode);
                Refusal refusal = verdict.refusal();
                boolean allKnown = odps.stream().allMatch(OdpGiven::reached);
                if (refusal != null) {
                    // What the gateway refuses, the planner refuses, and for that very reason.
                    assertThat(rejections).as(what).isNotEmpty();
                    assertThat(rejections)
                            .as(what)
                            .extracting(dev.rollcall.planner.domain.Rejection::code)
                            .contains(refusal.code().text());
                    seen[allKnown ? 0 : 1]++;
                } else if (allKnown) {
                    assertThat(rejections).as(what).isEmpty();
                    assertThat(verdict.note()).as(what).isNull();
                    seen[2]++;
                } else {
                    // It may turn out either way, and that is what is said.
                    assertThat(verdict.note()).as(what).isNotNull();
                    seen[3]++;
                }
                if (refusal != null && allKnown) {
                    dev.rollcall.planner.domain.Rejection first = rejections.get(0);
                    assertThat(refusal.code().text()).as(what).isEqualTo(first.code());
                    assertThat(refusal.odps())
                            .as(what)
                            .extracting(OdpId::value)
                            .containsExactlyElementsOf(first.odps().stream()
                                    .map(dev.rollcall.planner.domain.OdpId::value)
                                    .toList());
                }
            }
        }
        assertThat(Arrays.stream(seen).min().orElse(0))
                .as("refused, refused with some unknown, allowed, not known: %s", Arrays.toString(seen))
                .isGreaterThan(100);
    }

    private static List<OdpGiven> cluster(Random random) {
        List<OdpGiven> odps = new ArrayList<>();
        int size = random.nextInt(6);
        // Mostly healthy, or hardly any cluster would be allowed anything.
        boolean sound = random.nextInt(3) == 0;
        for (int i = 0; i < size; i++) {
            boolean odd = !sound && random.nextInt(3) == 0;
            OdpState state = odd
                    ? pick(
                            random,
                            OdpState.RUNNING,
                            OdpState.RUNNING,
                            OdpState.RESTARTING,
                            OdpState.STOPPING,
                            OdpState.STOPPED,
                            OdpState.STARTING,
                            OdpState.UNAVAILABLE)
                    : OdpState.RUNNING;
            odps.add(new OdpGiven(
                    "o" + i,
                    !odd || random.nextInt(5) > 0,
                    state,
                    odd ? VERSIONS.get(random.nextInt(VERSIONS.size())) : "4.3.1.0",
                    state == OdpState.RUNNING ? !odd || random.nextInt(5) > 0 : random.nextBoolean(),
                    odd && random.nextInt(4) == 0 ? List.of("No memory for a second process.") : List.of(),
                    odd && random.nextInt(4) == 0 ? List.of("Nobody knows how it was started.") : List.of()));
        }
        return odps;
    }

    private static final List<@Nullable String> VERSIONS = versions();

    private static List<@Nullable String> versions() {
        List<@Nullable String> versions = new ArrayList<>(List.of(
                "4.3.1.0", "3.2.1", "3.2.1.0-12", "3.2.0.9", "3.10", "4", "3", "2.9.9", "", "unknown", "v4.3.1"));
        versions.add(null);
        return versions;
    }

    private static OdpState pick(Random random, OdpState... states) {
        return states[random.nextInt(states.length)];
    }

    // ---- the gateway ----

    private static ClusterNow known(List<OdpGiven> odps, boolean busy) {
        ClusterNow now = Given.now(odps.stream()
                .map(odp -> odp.reached()
                        ? LiveOdp.of(
                                Given.odp(odp.id()),
                                new Sighting(
                                        Given.PAY,
                                        new OdpId(odp.id()),
                                        odp.state(),
                                        false,
                                        odp.version(),
                                        odp.processKnown() ? 4711L : null,
                                        null,
                                        null,
                                        null,
                                        odp.restartBlockers(),
                                        odp.startBlockers(),
                                        null,
                                        Given.NOW,
                                        Given.NOW,
                                        Given.HEARTBEAT),
                                Given.NOW)
                        : Given.silent(odp.id()))
                .toArray(LiveOdp[]::new));
        return busy ? Given.busy(now) : now;
    }

    // ---- the planner ----

    private static final PlanSettings SETTINGS = new PlanSettings(
            OLDEST,
            Duration.ofMinutes(15),
            Duration.ofHours(24),
            Duration.ofMinutes(30),
            Map.of(),
            Map.of(),
            Duration.ofSeconds(15),
            Duration.ofSeconds(4),
            Duration.ofSeconds(30),
            1_000,
            Duration.ofSeconds(5),
            3,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofDays(31));

    private static List<dev.rollcall.planner.domain.Rejection> planner(List<OdpGiven> odps, boolean busy, Mode mode) {
        Desk desk = new Desk();
        desk.decide(new Input.ClusterChangeRequested(
                "define",
                Desk.CLUSTER,
                false,
                null,
                "",
                "",
                Map.of(),
                odps.stream().map(AgreementTest::definition).toList(),
                "alice"));
        if (busy && !odps.isEmpty()) {
            desk.decide(desk.request(RestartMode.RESTART));
            desk.commands.clear();
        }
        desk.events.clear();
        desk.decide(desk.request(RestartMode.valueOf(mode.name())));
        while (!desk.commands.isEmpty()) {
            Output.SendCommand command = desk.commands.remove();
            if (command.kind() == CommandKind.PROBE && command.step().equals("PRECHECK")) {
                OdpGiven odp = odps.stream()
                        .filter(one -> one.id().equals(command.odp().odpId().value()))
                        .findFirst()
                        .orElseThrow();
                desk.answer(command, odp.reached() ? facts(odp) : null);
            }
        }
        return desk.events.stream()
                .flatMap(event -> event.rejections().stream())
                .toList();
    }

    private static dev.rollcall.planner.domain.Odp definition(OdpGiven odp) {
        return new dev.rollcall.planner.domain.Odp(
                new dev.rollcall.planner.domain.OdpId(odp.id()),
                0,
                "host-" + odp.id(),
                "",
                2883,
                null,
                "/home/admin/" + odp.id(),
                "obproxy",
                "admin",
                22,
                "key",
                "proxysys",
                null,
                null,
                Launch.PLAIN);
    }

    private static OdpFacts facts(OdpGiven odp) {
        return new OdpFacts(
                dev.rollcall.planner.domain.OdpState.valueOf(odp.state().name()),
                false,
                odp.version(),
                odp.processKnown() ? new ProcessIdentity("boot", 4711, 1, "/home", "0.0.0.0", 2883, null) : null,
                List.of(),
                null,
                null,
                false,
                null,
                odp.restartBlockers(),
                odp.startBlockers(),
                "obproxy",
                null,
                List.of(),
                true,
                false,
                null);
    }

    /** A planner with its state in memory. */
    private static final class Desk {
        static final dev.rollcall.planner.domain.ClusterId CLUSTER = new dev.rollcall.planner.domain.ClusterId("pay");
        private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

        private final Planner planner = new Planner(SETTINGS);
        private final State state = new State();
        private final Deque<Output.SendCommand> commands = new ArrayDeque<>();
        private final List<PlanEvent> events = new ArrayList<>();
        private int number;

        void decide(Input input) {
            Decision decision = planner.decide(state, input, NOW);
            for (Change change : decision.changes()) {
                change.applyTo(state);
            }
            for (Output output : decision.outputs()) {
                if (output instanceof Output.SendCommand command) {
                    commands.add(command);
                } else if (output instanceof Output.Announce announce) {
                    events.add(announce.event());
                }
            }
        }

        Input request(RestartMode mode) {
            return new Input.RestartRequested(
                    "ask" + number++,
                    NOW,
                    new dev.rollcall.planner.domain.TaskId(new UUID(0, number).toString()),
                    CLUSTER,
                    mode,
                    List.of(),
                    new Batching(List.of(), 0, DrainPolicy.OVERLAP, null, null, 0, false, false),
                    null,
                    false,
                    "pay",
                    "alice",
                    true,
                    null,
                    null,
                    null);
        }

        void answer(Output.SendCommand command, @Nullable OdpFacts facts) {
            say(command, Input.OdpResult.Type.ACCEPTED, null, null);
            say(command, Input.OdpResult.Type.STARTED, null, null);
            if (facts == null) {
                say(
                        command,
                        Input.OdpResult.Type.FAILED,
                        null,
                        new Failure(FailureCategory.UNREACHABLE, "UNREACHABLE", "no answer", null, null, null));
            } else {
                say(command, Input.OdpResult.Type.SUCCEEDED, facts, null);
            }
        }

        private void say(
                Output.SendCommand command,
                Input.OdpResult.Type type,
                @Nullable OdpFacts facts,
                @Nullable Failure failure) {
            decide(new Input.OdpResult(
                    "result" + number++,
                    command.taskId(),
                    command.clusterId(),
                    command.odp().odpId(),
                    command.epoch(),
                    command.step(),
                    command.attempt(),
                    type,
                    facts,
                    false,
                    failure));
        }
    }

    private static final class State implements PlanState {
        private final Map<PlanKey<?>, Record> entries = new HashMap<>();

        @Override
        // Entries come out of put(), which pairs key and entry.
        @SuppressWarnings("unchecked")
        public <T extends Record> @Nullable T get(PlanKey<T> key) {
            return (T) entries.get(key);
        }

        @Override
        public List<dev.rollcall.planner.domain.Odp> odps(dev.rollcall.planner.domain.ClusterId cluster) {
            return entries.values().stream()
                    .filter(dev.rollcall.planner.domain.Odp.class::isInstance)
                    .map(dev.rollcall.planner.domain.Odp.class::cast)
                    .sorted(Comparator.comparing(odp -> odp.odpId().value()))
                    .toList();
        }

        @Override
        public List<Timer> due(Instant now, int limit) {
            return List.of();
        }

        @Override
        public List<Timer> timers() {
            return List.of();
        }

        @Override
        public List<EndedTask> forgettable(Instant now, int limit) {
            return List.of();
        }

        @Override
        public <T extends Record> void put(PlanKey<T> key, T entry) {
            entries.put(key, entry);
        }

        @Override
        public void remove(PlanKey<?> key) {
            entries.remove(key);
        }
    }
}
