package dev.rollcall.gateway.domain;

import java.util.Locale;

/** What a person can ask of a task. */
public enum Control {
    PAUSE,
    RESUME,
    RETRY,
    SKIP,
    CANCEL;

    /** Whether a task in a state may have taken it in. A pause shows itself only when what runs has ended. */
    public boolean mayShowIn(TaskState state) {
        return switch (this) {
            case PAUSE, SKIP -> true;
            case RESUME -> state != TaskState.PAUSED;
            case RETRY -> state != TaskState.HALTED;
            case CANCEL -> state == TaskState.CANCELLING || state.terminal();
        };
    }

    /** Its word in addresses and documents. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
