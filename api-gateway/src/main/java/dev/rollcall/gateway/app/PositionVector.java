package dev.rollcall.gateway.app;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody has read each of several logs: the id of an event in a stream of everything. It means the same on every gateway that
 * reads the same logs. Its text is opaque to clients, and whatever a client makes of it is either read as such or is none.
 *
 * @param takenAt when it was noted, to the second
 * @param next the first offset that is not yet read, of each log
 */
public record PositionVector(Instant takenAt, SortedMap<LogPartition, Long> next) {

    /** One partition of a topic. */
    public record LogPartition(String topic, int partition) implements Comparable<LogPartition> {
        @Override
        public int compareTo(LogPartition other) {
            return ORDER.compare(this, other);
        }
    }

    private static final Comparator<LogPartition> ORDER =
            Comparator.comparing(LogPartition::topic).thenComparing(LogPartition::partition);
    private static final byte FORM = 1;
    private static final int LONGEST_TEXT = 16_384;
    private static final int LONGEST_NUMBER = 10;
    private static final int SEVEN_BITS = 0x7f;
    private static final int MORE = 0x80;

    public PositionVector {
        next = new TreeMap<>(next);
    }

    /** The first offset of a log that is not yet read; 0 for a log that is not among them. */
    long next(LogPartition log) {
        return next.getOrDefault(log, 0L);
    }

    /** Its text, of letters, digits, - and _. */
    public String text() {
        ByteBuffer bytes = ByteBuffer.allocate(1 + Integer.BYTES + LONGEST_NUMBER * (next.size() + 1));
        bytes.put(FORM);
        write(bytes, takenAt.getEpochSecond());
        next.values().forEach(offset -> write(bytes, offset));
        bytes.putInt(checksum(bytes.array(), bytes.position(), List.copyOf(next.keySet())));
        byte[] written = new byte[bytes.position()];
        bytes.flip().get(written);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(written);
    }

    /**
     * Reads such a text.
     *
     * @param logs what is read here
     * @return null when it is none, or one of other logs
     */
    public static @Nullable PositionVector parse(String text, List<LogPartition> logs) {
        if (text.length() > LONGEST_TEXT) {
            return null;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.get() != FORM) {
                return null;
            }
            Instant takenAt = Instant.ofEpochSecond(read(bytes));
            SortedMap<LogPartition, Long> next = new TreeMap<>();
            List<LogPartition> sorted = logs.stream().sorted().toList();
            for (LogPartition log : sorted) {
                next.put(log, read(bytes));
            }
            int end = bytes.position();
            boolean whole = bytes.getInt() == checksum(bytes.array(), end, sorted) && !bytes.hasRemaining();
            return whole ? new PositionVector(takenAt, next) : null;
        } catch (IllegalArgumentException | BufferUnderflowException | java.time.DateTimeException e) {
            return null;
        }
    }

    /** Covers the names of the logs too, which are not in the text. */
    private static int checksum(byte[] bytes, int length, List<LogPartition> logs) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        checksum.update(logs.toString().getBytes(StandardCharsets.UTF_8));
        return (int) checksum.getValue();
    }

    private static void write(ByteBuffer bytes, long number) {
        long left = number;
        while ((left & ~SEVEN_BITS) != 0) {
            bytes.put((byte) (left & SEVEN_BITS | MORE));
            left >>>= 7;
        }
        bytes.put((byte) left);
    }

    private static long read(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get();
            number |= (long) (next & SEVEN_BITS) << shift;
            if ((next & MORE) == 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("Not a number");
    }
}
