package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.app.Observer.Observation;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import java.util.Optional;
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
        Deadline deadline = Deadline.in(command.runWithin());
        Optional<Facts> facts = underLock(command, depth, false, deadline, reporter);
        return facts.isPresent()
                ? facts.get()
                : underLock(command, depth, true, deadline, reporter).orElseThrow();
    }

    /** Empty when settings are to be put back, for which an SSH session that others use too is no safe way. */
    private Optional<Facts> underLock(Command command, Depth depth, boolean alone, Deadline deadline, Reporter reporter)
            throws TroubleException {
        Odp odp = command.odp();
        Duration wait = deadline.leftAtMost(settings.lockWait());
        try (LockedCommand locked = LockedCommand.get(command, hosts, settings, wait, alone, timer, reporter)) {
            HostLock lock = locked.lock();
            Observation seen = observer.observe(odp, lock.view(), depth, settings.loginTimeout());
            if (!alone && SettingsKeeper.isDue(lock, seen.sight())) {
                return Optional.empty();
            }
            WatchdogKeeper.settleIfIdle(lock, seen);
            boolean restored = SettingsKeeper.restoreIfDue(admin, settings, lock, seen.sight());
            return Optional.of(
                    restored
                            ? observer.observe(odp, lock.look(), depth, settings.loginTimeout())
                                    .facts()
                            : seen.facts());
        }
    }
}
