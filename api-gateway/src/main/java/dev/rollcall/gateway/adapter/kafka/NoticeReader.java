package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.gateway.app.BackOff;
import dev.rollcall.gateway.app.NoticeReceiver;
import dev.rollcall.gateway.domain.Notice;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one receiver of tasks, at least once and in the order of each cluster. All gateways read for a receiver in one consumer group,
 * so that one of them tells it. What it does not take is told again with growing pauses, and what comes after it waits on the topic,
 * not in memory; no task and no other receiver waits for it. A receiver that is new hears of what happens from then on.
 */
final class NoticeReader {

    private static final Logger log = LoggerFactory.getLogger(NoticeReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofSeconds(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(12);

    private final NoticeReceiver receiver;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Deserializer<SpecificRecord> values;
    private final BackOff backOff;
    private final InstantSource clock;
    private volatile boolean running;
    private volatile @Nullable Consumer<String, byte[]> current;
    private @Nullable Thread thread;

    NoticeReader(
            NoticeReceiver receiver,
            Supplier<Consumer<String, byte[]>> consumers,
            Deserializer<SpecificRecord> values,
            BackOff backOff,
            InstantSource clock) {
        this.receiver = receiver;
        this.consumers = consumers;
        this.values = values;
        this.backOff = backOff;
        this.clock = clock;
    }

    void start() {
        running = true;
        Thread reader = new Thread(this::readForEver, "webhook-" + receiver.name());
        reader.setDaemon(true);
        thread = reader;
        reader.start();
    }

    void stop() {
        running = false;
        Consumer<String, byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        Thread reader = thread;
        if (reader != null) {
            try {
                reader.join(STOP_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void readForEver() {
        while (running) {
            try (Consumer<String, byte[]> consumer = consumers.get()) {
                current = consumer;
                consumer.subscribe(Set.of(Topics.TASK_EVENTS.topicName()), new Beginning(consumer));
                while (running) {
                    tellAll(consumer, consumer.poll(POLL));
                }
            } catch (WakeupException e) {
                log.debug("Woken up to stop");
            } catch (RuntimeException e) {
                log.error("Reading for webhook {} failed; beginning again where it stood", receiver.name(), e);
                pause(PAUSE_AFTER_TROUBLE);
            } finally {
                current = null;
            }
        }
    }

    /** Notes where a new receiver begins: whoever takes the partition over later must not begin behind it. */
    private record Beginning(Consumer<String, byte[]> consumer) implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // What was told is committed at once.
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(partitions));
            Map<TopicPartition, OffsetAndMetadata> fresh = new HashMap<>();
            for (TopicPartition partition : partitions) {
                if (known.get(partition) == null) {
                    fresh.put(partition, new OffsetAndMetadata(consumer.position(partition)));
                }
            }
            if (!fresh.isEmpty()) {
                consumer.commitSync(fresh);
            }
        }
    }

    private void tellAll(Consumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<String, byte[]>> ofPartition = records.records(partition);
            for (ConsumerRecord<String, byte[]> record : ofPartition) {
                Notice notice = wanted(record);
                if (notice != null && !tell(consumer, partition, notice)) {
                    // Not told: from the last commit on it is read again, here or by whoever has the partition now.
                    rewind(consumer, records, partition, record.offset());
                    return;
                }
                if (notice != null || record == ofPartition.get(ofPartition.size() - 1)) {
                    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
                }
            }
        }
    }

    private @Nullable Notice wanted(ConsumerRecord<String, byte[]> record) {
        Notice notice = notice(record);
        return notice != null && receiver.wants(notice) ? notice : null;
    }

    private @Nullable Notice notice(ConsumerRecord<String, byte[]> record) {
        byte[] bytes = record.value();
        if (bytes == null) {
            return null;
        }
        try {
            return FromWire.notice((TaskEvent) values.deserialize(record.topic(), bytes));
        } catch (SerializationException | IllegalArgumentException | ClassCastException e) {
            log.warn("Passing over a record that cannot be understood: {}@{}", record.partition(), record.offset(), e);
            return null;
        }
    }

    /** Returns false when the gateway stops or has lost the partition before the receiver took it. */
    private boolean tell(Consumer<String, byte[]> consumer, TopicPartition partition, Notice notice) {
        Instant first = clock.instant();
        for (int attempt = 1; running; attempt++) {
            if (receiver.tell(notice)) {
                return true;
            }
            if (backOff.isOver(first, clock.instant())) {
                log.error(
                        "Webhook {} has not taken event {} of task {} in {} attempts; it is left out",
                        receiver.name(),
                        notice.eventId(),
                        notice.task(),
                        attempt);
                return true;
            }
            if (!staysHere(consumer, partition, backOff.pauseAfter(attempt))) {
                return false;
            }
        }
        return false;
    }

    /** Waits, and goes on being a member of the group meanwhile; returns whether the partition is still this gateway's. */
    private boolean staysHere(Consumer<String, byte[]> consumer, TopicPartition partition, Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        consumer.pause(consumer.assignment());
        while (running && System.nanoTime() < until) {
            Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
            ConsumerRecords<String, byte[]> others = consumer.poll(left.compareTo(POLL) < 0 ? left : POLL);
            // Of a partition that has just come: its turn is later.
            others.partitions()
                    .forEach(
                            one -> consumer.seek(one, others.records(one).get(0).offset()));
            consumer.pause(consumer.assignment());
            if (!consumer.assignment().contains(partition)) {
                break;
            }
        }
        consumer.resume(consumer.assignment());
        return running && consumer.assignment().contains(partition);
    }

    private static void rewind(
            Consumer<String, byte[]> consumer,
            ConsumerRecords<String, byte[]> records,
            TopicPartition at,
            long offset) {
        boolean reached = false;
        for (TopicPartition partition : records.partitions()) {
            reached |= partition.equals(at);
            if (reached && consumer.assignment().contains(partition)) {
                consumer.seek(
                        partition,
                        partition.equals(at)
                                ? offset
                                : records.records(partition).get(0).offset());
            }
        }
    }

    private void pause(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }
}
