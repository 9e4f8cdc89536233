package dev.rollcall.emulator.mysql;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Packets over a pair of streams: length, sequence number, payload. Used by one thread at a time. */
public final class PacketStream {

    private static final int LONGEST = 0xffffff;

    /** No statement for an ODP comes near this; more is somebody else's traffic. */
    private static final int LONGEST_ACCEPTED = 64 << 20;

    private final InputStream in;
    private final OutputStream out;
    private int sequence;

    public PacketStream(InputStream in, OutputStream out) {
        this.in = in;
        this.out = new BufferedOutputStream(out, 4096);
    }

    /** The next packet starts a new exchange. */
    public void restartSequence() {
        sequence = 0;
    }

    /**
     * Waits for a packet.
     *
     * @throws EOFException when the other side has closed the connection
     */
    public byte[] read() throws IOException {
        byte[] part = readPart();
        if (part.length < LONGEST) {
            return part;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (part.length == LONGEST) {
            whole.writeBytes(part);
            if (whole.size() > LONGEST_ACCEPTED) {
                throw new IOException("A packet longer than " + LONGEST_ACCEPTED + " bytes");
            }
            part = readPart();
        }
        whole.writeBytes(part);
        return whole.toByteArray();
    }

    private byte[] readPart() throws IOException {
        byte[] header = exactly(4);
        sequence = (header[3] & 0xff) + 1;
        return exactly(header[0] & 0xff | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16);
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("The other side closed the connection");
        }
        return bytes;
    }

    /** Queues a packet; {@link #flush()} sends. */
    public void write(Payload payload) throws IOException {
        byte[] bytes = payload.bytes();
        int from = 0;
        int length;
        do {
            length = Math.min(LONGEST, bytes.length - from);
            out.write(length);
            out.write(length >>> 8);
            out.write(length >>> 16);
            out.write(sequence++);
            out.write(Arrays.copyOfRange(bytes, from, from + length));
            from += length;
        } while (length == LONGEST);
    }

    public void flush() throws IOException {
        out.flush();
    }
}
