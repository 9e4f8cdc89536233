package dev.rollcall.schemas.serde;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;

/** Confluent's framing: one zero byte, four bytes of schema id (big-endian), then the Avro binary. */
final class WireFormat {

    static final int HEADER_BYTES = 5;
    private static final byte MAGIC = 0;

    private WireFormat() {}

    static byte[] header(int schemaId) {
        return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(schemaId).array();
    }

    /** The schema id, or an exception that says what the record is instead. */
    static int schemaId(String topic, byte[] record) {
        if (record.length < HEADER_BYTES || record[0] != MAGIC) {
            throw new SerializationException(
                    "A record of %d bytes on topic '%s' is not in Confluent's wire format (a zero byte and a 4-byte schema id, then Avro)"
                            .formatted(record.length, topic));
        }
        return ByteBuffer.wrap(record, 1, Integer.BYTES).getInt();
    }
}
