package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What this service does with topics is what its access rules let it do. */
class TopicAccessTest {

    @Test
    void shouldReadAndWriteWhatTheAccessRulesSay() {
        assertThat(Service.PLANNER_SERVICE.writes()).containsExactlyInAnyOrderElementsOf(PlannerTopology.SINKS);
        assertThat(Service.PLANNER_SERVICE.reads())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(PlannerTopology.SOURCES.stream(), Stream.of(Topics.STATUS))
                                .toList());
    }
}
