package dev.rollcall.task.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The fold as the simulation of the whole system runs it: with one of its safeguards broken. */
public final class SimulatedFold {
    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 10_000, Duration.ofMinutes(1), Duration.ofDays(31));

    /** What is answered wrongly. */
    public enum Bug {
        VERDICT_WITHOUT_ROLL_CALL
    }

    private SimulatedFold() {}

    /** @param bug null: none */
    public static TaskFold of(@Nullable Bug bug) {
        return new TaskFold(SETTINGS, bug == null ? Safeguards.KEPT : broken(bug));
    }

    private static Safeguards broken(Bug bug) {
        return new Safeguards() {
            @Override
            int present(Tally tally) {
                return bug == Bug.VERDICT_WITHOUT_ROLL_CALL ? tally.restarted() + tally.failed() : super.present(tally);
            }
        };
    }
}
