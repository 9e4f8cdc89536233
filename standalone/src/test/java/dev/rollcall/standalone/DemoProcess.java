package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.emulator.Ledger;
import dev.rollcall.standalone.adapter.hosts.DemoLayout;
import dev.rollcall.standalone.adapter.hosts.DemoLayout.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code rollcall demo} as a process of its own, as a person starts it; and its ODPs' ledgers, which say what really happened. */
final class DemoProcess implements AutoCloseable {

    static final String PASSWORD = "end-to-end";

    private static final Pattern ADDRESS = Pattern.compile("goes on at (http://\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(300);

    private static final AtomicInteger NETWORKS = new AtomicInteger(40);

    private final Path data;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private DemoProcess(Path data, Process process) {
        this.data = data;
        this.process = process;
        Thread reader = new Thread(this::read, "demo-output");
        reader.setDaemon(true);
        reader.start();
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
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx320m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.rollcall.standalone.cli.Rollcall",
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
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ROLLCALL_PASSWORD", PASSWORD);
        return new DemoProcess(data, builder.start());
    }

    List<String> lines() {
        return lines;
    }

    /** Waits for the end of the process and says its exit code. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the demo ends; so far it said:%n%s", String.join("\n", lines))
                .isTrue();
        return process.exitValue();
    }

    /** kill -9: nothing of it can be tidied up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits until it serves after its restart, and says where. */
    URI address() {
        Awaitility.await("the demo serves")
                .atMost(PATIENCE)
                .until(() -> !process.isAlive()
                        || lines.stream().anyMatch(line -> ADDRESS.matcher(line).find()));
        return lines.stream()
                .map(ADDRESS::matcher)
                .filter(Matcher::find)
                .map(found -> URI.create(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("The demo ended early:\n" + String.join("\n", lines)));
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
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(its output broke: " + e + ")");
        }
    }
}
