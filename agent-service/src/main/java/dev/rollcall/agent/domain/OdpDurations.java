package dev.rollcall.agent.domain;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as an ODP writes its TIME settings: a number and a unit, such as 5s, 24h, 100ms. */
public final class OdpDurations {
    private static final Pattern TIME = Pattern.compile("(\\d+)\\s*(us|ms|s|m|h|d)?");

    private OdpDurations() {}

    /** Empty when the text is not one; a number without a unit is seconds. */
    public static Optional<Duration> parse(String text) {
        Matcher m = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            return Optional.empty();
        }
        long n = Long.parseLong(m.group(1));
        String unit = m.group(2) == null ? "s" : m.group(2);
        return Optional.of(
                switch (unit) {
                    case "us" -> Duration.ofNanos(n * 1000);
                    case "ms" -> Duration.ofMillis(n);
                    case "m" -> Duration.ofMinutes(n);
                    case "h" -> Duration.ofHours(n);
                    case "d" -> Duration.ofDays(n);
                    default -> Duration.ofSeconds(n);
                });
    }
}
