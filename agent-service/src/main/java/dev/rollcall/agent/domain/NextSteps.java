package dev.rollcall.agent.domain;

import dev.rollcall.agent.domain.JournalEntry.Intent;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.JournalEntry.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of what is already done, what is to be done, and what is none of our business.
 *
 * <ul>
 *   <li>HOT_RESTART: done when our intent is journaled and a new process answers; acts when the meant process answers and nothing
 *       is under way; watches what our intent began.
 *   <li>STOP: done when nothing runs; acts when the meant process runs.
 *   <li>START: done when a process serves; acts when nothing runs; waits for one that runs.
 *   <li>Anything else has CHANGED since the plan was made, and is left alone.
 * </ul>
 */
public final class NextSteps {
    /** Result words of a journaled outcome that failed. */
    public static final String FAILED = "failed";
    /** Result word of a journaled outcome that succeeded. */
    public static final String DONE = "done";

    private NextSteps() {}

    public static NextStep of(Command command, Journal journal, Sight sight) {
        if (sight instanceof Sight.PortHeldByOther other) {
            return fail(
                    FailureCategory.TARGET,
                    "PORT_HELD_BY_OTHER",
                    other.why() + "; nothing was done",
                    "Correct the home or the SSH user in the cluster's definition, or free the port.");
        }
        return switch (command.kind()) {
            case HOT_RESTART -> hotRestart(command, journal, sight);
            case STOP -> stop(command, sight);
            case START -> start(sight);
            case PROBE -> throw new IllegalArgumentException("A PROBE has no effect to decide about");
        };
    }

    private static NextStep hotRestart(Command command, Journal journal, Sight sight) {
        ProcessIdentity baseline = command.baseline();
        if (baseline == null) {
            return fail(
                    FailureCategory.CHANGED,
                    "NO_BASELINE",
                    "No process of " + command.odp().place()
                            + " was known when the plan was made, so none can be hot restarted",
                    "Start the ODP, then ask for a restart again.");
        }
        Meant meant = Meant.of(baseline);
        Optional<Intent> ours = journal.intent(command.task(), command.epoch(), CommandKind.HOT_RESTART, meant);
        if (sight instanceof Sight.NothingRuns) {
            return fail(
                    FailureCategory.TARGET,
                    "NOT_RUNNING",
                    command.odp().place() + " does not run"
                            + (ours.isPresent() ? " any more, after a hot restart was begun" : ""),
                    "Retry: the ODP is then started. Its log tells why it ended.");
        }
        if (sight instanceof Sight.RunsWithoutServing silent) {
            if (ours.isPresent()) {
                return new NextStep.Watch();
            }
            if (silent.processes().stream().noneMatch(meant::is)) {
                return changed(command, baseline, silent.processes().get(0));
            }
            Failure login = silent.failure();
            return fail(
                    login.category(),
                    login.code(),
                    login.detail() + "; nothing was done",
                    (login.advice() == null ? "" : login.advice() + " ")
                            + "FORCE_RESTART does not need an ODP that answers.");
        }
        Sight.Serves serves = (Sight.Serves) sight;
        if (!meant.is(serves.process())) {
            return ours.isPresent() ? new NextStep.AlreadyDone() : changed(command, baseline, serves.process());
        }
        return meantServes(command, journal, serves, ours.orElse(null));
    }

    private static NextStep meantServes(Command command, Journal journal, Sight.Serves serves, @Nullable Intent ours) {
        boolean underWay = serves.restartPending() || !serves.upgrade().idle();
        Optional<Outcome> outcome = journal.outcome(command.id());
        if (outcome.isPresent() && !underWay) {
            return fail(
                    FailureCategory.TARGET,
                    "ROLLED_BACK",
                    Optional.ofNullable(outcome.get().words())
                            .orElse("This command has already failed: the process it meant serves again"),
                    "Look at the ODP's log on its host, then retry.");
        }
        if (ours == null && serves.businessFlaw() != null) {
            return fail(
                    FailureCategory.REFUSED,
                    "BUSINESS_PATH_BROKEN",
                    command.odp().place() + " does not serve its clients: " + serves.businessFlaw()
                            + "; nothing was done",
                    "Mend what is behind the ODP, or its probe credential, first. FORCE_RESTART does not ask for it.");
        }
        if (ours == null) {
            return underWay
                    ? fail(
                            FailureCategory.REFUSED,
                            "RESTART_UNDER_WAY",
                            "A hot restart that this task did not ask for is going on at "
                                    + command.odp().place() + "; nothing was done",
                            "Wait until it has ended, then retry.")
                    : new NextStep.Act();
        }
        if (underWay) {
            return new NextStep.Watch();
        }
        if (ours.command().equals(command.id()) && serves.upgrade().rollbackAtNanos() != ours.rollbackMark()) {
            return fail(
                    FailureCategory.TARGET,
                    "ROLLED_BACK",
                    "The new process of " + command.odp().place()
                            + " did not come up while no agent was watching; the old one serves again",
                    "Look at the ODP's log on its host, then retry.");
        }
        return new NextStep.Act();
    }

    private static NextStep stop(Command command, Sight sight) {
        if (sight instanceof Sight.NothingRuns) {
            return new NextStep.AlreadyDone();
        }
        ProcessIdentity main = sight instanceof Sight.Serves serves
                ? serves.process()
                : ((Sight.RunsWithoutServing) sight).processes().get(0);
        ProcessIdentity baseline = command.baseline();
        if (baseline == null) {
            return fail(
                    FailureCategory.CHANGED,
                    "CHANGED",
                    command.odp().place() + " did not run when the plan was made; now " + main
                            + " does. It was left alone",
                    "Retry: the ODP is then looked at again.");
        }
        return Meant.of(baseline).is(main) ? new NextStep.Act() : changed(command, baseline, main);
    }

    private static NextStep start(Sight sight) {
        if (sight instanceof Sight.NothingRuns) {
            return new NextStep.Act();
        }
        return sight instanceof Sight.Serves ? new NextStep.AlreadyDone() : new NextStep.WaitForLogin();
    }

    private static NextStep changed(Command command, ProcessIdentity meant, ProcessIdentity found) {
        return fail(
                FailureCategory.CHANGED,
                "CHANGED",
                command.odp().place() + " was " + meant + " when the plan was made and is now " + found
                        + ", without this task's doing. It was left alone",
                "Somebody or something else restarted it. Retry to look at it again, or skip it.");
    }

    private static NextStep fail(FailureCategory category, String code, String detail, String advice) {
        return new NextStep.Fail(Failure.of(category, code, detail, advice));
    }
}
