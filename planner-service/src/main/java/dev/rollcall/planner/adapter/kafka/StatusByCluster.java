package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RegistryUnavailableException;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Keys the status of ODPs by their cluster, so that it comes to the planner of that cluster. That an ODP runs is left out, since the
 * planner takes it from answers to commands alone: of the heartbeats of a healthy cluster none is written again. What cannot be read
 * is passed on under the cluster of its key, for the planner to put aside.
 */
final class StatusByCluster implements Processor<byte[], byte[], byte[], byte[]> {
    private final RollcallAvroDeserializer<SpecificRecord> deserializer = new RollcallAvroDeserializer<>();
    private @Nullable ProcessorContext<byte[], byte[]> context;

    StatusByCluster(Map<String, ?> serdeSettings) {
        Map<String, Object> settings = new HashMap<>(serdeSettings);
        settings.put("specific.avro.reader", "true");
        deserializer.configure(settings, false);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        byte[] value = record.value();
        if (context == null || value == null || runs(value)) {
            return;
        }
        byte[] key = record.key();
        String cluster = key == null ? "" : new String(key, StandardCharsets.UTF_8).split("/", 2)[0];
        context.forward(record.withKey(cluster.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean runs(byte[] value) {
        try {
            return deserializer.deserialize(Topics.STATUS.topicName(), value) instanceof OdpStatus status
                    && status.getFacts().getState() == OdpState.RUNNING
                    && status.getFacts().getProcess().isPresent();
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            return false;
        }
    }
}
