package dev.rollcall.gateway.domain;

import java.util.regex.Pattern;

/** Id of an ODP, unique in its cluster. */
public record OdpId(String value) implements Comparable<OdpId> {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,128}");

    public OdpId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not of the form " + FORM + ": '" + value + "'");
        }
    }

    /** Whether a text has the form of such an id. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(OdpId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
