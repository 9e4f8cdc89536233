package dev.rollcall.emulator.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;

/** Writes the lines people look for in {@code log/obproxy.log} and {@code log/obproxy_diagnosis.log}. A full disk does not stop an ODP. */
final class ProcessLog {

    private final Path directory;
    private final long pid = ProcessHandle.current().pid();

    ProcessLog(Path root) {
        this.directory = root.resolve("log");
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
        try {
            Files.writeString(
                    directory.resolve(file),
                    line + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            System.err.println(line);
        }
    }
}
