package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.app.Observer.Observation;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Looks at an ODP. With an epoch it takes the lock, so that no earlier command still works there, raises the fence, and puts back settings
 * that a command which died left changed.
 */
final class Probe {
    private static final String PRECHECK = "PRECHECK";

    private final OdpHost hosts;
    private final AdminPort admin;
    private final Observer observer;
    private final Settings settings;
    private final ScheduledExecutorService timer;

    Probe(OdpHost hosts, AdminPort admin, Observer observer, Settings settings, ScheduledExecutorService timer) {
        this.hosts = hosts;
        this.admin = admin;
        this.observer = observer;
        this.settings = settings;
        this.timer = timer;
    }

    void run(Command command, Reporter reporter) throws TroubleException {
        Depth depth = command.step().equals(PRECHECK) ? Depth.PRECHECK : Depth.FACTS;
        Facts facts = command.fenced() ? fenced(command, depth, reporter) : free(command.odp(), depth);
        reporter.report(Report.of(Report.Type.SUCCEEDED, null, facts, false));
    }

    private Facts free(Odp odp, Depth depth) throws TroubleException {
        return observer.observe(odp, hosts.look(odp), depth, settings.loginTimeout())
                .facts();
    }

    private Facts fenced(Command command, Depth depth, Reporter reporter) throws TroubleException {
        Odp odp = command.odp();
        Deadline deadline = Deadline.in(command.runWithin());
        try (LockedCommand locked = LockedCommand.get(
                command, hosts, settings, deadline.leftAtMost(settings.lockWait()), timer, reporter)) {
            HostLock lock = locked.lock();
            Observation seen = observer.observe(odp, lock.view(), depth, settings.loginTimeout());
            boolean mayRestore = seen.sight() instanceof Sight.Serves serves
                    && serves.upgrade().idle()
                    && !serves.restartPending();
            WatchdogKeeper.settleIfIdle(lock, seen);
            if (lock.journal().changedSettings().isEmpty() || !mayRestore) {
                return seen.facts();
            }
            try (AdminPort.Session session =
                    admin.login(odp, Observer.adminAddress(odp, seen.host()), settings.loginTimeout())) {
                SettingsKeeper.restore(lock, session);
            } catch (LoginException e) {
                // The facts say that settings are not restored; the next command tries again.
                return seen.facts();
            }
            return observer.observe(odp, lock.look(), depth, settings.loginTimeout())
                    .facts();
        }
    }
}
