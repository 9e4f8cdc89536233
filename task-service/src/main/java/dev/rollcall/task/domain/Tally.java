package dev.rollcall.task.domain;

/**
 * The numbers of a task, kept by adding and taking away one ODP at a time.
 *
 * @param restarted ODPs that run in a new process
 * @param restarting being worked on
 * @param failed failed
 * @param skipped left out by a person
 * @param tolerated did not answer, but were skipped or failed earlier and the planner went on
 * @param answered answered the present roll call from a new process
 * @param reported a result of the present roll call is there
 * @param outstanding asked in the present roll call, nothing known yet
 */
public record Tally(
        int restarted,
        int restarting,
        int failed,
        int skipped,
        int tolerated,
        int answered,
        int reported,
        int outstanding) {

    static final Tally ZERO = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    /** What one ODP counts, in the roll call of this number. */
    static Tally of(OdpEntry entry, RowJudgement judged, int round) {
        if (!entry.plan().targeted()) {
            return ZERO;
        }
        RowState.Group group = judged.row().state().group();
        boolean called = round > 0 && judged.round() == round;
        return new Tally(
                one(group == RowState.Group.RESTARTED),
                one(group == RowState.Group.RESTARTING),
                one(group == RowState.Group.FAILED),
                one(group == RowState.Group.SKIPPED),
                one(judged.tolerated()),
                one(called && judged.answered()),
                one(called && judged.reported()),
                one(called && !judged.settled()));
    }

    Tally plus(Tally other) {
        return combined(other, 1);
    }

    Tally minus(Tally other) {
        return combined(other, -1);
    }

    /** A new roll call begins: nobody has answered it. */
    Tally withNewRound() {
        return new Tally(restarted, restarting, failed, skipped, tolerated, 0, 0, 0);
    }

    private Tally combined(Tally other, int sign) {
        return new Tally(
                restarted + sign * other.restarted,
                restarting + sign * other.restarting,
                failed + sign * other.failed,
                skipped + sign * other.skipped,
                tolerated + sign * other.tolerated,
                answered + sign * other.answered,
                reported + sign * other.reported,
                outstanding + sign * other.outstanding);
    }

    private static int one(boolean counts) {
        return counts ? 1 : 0;
    }
}
