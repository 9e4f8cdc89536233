package dev.rollcall.gateway.domain;

import java.util.Locale;

/** What a person can ask of a task. */
public enum Control {
    PAUSE,
    RESUME,
    RETRY,
    SKIP,
    CANCEL;

    /** Its word in addresses and documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
