package dev.rollcall.emulator.process;

import dev.rollcall.emulator.config.OdpVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program behind {@code bin/obproxy}. The launcher passes its own name as the first argument, and the version as system properties. */
public final class Obproxy {

    /** System property with the version, four numbers. */
    public static final String VERSION = "odp.version";

    /** System property with the release, e.g. {@code 1.el7}. */
    public static final String RELEASE = "odp.release";

    /** System property with pid and name of whoever ran the launcher. */
    public static final String STARTER = "odp.starter";

    /** A file of this name in the root gives business users a pretended database. */
    public static final String BUSINESS_BACKEND = "business-backend";

    private Obproxy() {}

    public static void main(String[] args) {
        nameProcess();
        Binary binary = new Binary(new OdpVersion(System.getProperty(VERSION, "")), System.getProperty(RELEASE, ""));
        OdpProcess.run(binary, List.of(args), System.getenv(), System.getProperty(STARTER, ""));
    }

    /** The process is known as obproxy, not as java. The leader's name has to be written: Java's main runs in another thread. */
    private static void nameProcess() {
        long pid = ProcessHandle.current().pid();
        try {
            Files.writeString(Path.of("/proc/self/task/" + pid + "/comm"), "obproxy");
        } catch (IOException notPermitted) {
            System.err.println("the process keeps the name java: " + notPermitted.getMessage());
        }
    }
}
