package dev.rollcall.task.adapter.audit;

import dev.rollcall.schemas.audit.AuditHash;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last record of a chain.
 *
 * @param number 0: there is none yet
 * @param at when it was chained; null when there is none yet
 */
record Head(long number, String hash, @Nullable Instant at, String eventId) {

    static final Head NONE = new Head(0, AuditHash.NONE, null, "");

    byte[] bytes() {
        return Stored.bytes(out -> {
            out.writeLong(number);
            out.writeUTF(hash);
            out.writeLong(at == null ? 0 : at.toEpochMilli());
            out.writeUTF(eventId);
        });
    }

    static Head of(byte[] bytes) {
        return Stored.of(
                bytes, in -> new Head(in.readLong(), in.readUTF(), Instant.ofEpochMilli(in.readLong()), in.readUTF()));
    }
}
