package dev.rollcall.task.domain;

/** The names of steps, as docs/protocol.md has them. */
final class Step {

    static final String PRECHECK = "PRECHECK";
    static final String STOP = "STOP";
    private static final String ROLL_CALL = "ROLL_CALL_";

    /** Number of the roll call a step belongs to, from 1; 0 for any other step. */
    static int rollCall(String step) {
        if (!step.startsWith(ROLL_CALL)) {
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(step.substring(ROLL_CALL.length())));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A command of this kind changes the ODP. */
    static boolean changes(CommandKind kind) {
        return switch (kind) {
            case HOT_RESTART, STOP, START -> true;
            case PROBE, UNKNOWN -> false;
        };
    }

    private Step() {}
}
