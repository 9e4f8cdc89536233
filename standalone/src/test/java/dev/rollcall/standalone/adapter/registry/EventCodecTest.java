package dev.rollcall.standalone.adapter.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.standalone.adapter.registry.RegistryEvent.LevelSet;
import dev.rollcall.standalone.adapter.registry.RegistryEvent.SubjectDeleted;
import dev.rollcall.standalone.adapter.registry.RegistryEvent.VersionStored;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {

    static List<RegistryEvent> everyEvent() {
        return List.of(
                new VersionStored("letters-value", 2, 7, Schemas.LETTER, false),
                new VersionStored("grüße/1 \"x\"", 1, 1, "\"string\"", true),
                new SubjectDeleted("letters-value", 3),
                new LevelSet(null, Compatibility.BACKWARD),
                new LevelSet("letters-value", Compatibility.FULL_TRANSITIVE),
                new LevelSet("letters-value", null),
                new LevelSet(null, null));
    }

    @ParameterizedTest
    @MethodSource("everyEvent")
    void shouldReadWhatItWrote(RegistryEvent event) {
        EventCodec.Encoded encoded = EventCodec.encode(event);

        assertThat(EventCodec.decode(encoded.key(), encoded.value())).contains(event);
    }

    @Test
    void shouldWriteTheLayoutOfConfluentsTopic() {
        EventCodec.Encoded encoded = EventCodec.encode(new VersionStored("s", 1, 2, "\"int\"", false));

        assertThat(new String(encoded.key(), UTF_8))
                .isEqualTo("{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}");
        assertThat(encoded.value())
                .asString(UTF_8)
                .isEqualTo("{\"subject\":\"s\",\"version\":1,\"id\":2,\"schema\":\"\\\"int\\\"\",\"deleted\":false}");
        assertThat(new String(
                        EventCodec.encode(new LevelSet(null, Compatibility.FULL))
                                .key(),
                        UTF_8))
                .isEqualTo("{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}");
    }

    @Test
    void shouldPassOverKindsItHasNoUseFor() {
        assertThat(EventCodec.decode(bytes("{\"keytype\":\"NOOP\",\"magic\":0}"), null))
                .isEmpty();
        assertThat(
                        EventCodec.decode(
                                bytes("{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}"),
                                bytes(
                                        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schemaType\":\"PROTOBUF\",\"schema\":\"..\"}")))
                .isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoRecordOfSuchATopic() {
        assertThatIllegalArgumentException().isThrownBy(() -> EventCodec.decode(null, bytes("{}")));
        assertThatIllegalArgumentException().isThrownBy(() -> EventCodec.decode(bytes("abc"), bytes("{}")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventCodec.decode(bytes("{\"keytype\":\"SCHEMA\"}"), bytes("{\"subject\":\"s\"}")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
