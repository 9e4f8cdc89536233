package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A program of Rollcall's class path as a process of its own, as a person starts it, and what it says. */
final class RollcallProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(300);

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private RollcallProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "process-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the command line {@code rollcall}. */
    static RollcallProcess start(Map<String, String> environment, List<String> arguments) throws IOException {
        return start(
                List.of(
                        // It sets its logging up by itself.
                        "-Dorg.springframework.boot.logging.LoggingSystem=none",
                        "dev.rollcall.standalone.cli.Rollcall"),
                environment,
                arguments);
    }

    /** Starts one of the services. */
    static RollcallProcess startService(String mainClass, Map<String, String> environment, List<String> arguments)
            throws IOException {
        return start(List.of(mainClass), environment, arguments);
    }

    private static RollcallProcess start(List<String> program, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx320m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new RollcallProcess(builder.start());
    }

    /** What it said so far. */
    List<String> lines() {
        return lines;
    }

    /** Waits until it says something of a form, and tells the first group; fails when it ends before. */
    String said(Pattern form) {
        Awaitility.await("it says " + form)
                .atMost(PATIENCE)
                .until(() -> !process.isAlive()
                        || lines.stream().anyMatch(line -> form.matcher(line).find()));
        return lines.stream()
                .map(form::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("It ended early:\n" + String.join("\n", lines)));
    }

    /** Waits for its end and says its exit code. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("it ends; so far it said:%n%s", String.join("\n", lines))
                .isTrue();
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9: nothing of it can be tidied up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as Ctrl-C does. */
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
