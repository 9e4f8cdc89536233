package dev.rollcall.standalone.benchmark;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * The process that loads the gateway, from 127.0.0.1. Every request has its moment, so many a second, whether earlier ones have been
 * answered or not, and its time is counted from that moment: what waits because the gateway is slow counts as slow (no coordinated
 * omission). A request that is answered otherwise than it should be is a fault and is counted as such.
 *
 * <p>Arguments: port, user:password, seconds, reads a second, restarts a second, number of the first cluster to restart. It sends
 * {@code seconds * rate} requests and ends. The first of them come at a quarter of the rate and are not counted: meanwhile this process
 * itself is slow, as its code is not compiled yet and all its connections sign in, and the gateway would only be told to catch up.
 */
public final class HttpLoad {

    private static final PrintStream OUT = System.out;
    private static final int READERS = 64;
    private static final int ASKERS = 32;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SECONDS_TO_WARM_UP = 12;

    private final int port;
    private final String head;
    private final int seconds;
    private final String run = Long.toString(ProcessHandle.current().pid());

    private HttpLoad(int port, String who, int seconds) {
        this.port = port;
        this.head = " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Basic "
                + Base64.getEncoder().encodeToString(who.getBytes(StandardCharsets.UTF_8)) + "\r\n";
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws InterruptedException {
        HttpLoad load = new HttpLoad(Integer.parseInt(arguments[0]), arguments[1], Integer.parseInt(arguments[2]));
        int first = Integer.parseInt(arguments[5]);
        Work reads = load.new Work("reads", Integer.parseInt(arguments[3]), READERS, 200, load::read);
        Work restarts = load
        .new Work("restarts", Integer.parseInt(arguments[4]), ASKERS, 202, number -> load.restart(first + number));
        reads.start();
        restarts.start();
        reads.join();
        restarts.join();
        if (reads.print() + restarts.print() > 0) {
            System.exit(1);
        }
    }

    private byte[] restart(long cluster) {
        String body = "{\"mode\":\"RESTART\",\"reason\":\"benchmark\"}";
        return ("POST /api/v1/clusters/" + Content.cluster((int) cluster) + "/restarts" + head + "Idempotency-Key: "
                        + run + "-" + cluster + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Of ten reads three are of a cluster, three of a task, and one each of its ODPs, its events, the tasks and the clusters. */
    private byte[] read(long number) {
        // Spread over all there is, and the same in each run.
        int cluster = (int) (number * 7_919 % Content.CLUSTERS);
        int task = (int) (number * 104_729 % Content.TASKS);
        String path = switch ((int) (number % 10)) {
            case 0, 1, 2 -> "/api/v1/clusters/" + Content.cluster(cluster);
            case 3, 4, 5 -> "/api/v1/tasks/" + Content.task(task);
            case 6 -> "/api/v1/tasks/" + Content.runningTask(task) + "/odps?size=50";
            case 7 -> "/api/v1/tasks/" + Content.runningTask(task) + "/events?size=50";
            case 8 ->
                number % 20 == 8
                        ? "/api/v1/tasks?cluster=" + Content.cluster(cluster)
                        : "/api/v1/tasks?state=COMPLETED&page=" + (1 + number / 20 % 5);
            default ->
                number % 20 == 9
                        ? "/api/v1/clusters?page=" + (1 + number / 20 % 5)
                        : "/api/v1/clusters?query=" + Content.cluster(cluster);
        };
        return ("GET " + path + head + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Requests of one kind, on connections of their own. */
    private final class Work {
        private final String name;
        private final int perSecond;
        private final int connections;
        private final int expected;
        private final LongFunction<byte[]> request;
        private final List<Thread> threads = new ArrayList<>();
        private final Latencies latencies = new Latencies();
        private final Map<String, Integer> faults = new TreeMap<>();

        private Work(String name, int perSecond, int connections, int expected, LongFunction<byte[]> request) {
            this.name = name;
            this.perSecond = perSecond;
            this.connections = connections;
            this.expected = expected;
            this.request = request;
        }

        void start() {
            long begin = System.nanoTime() + 500_000_000L;
            for (int i = 0; i < connections && perSecond > 0; i++) {
                int connection = i;
                Thread thread = new Thread(() -> run(connection, begin), name + "-" + i);
                thread.start();
                threads.add(thread);
            }
        }

        private void run(int connection, long begin) {
            Latencies mine = new Latencies();
            Map<String, Integer> wrong = new TreeMap<>();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
                long all = (long) perSecond * seconds;
                for (long number = connection; number < all; number += connections) {
                    long due = begin + due(number);
                    for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                        LockSupport.parkNanos(due - now);
                    }
                    socket.getOutputStream().write(request.apply(number));
                    int status = answer(in);
                    if (number >= warmUp()) {
                        mine.add(System.nanoTime() - due);
                    }
                    if (status != expected) {
                        wrong.merge("answered " + status, 1, Integer::sum);
                    }
                }
            } catch (IOException e) {
                wrong.merge(e.toString(), 1, Integer::sum);
            }
            synchronized (this) {
                latencies.addAll(mine);
                wrong.forEach((what, times) -> faults.merge(what, times, Integer::sum));
            }
        }

        /** When a request is due, in nanoseconds from the begin. */
        private long due(long number) {
            long slow = Math.min(number, warmUp());
            return (4 * slow + (number - slow)) * 1_000_000_000L / perSecond;
        }

        /** So many requests come at a quarter of the rate. */
        private long warmUp() {
            return (long) perSecond * SECONDS_TO_WARM_UP / 4;
        }

        void join() throws InterruptedException {
            for (Thread thread : threads) {
                thread.join();
            }
        }

        /** Returns how many faults there were. */
        int print() {
            if (perSecond == 0) {
                return 0;
            }
            OUT.printf(
                    "   %,d %s at %,d/s: %s%s%n",
                    latencies.count(), name, perSecond, latencies, faults.isEmpty() ? "" : ", FAULTS " + faults);
            return faults.size();
        }
    }

    /** Reads one answer to its end; returns its status. */
    private static int answer(InputStream in) throws IOException {
        String first = line(in);
        int length = 0;
        boolean chunked = false;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        if (chunked) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                in.skipNBytes(size + 2);
            }
            line(in);
        } else {
            in.skipNBytes(length);
        }
        return Integer.parseInt(first.substring(9, 12));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the gateway closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
