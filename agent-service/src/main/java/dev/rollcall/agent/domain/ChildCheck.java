package dev.rollcall.agent.domain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Files a second process needs at least to be able to make. */
    private static final long MIN_FILES = 100;
    /** Settings are read from SQLite from this version on, and were read from a file of ODP's own up to the other one; what the versions in between do is not known. */
    private static final String FIRST_WITH_DATABASE = "4.3.1";

    private static final String LAST_WITHOUT_DATABASE = "4.2.4";

    /** From what the host script printed in its mode {@code child}. */
    public static ChildCheck parse(String executable, List<String> lines) {
        StringBuilder said = new StringBuilder();
        Map<String, Long> numbers = new HashMap<>();
        Map<String, String> config = new HashMap<>();
        String library = null;
        String directory = null;
        boolean whole = false;
        for (String line : lines) {
            int space = line.indexOf(' ');
            String word = space < 0 ? line : line.substring(0, space);
            String rest = space < 0 ? "" : line.substring(space + 1);
            switch (word) {
                case "V" -> said.append(rest).append('\n');
                case "library" -> library = rest;
                case "dir" -> directory = directory == null ? rest : directory;
                case "config" -> {
                    String[] stateAndName = rest.split(" ", 2);
                    if (stateAndName.length == 2) {
                        config.put(stateAndName[1], stateAndName[0]);
                    }
                }
                case "end" -> whole = true;
                default -> numbers.put(word, count(rest));
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
                            ? "nothing (exit code " + numbers.getOrDefault("rc", -1L) + ")"
                            : "'" + Redaction.line(firstLine(said.toString())) + "'");
            if (library != null) {
                flaw += "; it needs LD_LIBRARY_PATH=" + library
                        + ", and an ODP passes none on to its successor: let the system know that directory (ldconfig)";
            }
        } else if (directory != null) {
            flaw = directoryFlaw(directory);
        } else {
            flaw = configFlaw(version, config);
        }
        return new ChildCheck(version, flaw == null && whole ? roomFlaw(numbers) : flaw);
    }

    private static String directoryFlaw(String stateAndName) {
        String[] f = stateAndName.split(" ", 2);
        String name = f.length == 2 ? f[1] : "";
        return switch (f[0]) {
            case "other" -> "a successor could not start: its " + name + " is no directory";
            case "missing" -> "a successor could not start: it has no directory " + name + " and could not make one";
            default -> "a successor could not start: its directory " + name + " cannot be read and written";
        };
    }

    /** Where that version takes its settings from: odp-mechanics.md section 3.2. A successor gets no option that would replace them. */
    private static @Nullable String configFlaw(String version, Map<String, String> states) {
        String file;
        if (Versions.atLeast(version, FIRST_WITH_DATABASE)) {
            file = "proxyconfig_v1.db";
        } else if (!Versions.atLeast(version, LAST_WITHOUT_DATABASE)) {
            file = "obproxy_config.bin";
        } else {
            return null;
        }
        String begin = "a successor (version " + version + ") could not start: etc/" + file
                + ", which it takes its settings from, ";
        return switch (states.getOrDefault(file, "")) {
            case "missing" ->
                file.endsWith(".db") && "sqlite".equals(states.get("proxyconfig.db"))
                        ? begin + "is missing; etc/proxyconfig.db of an older version is there to be copied to it"
                        : begin + "is missing";
            case "closed" -> begin + "cannot be read and written";
            case "empty" -> begin + "is empty";
            case "other" -> file.endsWith(".db") ? begin + "is damaged: it is no SQLite database" : null;
            default -> null;
        };
    }

    private static @Nullable String roomFlaw(Map<String, Long> numbers) {
        long free = numbers.getOrDefault("free", -1L);
        long used = numbers.getOrDefault("used", -1L);
        long disk = numbers.getOrDefault("disk", -1L);
        long inodes = numbers.getOrDefault("inodes", -1L);
        if (free >= 0 && used >= 0 && free < used) {
            return "the host has " + free / 1024 + " MB of memory left and a second process may need " + used / 1024
                    + " MB";
        }
        if (numbers.containsKey("room") && used >= 0 && numbers.get("room") < used) {
            return "the control group of its service or container has " + Math.max(0, numbers.get("room")) / 1024
                    + " MB of memory left and a second process may need " + used / 1024 + " MB";
        }
        if (disk >= 0 && disk < MIN_DISK_KB) {
            return "the disk of its home, etc or log has only " + disk / 1024 + " MB left";
        }
        return inodes >= 0 && inodes < MIN_FILES
                ? "the disk of its home, etc or log has room for " + inodes + " more files only"
                : null;
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
