package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.gateway.app.AuditTrail;
import dev.rollcall.gateway.app.ClusterChange;
import dev.rollcall.gateway.app.ControlRequest;
import dev.rollcall.gateway.app.LogPosition;
import dev.rollcall.gateway.app.NotPublishedException;
import dev.rollcall.gateway.app.RequestPublisher;
import dev.rollcall.gateway.app.Requester;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes with {@code acks=all} and idempotence. The producer's {@code send} may block (metadata, schema registry), so it is
 * called on threads of its own, never on one that serves HTTP.
 */
final class KafkaRequestPublisher implements RequestPublisher, AuditTrail, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaRequestPublisher.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<String, SpecificRecord> producer;
    private final ExecutorService senders;

    KafkaRequestPublisher(Producer<String, SpecificRecord> producer, ExecutorService senders) {
        this.producer = producer;
        this.senders = senders;
    }

    @Override
    public CompletableFuture<LogPosition> publish(ClusterChange change) {
        return send(
                Topics.CLUSTERS_REQUESTED,
                change.cluster().value(),
                ToWire.change(change),
                change.requester().traceParent());
    }

    @Override
    public CompletableFuture<LogPosition> publish(RestartRequest request, Requester requester) {
        log.atInfo()
                .addKeyValue("taskId", request.task())
                .addKeyValue("cluster", request.cluster())
                .log(
                        "Asking for {} of cluster {} as task {} for {}",
                        request.order().mode(),
                        request.cluster(),
                        request.task(),
                        request.requestedBy());
        return send(
                Topics.RESTART_REQUESTED, request.cluster().value(), ToWire.request(request), requester.traceParent());
    }

    @Override
    public CompletableFuture<LogPosition> publish(ControlRequest control) {
        log.atInfo()
                .addKeyValue("taskId", control.task())
                .log(
                        "Asking to {} task {} for {}",
                        control.control().word(),
                        control.task(),
                        control.requester().user());
        return send(
                Topics.TASK_CONTROL,
                control.cluster().value(),
                ToWire.control(control),
                control.requester().traceParent());
    }

    @Override
    public void note(AuditNote note) {
        ClusterId cluster = note.cluster();
        String key = cluster == null ? "@" + (note.user() == null ? "" : note.user()) : cluster.value();
        send(Topics.AUDIT_ENTRIES, key, ToWire.entry(note), note.traceParent()).whenComplete((position, problem) -> {
            if (problem != null) {
                log.error(
                        "The audit does not hear of {} by {} from {}: {}",
                        note.action(),
                        note.user(),
                        note.from(),
                        problem.getMessage());
            }
        });
    }

    private CompletableFuture<LogPosition> send(Topics topic, String key, SpecificRecord value, String traceParent) {
        CompletableFuture<LogPosition> acknowledged = new CompletableFuture<>();
        ProducerRecord<String, SpecificRecord> record = new ProducerRecord<>(topic.topicName(), key, value);
        record.headers().add("traceparent", traceParent.getBytes(StandardCharsets.US_ASCII));
        try {
            senders.execute(() -> send(record, acknowledged));
        } catch (RejectedExecutionException e) {
            acknowledged.completeExceptionally(new NotPublishedException("too many requests wait for Kafka", e));
        }
        return acknowledged;
    }

    private void send(ProducerRecord<String, SpecificRecord> record, CompletableFuture<LogPosition> acknowledged) {
        try {
            producer.send(record, (metadata, problem) -> {
                if (problem == null) {
                    // The caller goes on elsewhere: this is the producer's own thread.
                    acknowledged.completeAsync(
                            () -> new LogPosition(metadata.topic(), metadata.partition(), metadata.offset()));
                } else {
                    fail(record, acknowledged, problem);
                }
            });
        } catch (RuntimeException e) {
            fail(record, acknowledged, e);
        }
    }

    private static void fail(
            ProducerRecord<String, SpecificRecord> record,
            CompletableFuture<LogPosition> acknowledged,
            Exception problem) {
        log.warn("Kafka did not take a record for {}", record.topic(), problem);
        String why = problem.getClass().getSimpleName();
        CompletableFuture.runAsync(() -> acknowledged.completeExceptionally(new NotPublishedException(why, problem)));
    }

    @Override
    public void close() {
        senders.shutdown();
        producer.close(CLOSE_TIMEOUT);
    }
}
