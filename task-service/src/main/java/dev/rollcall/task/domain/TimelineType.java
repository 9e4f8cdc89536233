package dev.rollcall.task.domain;

/** What happened in a task, for people; explained in the schema TaskEventType. */
public enum TimelineType {
    TASK_REQUESTED,
    TASK_ACCEPTED,
    TASK_REJECTED,
    TASK_PLANNED,
    PHASE_STARTED,
    BATCH_STARTED,
    BATCH_FINISHED,
    ODP_STEP,
    ODP_SERVING,
    ODP_DRAINED,
    ODP_RESTARTED,
    ODP_FAILED,
    ODP_SKIPPED,
    ODP_ANSWERED,
    TASK_PAUSED,
    TASK_RESUMED,
    TASK_HALTED,
    TASK_CANCELLING,
    CONTROL_APPLIED,
    CONTROL_REFUSED,
    ROLL_CALL_STARTED,
    TASK_ENDED
}
