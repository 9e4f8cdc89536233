package dev.rollcall.standalone.cli;

import java.util.Set;

/** Exit codes of the commands that ask a running Rollcall; {@code docs/cli.md} is for scripts that read them. */
final class ExitCodes {

    /** Done; of a watched task: COMPLETED, or a dry run that was PLANNED. */
    static final int DONE = 0;
    /** The task ended FAILED or CANCELLED, or is HALTED and waits for a person. */
    static final int NOT_COMPLETED = 1;
    /** Wrong use; nothing was asked for. */
    static final int WRONG_USE = 2;
    /** The gateway, or the planner (task REJECTED), refuses; nothing was touched. */
    static final int REFUSED = 3;
    /** The task ended INCOMPLETE: some ODPs were skipped, or failed within the budget. */
    static final int INCOMPLETE = 4;
    /** The gateway or Kafka does not answer; whether what was asked for is done is not known. */
    static final int UNREACHABLE = 5;
    /** Asked for, and not confirmed yet. */
    static final int NOT_CONFIRMED = 6;

    /** One line each, for help texts. */
    static final String WORDS =
            "Exit codes: 0 done (a watched task: COMPLETED, or PLANNED by a dry run); 1 the task FAILED, was CANCELLED or is"
                    + " HALTED; 2 wrong use; 3 refused, nothing was touched; 4 the task is INCOMPLETE; 5 the gateway does not"
                    + " answer; 6 asked for, not confirmed yet.";

    private static final Set<String> ENDED =
            Set.of("COMPLETED", "INCOMPLETE", "FAILED", "CANCELLED", "REJECTED", "PLANNED");

    private ExitCodes() {}

    /** Of a task that nobody waits for any more. */
    static int ofState(String state) {
        return switch (state) {
            case "INCOMPLETE" -> INCOMPLETE;
            case "REJECTED" -> REFUSED;
            case "FAILED", "CANCELLED", "HALTED" -> NOT_COMPLETED;
            default -> DONE;
        };
    }

    /** Whether nothing follows this state. */
    static boolean hasEnded(String state) {
        return ENDED.contains(state);
    }
}
