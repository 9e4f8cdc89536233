package dev.rollcall.standalone.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One service in a JVM of its own, with so much heap and no more. */
final class ServiceProcess implements AutoCloseable {
    /** Where each service's flight recording goes; null: none is made. */
    private static final @Nullable String PROFILES = System.getProperty("rollcall.benchmark.profiles");

    /** The one that a JVM with so little memory chooses by itself, unless told otherwise. */
    private static final String COLLECTOR = System.getProperty("rollcall.benchmark.collector", "-XX:+UseSerialGC");

    private static final Pattern AFTER_GC = Pattern.compile("Pause .*->(\\d+)M\\(");

    private final Process process;
    private final Path gcLog;
    private final Path log;

    private ServiceProcess(Process process, Path gcLog, Path log) {
        this.process = process;
        this.gcLog = gcLog;
        this.log = log;
    }

    static ServiceProcess start(String mainClass, Path directory, int heapMegabytes, List<String> arguments)
            throws IOException {
        Files.createDirectories(directory);
        Path gcLog = directory.resolve("gc.log");
        Path log = directory.resolve("service.log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (PROFILES != null) {
            command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + Path.of(PROFILES, directory.getFileName() + ".jfr"));
        }
        command.addAll(List.of(
                "-Xmx" + heapMegabytes + "m",
                COLLECTOR,
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc:file=" + gcLog,
                "-cp",
                System.getProperty("java.class.path"),
                mainClass,
                "--logging.level.root=warn"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new ServiceProcess(process, gcLog, log);
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The most that was left in the heap after any collection so far, in megabytes. */
    long mostHeldMegabytes() throws IOException {
        long most = 0;
        for (String line : Files.readAllLines(gcLog)) {
            Matcher matcher = AFTER_GC.matcher(line);
            if (matcher.find()) {
                most = Math.max(most, Long.parseLong(matcher.group(1)));
            }
        }
        return most;
    }

    /** What is left in the heap now, after a full collection, in megabytes. */
    long heldMegabytes() throws IOException, InterruptedException {
        int before = Files.readAllLines(gcLog).size();
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        List<String> lines = Files.readAllLines(gcLog);
        for (String line : lines.subList(before, lines.size())) {
            Matcher matcher = AFTER_GC.matcher(line);
            if (matcher.find() && line.contains("Pause Full")) {
                return Long.parseLong(matcher.group(1));
            }
        }
        throw new IllegalStateException("No collection in " + gcLog);
    }

    /** Most memory that the process has had resident so far, in megabytes. */
    long residentMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IllegalStateException("The kernel does not tell");
    }

    /** Processor time so far, in seconds. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(java.time.Duration.ZERO).toMillis() / 1000.0;
    }

    Path log() {
        return log;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}
