package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Many restarts in which everything goes wrong. {@code -Drollcall.simulation.seed=N} runs that one alone,
 * {@code -Drollcall.simulation.seeds=N} so many.
 */
class SimulationTest {

    @Test
    void shouldKeepEveryPromiseWhateverGoesWrong() {
        Long only = Long.getLong("rollcall.simulation.seed");
        if (only != null) {
            new Simulation(only).run();
            return;
        }
        Map<String, Integer> endings = new HashMap<>();
        Set<PlanEvent.Type> types = EnumSet.noneOf(PlanEvent.Type.class);
        long seeds = Long.getLong("rollcall.simulation.seeds", 400L);
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
}
