package dev.rollcall.planner.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One ODP within a task.
 *
 * @param batch number of its batch, from 1; 0: not planned
 * @param baseline the process it had at the precheck, fixed for the task; null: none
 * @param facts what was seen last
 * @param attempt attempt at restarting it, from 1
 * @param lookedIn number of the series of looks in which it was found fit
 * @param owesStart we may have stopped it and do not know that it runs again
 * @param startDue a START is to be sent next
 * @param failure why it failed last
 * @param up it was seen running last, and nothing was sent since that takes it down
 * @param fell it ran, and was seen down without anything having been done to it
 * @param passedOver a window passed it over, as it was not fit or too few would have run; it is looked at before the next one
 * @param slot what it holds a slot of a window for; null: for the command that is open, or it holds none
 * @param settleLeftMillis how long it must still stay Running in its slot
 * @param unanswered looks at it while it settles in its slot that were not answered, in a row
 * @param begun when its restart was sent; null: it was not, or has been measured
 */
public record OdpRun(
        OdpId odpId,
        String zone,
        boolean targeted,
        int batch,
        RunState state,
        @Nullable ProcessIdentity baseline,
        @Nullable OdpFacts facts,
        int attempt,
        int lookedIn,
        boolean owesStart,
        boolean startDue,
        @Nullable OpenCommand command,
        @Nullable Failure failure,
        boolean up,
        boolean fell,
        boolean passedOver,
        @Nullable Slot slot,
        long settleLeftMillis,
        int unanswered,
        @Nullable Instant begun) {

    static OdpRun pending(Odp odp, boolean targeted) {
        return new OdpRun(
                odp.odpId(),
                odp.zone(),
                targeted,
                0,
                RunState.PENDING,
                null,
                null,
                1,
                0,
                false,
                false,
                null,
                null,
                false,
                false,
                false,
                null,
                0,
                0,
                null);
    }
}
