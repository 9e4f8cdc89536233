package dev.rollcall.standalone.adapter.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.standalone.adapter.net.LoopbackPorts;
import dev.rollcall.standalone.adapter.net.PortInUseException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerIT {

    private static final String TOPIC = "letters";

    private final Path directory;

    EmbeddedBrokerIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldShowCommittedTransactionsOnly() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                KafkaProducer<String, String> producer =
                        Clients.transactionalProducer(broker.bootstrapServers(), "writer")) {
            Clients.createTopic(broker.bootstrapServers(), TOPIC, 3);

            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "k", "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "k", "committed"));
            producer.commitTransaction();

            assertThat(Clients.readCommitted(broker.bootstrapServers(), TOPIC)).containsExactly("committed");
        }
    }

    @Test
    void shouldTakeARecordOfFourMebibytes() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                KafkaProducer<String, String> producer =
                        Clients.transactionalProducer(broker.bootstrapServers(), "writer")) {
            Clients.createTopic(broker.bootstrapServers(), TOPIC, 1);
            String large = "x".repeat(4 * 1024 * 1024);

            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "k", large)).get();
            producer.commitTransaction();

            assertThat(Clients.readCommitted(broker.bootstrapServers(), TOPIC)).containsExactly(large);
        }
    }

    @Test
    void shouldCreateNoTopicThatNobodyAskedFor() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("misspelt"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void shouldKeepRecordsAndGroupOffsetsWhenClosedAndStartedAgain() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Clients.createTopic(broker.bootstrapServers(), TOPIC, 1);
            try (KafkaProducer<String, String> producer = Clients.producer(broker.bootstrapServers());
                    KafkaConsumer<String, String> consumer = consumer(broker.bootstrapServers())) {
                for (String letter : List.of("a", "b", "c")) {
                    producer.send(new ProducerRecord<>(TOPIC, letter)).get();
                }
                consumer.subscribe(List.of(TOPIC));
                assertThat(next(consumer)).isEqualTo("a");
                consumer.commitSync();
            }
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            try (KafkaConsumer<String, String> consumer = consumer(broker.bootstrapServers())) {
                consumer.subscribe(List.of(TOPIC));
                assertThat(next(consumer)).isEqualTo("b");
            }
            assertThat(Clients.readCommitted(broker.bootstrapServers(), TOPIC)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void shouldKeepWhatWasCommittedWhenKilled() throws Exception {
        List<String> committed = IntStream.range(0, 200).mapToObj(i -> "r" + i).toList();
        try (BrokerProcess process = BrokerProcess.start(directory)) {
            KafkaProducer<String, String> producer =
                    Clients.transactionalProducer(process.bootstrapServers(), "writer");
            Clients.createTopic(process.bootstrapServers(), TOPIC, 1);
            for (int i = 0; i < committed.size(); i += 20) {
                producer.beginTransaction();
                committed.subList(i, i + 20).forEach(v -> producer.send(new ProducerRecord<>(TOPIC, v)));
                producer.commitTransaction();
            }
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "left open")).get();

            process.kill();
            // An ordinary close would wait for the broker, to abort what was left open.
            producer.close(Duration.ZERO);
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                KafkaProducer<String, String> producer =
                        Clients.transactionalProducer(broker.bootstrapServers(), "writer")) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "afterwards"));
            producer.commitTransaction();

            List<String> found = Clients.readCommitted(broker.bootstrapServers(), TOPIC);
            assertThat(found).startsWith(committed.toArray(String[]::new)).endsWith("afterwards");
            assertThat(found).hasSize(committed.size() + 1);
        }
    }

    @Test
    void shouldEndATransactionWhoseWriterDied() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                KafkaProducer<String, String> dead = Clients.transactionalProducer(broker.bootstrapServers(), "dead");
                KafkaProducer<String, String> other = Clients.producer(broker.bootstrapServers())) {
            Clients.createTopic(broker.bootstrapServers(), TOPIC, 1);
            dead.beginTransaction();
            dead.send(new ProducerRecord<>(TOPIC, "never committed")).get();
            other.send(new ProducerRecord<>(TOPIC, "held up")).get();

            await().atMost(Duration.ofSeconds(12))
                    .untilAsserted(() -> assertThat(Clients.readCommitted(broker.bootstrapServers(), TOPIC))
                            .containsExactly("held up"));
        }
    }

    @Test
    void shouldRefuseATakenPortBeforeWritingAnything() throws Exception {
        Path fresh = directory.resolve("fresh");
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedBroker.start(fresh, other.getLocalPort()))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining("Port " + other.getLocalPort())
                    .hasMessageContaining("--kafka-port");
        }
        assertThat(fresh).doesNotExist();
    }

    @Test
    void shouldRefuseADirectoryInUse() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(broker.port()).isPositive();
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("--data");
        }
    }

    @Test
    void shouldCloseQuicklyAndOnlyOnce() {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);

        long begin = System.nanoTime();
        broker.close();
        broker.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        LoopbackPorts.requireFree(broker.port(), "Kafka", EmbeddedBroker.PORT_OPTION);
    }

    private static KafkaConsumer<String, String> consumer(String bootstrapServers) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        "readers",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        "false",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        "1"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static String next(KafkaConsumer<String, String> consumer) {
        for (int i = 0; i < 100; i++) {
            for (var consumed : consumer.poll(Duration.ofMillis(200))) {
                return consumed.value();
            }
        }
        throw new AssertionError("No record within 20 s");
    }
}
