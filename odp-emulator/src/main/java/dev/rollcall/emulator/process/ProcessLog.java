package dev.rollcall.emulator.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Writes the lines people look for in {@code log/obproxy.log} and {@code log/obproxy_diagnosis.log}; the other files a real ODP has there are made and stay empty. A full
 * disk does not stop an ODP.
 */
final class ProcessLog {

    private static final List<String> OTHERS =
            List.of("diagnosis", "digest", "error", "limit", "pool", "pool_stat", "slow", "stat", "trace", "xflush");

    private static final String USAGE = """
            ----------------------------------------------------------------------------------
            obproxy [OPTION] ...
            -h,--help                              print this help
            -p,--listen_port         LISTEN_PORT   obproxy listen port
            -l,--prometheus_listen_port PORT       obproxy prometheus listen port
            -s,--rpc_listen_port     PORT          obproxy rpc listen port
            -o,--optstr              OPTSTR        extra options string, name=value,..
            -n,--appname             APPNAME       application name
            -r,--rs_list             RS_LIST       root server list, ip:port;..
            -c,--cluster_name        CLUSTER_NAME  root server cluster name
            -N,--nodaemon                          don't run in daemon
            -V,--version                           VERSION
            -R,--releaseid                         RELEASEID
            """;

    private final Path directory;
    private final BooleanSupplier full;
    private final long pid = ProcessHandle.current().pid();

    /**
     * A log below a root.
     *
     * @param full whether nothing can be written at the moment
     */
    ProcessLog(Path root, BooleanSupplier full) {
        this.directory = root.resolve("log");
        this.full = full;
    }

    /** Makes the files a real ODP has from the start. */
    void createFiles() throws IOException {
        for (String name : OTHERS) {
            Path file = directory.resolve("obproxy_" + name + ".log");
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        }
    }

    /** All that is left in the log of a start that failed: a real one does not flush what it said about the reason. */
    void usage() {
        append("obproxy.log", USAGE);
    }

    void info(String text) {
        write("obproxy.log", "INFO ", "[PROXY] " + text);
    }

    void error(String text) {
        write("obproxy.log", "ERROR", "[PROXY] " + text);
    }

    /** The line by which a start is told to have worked or not. */
    void reboot(long parent, boolean success) {
        write(
                "obproxy_diagnosis.log",
                "INFO ",
                "[REBOOT] pid: " + pid + ", ppid: " + parent + ", result: reboot " + (success ? "success" : "failed"));
    }

    private void write(String file, String level, String text) {
        String line = "[" + LocalDateTime.now().toString().replace('T', ' ') + "] " + level + " [" + pid + "] " + text;
        append(file, line + "\n");
    }

    private void append(String file, String text) {
        if (full.getAsBoolean()) {
            return;
        }
        try {
            Files.writeString(
                    directory.resolve(file),
                    text,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            System.err.print(text);
        }
    }
}
