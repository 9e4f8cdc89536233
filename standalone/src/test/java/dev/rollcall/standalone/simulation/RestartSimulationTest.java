package dev.rollcall.standalone.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.TaskState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Many restarts of a whole system in which everything goes wrong. {@code -Drollcall.simulation.seed=N} runs that one alone and tells
 * more of it with {@code -Drollcall.simulation.lines=N}; {@code -Drollcall.simulation.seeds=N} runs so many,
 * {@code -Drollcall.simulation.from=N} from that one on. The profile {@code million-seeds} runs a million.
 */
class RestartSimulationTest {
    private static final long SEEDS = 2_000;
    private static final long SEEDS_FOR_A_BUG = 2_000;

    @BeforeAll
    static void quiet() {
        // Each surprise of the fold is a line, and here all are meant to happen.
        ((Logger) LoggerFactory.getLogger("dev.rollcall.task")).setLevel(Level.OFF);
    }

    @Test
    void shouldKeepEveryPromiseWhateverGoesWrong() {
        Long only = Long.getLong("rollcall.simulation.seed");
        if (only != null) {
            new World(only, null).run();
            return;
        }
        Set<PlanEventType> planned = EnumSet.noneOf(PlanEventType.class);
        Map<TaskState, Integer> endings = new EnumMap<>(TaskState.class);
        long from = Long.getLong("rollcall.simulation.from", 0);
        LongStream.range(from, from + Long.getLong("rollcall.simulation.seeds", SEEDS))
                .parallel()
                .forEach(seed -> {
                    World world = new World(seed, null);
                    world.run();
                    synchronized (endings) {
                        planned.addAll(world.planned());
                        world.endings().forEach(ending -> endings.merge(ending, 1, Integer::sum));
                    }
                });

        // The simulation is worth something only when it gets everywhere.
        assertThat(endings.keySet())
                .contains(
                        TaskState.COMPLETED,
                        TaskState.INCOMPLETE,
                        TaskState.FAILED,
                        TaskState.CANCELLED,
                        TaskState.REJECTED,
                        TaskState.PLANNED);
        assertThat(planned)
                .contains(
                        PlanEventType.TASK_HALTED,
                        PlanEventType.TASK_PAUSED,
                        PlanEventType.TASK_RESUMED,
                        PlanEventType.ODP_SKIPPED,
                        PlanEventType.BATCH_FINISHED,
                        PlanEventType.CONTROL_REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldNoticeAPlantedBug(Bug bug) {
        assertThat(LongStream.range(0, SEEDS_FOR_A_BUG).parallel().anyMatch(seed -> notices(seed, bug)))
                .as(
                        "whether %d seeds show %s to %s",
                        SEEDS_FOR_A_BUG, bug, bug.noticedBy().getSimpleName())
                .isTrue();
    }

    @Test
    void shouldHaveABugForEachInvariant() {
        Set<Class<?>> watched = Arrays.stream(Bug.values()).map(Bug::noticedBy).collect(Collectors.toSet());

        assertThat(watched)
                .containsAll(Invariants.of(new World(0, null)).stream()
                        .map(Object::getClass)
                        .toList());
    }

    /** Whether the invariant that is meant to notices it; another one may be the first to do so in another seed. */
    private static boolean notices(long seed, Bug bug) {
        try {
            new World(seed, bug).run();
            return false;
        } catch (AssertionError noticed) {
            return noticed.getCause() instanceof Invariant.Broken broken
                    && bug.noticedBy().isInstance(broken.invariant());
        }
    }
}
