package dev.rollcall.task.domain;

/**
 * All that is known of one ODP within one task, by source.
 *
 * @param version of what people see of it, rising by one with each change; 0 before the first
 */
public record OdpEntry(
        TaskId taskId, ClusterId clusterId, OdpId odpId, long version, RowPlan plan, RowReports reports) {

    static OdpEntry unknown(TaskId taskId, ClusterId clusterId, OdpId odpId) {
        return new OdpEntry(taskId, clusterId, odpId, 0, RowPlan.NONE, RowReports.NONE);
    }

    OdpEntry with(RowPlan next) {
        return new OdpEntry(taskId, clusterId, odpId, version, next, reports);
    }

    OdpEntry with(RowReports next) {
        return new OdpEntry(taskId, clusterId, odpId, version, plan, next);
    }

    OdpEntry withVersion(long next) {
        return new OdpEntry(taskId, clusterId, odpId, next, plan, reports);
    }
}
