package dev.rollcall.agent.domain;

import dev.rollcall.agent.domain.JournalEntry.Fence;
import java.util.Optional;

/** Which commands the journal of an ODP lets through: none of an older task, a lower attempt or another cluster. */
public final class FencingRules {
    private FencingRules() {}

    /** Why the command must not touch the ODP; empty when it may. */
    public static Optional<Failure> refusal(Command command, Journal journal) {
        if (!command.fenced()) {
            return command.kind() == CommandKind.PROBE
                    ? Optional.empty()
                    : refused(
                            "UNFENCED",
                            "A " + command.kind()
                                    + " without an epoch is never run: only a PROBE may come from a dry run",
                            "This is a defect of the program that sent the command.");
        }
        Optional<Fence> fence = journal.fence();
        if (fence.isEmpty()) {
            return Optional.empty();
        }
        Fence held = fence.get();
        if (!held.cluster().equals(command.odp().cluster())) {
            return refused(
                    "OTHER_CLUSTER",
                    command.odp().place() + " belongs to cluster '" + held.cluster()
                            + "' according to its journal; cluster '"
                            + command.odp().cluster() + "' must not restart it",
                    "Remove the ODP from one of the two clusters. If it has moved for good, delete "
                            + journalFile(command.odp()) + " on its host.");
        }
        // A newer task that has only looked owes no START yet, and may never: the one of the dead-man rule is all there
        // is.
        boolean deadMan = command.ofStopLease() && !journal.acted();
        if (command.epoch() < held.epoch() && !deadMan) {
            return refused(
                    "OLD_EPOCH",
                    "Task " + command.task() + " (epoch " + command.epoch() + ") is older than task " + held.task()
                            + " (epoch " + held.epoch() + "), which "
                            + command.odp().place()
                            + " has already answered; nothing was done",
                    "Look at task " + held.task()
                            + ". If the planner lost its data and counts from the beginning again, delete "
                            + journalFile(command.odp()) + " on the host.");
        }
        if (command.epoch() == held.epoch() && !command.task().equals(held.task())) {
            return refused(
                    "SAME_EPOCH",
                    "Task " + command.task() + " has the epoch " + held.epoch() + " of task " + held.task() + " on "
                            + command.odp().place() + "; nothing was done",
                    "Two planners that do not share their data seem to command this ODP. Delete "
                            + journalFile(command.odp()) + " on the host only if that is not so.");
        }
        int seen = journal.highestAttempt(command.step());
        if (command.epoch() == held.epoch() && command.attempt() < seen) {
            return refused(
                    "OLD_ATTEMPT",
                    "Attempt " + command.attempt() + " at step " + command.step() + " is older than attempt " + seen
                            + ", which " + command.odp().place() + " has seen; nothing was done",
                    null);
        }
        // The planner starts only what it no longer waits to see stopped: such a STOP would be followed by no START.
        if (command.kind() == CommandKind.STOP
                && command.epoch() == held.epoch()
                && command.attempt() <= journal.highestStart()) {
            return refused(
                    "STOP_AFTER_START",
                    "This STOP of " + command.odp().place()
                            + " comes after the START of the same attempt; nothing was done",
                    null);
        }
        return Optional.empty();
    }

    /** Whether the command has to write its fence first. */
    public static boolean raisesFence(Command command, Journal journal) {
        return command.fenced()
                && journal.fence().map(held -> command.epoch() > held.epoch()).orElse(true);
    }

    private static String journalFile(Odp odp) {
        return odp.home() + "/run/rollcall/" + odp.sqlPort() + ".journal";
    }

    private static Optional<Failure> refused(
            String code, String detail, @org.jspecify.annotations.Nullable String advice) {
        return Optional.of(Failure.of(FailureCategory.REFUSED, code, detail, advice));
    }
}
