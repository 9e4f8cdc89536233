package dev.rollcall.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void shouldDeclareEveryTopicWithItsDeadLetterTopicAndTheSamePartitions() {
        for (Topics topic : Topics.values()) {
            assertThat(topic.declarations(6, (short) 3))
                    .extracting(NewTopic::name, NewTopic::numPartitions, NewTopic::replicationFactor)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(topic.topicName(), 6, (short) 3),
                            org.assertj.core.groups.Tuple.tuple(topic.topicName() + "-dlt", 6, (short) 3));
            assertThat(topic.declarations(6, (short) 3).get(0).configs()).containsEntry("min.insync.replicas", "2");
            assertThat(topic.declarations(6, (short) 1).get(0).configs()).doesNotContainKey("min.insync.replicas");
        }
    }

    @Test
    void shouldKeepCompactedTopicsForEverAndOthersForTheirTime() {
        assertThat(Topics.INVENTORY.declarations(1, (short) 1).get(0).configs())
                .containsEntry("cleanup.policy", "compact")
                .doesNotContainKey("retention.ms");
        assertThat(Topics.COMMANDS.declarations(1, (short) 1).get(0).configs())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "604800000");
        assertThat(Topics.TASKS.declarations(1, (short) 1).get(0).configs())
                .containsEntry("cleanup.policy", "compact,delete");
    }

    @Test
    void shouldNameEachTopicAndRecordOnce() {
        assertThat(Arrays.stream(Topics.values()).map(Topics::topicName).collect(Collectors.toSet()))
                .hasSameSizeAs(Topics.values());
        assertThat(Arrays.stream(Topics.values()).map(Topics::recordType).collect(Collectors.toSet()))
                .hasSameSizeAs(Topics.values());
    }

    @Test
    void shouldFindATopicByNameAndSayWhichNameIsUnknown() {
        assertThat(Topics.of("odp.tasks.v1")).isEqualTo(Topics.TASKS);
        assertThatThrownBy(() -> Topics.of("odp.nothing.v1")).hasMessageContaining("odp.nothing.v1");
    }
}
