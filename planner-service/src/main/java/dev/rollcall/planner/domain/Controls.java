package dev.rollcall.planner.domain;

/** Which control is legal in which state of a task. The planner asks this table, and the documents print it. */
final class Controls {

    /** Whether a control is legal in a state. */
    enum Legal {
        ALWAYS("yes"),
        /** Legal while a pause is neither asked for nor senseless. */
        UNLESS_PAUSING("unless a pause is asked for already, or it is a dry run"),
        /** Legal while a pause was asked for that has not taken effect. */
        WHILE_PAUSING("while a pause is asked for"),
        /** Legal as long as a batch may still begin, or none is left to begin. */
        WITHIN_WINDOW("unless its window is over and an ODP is left to restart"),
        /** Legal for all that failed, or for a named ODP that has failed in the attempt that is named. */
        FOR_THE_FAILED("if the ODP it names has failed, in the attempt it names"),
        NEVER("-");

        private final String words;

        Legal(String words) {
            this.words = words;
        }
    }

    private Controls() {}

    static Legal legal(ControlKind control, TaskState state) {
        return switch (control) {
            case PAUSE -> goesOn(state) ? Legal.UNLESS_PAUSING : Legal.NEVER;
            case RESUME ->
                state == TaskState.PAUSED ? Legal.WITHIN_WINDOW : goesOn(state) ? Legal.WHILE_PAUSING : Legal.NEVER;
            case RETRY, SKIP -> state == TaskState.HALTED ? Legal.FOR_THE_FAILED : Legal.NEVER;
            case CANCEL -> state.terminal() || state == TaskState.CANCELLING ? Legal.NEVER : Legal.ALWAYS;
        };
    }

    /** Whether a task goes on to restart ODPs, so that a pause has something to hold back. */
    private static boolean goesOn(TaskState state) {
        return switch (state) {
            case PRECHECKING, LOOKING, RESTARTING, STOPPING, STARTING, SETTLING -> true;
            case WAITING,
                    DRAINING,
                    ROLL_CALL,
                    PAUSED,
                    HALTED,
                    CANCELLING,
                    CLOSED,
                    REJECTED,
                    PLANNED,
                    CANCELLED,
                    ABANDONED -> false;
        };
    }

    /** What follows the words that a control is refused in a state, beginning with a full stop or the like. */
    static String advice(ControlKind control, TaskState state) {
        return switch (control) {
            case PAUSE -> ". Only a task that goes on to restart ODPs can be paused.";
            case RESUME -> ". Only a paused task can be resumed; a halted one is retried.";
            case RETRY -> ". Only a halted task can be retried.";
            case SKIP -> ". Only failed ODPs of a halted task can be skipped.";
            case CANCEL ->
                state == TaskState.CANCELLING ? " already." : ": its roll call is closed and it ends by itself.";
        };
    }

    /** The table in Markdown. */
    static String markdown() {
        StringBuilder text = new StringBuilder("| state |");
        for (ControlKind control : ControlKind.values()) {
            text.append(' ').append(control).append(" |");
        }
        text.append("\n|---|")
                .append("---|".repeat(ControlKind.values().length))
                .append('\n');
        for (TaskState state : TaskState.values()) {
            text.append("| ").append(state).append(" |");
            for (ControlKind control : ControlKind.values()) {
                text.append(' ').append(legal(control, state).words).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }
}
