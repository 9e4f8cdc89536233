package dev.rollcall.emulator.mysql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the payload of one packet, and complains instead of reading past its end. */
public final class PayloadReader {

    private final byte[] bytes;
    private int position;

    public PayloadReader(byte[] bytes) {
        this.bytes = bytes;
    }

    public int remaining() {
        return bytes.length - position;
    }

    public int int1() throws IOException {
        need(1);
        return bytes[position++] & 0xff;
    }

    public int int2() throws IOException {
        return int1() | int1() << 8;
    }

    public long int4() throws IOException {
        return int2() | (long) int2() << 16;
    }

    public long lenenc() throws IOException {
        int first = int1();
        return switch (first) {
            case 0xfc -> int2();
            case 0xfd -> int2() | (long) int1() << 16;
            case 0xfe -> int4() | int4() << 32;
            default -> first;
        };
    }

    /** A length-encoded string, null for NULL. */
    public @Nullable String text() throws IOException {
        if (remaining() > 0 && (bytes[position] & 0xff) == 0xfb) {
            position++;
            return null;
        }
        return new String(raw(Math.toIntExact(lenenc())), StandardCharsets.UTF_8);
    }

    /** A string up to a zero byte, or to the end. */
    public String terminated() {
        int end = position;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        String value = new String(bytes, position, end - position, StandardCharsets.UTF_8);
        position = Math.min(end + 1, bytes.length);
        return value;
    }

    public byte[] raw(int count) throws IOException {
        need(count);
        position += count;
        return Arrays.copyOfRange(bytes, position - count, position);
    }

    public String rest() {
        String value = new String(bytes, position, remaining(), StandardCharsets.UTF_8);
        position = bytes.length;
        return value;
    }

    private void need(int count) throws IOException {
        if (count < 0 || remaining() < count) {
            throw new IOException("A packet of " + bytes.length + " bytes ends too early");
        }
    }
}
