package dev.rollcall.emulator.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketsTest {

    private static final byte[] SCRAMBLE = "aaaaaaaabbbbbbbbbbbb".getBytes(StandardCharsets.US_ASCII);
    private static final String STAGE1 = "e3fd448c516073714189b57233c9cf428ccb1bed";

    @ParameterizedTest
    @ValueSource(longs = {0, 250, 251, 65535, 65536, 16777215, 16777216, 1L << 40})
    void shouldReadBackLengthEncodedNumbers(long value) throws IOException {
        assertThat(new PayloadReader(new Payload().lenenc(value).bytes()).lenenc())
                .isEqualTo(value);
    }

    @Test
    void shouldReadBackTextAndNull() throws IOException {
        PayloadReader reader = new PayloadReader(new Payload()
                .text("grüß")
                .text(null)
                .terminated("end")
                .raw("rest")
                .bytes());

        assertThat(reader.text()).isEqualTo("grüß");
        assertThat(reader.text()).isNull();
        assertThat(reader.terminated()).isEqualTo("end");
        assertThat(reader.rest()).isEqualTo("rest");
    }

    @Test
    void shouldComplainWhenPacketEndsTooEarly() {
        assertThatThrownBy(() -> new PayloadReader(new byte[3]).int4()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LoginRequest.decode(new byte[10])).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0xfffffe, 0xffffff, 0x1000000})
    void shouldSplitLongPackets(int length) throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        PacketStream writer = new PacketStream(new ByteArrayInputStream(new byte[0]), wire);
        writer.write(new Payload().zeros(length));
        writer.flush();

        PacketStream reader = new PacketStream(new ByteArrayInputStream(wire.toByteArray()), wire);

        assertThat(reader.read()).hasSize(length);
        assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
    }

    @Test
    void shouldCountSequenceNumbersRoundAt256() throws IOException {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        PacketStream writer = new PacketStream(new ByteArrayInputStream(new byte[0]), wire);
        for (int i = 0; i < 257; i++) {
            writer.write(new Payload().int1(7));
        }
        writer.flush();

        byte[] bytes = wire.toByteArray();
        assertThat(bytes[255 * 5 + 3]).isEqualTo((byte) 255);
        assertThat(bytes[256 * 5 + 3]).isZero();
    }

    @Test
    void shouldGreetInTheRecordedBytes() throws IOException {
        byte[] packet = Greeting.recorded("5.6.25", 3).encode().bytes();

        assertThat(HexFormat.of().formatHex(packet))
                .isEqualTo("0a" + "352e362e323500" + "03000000" + "6161616161616161" + "00" + "dff7" + "2e" + "0000"
                        + "9f00" + "15" + "00000000000000000000" + "626262626262626262626262" + "00"
                        + "6d7973716c5f6e61746976655f70617373776f726400");
        assertThat(Greeting.decode(packet).scramble()).isEqualTo(SCRAMBLE);
    }

    @Test
    void shouldCheckPasswords() {
        assertThat(NativePassword.matches(STAGE1, SCRAMBLE, NativePassword.answer("proxysys", SCRAMBLE)))
                .isTrue();
        assertThat(NativePassword.matches(STAGE1, SCRAMBLE, NativePassword.answer("other", SCRAMBLE)))
                .isFalse();
        assertThat(NativePassword.matches(STAGE1, SCRAMBLE, new byte[0])).isFalse();
        assertThat(NativePassword.matches("", SCRAMBLE, new byte[0])).isTrue();
        assertThat(NativePassword.matches("", SCRAMBLE, NativePassword.answer("x", SCRAMBLE)))
                .isFalse();
        assertThat(NativePassword.matches("none", SCRAMBLE, new byte[0])).isFalse();
    }

    @Test
    void shouldReadLoginOfItsOwnClient() throws IOException {
        LoginRequest request = LoginRequest.decode(new LoginRequest("root@proxysys#c", new byte[] {1, 2}, "")
                .encode()
                .bytes());

        assertThat(request.user()).isEqualTo("root@proxysys#c");
        assertThat(request.answer()).containsExactly(1, 2);
    }
}
