package dev.rollcall.planner.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Working copy of an {@link OdpRun} within one decision. */
final class RunWork {
    final OdpId odpId;
    final String zone;
    final boolean targeted;
    int batch;
    RunState state;

    @Nullable
    ProcessIdentity baseline;

    @Nullable
    OdpFacts facts;

    int attempt;
    int lookedIn;
    boolean owesStart;
    boolean startDue;

    @Nullable
    OpenCommand command;

    @Nullable
    Failure failure;

    boolean up;
    boolean fell;
    boolean passedOver;

    @Nullable
    Slot slot;

    long settleLeftMillis;
    int unanswered;

    @Nullable
    Instant begun;

    RunWork(OdpRun run) {
        odpId = run.odpId();
        zone = run.zone();
        targeted = run.targeted();
        batch = run.batch();
        state = run.state();
        baseline = run.baseline();
        facts = run.facts();
        attempt = run.attempt();
        lookedIn = run.lookedIn();
        owesStart = run.owesStart();
        startDue = run.startDue();
        command = run.command();
        failure = run.failure();
        up = run.up();
        fell = run.fell();
        passedOver = run.passedOver();
        slot = run.slot();
        settleLeftMillis = run.settleLeftMillis();
        unanswered = run.unanswered();
        begun = run.begun();
    }

    OdpRun run() {
        return new OdpRun(
                odpId,
                zone,
                targeted,
                batch,
                state,
                baseline,
                facts,
                attempt,
                lookedIn,
                owesStart,
                startDue,
                command,
                failure,
                up,
                fell,
                passedOver,
                slot,
                settleLeftMillis,
                unanswered,
                begun);
    }

    /** It answers from a process that is not its baseline, in the version expected, and nothing is left to undo. */
    boolean answersTheRoll(@Nullable String expectedVersion) {
        return facts != null
                && facts.runningAnew(baseline)
                && facts.settingsRestored()
                && facts.hasVersion(expectedVersion);
    }
}
