package dev.rollcall.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An emulated ODP as obshell keeps one: started without options from its home, one pid file, no watchdog. Facts: {@code odp-mechanics.md} section 2.3. */
public final class ObshellInstallation {

    private final EmulatedOdp odp;

    private ObshellInstallation(EmulatedOdp odp) {
        this.odp = odp;
    }

    /** Adds what obshell adds to an installed ODP; starts nothing. */
    public static ObshellInstallation of(EmulatedOdp odp) throws IOException {
        Files.createDirectories(odp.home().resolve("run"));
        return new ObshellInstallation(odp);
    }

    public EmulatedOdp odp() {
        return odp;
    }

    /** Where obshell keeps the ODP's pid; it rewrites it after a hot restart of its own, and nobody else does. */
    public Path pidFile() {
        return odp.home().resolve("run/obproxy.pid");
    }

    /** Starts the ODP, waits until it serves, and writes the pid file. */
    public ObshellInstallation start() throws IOException {
        odp.start();
        long pid = odp.servingPid().orElseThrow(() -> new IOException("No ODP serves on " + odp.address()));
        Files.writeString(pidFile(), pid + "\n");
        return this;
    }

    /** As obshell stops: SIGKILL to the process the pid file names, which is the wrong one after somebody else's hot restart. */
    public void stop() throws IOException {
        Commands.killProcessIn(pidFile());
    }
}
