package dev.rollcall.task.domain;

import org.jspecify.annotations.Nullable;

/**
 * All that agents reported on one attempt at one step that changes an ODP, joined: whatever comes twice or in another order
 * gives the same.
 *
 * @param progress latest heartbeat
 * @param serving first SERVING
 * @param draining SERVING said that the old process still had connections
 * @param drained first DRAINED
 * @param succeeded first SUCCEEDED, which outweighs a FAILED; whether a failure counts is for the planner to say
 * @param succeededIn the process that SUCCEEDED named
 * @param failed first FAILED
 * @param failure what it said
 * @param clientsCut the highest number reported
 * @param messageAt when the message below was said
 * @param message the latest words of an agent
 */
public record WorkReport(
        int attempt,
        @Nullable Stamp progress,
        @Nullable Stamp serving,
        boolean draining,
        @Nullable Stamp drained,
        @Nullable Stamp succeeded,
        @Nullable ProcessIdentity succeededIn,
        @Nullable Stamp failed,
        @Nullable Failure failure,
        @Nullable Long clientsCut,
        @Nullable Stamp messageAt,
        @Nullable String message) {

    static WorkReport none(int attempt) {
        return new WorkReport(attempt, null, null, false, null, null, null, null, null, null, null, null);
    }

    WorkReport join(TaskInput.Reported report) {
        Stamp stamp = report.stamp();
        ResultType type = report.type();
        OdpFacts facts = report.facts();
        boolean firstSuccess = type == ResultType.SUCCEEDED && earlier(stamp, succeeded);
        boolean firstFailure = type == ResultType.FAILED && earlier(stamp, failed);
        boolean says = report.message() != null && later(stamp, messageAt);
        return new WorkReport(
                attempt,
                type == ResultType.PROGRESS && later(stamp, progress) ? stamp : progress,
                type == ResultType.SERVING && earlier(stamp, serving) ? stamp : serving,
                draining || (type == ResultType.SERVING && facts != null && facts.draining()),
                type == ResultType.DRAINED && earlier(stamp, drained) ? stamp : drained,
                firstSuccess ? stamp : succeeded,
                firstSuccess ? (facts == null ? null : facts.process()) : succeededIn,
                firstFailure ? stamp : failed,
                firstFailure ? report.failure() : failure,
                highest(report.clientsCut(), clientsCut),
                says ? stamp : messageAt,
                says ? report.message() : message);
    }

    /** The old process is being watched: the agent went on working after the new one served. */
    boolean watchesOldProcess() {
        return draining || drained != null || (serving != null && progress != null && progress.compareTo(serving) > 0);
    }

    private static boolean earlier(Stamp stamp, @Nullable Stamp than) {
        return than == null || stamp.compareTo(than) < 0;
    }

    private static boolean later(Stamp stamp, @Nullable Stamp than) {
        return than == null || stamp.compareTo(than) > 0;
    }

    static @Nullable Long highest(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.max(one, other);
    }
}
