package dev.rollcall.standalone.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The process that follows a task by many streams of events at once. One thread reads them all, and notes when each has heard of the
 * end. Some may be silent: they ask and then never read.
 *
 * <p>Arguments: port, user:password, task, how many streams of the task, of everything, and silent ones, seconds until it gives up.
 * Prints {@code READY} when all are connected, and then a line a kind: {@code ENDED kind count events first median last}, the last three
 * in milliseconds since 1970.
 */
public final class Subscribers {

    private static final PrintStream OUT = System.out;
    private static final int SMALL_BUFFER = 4_096;

    private enum Kind {
        TASK("event:TASK_ENDED"),
        EVERYTHING("\"state\":\"COMPLETED\""),
        SILENT("");

        private final byte[] end;

        Kind(String end) {
            this.end = end.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final byte[] DATA = "\ndata:".getBytes(StandardCharsets.US_ASCII);

    /** What one stream has brought. */
    private static final class Subscriber {
        private final Kind kind;
        private int ofData;
        private int ofEnd;
        private long events;
        private long endedAt;
        private boolean begun;
        private boolean cutOff;

        private Subscriber(Kind kind) {
            this.kind = kind;
        }

        private void read(ByteBuffer bytes) {
            begun = true;
            while (bytes.hasRemaining()) {
                byte c = bytes.get();
                ofData = c == DATA[ofData] ? ofData + 1 : c == DATA[0] ? 1 : 0;
                if (ofData == DATA.length) {
                    events++;
                    ofData = 0;
                }
                ofEnd = c == kind.end[ofEnd] ? ofEnd + 1 : c == kind.end[0] ? 1 : 0;
                if (ofEnd == kind.end.length) {
                    endedAt = System.currentTimeMillis();
                    ofEnd = 0;
                }
            }
        }
    }

    private final Selector selector;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);

    private Subscribers() throws IOException {
        selector = Selector.open();
    }

    public static void main(String[] arguments) throws IOException {
        Subscribers all = new Subscribers();
        int port = Integer.parseInt(arguments[0]);
        String task = "/api/v1/tasks/" + arguments[2] + "/events";
        all.connect(port, arguments[1], task, Kind.TASK, Integer.parseInt(arguments[3]));
        all.connect(port, arguments[1], "/api/v1/events", Kind.EVERYTHING, Integer.parseInt(arguments[4]));
        all.connect(port, arguments[1], task, Kind.SILENT, Integer.parseInt(arguments[5]));
        long until = System.nanoTime() + Long.parseLong(arguments[6]) * 1_000_000_000L;
        while (all.subscribers.stream().anyMatch(one -> one.kind != Kind.SILENT && !one.begun)) {
            all.readOn(until);
        }
        OUT.println("READY");
        while (all.subscribers.stream().anyMatch(one -> one.kind != Kind.SILENT && one.endedAt == 0 && !one.cutOff)) {
            all.readOn(until);
        }
        all.print(Kind.TASK);
        all.print(Kind.EVERYTHING);
    }

    private void connect(int port, String who, String path, Kind kind, int count) throws IOException {
        byte[] request = ("GET " + path
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nAuthorization: Basic "
                        + Base64.getEncoder().encodeToString(who.getBytes(StandardCharsets.UTF_8)) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            if (kind == Kind.SILENT) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            }
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            Subscriber subscriber = new Subscriber(kind);
            subscribers.add(subscriber);
            channels.add(channel);
            if (kind != Kind.SILENT) {
                channel.register(selector, SelectionKey.OP_READ, subscriber);
            }
        }
    }

    private void readOn(long until) throws IOException {
        if (System.nanoTime() > until) {
            throw new IllegalStateException("Not all streams brought what they should: "
                    + subscribers.stream().filter(one -> one.begun).count() + " began, "
                    + subscribers.stream().filter(one -> one.endedAt > 0).count() + " heard of the end, "
                    + subscribers.stream().filter(one -> one.cutOff).count() + " were cut off, of "
                    + subscribers.size());
        }
        selector.select(key -> read((SocketChannel) key.channel(), (Subscriber) key.attachment(), key), 100);
    }

    private void read(SocketChannel channel, Subscriber subscriber, SelectionKey key) {
        try {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                subscriber.cutOff = true;
                key.cancel();
                return;
            }
            subscriber.read(buffer.flip());
        } catch (IOException e) {
            subscriber.cutOff = true;
            key.cancel();
        }
    }

    private void print(Kind kind) {
        long[] ends = subscribers.stream()
                .filter(one -> one.kind == kind && one.endedAt > 0)
                .mapToLong(one -> one.endedAt)
                .sorted()
                .toArray();
        long events = subscribers.stream()
                .filter(one -> one.kind == kind)
                .mapToLong(one -> one.events)
                .sum();
        OUT.printf(
                "ENDED %s %d %d %s%n",
                kind,
                ends.length,
                events,
                ends.length == 0
                        ? "0 0 0"
                        : ends[0] + " " + ends[ends.length / 2] + " "
                                + Arrays.stream(ends).max().orElseThrow());
    }
}
