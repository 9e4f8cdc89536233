package dev.rollcall.emulator.mysql;

import java.io.IOException;
import java.util.List;

/** What a server says to one statement. */
public sealed interface Answer {

    /** Sends it; the caller flushes. */
    void writeTo(PacketStream packets) throws IOException;

    /** Done, with the status flags of the connection. */
    record Ok(int status) implements Answer {

        @Override
        public void writeTo(PacketStream packets) throws IOException {
            packets.write(new Payload().int1(0).lenenc(0).lenenc(0).int2(status).int2(0));
        }
    }

    /** Refused. */
    record Refusal(int code, String state, String text) implements Answer {

        @Override
        public void writeTo(PacketStream packets) throws IOException {
            packets.write(new ServerError(code, state, text).encode());
        }
    }

    /** Rows; a value of {@code NULL} cannot occur, ODP writes the word. */
    record Rows(List<Column> columns, List<List<String>> rows, int status) implements Answer {

        @Override
        public void writeTo(PacketStream packets) throws IOException {
            packets.write(new Payload().lenenc(columns.size()));
            for (Column column : columns) {
                packets.write(column.encode());
            }
            writeEof(packets);
            for (List<String> row : rows) {
                Payload payload = new Payload();
                for (String value : row) {
                    payload.text(value);
                }
                packets.write(payload);
            }
            writeEof(packets);
        }

        private void writeEof(PacketStream packets) throws IOException {
            packets.write(new Payload().int1(0xfe).int2(0).int2(status));
        }
    }

    /** Refused, and that was the last word: the connection is closed after it. */
    record Farewell(Refusal refusal) implements Answer {

        @Override
        public void writeTo(PacketStream packets) throws IOException {
            refusal.writeTo(packets);
        }
    }

    /** No answer: the connection is closed. */
    record Hangup() implements Answer {

        @Override
        public void writeTo(PacketStream packets) {
            // Nothing is sent; the session ends.
        }
    }
}
