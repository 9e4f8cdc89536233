package dev.rollcall.emulator.mysql;

import java.io.IOException;

/**
 * The packet a client answers the greeting with.
 *
 * @param user as typed, e.g. {@code root@proxysys#cluster}
 * @param answer to the scramble; empty for an empty password
 */
public record LoginRequest(String user, byte[] answer, String database) {

    private static final long LONG_PASSWORD = 0x1;
    private static final long CONNECT_WITH_DB = 0x8;
    private static final long PROTOCOL_41 = 0x200;
    private static final long TRANSACTIONS = 0x2000;
    private static final long SECURE_CONNECTION = 0x8000;
    private static final long PLUGIN_AUTH = 0x80000;
    private static final long LENENC_ANSWER = 0x200000;

    /** Reads the packet of any client. */
    public static LoginRequest decode(byte[] packet) throws IOException {
        PayloadReader reader = new PayloadReader(packet);
        long capabilities = reader.int4();
        if ((capabilities & PROTOCOL_41) == 0) {
            throw new IOException("The client speaks a protocol older than 4.1");
        }
        reader.raw(4 + 1 + 23);
        String user = reader.terminated();
        byte[] answer;
        if ((capabilities & LENENC_ANSWER) != 0) {
            answer = reader.raw(Math.toIntExact(reader.lenenc()));
        } else if ((capabilities & SECURE_CONNECTION) != 0) {
            answer = reader.raw(reader.int1());
        } else {
            throw new IOException("The client knows only the password method of before 4.1");
        }
        String database = (capabilities & CONNECT_WITH_DB) != 0 ? reader.terminated() : "";
        return new LoginRequest(user, answer, database);
    }

    /** The packet of {@link MySqlClient}. */
    Payload encode() {
        return new Payload()
                .int4(LONG_PASSWORD | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | PLUGIN_AUTH)
                .int4(1 << 24)
                .int1(33)
                .zeros(23)
                .terminated(user)
                .int1(answer.length)
                .raw(answer)
                .terminated("mysql_native_password");
    }
}
