package dev.rollcall.planner.domain;

/**
 * The command an agent is asked to carry out.
 *
 * @param inWave it counts as open in the wave that sent it; false for a hot restart that only drains, and for a look aside
 */
public record OpenCommand(String step, int attempt, CommandKind kind, Progress progress, boolean inWave) {

    /** How far it is known to have come. */
    public enum Progress {
        SENT,
        ACCEPTED,
        STARTED,
        SERVING
    }

    /** Nothing waits for it: it only keeps the count of those that run fresh. */
    boolean aside() {
        return kind == CommandKind.PROBE && !inWave;
    }

    OpenCommand at(Progress newProgress) {
        return new OpenCommand(step, attempt, kind, newProgress, inWave);
    }

    OpenCommand outOfWave() {
        return new OpenCommand(step, attempt, kind, progress, false);
    }
}
