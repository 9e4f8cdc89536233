package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the planner decided about one ODP of a task, in the order of its decisions.
 *
 * @param targeted the task is about it; until then nothing of it is shown
 * @param batch number of its batch, from 1; 0 before the batches are known
 * @param planned its batch and baseline are fixed
 * @param facts what the precheck saw
 * @param step step it is at
 * @param attempts highest attempt at a step that changes it
 * @param work the latest command that changes it
 * @param failure the latest failure that counted, those of roll calls left out
 * @param retriedAt sequence of the probe that begins a retry; 0 without one
 * @param skippedAt when a person left it out
 * @param call the latest roll call it was asked in
 * @param callFailure why it did not answer that
 */
public record RowPlan(
        boolean targeted,
        String zone,
        int batch,
        boolean planned,
        @Nullable OdpFacts facts,
        @Nullable String step,
        int attempts,
        @Nullable Dispatch work,
        @Nullable CountedFailure failure,
        long retriedAt,
        @Nullable Instant skippedAt,
        @Nullable Dispatch call,
        @Nullable CountedFailure callFailure) {

    static final RowPlan NONE = new RowPlan(false, "", 0, false, null, null, 0, null, null, 0, null, null, null);

    RowPlan target(String inZone) {
        return new RowPlan(
                true,
                inZone,
                batch,
                planned,
                facts,
                step,
                attempts,
                work,
                failure,
                retriedAt,
                skippedAt,
                call,
                callFailure);
    }

    RowPlan plan(int inBatch, @Nullable OdpFacts seen) {
        return new RowPlan(
                true,
                zone,
                inBatch,
                true,
                seen,
                step,
                attempts,
                work,
                failure,
                retriedAt,
                skippedAt,
                call,
                callFailure);
    }

    RowPlan skip(Instant at) {
        return new RowPlan(
                targeted, zone, batch, planned, facts, step, attempts, work, failure, retriedAt, at, call, callFailure);
    }

    RowPlan fail(CountedFailure counted) {
        boolean ofRollCall = Step.rollCall(counted.step()) > 0;
        return new RowPlan(
                targeted,
                zone,
                batch,
                planned,
                facts,
                step,
                attempts,
                work,
                ofRollCall ? failure : counted,
                retriedAt,
                skippedAt,
                call,
                ofRollCall ? counted : callFailure);
    }

    /**
     * A command was sent.
     *
     * @param retrySequence sequence of the latest RETRY of the task; 0 without one
     */
    RowPlan dispatch(Dispatch sent, long retrySequence) {
        if (Step.rollCall(sent.step()) > 0) {
            return new RowPlan(
                    targeted,
                    zone,
                    batch,
                    planned,
                    facts,
                    sent.step(),
                    attempts,
                    work,
                    failure,
                    retriedAt,
                    skippedAt,
                    sent,
                    null);
        }
        if (Step.changes(sent.kind())) {
            return new RowPlan(
                    targeted,
                    zone,
                    batch,
                    planned,
                    facts,
                    sent.step(),
                    Math.max(attempts, sent.attempt()),
                    sent,
                    failure == null ? null : failure.withSuperseded(),
                    retriedAt,
                    skippedAt,
                    call,
                    callFailure);
        }
        boolean again = failure != null && failure.step().equals(sent.step()) && failure.attempt() < sent.attempt();
        boolean retries = failure != null && !failure.superseded() && retrySequence > failure.sequence();
        if (!again && !retries && !sent.step().equals(Step.PRECHECK)) {
            // A look at an ODP before the batch of another one: nothing of its own.
            return this;
        }
        return new RowPlan(
                targeted,
                zone,
                batch,
                planned,
                facts,
                sent.step(),
                attempts,
                work,
                again && failure != null ? failure.withSuperseded() : failure,
                retries ? sent.sequence() : retriedAt,
                skippedAt,
                call,
                callFailure);
    }

    /** A failure counts, and no newer attempt has begun. */
    boolean failed() {
        return failure != null && !failure.superseded();
    }

    /** A retry has looked at it since it failed, and nothing was sent to it since. */
    boolean retried() {
        CountedFailure counted = failure;
        Dispatch sent = work;
        return counted != null && retriedAt > counted.sequence() && (sent == null || retriedAt > sent.sequence());
    }
}
