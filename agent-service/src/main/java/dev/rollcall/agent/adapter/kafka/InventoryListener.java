package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.app.Monitor;
import dev.rollcall.schemas.OdpDefinition;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.ConsumerSeekAware;
import org.springframework.kafka.listener.MessageListener;

/** Tells the monitor which ODPs are this agent's: those on its partitions, read from the start whenever it gets them. */
final class InventoryListener implements MessageListener<String, byte @Nullable []>, ConsumerSeekAware {
    private final Monitor monitor;
    private final Deserializer<OdpDefinition> deserializer;

    InventoryListener(Monitor monitor, Deserializer<OdpDefinition> deserializer) {
        this.monitor = monitor;
        this.deserializer = deserializer;
    }

    @Override
    public void onPartitionsAssigned(Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
        assignments.keySet().forEach(partition -> callback.seekToBeginning(partition.topic(), partition.partition()));
    }

    @Override
    public void onPartitionsRevoked(@Nullable Collection<TopicPartition> partitions) {
        if (partitions != null) {
            partitions.forEach(partition -> monitor.lose(partition.partition()));
        }
    }

    @Override
    public void onMessage(ConsumerRecord<String, byte @Nullable []> record) {
        if (record.key() == null) {
            throw new ContractViolationException("An inventory record has no key");
        }
        byte[] value = record.value();
        if (value == null) {
            monitor.remove(record.partition(), record.key());
        } else {
            monitor.put(
                    record.partition(), record.key(), AvroMapping.odp(deserializer.deserialize(record.topic(), value)));
        }
    }
}
