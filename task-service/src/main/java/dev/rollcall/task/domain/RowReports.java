package dev.rollcall.task.domain;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the agents said about one ODP of a task. {@link #join} is commutative and idempotent: the order of results does not
 * matter. Of each step only the highest attempt is kept, so the size does not grow with the number of retries.
 *
 * @param work by step
 * @param precheck outcome of the precheck
 * @param call outcome of the latest roll call
 * @param seen the process that answered last; the precheck is left out, as it sees the process of before
 * @param startedAt when an agent began to change the ODP for the first time
 * @param baselineAt when the baseline below was repeated last
 * @param baseline the process that the commands meant
 */
public record RowReports(
        SortedMap<String, WorkReport> work,
        @Nullable ProbeReport precheck,
        @Nullable ProbeReport call,
        @Nullable Sighting seen,
        @Nullable Instant startedAt,
        @Nullable Stamp baselineAt,
        @Nullable ProcessIdentity baseline) {

    static final RowReports NONE = new RowReports(Collections.emptySortedMap(), null, null, null, null, null, null);

    public RowReports {
        work = Collections.unmodifiableSortedMap(work);
    }

    RowReports join(TaskInput.Reported report) {
        int round = Step.rollCall(report.step());
        boolean changes = Step.changes(report.kind());
        boolean isPrecheck = report.step().equals(Step.PRECHECK);
        boolean began = changes && report.type() != ResultType.ACCEPTED && report.type() != ResultType.UNKNOWN;
        boolean names = report.baseline() != null
                && (baselineAt == null || report.stamp().compareTo(baselineAt) > 0);
        return new RowReports(
                changes ? joinedWork(report) : work,
                isPrecheck && report.ends() ? ProbeReport.join(precheck, ProbeReport.of(0, report)) : precheck,
                round > 0 && report.ends() ? ProbeReport.join(call, ProbeReport.of(round, report)) : call,
                isPrecheck ? seen : Sighting.join(seen, Sighting.of(report)),
                began && (startedAt == null || report.at().isBefore(startedAt)) ? report.at() : startedAt,
                names ? report.stamp() : baselineAt,
                names ? report.baseline() : baseline);
    }

    private SortedMap<String, WorkReport> joinedWork(TaskInput.Reported report) {
        WorkReport known = work.get(report.step());
        if (known != null && known.attempt() > report.attempt()) {
            return work;
        }
        WorkReport base =
                known == null || known.attempt() < report.attempt() ? WorkReport.none(report.attempt()) : known;
        SortedMap<String, WorkReport> joined = new TreeMap<>(work);
        joined.put(report.step(), base.join(report));
        return joined;
    }

    @Nullable
    WorkReport of(Dispatch dispatch) {
        WorkReport report = work.get(dispatch.step());
        return report != null && report.attempt() == dispatch.attempt() ? report : null;
    }

    @Nullable
    Long clientsCut() {
        Long cut = null;
        for (WorkReport report : work.values()) {
            cut = WorkReport.highest(report.clientsCut(), cut);
        }
        return cut;
    }
}
