package dev.rollcall.emulator;

import java.time.Instant;

/**
 * Something that happened to one emulated process, written by that process itself.
 *
 * @param at to the millisecond
 * @param startTicks when the process began, in clock ticks after boot; with the pid it names a process for good
 * @param why e.g. {@code cold start}, {@code inherited}, {@code SIGTERM}
 * @param parent pid of the parent at that moment
 * @param child pid of the successor, 0 for none
 * @param clientsCut client connections that were open when the process ended
 * @param by who wanted it, as far as the process can know: name and pid of whoever ran {@code bin/obproxy}, or user and address of an administrator; empty otherwise
 */
public record LedgerEntry(
        Instant at,
        long pid,
        long startTicks,
        Event event,
        String why,
        long parent,
        long child,
        int clientsCut,
        String by) {

    /** What can happen. */
    public enum Event {
        /** The process began. */
        STARTED,
        /** It accepts clients, for the first time. */
        SERVING,
        /** An administrator set {@code proxy_local_cmd}, and was answered OK; whether anything comes of it is another matter. */
        COMMANDED,
        /** It stopped accepting and started a successor. */
        HOT_RESTART_BEGAN,
        /** The successor said that it serves. */
        HOT_RESTART_COMMITTED,
        /** The successor failed; this process accepts again. */
        ROLLED_BACK,
        /** The process ended after a drain. */
        DRAINED,
        /** The process ended in another way; or a start failed. */
        STOPPED
    }

    String toJson() {
        return "{\"at\":\"" + at + "\",\"pid\":" + pid + ",\"startTicks\":" + startTicks + ",\"event\":\"" + event
                + "\",\"why\":\"" + escaped(why) + "\",\"parent\":" + parent + ",\"child\":" + child
                + ",\"clientsCut\":" + clientsCut + ",\"by\":\"" + escaped(by) + "\"}";
    }

    private static String escaped(String text) {
        StringBuilder result = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                result.append('\\').append(c);
            } else {
                result.append(c < ' ' ? ' ' : c);
            }
        }
        return result.toString();
    }
}
