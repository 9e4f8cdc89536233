package dev.rollcall.standalone.adapter.dlt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static DeadLetter letter(RecordHeaders headers) {
        return new DeadLetter(
                Topics.COMMANDS,
                new ConsumerRecord<>(
                        "odp.commands.v1-dlt",
                        3,
                        17,
                        0,
                        TimestampType.CREATE_TIME,
                        1,
                        1,
                        bytes("pay/10.0.0.7:2883"),
                        new byte[] {1},
                        headers,
                        Optional.empty()));
    }

    @Test
    void shouldTellTheReasonOfEachService() {
        assertThat(letter(headers("rollcall.dlt.reason", "broken")).reason()).isEqualTo("broken");
        assertThat(letter(headers("rollcall-dead-letter-reason", "broken")).reason())
                .isEqualTo("broken");
        assertThat(letter(headers("kafka_dlt-exception-message", "broken")).reason())
                .isEqualTo("broken");
        assertThat(letter(new RecordHeaders()).reason()).isEmpty();
    }

    private static RecordHeaders headers(String name, String value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(name, bytes(value));
        return headers;
    }

    @Test
    void shouldGiveBackTheHeadersItHadBeforeAndTellTheOthers() {
        RecordHeaders headers = headers("traceparent", "00-1-2-01");
        headers.add("kafka_dlt-exception-stacktrace", bytes("at\nat"));
        headers.add(
                "kafka_dlt-original-offset",
                ByteBuffer.allocate(8).putLong(4711).array());
        headers.add("springDeserializerExceptionValue", new byte[] {0});
        headers.add(DeadLetter.REPLAYED_FROM, bytes("odp.commands.v1-dlt/3/1"));

        DeadLetter letter = letter(headers);

        assertThat(letter.original()).extracting(Header::key).containsExactly("traceparent");
        assertThat(letter.told())
                .containsOnlyKeys("kafka_dlt-original-offset", DeadLetter.REPLAYED_FROM)
                .containsEntry("kafka_dlt-original-offset", "4711");
    }

    @Test
    void shouldBeNamedAsItIsFound() {
        assertThat(letter(new RecordHeaders()).name()).hasToString("odp.commands.v1-dlt/3/17");
        assertThat(DeadLetterName.parse("odp.commands.v1-dlt/3/17"))
                .isEqualTo(letter(new RecordHeaders()).name());
        assertThatThrownBy(() -> DeadLetterName.parse("odp.commands.v1/3/17"))
                .hasMessageContaining("names no dead letter");
        assertThatThrownBy(() -> DeadLetterName.parse("x-dlt/3/17")).hasMessageContaining("'x'");
    }

    @Test
    void shouldNeverPutAnOldStateOverANewerOne() {
        for (Topics topic : Topics.values()) {
            boolean latest = switch (topic) {
                case CLUSTERS, INVENTORY, STATUS, TASKS, TASK_ODPS, AUDIT_CHECKPOINTS -> true;
                default -> false;
            };
            assertThat(DeadLetters.refusal(topic) != null).as("%s", topic).isEqualTo(latest);
        }
    }
}
