package dev.rollcall.gateway.domain;

import java.util.regex.Pattern;

/** Id of an ODP cluster. */
public record ClusterId(String value) implements Comparable<ClusterId> {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public ClusterId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not of the form " + FORM + ": '" + value + "'");
        }
    }

    /** Whether a text has the form of such an id. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
