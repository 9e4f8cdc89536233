package dev.rollcall.gateway.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.Service;
import org.junit.jupiter.api.Test;

/** What this service does with topics is what its access rules let it do. */
class TopicAccessTest {

    @Test
    void shouldReadWhatTheAccessRulesSay() {
        assertThat(Service.API_GATEWAY.reads()).containsExactlyInAnyOrderElementsOf(ViewReader.TOPICS);
    }
}
