package dev.rollcall.agent.domain;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a successor of the running process could start, tried as the ODP itself starts it.
 *
 * @param version what the binary on disk says it is; null when it said nothing
 * @param flaw why it could not; null when it could
 */
public record ChildCheck(@Nullable String version, @Nullable String flaw) {
    private static final Pattern VERSION = Pattern.compile("\\(OceanBase ([0-9][0-9.]*)");
    /** Disk space a second process needs at least for its logs and settings, in kB. */
    private static final long MIN_DISK_KB = 64 * 1024;

    /** From what the host script printed in its mode {@code child}. */
    public static ChildCheck parse(String executable, List<String> lines) {
        StringBuilder said = new StringBuilder();
        int exitCode = -1;
        long free = -1;
        long used = -1;
        long disk = -1;
        boolean whole = false;
        for (String line : lines) {
            if (line.startsWith("V ")) {
                said.append(line.substring(2)).append('\n');
            } else if (line.startsWith("rc ")) {
                exitCode = (int) count(line.substring(3));
            } else if (line.startsWith("free ")) {
                free = count(line.substring(5));
            } else if (line.startsWith("used ")) {
                used = count(line.substring(5));
            } else if (line.startsWith("disk ")) {
                disk = count(line.substring(5));
            } else if (line.equals("end")) {
                whole = true;
            }
        }
        Matcher m = VERSION.matcher(said);
        String version = m.find() ? m.group(1) : null;
        String flaw = null;
        if (!whole) {
            flaw = "its host's answer to whether a successor can start was cut short";
        } else if (version == null) {
            flaw = "a successor could not start: '" + executable + " -V' in an empty environment said "
                    + (said.toString().isBlank()
                            ? "nothing (exit code " + exitCode + ")"
                            : "'" + Redaction.line(firstLine(said.toString())) + "'");
        } else if (free >= 0 && used >= 0 && free < used) {
            flaw = "the host has " + free / 1024 + " MB of memory left and a second process may need " + used / 1024
                    + " MB";
        } else if (disk >= 0 && disk < MIN_DISK_KB) {
            flaw = "the disk of its home has only " + disk / 1024 + " MB left";
        }
        return new ChildCheck(version, flaw);
    }

    private static String firstLine(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    private static long count(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
