package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import java.util.Map;
import java.util.Optional;

/** Changes settings of an ODP for the time of a restart, and puts them back. The journal has every original before its change. */
final class SettingsKeeper {
    private SettingsKeeper() {}

    /** Sets {@code name} unless it has that value; the original is on the host's disk first. */
    static void change(Command command, HostLock lock, AdminPort.Session session, String name, String value)
            throws TroubleException, LoginException {
        String current = session.setting(name)
                .orElseThrow(() -> new LoginException(
                        LoginException.Kind.STATEMENT_REFUSED,
                        LoginException.UNKNOWN_SETTING,
                        "SHOW PROXYCONFIG does not list " + name,
                        null));
        if (current.equals(value)) {
            return;
        }
        lock.append(new JournalEntry.SettingChange(command.id(), name, current));
        session.alter(name, value);
    }

    /**
     * Puts everything back that the journal knows as changed, whoever changed it.
     *
     * @throws LoginException when the ODP did not take a value; the journal keeps it then
     */
    static void restore(HostLock lock, AdminPort.Session session) throws TroubleException, LoginException {
        if (lock.journal().changedSettings().isEmpty()) {
            return;
        }
        // Without the lock these settings may be in use by another agent's restart.
        lock.beat();
        TroubleException unwritten = null;
        for (Map.Entry<String, String> original :
                lock.journal().changedSettings().entrySet()) {
            if (!session.setting(original.getKey()).equals(Optional.of(original.getValue()))) {
                session.alter(original.getKey(), original.getValue());
                String now = session.setting(original.getKey()).orElse("");
                if (!now.equals(original.getValue())) {
                    throw new LoginException(
                            LoginException.Kind.STATEMENT_REFUSED,
                            "setting " + original.getKey() + " is still " + now + " and should be "
                                    + original.getValue() + " again");
                }
            }
            try {
                lock.append(new JournalEntry.SettingRestored(original.getKey()));
            } catch (TroubleException e) {
                // The others are to have their values all the same.
                unwritten = e;
            }
        }
        if (unwritten != null) {
            throw unwritten;
        }
    }

    /** Whether there is something to be put back, and it can be: a process serves and no restart is under way or asked for there. */
    static boolean isDue(HostLock lock, Sight sight) {
        return !lock.journal().changedSettings().isEmpty()
                && sight instanceof Sight.Serves serves
                && serves.upgrade().idle()
                && !serves.restartPending();
    }

    /**
     * Puts back what an earlier command left changed, where that is due.
     *
     * @return whether anything was done; what could not be put back stays in the journal for whichever command comes next
     */
    static boolean restoreIfDue(AdminPort admin, Settings settings, HostLock lock, Sight sight) {
        if (!isDue(lock, sight)) {
            return false;
        }
        try (AdminPort.Session session = lock.login(admin, settings.loginTimeout())) {
            restore(lock, session);
            return true;
        } catch (LoginException | TroubleException e) {
            return false;
        }
    }
}
