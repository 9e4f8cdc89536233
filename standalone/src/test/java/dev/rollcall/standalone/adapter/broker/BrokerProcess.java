package dev.rollcall.standalone.adapter.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** An embedded broker in a JVM of its own, so that a test can kill it. */
final class BrokerProcess implements AutoCloseable {

    private static final String READY = "BROKER-PORT ";

    private final Process process;
    private final int port;

    private BrokerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The child's main: starts the broker, says its port on standard output, and lives until it is killed. */
    public static void main(String[] args) throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]), 0);
        System.out.println(READY + broker.port());
        System.out.flush();
        // The parent never writes: this ends with the parent, should that die without killing us.
        while (System.in.read() >= 0) {
            continue;
        }
        Runtime.getRuntime().halt(1);
    }

    static BrokerProcess start(Path directory) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                return new BrokerProcess(process, Integer.parseInt(line.substring(READY.length())));
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("The broker's process ended before it was ready");
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** kill -9, and waits until the process is gone. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
