package dev.rollcall.task.adapter.audit;

import java.time.Instant;

/** A request's own record, whose gateway has not told of it yet. */
record Waiting(Instant until, String topic, String trace, byte[] value) {

    byte[] bytes() {
        return Stored.bytes(out -> {
            out.writeLong(until.toEpochMilli());
            out.writeUTF(topic);
            out.writeUTF(trace);
            out.writeInt(value.length);
            out.write(value);
        });
    }

    static Waiting of(byte[] bytes) {
        return Stored.of(bytes, in -> {
            Instant until = Instant.ofEpochMilli(in.readLong());
            String topic = in.readUTF();
            String trace = in.readUTF();
            byte[] value = new byte[in.readInt()];
            in.readFully(value);
            return new Waiting(until, topic, trace, value);
        });
    }
}
