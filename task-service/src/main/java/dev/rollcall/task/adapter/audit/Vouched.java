package dev.rollcall.task.adapter.audit;

import java.time.Instant;

/** A gateway told of a request whose own record has not been read yet, or does not exist because it was refused. */
record Vouched(Instant until, String user, String cluster) {

    byte[] bytes() {
        return Stored.bytes(out -> {
            out.writeLong(until.toEpochMilli());
            out.writeUTF(user);
            out.writeUTF(cluster);
        });
    }

    static Vouched of(byte[] bytes) {
        return Stored.of(bytes, in -> new Vouched(Instant.ofEpochMilli(in.readLong()), in.readUTF(), in.readUTF()));
    }
}
