package dev.rollcall.task.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import dev.rollcall.task.adapter.audit.AuditTopology;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What this service does with topics is what its access rules let it do. */
class TopicAccessTest {

    @Test
    void shouldReadAndWriteWhatTheAccessRulesSay() {
        assertThat(Service.TASK_SERVICE.writes()).isEqualTo(together(TaskTopology.SINKS, AuditTopology.SINKS));
        assertThat(Service.TASK_SERVICE.reads()).isEqualTo(together(TaskTopology.SOURCES, AuditTopology.SOURCES));
    }

    private static Set<Topics> together(List<Topics> fold, List<Topics> chain) {
        return Stream.concat(fold.stream(), chain.stream()).collect(Collectors.toSet());
    }
}
