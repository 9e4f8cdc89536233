package dev.rollcall.emulator.mysql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The first packet of a connection, sent by the server.
 *
 * <p>Version, capabilities, character set and the constant scramble are those recorded from 4.3.1.0.
 */
public record Greeting(String version, long connectionId, byte[] scramble) {

    private static final byte[] RECORDED_SCRAMBLE = "aaaaaaaabbbbbbbbbbbb".getBytes(StandardCharsets.US_ASCII);
    private static final long CAPABILITIES = 0x9ff7df;
    private static final int CHARSET = 46;
    private static final String PLUGIN = "mysql_native_password";

    public static Greeting recorded(String version, long connectionId) {
        return new Greeting(version, connectionId, RECORDED_SCRAMBLE.clone());
    }

    public Payload encode() {
        Payload payload = new Payload().int1(10).terminated(version).int4(connectionId);
        for (int i = 0; i < 8; i++) {
            payload.int1(scramble[i]);
        }
        payload.int1(0)
                .int2((int) CAPABILITIES & 0xffff)
                .int1(CHARSET)
                .int2(0)
                .int2((int) (CAPABILITIES >>> 16))
                .int1(scramble.length + 1)
                .zeros(10);
        for (int i = 8; i < scramble.length; i++) {
            payload.int1(scramble[i]);
        }
        return payload.int1(0).terminated(PLUGIN);
    }

    /**
     * Reads what {@link #encode()} wrote, or a server like it.
     *
     * @throws ServerError when the server refuses instead of greeting
     */
    static Greeting decode(byte[] packet) throws IOException {
        if (packet.length > 0 && (packet[0] & 0xff) == 0xff) {
            throw ServerError.decode(packet);
        }
        PayloadReader reader = new PayloadReader(packet);
        int protocol = reader.int1();
        if (protocol != 10) {
            throw new IOException("The server speaks protocol " + protocol + ", not 10");
        }
        String version = reader.terminated();
        long id = reader.int4();
        byte[] first = reader.raw(8);
        reader.raw(1 + 2 + 1 + 2 + 2 + 1 + 10);
        byte[] second = reader.raw(12);
        byte[] scramble = new byte[20];
        System.arraycopy(first, 0, scramble, 0, 8);
        System.arraycopy(second, 0, scramble, 8, 12);
        return new Greeting(version, id, scramble);
    }
}
