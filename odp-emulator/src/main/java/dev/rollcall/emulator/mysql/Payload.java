package dev.rollcall.emulator.mysql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Builds the payload of one packet. */
public final class Payload {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public Payload int1(int value) {
        bytes.write(value);
        return this;
    }

    public Payload int2(int value) {
        return int1(value).int1(value >>> 8);
    }

    public Payload int4(long value) {
        return int2((int) value).int2((int) (value >>> 16));
    }

    /** A length-encoded integer. */
    public Payload lenenc(long value) {
        if (value < 251) {
            return int1((int) value);
        }
        if (value < 1 << 16) {
            return int1(0xfc).int2((int) value);
        }
        if (value < 1 << 24) {
            return int1(0xfd).int2((int) value).int1((int) (value >>> 16));
        }
        return int1(0xfe).int4(value).int4(value >>> 32);
    }

    /** A length-encoded string, or the mark for NULL. */
    public Payload text(@Nullable String value) {
        if (value == null) {
            return int1(0xfb);
        }
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        return lenenc(encoded.length).raw(encoded);
    }

    /** A string with a zero byte after it. */
    public Payload terminated(String value) {
        return raw(value).int1(0);
    }

    public Payload raw(String value) {
        return raw(value.getBytes(StandardCharsets.UTF_8));
    }

    public Payload raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    public Payload zeros(int count) {
        return raw(new byte[count]);
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }
}
