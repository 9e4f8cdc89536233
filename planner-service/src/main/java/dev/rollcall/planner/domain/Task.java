package dev.rollcall.planner.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a task: small, whatever the number of its ODPs.
 *
 * @param version +1 with each decision
 * @param sequence number of the last plan event
 * @param batchSteps sizes of the first batches, the last repeats; empty before they are known
 * @param batch number of the batch being worked on, from 1
 * @param batchBegun BATCH_STARTED was said for it
 * @param stage what comes next for the batch when nothing hinders
 * @param look looks at this batch so far
 * @param looksLeft further looks before what is not fit counts as failed
 * @param lookSerial number of series of looks in this task
 * @param unfit ODPs of the batch that the last look found not fit
 * @param heard ODPs whose precheck an agent took up
 * @param failures targeted ODPs that are FAILED
 * @param draining hot restarts whose new process serves and which have not ended
 * @param toStart ODPs with a START due
 * @param owed ODPs that owe a START
 * @param retryOnly the one ODP a RETRY means; null: all
 * @param round number of the roll call, from 1
 * @param answered ODPs whose final result of this round was seen
 * @param missing ODPs of this round that may still come up
 * @param stragglers the first ODPs whose old process was not awaited to its end
 * @param lastControl event id of the control that was answered last
 * @param notBefore when it may begin; null: at once
 * @param notAfter when no batch may begin any more; null: no such limit
 * @param zoneEnds places after the last ODP of each zone, where batches must not mix them; else empty
 * @param running ODPs of the cluster that are up
 * @param takeable ODPs that the last look found running and to be taken down
 * @param downAlready ODPs that the last look found to be restarted and down already
 * @param settleLeftMillis how long the batch must still stay Running
 * @param haltReason why the task is to halt, when it is not the budget
 * @param expectedVersion version that every restarted ODP must have; null: not checked
 * @param fallen ODPs that fell
 * @param suspects those of them that this task had restarted: nothing begins before they were looked at
 * @param lookForFallen the look that goes on goes over the whole cluster, for those that fell
 * @param aside place in the cluster at which a window looks next aside
 * @param startRounds how often what is stopped was told to start since the task is being ended
 * @param pace what was measured; null: nothing is known
 * @param lastBegun when work was sent last; null: none was
 * @param planVersion version of the plan as people decide about it; it rises with each event that calls for another decision
 */
public record Task(
        TaskId taskId,
        ClusterId clusterId,
        RestartMode mode,
        boolean dryRun,
        long epoch,
        String requestedBy,
        String request,
        Batching batching,
        @Nullable Long exitTimeoutMicros,
        TaskState state,
        Phase phase,
        long version,
        long sequence,
        int clusterOdps,
        int targeted,
        List<Integer> batchSteps,
        int batch,
        boolean batchBegun,
        Stage stage,
        @Nullable Wave wave,
        int look,
        int looksLeft,
        int lookSerial,
        int unfit,
        int heard,
        int failures,
        int draining,
        int toStart,
        int owed,
        boolean pauseWanted,
        boolean haltWanted,
        boolean retrying,
        @Nullable OdpId retryOnly,
        @Nullable Ending ending,
        @Nullable Failure lastFailure,
        int round,
        int answered,
        int missing,
        long rollCallLeftMillis,
        List<OdpId> stragglers,
        int stragglerCount,
        @Nullable String lastControl,
        @Nullable Instant notBefore,
        @Nullable Instant notAfter,
        List<Integer> zoneEnds,
        int running,
        int takeable,
        int downAlready,
        long settleLeftMillis,
        @Nullable Failure haltReason,
        @Nullable String expectedVersion,
        int fallen,
        int suspects,
        boolean lookForFallen,
        int aside,
        int startRounds,
        @Nullable Pace pace,
        @Nullable Instant lastBegun,
        long planVersion) {

    /** What comes next for the batch. */
    public enum Stage {
        LOOK,
        MAIN,
        FINISH
    }

    /** Why a task is being ended early. */
    public enum Ending {
        CANCEL,
        ABANDON
    }
}
