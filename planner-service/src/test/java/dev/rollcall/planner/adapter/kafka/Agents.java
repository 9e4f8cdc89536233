package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The other side of the planner on a real broker, for one cluster: reads commands and plan events, and answers. Its own thread. */
final class Agents implements AutoCloseable {
    final WireSamples.Hosts hosts = new WireSamples.Hosts();
    final List<OdpCommand> commands = new CopyOnWriteArrayList<>();
    final List<PlanEvent> events = new CopyOnWriteArrayList<>();
    private final String bootstrap;
    private final Map<String, String> serde;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final Thread thread;
    private volatile boolean obeying = true;
    private volatile boolean closed;

    Agents(String bootstrap, Map<String, String> serde, int partitions, String clusterId) {
        this.bootstrap = bootstrap;
        this.serde = serde;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap),
                new StringSerializer(),
                RollcallAvroSerde.forValues(serde).serializer());
        thread = new Thread(() -> run(partitions, clusterId), "agents");
        thread.start();
    }

    void send(Topics topic, String key, SpecificRecord value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value));
        producer.flush();
    }

    /** Whether commands are carried out as they come, or only kept. */
    void obeying(boolean value) {
        obeying = value;
    }

    private void run(int partitions, String clusterId) {
        try (KafkaConsumer<String, SpecificRecord> consumer = consumer("read_committed")) {
            consumer.assign(List.of(Topics.COMMANDS, Topics.PLAN_EVENTS).stream()
                    .flatMap(topic -> partitionsOf(topic, partitions).stream())
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            while (!closed) {
                for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(50))) {
                    if (record.value() instanceof OdpCommand command
                            && command.getClusterId().equals(clusterId)) {
                        commands.add(command);
                        if (obeying) {
                            for (OdpResult result : hosts.obey(command)) {
                                send(Topics.RESULTS, command.getClusterId(), result);
                            }
                        }
                    } else if (record.value() instanceof PlanEvent event
                            && event.getClusterId().equals(clusterId)) {
                        events.add(event);
                    }
                }
            }
        }
    }

    static List<TopicPartition> partitionsOf(Topics topic, int partitions) {
        return java.util.stream.IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic.topicName(), partition))
                .toList();
    }

    KafkaConsumer<String, SpecificRecord> consumer(String isolation) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", isolation),
                new StringDeserializer(),
                RollcallAvroSerde.forValues(serde).deserializer());
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
        producer.close();
    }
}
