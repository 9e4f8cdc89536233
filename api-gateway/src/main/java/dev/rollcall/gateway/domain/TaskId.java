package dev.rollcall.gateway.domain;

import java.util.regex.Pattern;

/** Id of a task; a UUID where the gateway made it, but programs that write to Kafka may choose otherwise. */
public record TaskId(String value) implements Comparable<TaskId> {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    public TaskId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not of the form " + FORM + ": '" + value + "'");
        }
    }

    /** Whether a text has the form of such an id. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(TaskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
