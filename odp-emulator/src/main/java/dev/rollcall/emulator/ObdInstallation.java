package dev.rollcall.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * An emulated ODP as obd keeps one: pid files of its own below {@code run/}, and a watchdog, {@code obproxyd.sh}, in the home. Facts: {@code odp-mechanics.md} sections
 * 2.3 and 2.4.
 *
 * <p>The watchdog begins with killing the ODP it is to watch, so a start by obd is two cold starts. It needs {@code bash}. Stop it at the end of a test: it
 * starts the ODP again otherwise.
 */
public final class ObdInstallation implements AutoCloseable {

    private final EmulatedOdp odp;

    private ObdInstallation(EmulatedOdp odp) {
        this.odp = odp;
    }

    /** Adds what obd adds to an installed ODP; starts nothing. */
    public static ObdInstallation of(EmulatedOdp odp) throws IOException {
        Files.createDirectories(odp.home().resolve("run"));
        Files.createDirectories(odp.home().resolve("lib"));
        ObdInstallation obd = new ObdInstallation(odp);
        try (InputStream script = Objects.requireNonNull(
                ObdInstallation.class.getResourceAsStream("watchdog/obd.sh"), "watchdog/obd.sh is missing")) {
            Files.copy(script, obd.script(), StandardCopyOption.REPLACE_EXISTING);
        }
        return obd;
    }

    public EmulatedOdp odp() {
        return odp;
    }

    /** The watchdog's script. */
    public Path script() {
        return odp.home().resolve("obproxyd.sh");
    }

    /** Where obd keeps the ODP's pid; wrong after a hot restart. */
    public Path pidFile() {
        return pidFile("obproxy");
    }

    /** Where the watchdog keeps its own pid. */
    public Path watchdogPidFile() {
        return pidFile("obproxyd");
    }

    private Path pidFile(String name) {
        OdpSettings settings = odp.settings();
        return odp.home().resolve("run/" + name + "-" + settings.listenIp() + "-" + settings.port() + ".pid");
    }

    /** The environment obd starts an ODP with; a successor loses it. */
    public Map<String, String> environment() {
        return Map.of("LD_LIBRARY_PATH", odp.home().resolve("lib") + ":");
    }

    /** Starts the ODP and the watchdog as obd does, and returns when the watched ODP serves; at most 40 s. */
    public ObdInstallation start() throws IOException {
        launch();
        startWatchdog();
        return this;
    }

    /** Starts the ODP alone, waits until it serves, and writes its pid file. */
    public void launch() throws IOException {
        int failuresBefore = odp.failures().size();
        odp.launch(
                environment(),
                odp.home().resolve("bin/obproxy").toString(),
                "--listen_port",
                String.valueOf(odp.port()));
        odp.awaitServing(failuresBefore);
        writePidFile();
    }

    /** Writes the pid of the serving process where obd looks for it. */
    public void writePidFile() throws IOException {
        long pid = odp.servingPid().orElseThrow(() -> new IOException("No ODP serves on " + odp.address()));
        Files.writeString(pidFile(), pid + "\n");
    }

    /** Starts the watchdog, which kills the ODP of the pid file and starts another one; returns when that one serves; at most 20 s. */
    public void startWatchdog() throws IOException {
        OptionalLong before = Commands.pidIn(pidFile());
        runWatchdog();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            OptionalLong now = odp.servingPid();
            if (now.isPresent() && !now.equals(before) && now.equals(Commands.pidIn(pidFile()))) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("The watchdog of " + odp.home() + " did not bring up its ODP");
            }
            Commands.pause();
        }
    }

    /** Starts the watchdog and returns at once, whatever it does. */
    public void runWatchdog() throws IOException {
        OdpSettings settings = odp.settings();
        Commands.run(
                odp.home(),
                Map.of(
                        "PATH",
                        Commands.SYSTEM_PATH,
                        "LD_LIBRARY_PATH",
                        environment().get("LD_LIBRARY_PATH")),
                List.of(
                        "bash",
                        script().toString(),
                        odp.home().toString(),
                        settings.listenIp(),
                        String.valueOf(settings.port())));
    }

    /** The living watchdog; empty when there is none. */
    public OptionalLong watchdogPid() throws IOException {
        OptionalLong pid = Commands.pidIn(watchdogPidFile());
        return pid.isPresent()
                        && ProcessHandle.of(pid.getAsLong())
                                .filter(ProcessHandle::isAlive)
                                .isPresent()
                ? pid
                : OptionalLong.empty();
    }

    /** As obd stops: SIGKILL to the watchdog, then to the ODP, both by pid file; returns when the watchdog is gone. */
    public void stop() throws IOException {
        stopWatchdog();
        Commands.killProcessIn(pidFile());
        Files.deleteIfExists(pidFile());
    }

    /** SIGKILL to the watchdog; returns when it is gone. */
    public void stopWatchdog() throws IOException {
        while (watchdogPid().isPresent()) {
            Commands.killProcessIn(watchdogPidFile());
            Commands.pause();
        }
    }

    /** Ends the watchdog and all processes of the ODP, whatever became of the pid files' truth. */
    @Override
    public void close() throws IOException {
        stopWatchdog();
        odp.kill();
    }
}
