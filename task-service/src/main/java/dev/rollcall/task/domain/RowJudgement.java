package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an {@link OdpEntry}, and from nothing else: the row that people see, and its part in the roll call. The
 * order in which the entry was put together leaves no trace here.
 *
 * <ol>
 *   <li>An ODP that answered the latest roll call, Running in a new process, is RUNNING, whatever came before.
 *   <li>One that was skipped is SKIPPED.
 *   <li>One that was asked in a roll call and did not answer so is FAILED.
 *   <li>While it is asked once more, the answer before stands: it does not look as if its restart were still to come.
 *   <li>A failure the planner counted stands, whatever arrives late, until a newer attempt begins or the look before a
 *       retry shows that the ODP was restarted after all.
 *   <li>Otherwise the reports on the latest command tell.
 * </ol>
 *
 * @param drained the old process is gone
 * @param served a new process answered
 * @param answered it answered the latest roll call from a new process
 * @param settled nothing more of the latest roll call is to come: a result is there, or the planner gave up waiting
 * @param reported a result of the latest roll call is there
 * @param round number of the latest roll call it was asked in; 0: none
 * @param tolerated it did not answer, but was skipped or failed earlier and the planner went on all the same
 */
record RowJudgement(
        OdpRow row,
        boolean served,
        boolean drained,
        int round,
        boolean settled,
        boolean reported,
        boolean answered,
        boolean tolerated) {

    static RowJudgement of(OdpEntry entry) {
        return new Judge(entry).judge();
    }

    /** What is drawn from one entry; lives only while it is judged. */
    private static final class Judge {

        private final OdpEntry entry;
        private final RowPlan plan;
        private final RowReports reports;
        private final @Nullable ProcessIdentity baseline;
        private final @Nullable Sighting anew;
        private final @Nullable Dispatch work;
        private final @Nullable WorkReport report;
        private final @Nullable Dispatch call;
        private final @Nullable ProbeReport answer;
        /** The answer to the latest roll call; while that is not there, the one to a roll call before. */
        private final @Nullable ProbeReport latest;
        /** The answer above came from a new process whose settings are restored. */
        private final boolean present;

        private final boolean answered;
        /** A failure counts and no newer attempt has begun, nor has the look before a retry found it restarted after all. */
        private final boolean failed;

        Judge(OdpEntry entry) {
            this.entry = entry;
            plan = entry.plan();
            reports = entry.reports();
            baseline = plan.facts() == null ? reports.baseline() : plan.facts().process();
            work = plan.work();
            report = work == null ? null : reports.of(work);
            call = plan.call();
            Sighting seen = reports.seen();
            ProcessIdentity process = seen == null ? null : seen.process();
            anew = process != null && (work != null || call != null) && !process.sameAs(baseline) ? seen : null;
            ProbeReport called = reports.call();
            answer = call != null
                            && called != null
                            && called.round() == Step.rollCall(call.step())
                            && called.attempt() == call.attempt()
                    ? called
                    : null;
            latest = call == null || plan.callFailure() != null ? answer : called;
            present = latest != null
                    && plan.callFailure() == null
                    && latest.succeeded()
                    && latest.facts() != null
                    && latest.facts().runningAnew(baseline)
                    && latest.facts().settingsRestored();
            answered = answer != null && present;
            failed = plan.failed() && !(plan.retried() && anew != null);
        }

        RowJudgement judge() {
            RowState state = state();
            Failure failure = failure(state);
            OdpRow row = new OdpRow(
                    entry.taskId(),
                    entry.clusterId(),
                    entry.odpId(),
                    plan.zone(),
                    plan.batch(),
                    state,
                    plan.step(),
                    plan.attempts(),
                    message(state),
                    baseline,
                    factsBefore() == null ? null : factsBefore().version(),
                    anew == null ? null : anew.process(),
                    anew == null ? null : anew.version(),
                    anew == null ? null : anew.inherited(),
                    anew != null && anew.businessPathChecked(),
                    factsBefore() == null ? null : factsBefore().clientConnections(),
                    reports.clientsCut(),
                    work == null ? null : reports.startedAt(),
                    servingAt(),
                    finishedAt(state),
                    failure,
                    reports.precheck() == null
                            ? null
                            : reports.precheck().stamp().at(),
                    stoppedAt(),
                    report == null || report.drained() == null
                            ? null
                            : report.drained().at(),
                    present && latest != null ? latest.stamp().at() : null);
            boolean settled = call != null && (answer != null || plan.callFailure() != null);
            return new RowJudgement(
                    row,
                    servingAt() != null,
                    report != null && report.drained() != null,
                    call == null ? 0 : Step.rollCall(call.step()),
                    settled,
                    answer != null,
                    answered,
                    // By the planner's decisions alone: the verdict must not hang on a report that may come later.
                    !answered && (plan.skippedAt() != null || (plan.failed() && !plan.retried())));
        }

        private @Nullable OdpFacts factsBefore() {
            if (plan.facts() != null) {
                return plan.facts();
            }
            return reports.precheck() == null ? null : reports.precheck().facts();
        }

        private RowState state() {
            if (present) {
                return RowState.RUNNING;
            }
            if (plan.skippedAt() != null) {
                return RowState.SKIPPED;
            }
            if (plan.callFailure() != null || latest != null || failed) {
                return RowState.FAILED;
            }
            if (work == null) {
                return stateBeforeWork();
            }
            if (plan.retried() && anew != null) {
                return RowState.RUNNING;
            }
            return switch (work.kind()) {
                case HOT_RESTART -> stateOfHotRestart(report);
                case STOP -> stateOfStop(report);
                case START -> stateOfStart(report);
                case PROBE, UNKNOWN -> RowState.PRECHECKED;
            };
        }

        private RowState stateBeforeWork() {
            ProbeReport precheck = reports.precheck();
            if (plan.planned() || (precheck != null && precheck.succeeded())) {
                return RowState.PRECHECKED;
            }
            return precheck == null ? RowState.PENDING : RowState.FAILED;
        }

        private RowState stateOfHotRestart(@Nullable WorkReport hotRestart) {
            if (hotRestart == null) {
                return RowState.RESTARTING;
            }
            if (hotRestart.succeeded() != null) {
                return inProcessOfBefore(hotRestart) ? RowState.FAILED : RowState.RUNNING;
            }
            if (hotRestart.failed() != null) {
                return RowState.FAILED;
            }
            if (hotRestart.serving() == null && hotRestart.drained() == null) {
                return RowState.RESTARTING;
            }
            return hotRestart.watchesOldProcess() ? RowState.DRAINING : RowState.SERVING;
        }

        private RowState stateOfStop(@Nullable WorkReport stop) {
            if (stop != null && stop.succeeded() != null) {
                return RowState.STOPPED;
            }
            return stop != null && stop.failed() != null ? RowState.FAILED : RowState.STOPPING;
        }

        private RowState stateOfStart(@Nullable WorkReport start) {
            if (start != null && start.succeeded() != null) {
                if (!inProcessOfBefore(start)) {
                    return RowState.RUNNING;
                }
                // It was never stopped. That is a failure when stopping it had failed, and else as it was.
                return plan.failure() == null ? RowState.PRECHECKED : RowState.FAILED;
            }
            return start != null && start.failed() != null ? RowState.FAILED : RowState.STARTING;
        }

        private boolean inProcessOfBefore(WorkReport ended) {
            return ended.succeededIn() != null && ended.succeededIn().sameAs(baseline);
        }

        private @Nullable Instant stoppedAt() {
            boolean stops = work != null && (work.kind() == CommandKind.STOP || work.kind() == CommandKind.START);
            WorkReport stop = stops ? reports.work().get(Step.STOP) : null;
            return stop == null || stop.succeeded() == null
                    ? null
                    : stop.succeeded().at();
        }

        private @Nullable Instant servingAt() {
            if (work == null || report == null || work.kind() == CommandKind.STOP) {
                return null;
            }
            Stamp served = report.serving();
            if (served == null && report.succeeded() != null && !inProcessOfBefore(report)) {
                served = report.succeeded();
            }
            return served == null ? null : served.at();
        }

        private @Nullable Instant finishedAt(RowState state) {
            return switch (state) {
                case PENDING, PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING -> null;
                case SKIPPED -> plan.skippedAt();
                case RUNNING -> restartedAt();
                case FAILED -> failedAt();
            };
        }

        private @Nullable Instant restartedAt() {
            if (report != null && report.succeeded() != null) {
                return report.succeeded().at();
            }
            if (present && latest != null) {
                return latest.stamp().at();
            }
            return anew == null ? null : anew.stamp().at();
        }

        private @Nullable Instant failedAt() {
            if (failed && plan.failure() != null) {
                return plan.failure().at();
            }
            if (plan.callFailure() != null) {
                return plan.callFailure().at();
            }
            if (latest != null) {
                return latest.stamp().at();
            }
            if (report != null && report.succeeded() != null) {
                return report.succeeded().at();
            }
            if (report != null && report.failed() != null) {
                return report.failed().at();
            }
            return work == null && reports.precheck() != null
                    ? reports.precheck().stamp().at()
                    : null;
        }

        private @Nullable Failure failure(RowState state) {
            CountedFailure counted = plan.failure();
            return switch (state) {
                case FAILED -> failureOfFailed();
                case SKIPPED -> counted != null ? counted.failure() : null;
                case PENDING, PRECHECKED, STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING, RUNNING -> null;
            };
        }

        private @Nullable Failure failureOfFailed() {
            CountedFailure counted = plan.failure();
            if (failed && counted != null) {
                return counted.failure();
            }
            if (plan.callFailure() != null) {
                return plan.callFailure().failure();
            }
            if (latest != null) {
                return latest.failure() != null ? latest.failure() : Words.notAnswered(entry.odpId(), latest, baseline);
            }
            if (report != null && report.succeeded() != null) {
                return counted != null ? counted.failure() : Words.sameProcess(entry.odpId(), baseline);
            }
            if (report != null && report.failed() != null) {
                return report.failure() != null ? report.failure() : Words.noReason(entry.odpId(), work);
            }
            return reports.precheck() == null ? null : reports.precheck().failure();
        }

        private @Nullable String message(RowState state) {
            boolean underWay = state.group() == RowState.Group.RESTARTING;
            return underWay && report != null ? report.message() : null;
        }
    }
}
