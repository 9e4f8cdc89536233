package dev.rollcall.planner.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the planner knows of a cluster. It stays when the definition is removed, so that revision and epoch keep rising.
 *
 * @param revision number of the last change, a removal included
 * @param present whether the cluster is defined now
 * @param epoch fencing epoch of the last task that was accepted
 * @param activeTask the task that keeps the cluster busy; null: it is free
 * @param lastChange event id of the change that was applied last
 */
public record Cluster(
        ClusterId clusterId,
        long revision,
        boolean present,
        String name,
        String description,
        Map<String, String> labels,
        int odpCount,
        String changedBy,
        long epoch,
        @Nullable TaskId activeTask,
        @Nullable String lastChange) {

    Cluster withTask(long newEpoch, @Nullable TaskId task) {
        return new Cluster(
                clusterId,
                revision,
                present,
                name,
                description,
                labels,
                odpCount,
                changedBy,
                newEpoch,
                task,
                lastChange);
    }
}
