package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import java.util.Map;

/** Changes settings of an ODP for the time of a restart, and puts them back. The journal has every original before its change. */
final class SettingsKeeper {
    private SettingsKeeper() {}

    /** Sets {@code name} unless it has that value; the original is on the host's disk first. */
    static void change(Command command, HostLock lock, AdminPort.Session session, String name, String value)
            throws TroubleException, LoginException {
        String current = session.setting(name)
                .orElseThrow(() ->
                        new LoginException(LoginException.Kind.STATEMENT_REFUSED, "the ODP has no setting " + name));
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
        for (Map.Entry<String, String> original :
                lock.journal().changedSettings().entrySet()) {
            if (!session.setting(original.getKey()).equals(java.util.Optional.of(original.getValue()))) {
                session.alter(original.getKey(), original.getValue());
                String now = session.setting(original.getKey()).orElse("");
                if (!now.equals(original.getValue())) {
                    throw new LoginException(
                            LoginException.Kind.STATEMENT_REFUSED,
                            "setting " + original.getKey() + " is still " + now + " and should be "
                                    + original.getValue() + " again");
                }
            }
            lock.append(new JournalEntry.SettingRestored(original.getKey()));
        }
    }

    /** Puts back what an earlier command left changed, through the process that serves and unless a restart is under way there. */
    static void restoreIfIdle(AdminPort admin, Settings settings, Odp odp, HostLock lock, Observer.Observation seen) {
        if (lock.journal().changedSettings().isEmpty()
                || !(seen.sight() instanceof Sight.Serves serves)
                || !serves.upgrade().idle()) {
            return;
        }
        try (AdminPort.Session session =
                admin.login(odp, Observer.adminAddress(odp, seen.host()), settings.loginTimeout())) {
            restore(lock, session);
        } catch (LoginException | TroubleException e) {
            // The journal still has them for whichever command comes next.
        }
    }
}
