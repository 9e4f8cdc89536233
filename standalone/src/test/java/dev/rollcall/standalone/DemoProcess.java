package dev.rollcall.standalone;

import dev.rollcall.emulator.Ledger;
import dev.rollcall.standalone.adapter.hosts.DemoLayout;
import dev.rollcall.standalone.adapter.hosts.DemoLayout.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** {@code rollcall demo} as a process of its own, as a person starts it; and its ODPs' ledgers, which say what really happened. */
final class DemoProcess implements AutoCloseable {

    static final String PASSWORD = "end-to-end";

    private static final Pattern ADDRESS = Pattern.compile("goes on at (http://\\S+)");

    private static final AtomicInteger NETWORKS = new AtomicInteger(40);

    private final Path data;
    private final RollcallProcess process;

    private DemoProcess(Path data, RollcallProcess process) {
        this.data = data;
        this.process = process;
    }

    static DemoProcess start(Path data, String... options) throws IOException {
        return start(data, 0, options);
    }

    /**
     * Starts it.
     *
     * @param port of its gateway; 0: any
     */
    static DemoProcess start(Path data, int port, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "demo",
                "--data",
                data.toString(),
                "--port",
                Integer.toString(port),
                "--kafka-port",
                "0",
                "--registry-port",
                "0",
                "--network",
                "127.0." + NETWORKS.incrementAndGet()));
        arguments.addAll(List.of(options));
        return new DemoProcess(data, RollcallProcess.start(Map.of("ROLLCALL_PASSWORD", PASSWORD), arguments));
    }

    List<String> lines() {
        return process.lines();
    }

    /** Waits for the end of the process and says its exit code. */
    int exitCode() throws InterruptedException {
        return process.exitCode();
    }

    /** kill -9: nothing of it can be tidied up. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** Waits until it serves after its restart, and says where. */
    URI address() {
        return URI.create(process.said(ADDRESS));
    }

    /** What happened so far to each ODP of a cluster. */
    Map<Place, Ledger> ledgers(String cluster) {
        Path hosts = data.resolve("hosts");
        if (!Files.exists(hosts.resolve("layout.properties"))) {
            return Map.of();
        }
        try {
            Map<Place, Ledger> ledgers = new LinkedHashMap<>();
            for (Place place : DemoLayout.in(hosts, "").places(cluster)) {
                ledgers.put(place, Ledger.read(place.home()));
            }
            return ledgers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as Ctrl-C does, and its ODPs with it. */
    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
