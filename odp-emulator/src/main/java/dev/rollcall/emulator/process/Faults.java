package dev.rollcall.emulator.process;

import dev.rollcall.emulator.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the fault switches of a home. */
final class Faults {

    private static final Pattern SECONDS = Pattern.compile("seconds=(\\d+)");
    private static final Pattern TIMES = Pattern.compile("times=(\\d+)");

    private final Path directory;

    Faults(Path home) {
        this.directory = home.resolve("fault");
    }

    /** Whether a fault is on now; uses up nothing. */
    boolean isOn(Fault fault) {
        return Files.exists(directory.resolve(fault.fileName()));
    }

    boolean strikes(Fault fault) {
        return strike(fault).isPresent();
    }

    /**
     * Whether a fault is on now; uses up one of its times.
     *
     * @return its seconds, 0 when the file names none; empty when the fault is off
     */
    OptionalInt strike(Fault fault) {
        Path file = directory.resolve(fault.fileName());
        if (!Files.exists(file)) {
            return OptionalInt.empty();
        }
        try {
            String text = Files.readString(file);
            Matcher times = TIMES.matcher(text);
            if (times.find()) {
                int left = Integer.parseInt(times.group(1));
                if (left <= 1) {
                    Files.deleteIfExists(file);
                } else {
                    Files.writeString(
                            file,
                            times.replaceFirst("times=" + (left - 1)),
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING);
                }
                if (left == 0) {
                    return OptionalInt.empty();
                }
            }
            Matcher seconds = SECONDS.matcher(text);
            return OptionalInt.of(seconds.find() ? Integer.parseInt(seconds.group(1)) : 0);
        } catch (IOException switchedOffMeanwhile) {
            return OptionalInt.empty();
        }
    }
}
