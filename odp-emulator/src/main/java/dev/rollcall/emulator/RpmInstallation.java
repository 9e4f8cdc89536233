package dev.rollcall.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * An emulated ODP as the RPM installs one: {@code bin/obproxyd.sh} starts, stops and watches it, and knows processes by their name alone. Facts: {@code odp-mechanics.md}
 * sections 2.3 and 2.4.
 *
 * <p>The real script looks at the whole host. This one looks at the processes whose working directory is below a directory that stands for the host, so that a test does
 * not stop the ODPs of the next one. It needs {@code bash} and speaks to 127.0.0.1 only: an ODP on another address is never healthy to it.
 */
public final class RpmInstallation implements AutoCloseable {

    private final EmulatedOdp odp;

    private RpmInstallation(EmulatedOdp odp) {
        this.odp = odp;
    }

    /**
     * Adds the script to an installed ODP; starts nothing.
     *
     * @param host the directory that stands for the host; every ODP below it counts as the script's own
     */
    public static RpmInstallation of(EmulatedOdp odp, Path host) throws IOException {
        RpmInstallation rpm = new RpmInstallation(odp);
        try (InputStream script = Objects.requireNonNull(
                RpmInstallation.class.getResourceAsStream("watchdog/rpm.sh"), "watchdog/rpm.sh is missing")) {
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            String scope = host.toRealPath().toString().replace("'", "'\\''");
            Files.writeString(rpm.script(), text.replace("@SCOPE@", "'" + scope + "'"));
        }
        Files.setPosixFilePermissions(rpm.script(), PosixFilePermissions.fromString("rwxr-xr-x"));
        return rpm;
    }

    public EmulatedOdp odp() {
        return odp;
    }

    public Path script() {
        return odp.home().resolve("bin/obproxyd.sh");
    }

    /** Starts the watchdog, which starts the ODP if it finds none; returns when this ODP serves; at most 20 s. */
    public RpmInstallation start() throws IOException {
        int failuresBefore = odp.failures().size();
        run("start");
        odp.awaitServing(failuresBefore);
        return this;
    }

    /** As the RPM stops: every watchdog and every ODP below the directory that stands for the host. */
    public void stop() throws IOException {
        run("stop");
    }

    /**
     * Runs {@code bin/obproxyd.sh -c} with one of its commands.
     *
     * @return its exit status
     */
    public int run(String command) throws IOException {
        OdpSettings settings = odp.settings();
        return Commands.run(
                odp.home(),
                Map.of("PATH", Commands.SYSTEM_PATH),
                List.of(
                        "./bin/obproxyd.sh",
                        "-c",
                        command,
                        "-p",
                        String.valueOf(settings.port()),
                        "-n",
                        settings.appName(),
                        "-r",
                        "-t",
                        "127.0.0.1:2881",
                        "-s",
                        settings.clusterName()));
    }

    /** The living watchdogs of this installation, by working directory and command line; not the subshells they make for moments. */
    public List<Long> watchdogPids() {
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            return processes
                    .filter(this::isWatchdog)
                    .filter(process -> process.parent().filter(this::isWatchdog).isEmpty())
                    .map(ProcessHandle::pid)
                    .toList();
        }
    }

    private boolean isWatchdog(ProcessHandle handle) {
        Path process = Path.of("/proc", String.valueOf(handle.pid()));
        try {
            String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            return command.contains("obproxyd.sh\0-c\0checkalive\0")
                    && Files.readSymbolicLink(process.resolve("cwd")).equals(odp.home());
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    /** Ends the watchdogs and all processes of this ODP, and nobody else's. */
    @Override
    public void close() throws IOException {
        for (List<Long> pids = watchdogPids(); !pids.isEmpty(); pids = watchdogPids()) {
            pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            Commands.pause();
        }
        odp.kill();
    }
}
