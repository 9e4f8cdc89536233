package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.JournalEntry.WatchdogSuspended;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.agent.domain.Watchdog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Suspends the watchdogs of an ODP for the time of a restart, and sees to it that each goes on afterwards, or ends where it would do harm.
 *
 * <p>Suspended, and not killed: when nothing comes of the restart, or the agent dies, the very same watchdog goes on where it was. A new one of obd's would begin with
 * killing the ODP (odp-mechanics.md section 2.4). The journal names each before it is suspended, so that whichever command comes next can see to it.
 */
final class WatchdogKeeper {
    private WatchdogKeeper() {}

    /**
     * Suspends every watchdog of the ODP.
     *
     * @param remembers the process that serves, which the watchdog may know
     * @throws TroubleException when one cannot be suspended; the others then go on
     */
    static void suspend(Command command, HostLock lock, @Nullable Meant remembers) throws TroubleException {
        for (Watchdog watchdog : lock.view().watchdogs()) {
            boolean left = lock.journal().suspendedWatchdogs().stream()
                    .anyMatch(w -> w.watchdog().equals(watchdog.process()));
            if (!left) {
                lock.append(new WatchdogSuspended(command.id(), watchdog.kind(), watchdog.process(), remembers));
            }
            if (lock.watchdog("suspend", watchdog.process()) == HostLock.Signalled.REFUSED) {
                if (remembers != null) {
                    settle(lock, remembers);
                }
                throw Troubles.of(
                        FailureCategory.REFUSED,
                        "WATCHDOG_NOT_SUSPENDED",
                        "The watchdog of " + command.odp().place() + ", " + watchdog + ", could not be suspended",
                        "It belongs to another user than " + command.odp().user()
                                + ". Nothing was touched; end it, or let Rollcall work as its user.");
            }
        }
    }

    /** The one that has to start the ODP, or to go on once it is started, as the host script takes it; {@code -} for none. */
    static String waiting(HostLock lock) {
        return lock.journal().suspendedWatchdogs().stream()
                .map(left -> left.kind() + ":" + left.watchdog().pid() + ":"
                        + left.watchdog().startTicks())
                .findFirst()
                .orElse("-");
    }

    /**
     * Sees to all watchdogs that a command left suspended, now that nothing is under way at the ODP.
     *
     * @param serving the process that answers new logins
     * @return what a person has to know of it; null when there is nothing
     */
    static @Nullable String settle(HostLock lock, Meant serving) throws TroubleException {
        if (lock.journal().suspendedWatchdogs().isEmpty()) {
            return null;
        }
        HostView view = lock.look();
        List<String> words = new ArrayList<>();
        boolean told = true;
        for (WatchdogSuspended left : lock.journal().suspendedWatchdogs()) {
            String name = "the watchdog of " + left.kind() + " (pid "
                    + left.watchdog().pid() + ")";
            switch (Watchdog.fate(left, view, serving)) {
                case KEEP -> {}
                case RESUMED -> told &= released(lock, left, "resumed");
                case RESUME -> {
                    lock.watchdog("resume", left.watchdog());
                    told &= released(lock, left, "resumed");
                }
                case GONE -> {
                    told &= released(lock, left, "gone");
                    words.add(name + " is no more, so none watches this ODP now");
                }
                case END -> {
                    lock.watchdog("end", left.watchdog());
                    told &= released(lock, left, "ended");
                    words.add(name + " was ended, because it would have started a second ODP beside the new process;"
                            + " none watches this ODP now, until obd starts it again");
                }
            }
        }
        if (!told) {
            words.add("the journal on the host cannot be written, and still has a watchdog as suspended that is not");
        }
        return words.isEmpty() ? null : String.join("; ", words);
    }

    /** Whether the journal has it. A full disk must not keep the next watchdog from going on; whoever comes next writes it down. */
    private static boolean released(HostLock lock, WatchdogSuspended left, String how) throws TroubleException {
        try {
            lock.append(new JournalEntry.WatchdogReleased(left.watchdog(), how));
            return true;
        } catch (TroubleException e) {
            if (!HostLock.isUnwritable(e)) {
                throw e;
            }
            return false;
        }
    }

    /** As {@link #settle} where the ODP serves and nothing is under way there; what cannot be done stays in the journal. */
    static void settleIfIdle(HostLock lock, Observer.Observation seen) {
        if (seen.sight() instanceof Sight.Serves serves
                && serves.upgrade().idle()
                && !serves.restartPending()
                && serves.others().isEmpty()) {
            try {
                settle(lock, Meant.of(serves.process()));
            } catch (TroubleException e) {
                // The next command sees to it.
            }
        }
    }
}
