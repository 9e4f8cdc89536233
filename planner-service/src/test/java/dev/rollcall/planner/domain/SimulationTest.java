package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many restarts in which everything goes wrong. {@code -Drollcall.simulation.seed=N} runs that one alone,
 * {@code -Drollcall.simulation.seeds=N} so many.
 */
class SimulationTest {
    private static final long SEEDS = 2_000;

    @Test
    void shouldKeepEveryPromiseWhateverGoesWrong() {
        Long only = Long.getLong("rollcall.simulation.seed");
        if (only != null) {
            new Simulation(only).run();
            return;
        }
        Map<String, Integer> endings = new HashMap<>();
        Set<PlanEvent.Type> types = EnumSet.noneOf(PlanEvent.Type.class);
        long seeds = Long.getLong("rollcall.simulation.seeds", SEEDS);
        for (long seed = 0; seed < seeds; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run();
            endings.merge(simulation.ending(), 1, Integer::sum);
            types.addAll(simulation.types());
        }

        // The simulation is worth something only when it gets everywhere.
        assertThat(endings).containsKeys("ROLL_CALL_CLOSED", "TASK_CANCELLED", "TASK_REJECTED");
        assertThat(types)
                .contains(
                        PlanEvent.Type.TASK_HALTED,
                        PlanEvent.Type.TASK_PAUSED,
                        PlanEvent.Type.TASK_RESUMED,
                        PlanEvent.Type.ODP_SKIPPED,
                        PlanEvent.Type.BATCH_FINISHED,
                        PlanEvent.Type.CONTROL_REFUSED);
    }

    static Stream<Arguments> plantedBugs() {
        return Stream.of(
                Arguments.of("the cluster is never busy", "a second task for a busy cluster", new Safeguards() {
                    @Override
                    boolean isFree(Cluster cluster) {
                        return true;
                    }
                }),
                Arguments.of("a result counts for any command", "", new Safeguards() {
                    @Override
                    boolean answers(OpenCommand command, Input.OdpResult result) {
                        return true;
                    }
                }),
                Arguments.of("only FAILED counts, not unreachable", "failures when a batch begins", new Safeguards() {
                    @Override
                    boolean exceedsBudget(int failures, int maxFailures, FailureCategory last) {
                        return last == FailureCategory.TARGET && failures > maxFailures;
                    }
                }),
                Arguments.of("one too many is taken down", "ODPs that keep running", new Safeguards() {
                    @Override
                    boolean mayTakeDown(int running, int minimum) {
                        return running >= minimum;
                    }
                }),
                Arguments.of("an unknown outcome counts as running", "ODPs that keep running", new Safeguards() {
                    @Override
                    boolean runsAfterFailure(@Nullable OdpFacts facts) {
                        return true;
                    }
                }),
                Arguments.of("a pause holds nothing back", "something begins while paused", new Safeguards() {
                    @Override
                    boolean pauseHolds(boolean pauseWanted) {
                        return false;
                    }
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plantedBugs")
    void shouldNoticeAPlantedBug(String bug, String words, Safeguards broken) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Simulation(seed, broken).run();
            } catch (AssertionError noticed) {
                Throwable cause = noticed.getCause();
                assertThat(cause).as("%s, seed %s", bug, seed).isInstanceOf(AssertionError.class);
                assertThat(String.valueOf(cause)).as("%s, seed %s", bug, seed).contains(words);
                return;
            }
        }
        throw new AssertionError(SEEDS + " seeds did not notice that " + bug);
    }
}
