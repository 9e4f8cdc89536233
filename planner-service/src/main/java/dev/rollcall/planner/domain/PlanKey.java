package dev.rollcall.planner.domain;

import java.time.Instant;

/**
 * Key of one entry of the planner's state.
 *
 * @param <T> type of the entry
 */
public sealed interface PlanKey<T extends Record> {

    record ClusterKey(ClusterId clusterId) implements PlanKey<Cluster> {}

    record OdpKey(ClusterId clusterId, OdpId odpId) implements PlanKey<Odp> {}

    record TaskKey(TaskId taskId) implements PlanKey<Task> {}

    record RunKey(TaskId taskId, OdpId odpId) implements PlanKey<OdpRun> {}

    /** The ODP at a place, from 0, of one of the two orders of a task. */
    record PlaceKey(TaskId taskId, Order order, int place) implements PlanKey<OdpId> {}

    record EndedKey(TaskId taskId) implements PlanKey<EndedTask> {}

    record ForgetKey(Instant until, TaskId taskId) implements PlanKey<TaskId> {}

    /** Controls of a task that were answered. */
    record ControlsKey(TaskId taskId) implements PlanKey<AnsweredControls> {}

    /** What was measured of a cluster. */
    record PaceKey(ClusterId clusterId, RestartMode mode) implements PlanKey<Pace> {}

    record TimerKey(Timer.Id id) implements PlanKey<Timer> {}

    /** The same timers in the order in which they are due. */
    record DueKey(Instant due, Timer.Id id) implements PlanKey<Timer> {}

    /** In which order the ODPs of a task are gone through. */
    enum Order {
        /** All ODPs of the cluster, by id: the precheck. */
        CLUSTER,
        /** The targeted ODPs as they are restarted: a batch is a run of places. */
        PLAN
    }
}
