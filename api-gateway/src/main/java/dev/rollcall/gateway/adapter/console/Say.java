package dev.rollcall.gateway.adapter.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How templates say times and durations. */
public final class Say {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Templates templates;
    private final Locale locale;

    Say(Templates templates, Locale locale) {
        this.templates = templates;
        this.locale = locale;
    }

    /** A time for people; the page turns it into the local one of its reader. */
    public String time(@Nullable Instant instant) {
        return instant == null ? "" : TIME.format(instant);
    }

    /** A time for machines. */
    public String iso(@Nullable Instant instant) {
        return instant == null ? "" : instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** So many seconds. */
    public String seconds(@Nullable Long seconds) {
        return seconds == null ? "" : templates.duration(Duration.ofSeconds(seconds), locale);
    }

    /** So many milliseconds, with one decimal below ten seconds. */
    public String millis(@Nullable Long millis) {
        if (millis == null) {
            return "";
        }
        return millis < 10_000
                ? templates.word("duration.tenths", locale, String.format(Locale.ROOT, "%.1f", millis / 1_000.0))
                : templates.duration(Duration.ofMillis(millis), locale);
    }

    /** The name of a group of ODPs. */
    public String group(Matrix.Grouping by, String name) {
        return name.isEmpty()
                ? templates.word("group.none." + by, locale)
                : templates.word("group.name." + by, locale, name);
    }

    /** A drain time, in seconds, as the field for it has it. */
    public String drain(long micros) {
        return micros < 0
                ? templates.word("drain.noLimit", locale)
                : templates.word("duration.tenths", locale, RestartLook.seconds(micros));
    }

    /**
     * What kind of thing happened in a task. The sentence that the task-service wrote about it is English.
     *
     * @param type by its name on the wire; a kind that is newer than this gateway is said by its name
     */
    public String event(String type) {
        return templates.word("event." + type, type, locale);
    }

    /** A word for a constant, such as {@code state.RUNNING}. */
    public String of(String kind, Object constant) {
        return templates.word(kind + "." + constant, locale);
    }
}
