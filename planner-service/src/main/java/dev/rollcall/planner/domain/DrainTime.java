package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** How long the old process of an ODP may serve after the new one does. */
final class DrainTime {
    private DrainTime() {}

    /** What was asked for, else what is configured at the ODP; never more than the planner waits at all. */
    static Duration of(TaskWork task, RunWork run) {
        Duration most = task.draft.settings().maxDrainWait();
        Long micros = task.exitTimeoutMicros;
        if (micros == null && run.facts != null) {
            micros = run.facts.exitTimeoutMicros();
        }
        if (micros == null || micros < 0) {
            return most;
        }
        Duration asked = Duration.of(micros, ChronoUnit.MICROS);
        return asked.compareTo(most) < 0 ? asked : most;
    }
}
