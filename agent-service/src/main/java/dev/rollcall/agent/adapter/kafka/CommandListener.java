package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.app.CommandDesk;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.springframework.kafka.listener.MessageListener;

/**
 * Hands commands to the desk, and never works on one itself. The offset moves when a command is in the desk's queue; what is lost from
 * there with a dying agent the planner sends again.
 *
 * <p>Values are decoded here and not in the consumer, so that a registry that does not answer is waited for, and what cannot
 * be read goes to the dead-letter topic as it came.
 */
final class CommandListener implements MessageListener<String, byte[]> {
    private final CommandDesk desk;
    private final Deserializer<OdpCommand> deserializer;

    CommandListener(CommandDesk desk, Deserializer<OdpCommand> deserializer) {
        this.desk = desk;
        this.deserializer = deserializer;
    }

    /** The desk is full; the record comes again. */
    static final class DeskFullException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DeskFullException() {
            super("The agent's queue of commands is full");
        }
    }

    @Override
    public void onMessage(ConsumerRecord<String, byte[]> record) {
        OdpCommand avro = deserializer.deserialize(record.topic(), record.value());
        if (avro == null) {
            throw new ContractViolationException("A command topic has no tombstones");
        }
        String key = Topics.odpKey(avro.getClusterId(), avro.getOdpId());
        if (!Objects.equals(record.key(), key)
                || !avro.getOdp().getClusterId().equals(avro.getClusterId())
                || !avro.getOdp().getOdpId().equals(avro.getOdpId())) {
            throw new ContractViolationException("A command for " + key + " came under the key " + record.key()
                    + " or with the definition of another ODP");
        }
        Header trace = record.headers().lastHeader("traceparent");
        String traceparent =
                trace == null || trace.value() == null ? null : new String(trace.value(), StandardCharsets.UTF_8);
        if (!desk.take(AvroMapping.command(avro, traceparent))) {
            throw new DeskFullException();
        }
    }
}
