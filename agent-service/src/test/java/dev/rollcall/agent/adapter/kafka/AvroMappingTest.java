package dev.rollcall.agent.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpDefinition;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AvroMappingTest {
    private static final String REGISTRY = "mock://avro-mapping";

    private static OdpCommand.Builder command() {
        return OdpCommand.newBuilder()
                .setEventId("event")
                .setOccurredAt(Instant.EPOCH)
                .setCommandId("command")
                .setTaskId("task")
                .setClusterId("demo")
                .setOdpId("a")
                .setEpoch(3)
                .setStep("BATCH_1")
                .setAttempt(2)
                .setKind(OdpCommandKind.HOT_RESTART)
                .setOdp(OdpDefinition.newBuilder()
                        .setEventId("definition")
                        .setOccurredAt(Instant.EPOCH)
                        .setClusterId("demo")
                        .setOdpId("a")
                        .setRevision(1)
                        .setHost("10.0.0.7")
                        .setSqlPort(2883)
                        .setHome("/home/admin/obproxy")
                        .setLauncher("obproxy")
                        .setSshUser("admin")
                        .setSshPort(22)
                        .setSshCredential("ops")
                        .setAdminCredential("proxysys")
                        .build())
                .setRunWithinMillis(60_000);
    }

    /** As it comes off a topic. */
    private static OdpCommand overTheWire(OdpCommand command) throws Exception {
        try (RollcallAvroSerializer<OdpCommand> serializer = new RollcallAvroSerializer<>();
                RollcallAvroDeserializer<OdpCommand> deserializer = new RollcallAvroDeserializer<>()) {
            Map<String, Object> config = Map.of("schema.registry.url", REGISTRY, "specific.avro.reader", true);
            serializer.configure(config, false);
            deserializer.configure(config, false);
            return deserializer.deserialize("commands", serializer.serialize("commands", command));
        }
    }

    @Test
    void shouldUnderstandACommandThatNamesOnlyWhatItMust() throws Exception {
        Command understood = AvroMapping.command(overTheWire(command().build()), null);

        assertThat(understood.runWithin()).isEqualTo(Duration.ofMinutes(1));
        assertThat(understood.expectedVersion()).isNull();
        assertThat(understood.exitTimeoutMicros()).isNull();
        assertThat(understood.odp().launch()).isEqualTo(dev.rollcall.agent.domain.Launch.PLAIN);
    }

    @Test
    void shouldPassOnWhichVersionIsExpected() throws Exception {
        Command understood = AvroMapping.command(
                overTheWire(command().setExpectedVersion("4.3.1").build()), "00-trace");

        assertThat(understood.expectedVersion()).isEqualTo("4.3.1");
        assertThat(understood.traceparent()).isEqualTo("00-trace");
    }
}
