package dev.rollcall.agent.adapter.ssh;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Takes what a channel receives, on JSch's thread, and gives it out as lines. Bounded: what comes after the bound is dropped. */
final class LineBuffer extends OutputStream {
    private final int maxBytes;
    private final Queue<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private int held;
    private boolean ended;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n') {
            flushLine();
        } else if (held < maxBytes) {
            held++;
            current.write(b);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public synchronized void close() {
        if (current.size() > 0) {
            flushLine();
        }
        ended = true;
        notifyAll();
    }

    /** What came so far, on one line; for the reason of an early end. */
    synchronized String text() {
        String text = String.join(" ", lines) + " " + current.toString(StandardCharsets.UTF_8);
        return text.strip();
    }

    /** How it ended: a line, the end, or nothing in time. */
    record Next(@Nullable String line, boolean timedOut) {}

    synchronized Next next(Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (lines.isEmpty()) {
            if (ended) {
                return new Next(null, false);
            }
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return new Next(null, true);
            }
            wait(left);
        }
        String line = lines.remove();
        held -= line.length();
        return new Next(line, false);
    }

    private void flushLine() {
        lines.add(current.toString(StandardCharsets.UTF_8));
        current.reset();
        notifyAll();
    }
}
