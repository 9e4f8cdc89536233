package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.app.ResultSink;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends results and status, in the order they were given, and goes on trying for as long as Kafka or the registry is away.
 *
 * <p>Order: one thread hands records to an idempotent producer whose delivery has no practical time limit. What may be lost is
 * given up when very much waits: heartbeats first. Thread-safe; closing waits shortly for what is on its way.
 */
final class KafkaOutbox implements ResultSink, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaOutbox.class);
    /** Above this number of waiting records no progress and no status is added. */
    private static final int CROWDED = 5_000;

    private static final long PAUSE_MILLIS = 1000;

    private final Producer<String, SpecificRecord> producer;
    private final String agentId;
    private final Clock clock;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger unsent = new AtomicInteger();
    private final Thread sender;
    private volatile boolean closed;

    private record Waiting(ProducerRecord<String, SpecificRecord> toSend, CompletableFuture<Object> done) {}

    KafkaOutbox(Producer<String, SpecificRecord> producer, String agentId, Clock clock) {
        this.producer = producer;
        this.agentId = agentId;
        this.clock = clock;
        this.sender = new Thread(this::send, "agent-outbox");
        sender.setDaemon(true);
        sender.start();
    }

    @Override
    public CompletableFuture<?> publish(Command command, Report report) {
        if (report.type() == Report.Type.PROGRESS && unsent.get() > CROWDED) {
            return CompletableFuture.failedFuture(new IllegalStateException("too much waits for Kafka"));
        }
        ProducerRecord<String, SpecificRecord> toSend = new ProducerRecord<>(
                Topics.RESULTS.topicName(),
                command.odp().cluster().value(),
                AvroMapping.result(command, report, agentId, clock.instant()));
        if (command.traceparent() != null) {
            toSend.headers().add("traceparent", command.traceparent().getBytes(StandardCharsets.UTF_8));
        }
        return add(toSend);
    }

    void publish(Odp odp, Facts facts, Duration heartbeat) {
        if (unsent.get() <= CROWDED) {
            add(new ProducerRecord<>(
                    Topics.STATUS.topicName(),
                    Topics.odpKey(odp.cluster().value(), odp.id().value()),
                    AvroMapping.status(odp, facts, agentId, heartbeat, clock.instant())));
        }
    }

    private CompletableFuture<?> add(ProducerRecord<String, SpecificRecord> toSend) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        unsent.incrementAndGet();
        waiting.add(new Waiting(toSend, done));
        return done;
    }

    private void send() {
        try {
            while (!closed || !waiting.isEmpty()) {
                Waiting next = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (next != null) {
                    sendUntilTaken(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendUntilTaken(Waiting next) throws InterruptedException {
        boolean complained = false;
        while (true) {
            try {
                producer.send(next.toSend(), (metadata, failure) -> {
                    unsent.decrementAndGet();
                    if (failure == null) {
                        next.done().complete(metadata);
                    } else {
                        log.error(
                                "A record for {} was not taken by Kafka",
                                next.toSend().topic(),
                                failure);
                        next.done().completeExceptionally(failure);
                    }
                });
                return;
            } catch (RuntimeException e) {
                if (closed) {
                    next.done().completeExceptionally(e);
                    return;
                }
                if (!complained) {
                    complained = true;
                    log.warn("Kafka or its registry is away; results wait: {}", e.getMessage());
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            sender.join(3000);
            if (sender.isAlive()) {
                sender.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(3));
    }
}
