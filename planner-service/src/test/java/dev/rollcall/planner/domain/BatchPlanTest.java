package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How sizes are turned into batches. */
class BatchPlanTest {

    @ParameterizedTest
    @CsvSource({
        // sizes; ODPs; batches
        "1 25%, 8, 1 2 2 2 1",
        "1 25%, 6, 1 1 1 1 1 1",
        "1 25%, 1, 1",
        "100%, 5, 5",
        "33%, 10, 3 3 3 1",
        "1%, 3, 1 1 1",
        "50%, 5, 2 2 1",
        "3, 7, 3 3 1",
        "9, 7, 7",
        "1 2 4, 12, 1 2 4 4 1",
    })
    void shouldRoundPercentagesDownAndRepeatTheLast(String sizes, int odps, String batches) {
        BatchPlan plan = BatchPlan.of(List.of(sizes.split(" ", -1)), odps, odps, List.of(), false);

        assertThat(plan.sizes().stream().map(String::valueOf)).containsExactly(batches.split(" ", -1));
        assertThat(plan.from(1)).isZero();
        assertThat(plan.to(plan.count())).isEqualTo(odps);
        for (int batch = 2; batch <= plan.count(); batch++) {
            assertThat(plan.from(batch)).isEqualTo(plan.to(batch - 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"RESTART, 1 2 2 2 1", "FORCE_RESTART, 8"})
    void shouldUseTheDefaultsOfTheMode(RestartMode mode, String batches) {
        assertThat(BatchPlan.of(BatchPlan.defaults(mode), 8, 8, List.of(), false).sizes().stream()
                        .map(String::valueOf))
                .containsExactly(batches.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource({
        // sizes; largest batch; zone ends; batches
        "100%, 9, 3 4 9, 3 1 5",
        "1 50%, 9, 3 4 9, 1 2 1 4 1",
        "2, 9, 3 4 9, 2 1 1 2 2 1",
        "100%, 2, 3 4 9, 2 1 1 2 2 1",
        "100% 1, 5, '', 5 1 1 1 1",
        "50%, 2, '', 2 2 2 2 1",
        "1 100%, 1, '', 1 1 1 1 1 1 1 1 1",
    })
    void shouldEndABatchWhereAZoneEndsAndNeverExceedTheMost(String sizes, int most, String zones, String batches) {
        List<Integer> zoneEnds = zones.isEmpty()
                ? List.of()
                : Stream.of(zones.split(" ", -1)).map(Integer::valueOf).toList();
        BatchPlan plan = BatchPlan.of(List.of(sizes.split(" ", -1)), 9, most, zoneEnds, false);

        assertThat(plan.sizes().stream().map(String::valueOf)).containsExactly(batches.split(" ", -1));
        assertThat(plan.count()).isEqualTo(plan.sizes().size());
        for (int batch = 1; batch <= plan.count(); batch++) {
            assertThat(plan.size(batch)).isEqualTo(plan.sizes().get(batch - 1));
        }
        assertThat(plan.to(plan.count())).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({"3, 8, 3", "50%, 8, 4", "50%, 5, 3", "1%, 5, 1", "100%, 5, 5", "67%, 3, 3"})
    void shouldRoundTheMinimumUp(String minRunning, int odps, int minimum) {
        Batching batching =
                new Batching(List.of(), 0, DrainPolicy.OVERLAP, BatchGroup.NONE, minRunning, 0, false, false);

        assertThat(batching.minimumOf(odps)).isEqualTo(minimum);
    }
}
