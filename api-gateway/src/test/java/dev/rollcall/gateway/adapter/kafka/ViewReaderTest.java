package dev.rollcall.gateway.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.app.Change;
import dev.rollcall.gateway.app.PlannerAnswers;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.Topics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class ViewReaderTest {

    private static final byte[] GARBAGE = {7, 7, 7};
    private static final byte[] STATUS = {1};

    private final Views views = new Views(10, 10, 1_000);

    @Test
    void shouldPassOverAndCountWhatCannotBeReadOfTheStatus() {
        List<Change> changes = new CopyOnWriteArrayList<>();
        views.watchAll(changes::add);
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        Map<TopicPartition, Long> nothing = ViewReader.TOPICS.stream()
                .map(topic -> new TopicPartition(topic.topicName(), 0))
                .collect(Collectors.toMap(Function.identity(), partition -> 0L));
        consumer.updateBeginningOffsets(nothing);
        consumer.updateEndOffsets(nothing);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0, "pay/a", GARBAGE));
            consumer.addRecord(record(1, "not a key of two parts", new byte[] {}));
            consumer.addRecord(record(2, "pay/b", STATUS));
        });
        ViewReader reader = new ViewReader(
                () -> consumer,
                ViewReaderTest.values(),
                views,
                new AuditBook(10),
                new PlannerAnswers(),
                InstantSource.system(),
                1);

        reader.start();

        try {
            await().until(() -> !changes.isEmpty());
            assertThat(changes).containsExactly(new Change.OdpChanged(new ClusterId("pay"), new OdpId("b")));
            assertThat(reader.passedOver()).isEqualTo(2);
        } finally {
            reader.stop();
        }
    }

    private static ConsumerRecord<String, byte[]> record(long offset, String key, byte[] value) {
        return new ConsumerRecord<>(Topics.STATUS.topicName(), 0, offset, key, value);
    }

    private static Deserializer<SpecificRecord> values() {
        return (topic, bytes) -> {
            if (bytes.length != STATUS.length) {
                throw new SerializationException("Not a record");
            }
            return OdpStatus.newBuilder()
                    .setEventId("e")
                    .setOccurredAt(Instant.EPOCH)
                    .setClusterId("pay")
                    .setOdpId("b")
                    .setAgentId("agent")
                    .setHeartbeatMillis(1_000)
                    .setFacts(OdpFacts.newBuilder().setState(OdpState.RUNNING).build())
                    .build();
        };
    }
}
