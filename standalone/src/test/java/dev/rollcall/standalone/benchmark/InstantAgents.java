package dev.rollcall.standalone.benchmark;

import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.ProcessIdentity;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Agents and hosts that do everything at once, or take a while for a restart: each command is answered as it comes, by the results that
 * a real one sends.
 */
final class InstantAgents implements AutoCloseable {
    private final KafkaProducer<String, SpecificRecord> producer;
    private final KafkaConsumer<String, SpecificRecord> consumer;
    private final Map<String, Long> generations = new HashMap<>();
    /** By cluster: when the last SUCCEEDED of a batch, or of a look before one, was given to the producer, in nanoseconds. */
    private final Map<String, Long> ended = new ConcurrentHashMap<>();

    private final List<Long> overheads = new ArrayList<>();
    private final Thread thread;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final Duration restartTakes;
    private volatile boolean closed;

    InstantAgents(String bootstrap, Map<String, String> serde, int partitions) {
        this(bootstrap, serde, partitions, Duration.ZERO);
    }

    InstantAgents(String bootstrap, Map<String, String> serde, int partitions, Duration restartTakes) {
        this.restartTakes = restartTakes;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "linger.ms", 0),
                new StringSerializer(),
                RollcallAvroSerde.forValues(serde).serializer());
        Map<String, Object> reading = new HashMap<>(serde);
        reading.put("specific.avro.reader", "true");
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed", "max.poll.records", 2_000),
                new StringDeserializer(),
                RollcallAvroSerde.forValues(reading).deserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new TopicPartition(Topics.COMMANDS.topicName(), i));
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        thread = new Thread(this::run, "instant-agents");
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!closed) {
                for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(20))) {
                    if (record.value() instanceof OdpCommand command) {
                        obey(command);
                    }
                }
            }
        }
    }

    private void obey(OdpCommand command) {
        boolean restart = command.getKind() == OdpCommandKind.HOT_RESTART;
        Long before = ended.remove(command.getClusterId());
        if (isInTurn(command) && before != null) {
            synchronized (overheads) {
                overheads.add(System.nanoTime() - before);
            }
        }
        say(command, OdpResultType.ACCEPTED, null);
        say(command, OdpResultType.STARTED, null);
        String odp = command.getClusterId() + "/" + command.getOdpId();
        if (restart || command.getKind() == OdpCommandKind.START) {
            generations.merge(odp, 1L, Long::sum);
        }
        OdpFacts facts = facts(command, generations.getOrDefault(odp, 0L));
        if (restart && !restartTakes.isZero()) {
            later.schedule(() -> done(command, facts), restartTakes.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            done(command, facts);
        }
    }

    /** Precheck and roll call ask all at once; in these steps one thing follows on another. */
    private static boolean isInTurn(OdpCommand command) {
        return command.getStep().startsWith("BATCH_") || command.getStep().startsWith("SETTLE_");
    }

    private void done(OdpCommand command, OdpFacts facts) {
        boolean restart = command.getKind() == OdpCommandKind.HOT_RESTART;
        if (restart) {
            say(command, OdpResultType.SERVING, facts);
            say(command, OdpResultType.DRAINED, facts);
        }
        if (isInTurn(command)) {
            ended.put(command.getClusterId(), System.nanoTime());
        }
        say(command, OdpResultType.SUCCEEDED, facts);
    }

    /** Nanoseconds from the last result of a command to the next command of its cluster, since the last call. */
    List<Long> overheads() {
        synchronized (overheads) {
            List<Long> taken = List.copyOf(overheads);
            overheads.clear();
            return taken;
        }
    }

    private static OdpFacts facts(OdpCommand command, long generation) {
        return OdpFacts.newBuilder()
                .setState(command.getKind() == OdpCommandKind.STOP ? OdpState.STOPPED : OdpState.RUNNING)
                .setVersion("4.3.1.0")
                .setProcess(ProcessIdentity.newBuilder()
                        .setBootId("3c7de4a5-6c6f-4c1e-8f0a-0f6a3f9f6a10")
                        .setPid(4_000 + generation)
                        .setStartTicks(100_000 + generation)
                        .setCwd(command.getOdp().getHome())
                        .setListenAddress("0.0.0.0")
                        .setListenPort(2883)
                        .build())
                .setClientConnections(12L)
                .setInherited(generation > 0)
                .setExitTimeoutMicros(5_000_000L)
                .setLauncher("obproxy")
                .build();
    }

    private void say(OdpCommand command, OdpResultType type, @Nullable OdpFacts facts) {
        producer.send(new ProducerRecord<>(
                Topics.RESULTS.topicName(),
                command.getClusterId(),
                OdpResult.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setCausedBy(command.getEventId())
                        .setOccurredAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .setCommandId(command.getCommandId())
                        .setTaskId(command.getTaskId())
                        .setClusterId(command.getClusterId())
                        .setOdpId(command.getOdpId())
                        .setEpoch(command.getEpoch())
                        .setStep(command.getStep())
                        .setAttempt(command.getAttempt())
                        .setKind(command.getKind())
                        .setBaseline(command.getBaseline().orElse(null))
                        .setAgentId("instant")
                        .setType(type)
                        .setFacts(facts)
                        .build()));
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
        later.shutdownNow();
        producer.close();
    }
}
