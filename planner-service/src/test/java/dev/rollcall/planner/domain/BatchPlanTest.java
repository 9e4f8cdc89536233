package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        BatchPlan plan = BatchPlan.of(List.of(sizes.split(" ", -1)), RestartMode.RESTART, odps);

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
        assertThat(BatchPlan.of(List.of(), mode, 8).sizes().stream().map(String::valueOf))
                .containsExactly(batches.split(" ", -1));
    }
}
