package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.app.Observer.Observation;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Drain;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.HotRestartWatch;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.NextStep;
import dev.rollcall.agent.domain.NextSteps;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpDurations;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.agent.domain.UpgradeInfo;
import dev.rollcall.agent.domain.Versions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Lets an ODP replace itself by a new process.
 *
 * <ol>
 *   <li>Lock, fence, look: what the journal and the host show decides whether to act, to watch, or that it is done.
 *   <li>Before anything changes: can a successor start, and is nothing around it unsafe?
 *   <li>The intent, naming the process that is meant, is on the host's disk; then each setting's original; then the settings change.
 *   <li>The command goes over a connection whose process was read on it and is the meant one, not more than two seconds after that.
 *   <li>Success is a new login that a new process answers; failure shows on the old connection.
 *   <li>Settings are put back through whichever process serves. Then lock and connection go, and SERVING is said.
 *   <li>The drain of the old process is watched without them.
 * </ol>
 *
 * <p>Promises: the command reaches no other process than the meant one; nothing is sent twice while the first may still work;
 * no setting stays changed without the journal knowing it; an open login never holds up the drain.
 */
final class HotRestart {
    private static final Duration FRESH_CHECK = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Between tries at what an ODP does not take yet. */
    private static final Duration RETRY_POLL = Duration.ofMillis(500);

    private static final Duration GAP_LOGIN = Duration.ofMillis(1500);
    private static final Duration BLIND_LOGIN_EVERY = Duration.ofSeconds(3);
    private static final Duration DRAIN_POLL = Duration.ofSeconds(1);
    private static final Duration DRAIN_SLACK = Duration.ofSeconds(15);
    private static final Duration DEFAULT_TICK = Duration.ofSeconds(5);
    /** The shortest that an ODP takes. */
    private static final Duration SHORT_TICK = Duration.ofSeconds(1);

    private static final List<String> LOGS =
            List.of("log/obproxy.log", "log/obproxy_diagnosis.log", "log/obproxy_error.log");

    private static final String EXIT_TIMEOUT = "hot_upgrade_exit_timeout";
    private static final String ROLLBACK_TIMEOUT = "hot_upgrade_rollback_timeout";
    private static final String TICK = "proxy_hot_upgrade_check_interval";
    private static final String LOCAL_COMMAND = "proxy_local_cmd";

    private final OdpHost hosts;
    private final AdminPort admin;
    private final Observer observer;
    private final Settings settings;
    private final ScheduledExecutorService timer;

    HotRestart(OdpHost hosts, AdminPort admin, Observer observer, Settings settings, ScheduledExecutorService timer) {
        this.hosts = hosts;
        this.admin = admin;
        this.observer = observer;
        this.settings = settings;
        this.timer = timer;
    }

    /** What serves after the restart, and how the old process drains. */
    private record Serving(
            ProcessIdentity process,
            Facts facts,
            boolean alreadyDone,
            Drain drain,
            List<JournalEntry.SettingChange> restored,
            @Nullable String note,
            @Nullable Failure flaw) {}

    /**
     * The old process as it was before the restart; what is null is not known, as an earlier agent began it. {@code notDraining}: monotonic
     * nanoseconds.
     */
    private record Before(
            ProcessIdentity process,
            long rollbackMark,
            Duration tick,
            @Nullable Duration rollbackTimeout,
            @Nullable Map<String, String> settings,
            @Nullable String versionOnDisk,
            @Nullable Long notDraining) {
        /** It was seen later than {@code notDraining}, and did not drain. */
        Before seenServing(@Nullable Long at) {
            return new Before(process, rollbackMark, tick, rollbackTimeout, settings, versionOnDisk, at);
        }
    }

    void run(Command command, Reporter reporter) throws TroubleException, InterruptedException {
        Deadline deadline = Deadline.in(command.runWithin());
        Serving serving;
        try (LockedCommand locked =
                LockedCommand.get(command, hosts, settings, command.runWithin(), true, timer, reporter)) {
            serving = underLock(command, locked.lock(), deadline, reporter);
        }
        String how = Boolean.FALSE.equals(serving.facts().inherited())
                ? "the new process was started cold, it did not inherit the socket"
                : "the new process inherited the socket";
        if (serving.note() != null) {
            how = how + "; " + serving.note();
        }
        if (serving.flaw() != null) {
            throw new TroubleException(serving.flaw());
        }
        reporter.report(Report.of(Report.Type.SERVING, how, serving.facts(), serving.alreadyDone()));
        watchDrain(command, serving, deadline, reporter);
    }

    private Serving underLock(Command command, HostLock lock, Deadline deadline, Reporter reporter)
            throws TroubleException, InterruptedException {
        Odp odp = command.odp();
        Observation seen = observer.observe(odp, lock.view(), Depth.PRECHECK, settings.loginTimeout());
        NextStep step = NextSteps.of(command, lock.journal(), seen.sight());
        if (step instanceof NextStep.Fail fail) {
            SettingsKeeper.restoreIfDue(admin, settings, lock, seen.sight());
            WatchdogKeeper.settleIfIdle(lock, seen);
            throw withLog(odp, lock, Troubles.unlessSecond(odp, seen.host(), fail.failure()));
        }
        ProcessIdentity old = Objects.requireNonNull(command.baseline(), "the table lets none pass without");
        if (step instanceof NextStep.AlreadyDone) {
            Sight.Serves serves = (Sight.Serves) seen.sight();
            return settle(command, lock, serves.process(), true, null, deadline);
        }
        if (step instanceof NextStep.Act) {
            return act(command, lock, seen, old, deadline, reporter);
        }
        // Our own command is under way, sent by an agent that is gone.
        reporter.report(Report.progress("a restart that was begun before is under way; watching it"));
        long mark = lock.journal()
                .intent(command.task(), command.epoch(), command.kind(), Meant.of(old))
                .map(JournalEntry.Intent::rollbackMark)
                .orElse(0L);
        return watch(
                command, lock, new Before(old, mark, DEFAULT_TICK, null, null, null, null), null, deadline, reporter);
    }

    private Serving act(
            Command command, HostLock lock, Observation seen, ProcessIdentity old, Deadline deadline, Reporter reporter)
            throws TroubleException, InterruptedException {
        Odp odp = command.odp();
        if (!seen.facts().hotRestartBlockers().isEmpty()) {
            throw Troubles.of(
                    FailureCategory.REFUSED,
                    "NOT_HOT_RESTARTABLE",
                    "A hot restart of " + odp.place() + " was not tried: "
                            + String.join(". ", seen.facts().hotRestartBlockers()),
                    "Mend what is named, or use FORCE_RESTART. Nothing was touched.");
        }
        requireExpectedBinary(command, seen.versionOnDisk());
        AdminPort.Session session = null;
        try {
            session = lock.login(admin, settings.loginTimeout());
            SettingsKeeper.restore(lock, session);
            UpgradeInfo before = session.upgrade();
            Map<String, String> settingsBefore = session.differing();
            Duration tick = session.setting(TICK).flatMap(OdpDurations::parse).orElse(DEFAULT_TICK);
            String root = seen.host()
                    .process(old.pid())
                    .map(HostView.HostProcess::odpRoot)
                    .orElse(null);
            requireMeant(odp, session, lock, old);
            lock.append(new JournalEntry.Intent(
                    command.id(),
                    command.task(),
                    command.epoch(),
                    command.step(),
                    command.attempt(),
                    command.kind(),
                    Meant.of(old),
                    before.rollbackAtNanos(),
                    root));
            WatchdogKeeper.suspend(command, lock, Meant.of(old));
            Duration rollback = prepare(command, lock, session, tick);
            reporter.report(Report.progress("asking process " + old.pid() + " to restart itself"));
            long notDraining = System.nanoTime();
            AdminPort.Session watched = send(command, lock, session, old) ? session : null;
            if (watched != null) {
                session = null;
            }
            return watch(
                    command,
                    lock,
                    new Before(
                            old,
                            before.rollbackAtNanos(),
                            tick,
                            rollback,
                            settingsBefore,
                            seen.versionOnDisk(),
                            notDraining),
                    watched,
                    deadline,
                    reporter);
        } catch (LoginException e) {
            throw undone(command, lock, Troubles.failure(odp, e));
        } catch (TroubleException e) {
            // Where the disk filled up on the way, what was changed till then does not stay so.
            throw HostLock.isUnwritable(e) ? undone(command, lock, e.failure()) : e;
        } finally {
            if (session != null) {
                session.close();
            }
        }
    }

    /** What would come up is asked before anything is touched. */
    private static void requireExpectedBinary(Command command, @Nullable String versionOnDisk) throws TroubleException {
        String expected = command.expectedVersion();
        if (expected != null && versionOnDisk != null && !Versions.meets(versionOnDisk, expected)) {
            throw Troubles.of(
                    FailureCategory.REFUSED,
                    "OTHER_VERSION_ON_DISK",
                    "The binary of " + command.odp().place() + " is version " + versionOnDisk + ", where " + expected
                            + " is expected after the restart; nothing was touched",
                    "Put the right binary into " + command.odp().home() + "/bin, or ask for another version.");
        }
    }

    /**
     * A child that hangs blocks all new logins until the rollback timeout, a day by default, and one that dies until the next tick; an old process
     * that drains can take the service back only at a tick before it leaves (odp-observed.md section 4). Both are lowered for the restart.
     *
     * @return the rollback timeout there is now
     */
    private Duration prepare(Command command, HostLock lock, AdminPort.Session session, Duration tick)
            throws TroubleException, LoginException {
        Optional<Duration> rollback = session.setting(ROLLBACK_TIMEOUT).flatMap(OdpDurations::parse);
        if (rollback.isEmpty() || rollback.get().compareTo(settings.rollbackTimeout()) > 0) {
            SettingsKeeper.change(
                    command,
                    lock,
                    session,
                    ROLLBACK_TIMEOUT,
                    settings.rollbackTimeout().toSeconds() + "s");
        }
        if (tick.compareTo(SHORT_TICK) > 0 && session.setting(TICK).isPresent()) {
            SettingsKeeper.change(command, lock, session, TICK, SHORT_TICK.toSeconds() + "s");
        }
        Long exit = command.exitTimeoutMicros();
        if (exit != null) {
            SettingsKeeper.change(command, lock, session, EXIT_TIMEOUT, Long.toString(exit));
        }
        return rollback.filter(own -> own.compareTo(settings.rollbackTimeout()) < 0)
                .orElse(settings.rollbackTimeout());
    }

    /** False when the connection broke on the way, so that it is not known whether the ODP has the command. */
    private boolean send(Command command, HostLock lock, AdminPort.Session session, ProcessIdentity old)
            throws TroubleException, LoginException {
        for (int attempt = 1; ; attempt++) {
            lock.beat();
            long checked = System.nanoTime();
            long pid = session.pid();
            if (pid != old.pid()) {
                throw undone(
                        command,
                        lock,
                        Failure.of(
                                FailureCategory.CHANGED,
                                "CHANGED",
                                command.odp().place() + " answers as process " + pid + " and not as " + old,
                                "Retry to look at it again."));
            }
            // A connection never changes its process: this can reach no other one, however late it arrives.
            if (System.nanoTime() - checked <= FRESH_CHECK.toNanos()) {
                try {
                    session.alter(LOCAL_COMMAND, "2");
                    return true;
                } catch (LoginException e) {
                    if (e.kind() == LoginException.Kind.STATEMENT_REFUSED) {
                        throw e;
                    }
                    return false;
                }
            }
            if (attempt == 3) {
                throw undone(
                        command,
                        lock,
                        Failure.of(
                                FailureCategory.PLATFORM,
                                "TOO_SLOW",
                                "The agent or the way to " + command.odp().place()
                                        + " is too slow to be sure of the process it speaks to; the restart was not begun",
                                "Look at the load of the agent's machine and of the host, then retry."));
            }
        }
    }

    /** The connection's process has the meant start time, not only the meant pid. */
    private static void requireMeant(Odp odp, AdminPort.Session session, HostLock lock, ProcessIdentity old)
            throws TroubleException, LoginException {
        long pid = session.pid();
        if (pid != old.pid() || !lock.glance().lives(Meant.of(old))) {
            throw Troubles.of(
                    FailureCategory.CHANGED,
                    "CHANGED",
                    odp.place() + " was " + old + " and is now process " + pid + "; nothing was done",
                    "Retry to look at it again.");
        }
    }

    private Serving watch(
            Command command,
            HostLock lock,
            Before before,
            AdminPort.@Nullable Session opened,
            Deadline deadline,
            Reporter reporter)
            throws TroubleException, InterruptedException {
        Odp odp = command.odp();
        HotRestartWatch watch =
                new HotRestartWatch(before.process(), before.rollbackMark(), before.tick(), before.rollbackTimeout());
        long begun = AwakeTime.nanos();
        long lastLogin = begun;
        String said = "";
        Long notDraining = before.notDraining();
        AdminPort.Session session = opened;
        try {
            while (true) {
                Duration elapsed = Duration.ofNanos(AwakeTime.nanos() - begun);
                HotRestartWatch.Verdict verdict;
                if (session == null) {
                    verdict = new HotRestartWatch.GoesOn(true, "waiting for a new login to be answered");
                } else {
                    try {
                        long asked = System.nanoTime();
                        UpgradeInfo info = session.upgrade();
                        notDraining = info.draining() ? notDraining : Long.valueOf(asked);
                        String local =
                                info.idle() ? session.setting(LOCAL_COMMAND).orElse(null) : null;
                        verdict = watch.seenOnOldConnection(info, local, elapsed);
                    } catch (LoginException gone) {
                        session.close();
                        session = null;
                        continue;
                    }
                }
                boolean blindTry = AwakeTime.nanos() - lastLogin > BLIND_LOGIN_EVERY.toNanos();
                if (verdict instanceof HotRestartWatch.GoesOn g && (g.tryLogin() || blindTry)) {
                    lastLogin = AwakeTime.nanos();
                    HotRestartWatch.Verdict fromLogin = tryLogin(odp, lock, watch, elapsed);
                    verdict = fromLogin == null ? verdict : fromLogin;
                    if (fromLogin == null && session == null && !anythingRuns(lock)) {
                        verdict = new HotRestartWatch.Failed(
                                "BOTH_GONE",
                                "Neither the old nor a new process of " + odp.place() + " runs any more",
                                "Retry: the ODP is then started.");
                    }
                }
                if (verdict instanceof HotRestartWatch.Served served) {
                    if (session != null) {
                        session.close();
                        session = null;
                    }
                    ProcessIdentity process = identify(odp, lock, served.pid());
                    return settle(command, lock, process, false, before.seenServing(notDraining), deadline);
                }
                if (verdict instanceof HotRestartWatch.Failed failed) {
                    throw giveUp(command, lock, session, failed);
                }
                String words = ((HotRestartWatch.GoesOn) verdict).words();
                if (!words.equals(said)) {
                    said = words;
                    reporter.report(Report.progress(words));
                }
                if (deadline.passed()) {
                    throw undone(
                            command,
                            lock,
                            Failure.of(
                                    FailureCategory.TIMED_OUT,
                                    "RESTART_TIMED_OUT",
                                    "The hot restart of " + odp.place() + " was begun and did not end within "
                                            + command.runWithin().toSeconds() + " s; last seen: " + words,
                                    "Retry: the ODP is then looked at again, and not restarted if it has happened."));
                }
                Thread.sleep(POLL.toMillis());
            }
        } finally {
            if (session != null) {
                session.close();
            }
        }
    }

    private HotRestartWatch.@Nullable Verdict tryLogin(Odp odp, HostLock lock, HotRestartWatch watch, Duration elapsed)
            throws TroubleException {
        try (AdminPort.Session fresh = lock.login(admin, GAP_LOGIN)) {
            long pid = fresh.pid();
            UpgradeInfo info = fresh.upgrade();
            String local = info.idle() ? fresh.setting(LOCAL_COMMAND).orElse(null) : null;
            return watch.seenOnNewLogin(pid, info, local, elapsed);
        } catch (LoginException notYet) {
            if (notYet.kind() == LoginException.Kind.UNREACHABLE
                    || notYet.kind() == LoginException.Kind.FORWARDING_FORBIDDEN) {
                throw Troubles.of(odp, notYet);
            }
            return null;
        }
    }

    private static boolean anythingRuns(HostLock lock) throws TroubleException {
        return !lock.glance().running().isEmpty();
    }

    private static ProcessIdentity identify(Odp odp, HostLock lock, long pid) throws TroubleException {
        HostView view = lock.glance();
        return view.process(pid)
                .map(view::identity)
                .orElseThrow(() -> Troubles.of(
                        FailureCategory.TARGET,
                        "NEW_PROCESS_NOT_FOUND",
                        "Process " + pid + " answered the login after the restart of " + odp.place()
                                + ", but it cannot be found on the host",
                        "Look at the host; then retry."));
    }

    /** A new process serves: settings back, outcome journaled, facts taken. */
    private Serving settle(
            Command command,
            HostLock lock,
            ProcessIdentity process,
            boolean alreadyDone,
            @Nullable Before before,
            Deadline deadline)
            throws TroubleException, InterruptedException {
        Odp odp = command.odp();
        Duration drain = null;
        Set<String> lost = Set.of();
        TroubleException untold = null;
        List<JournalEntry.SettingChange> restored = lock.journal().changedSettings().entrySet().stream()
                .map(e -> new JournalEntry.SettingChange(command.id(), e.getKey(), e.getValue()))
                .toList();
        for (int attempt = 1; ; attempt++) {
            try (AdminPort.Session session = lock.login(admin, settings.loginTimeout())) {
                if (session.pid() != process.pid()) {
                    throw giveUp(
                            command,
                            lock,
                            session,
                            new HotRestartWatch.Failed(
                                    "NEW_PROCESS_DIED",
                                    "The new process " + process.pid() + " of " + odp.place()
                                            + " answered a login and was then replaced by process " + session.pid(),
                                    "Look at the log for the reason, then retry."));
                }
                // The old process took its own limit when it was told to leave: the value it had then is what counts.
                drain = drainLimit(session.setting(EXIT_TIMEOUT).orElse(""));
                try {
                    SettingsKeeper.restore(lock, session);
                } catch (TroubleException e) {
                    if (!HostLock.isUnwritable(e)) {
                        throw e;
                    }
                    untold = Troubles.of(
                            FailureCategory.TARGET,
                            HostLock.JOURNAL_UNWRITABLE,
                            "A new process of " + odp.place()
                                    + " serves and has its settings back, but the journal on the host cannot be told",
                            e.failure().advice());
                }
                if (before != null && before.settings() != null) {
                    lost = AfterRestart.lost(before.settings(), session.differing(), LOCAL_COMMAND);
                }
                break;
            } catch (LoginException e) {
                if (attempt == 5 || deadline.passed()) {
                    Failure failure = Troubles.failure(odp, e);
                    throw new TroubleException(
                            Failure.of(
                                    FailureCategory.TARGET,
                                    "SETTINGS_NOT_RESTORED",
                                    "A new process serves, but the settings changed for the restart could not be put back ("
                                            + String.join(
                                                    ", ",
                                                    lock.journal()
                                                            .changedSettings()
                                                            .keySet()) + "): "
                                            + failure.detail(),
                                    "Retry: what is left changed is written in the journal on the host and is put back first."));
                }
                Thread.sleep(RETRY_POLL.toMillis());
            }
        }
        lock.pidFiles(process.pid());
        String note = WatchdogKeeper.settle(lock, Meant.of(process));
        if (untold != null) {
            throw untold;
        }
        writeOutcome(command, lock, NextSteps.DONE, null);
        Observation after = AfterRestart.look(observer, odp, lock, settings, deadline);
        if (!(after.sight() instanceof Sight.Serves serves) || !serves.process().isSameProcess(process)) {
            throw withLog(
                    odp,
                    lock,
                    Failure.of(
                            FailureCategory.TARGET,
                            "NEW_PROCESS_DIED",
                            "The new process " + process.pid() + " of " + odp.place()
                                    + " answered a login and then no more",
                            "Look at the log for the reason, then retry."));
        }
        Failure flaw = AfterRestart.flaw(command, after, before == null ? null : before.versionOnDisk(), lost);
        return new Serving(
                process,
                after.facts(),
                alreadyDone,
                new Drain(drain, before == null ? null : before.notDraining()),
                restored,
                note,
                flaw == null ? null : withLog(odp, lock, flaw).failure());
    }

    private static String noteAnd(Serving serving, String words) {
        return serving.note() == null ? words : serving.note() + "; " + words;
    }

    private static @Nullable Duration drainLimit(String exitTimeoutMicros) {
        try {
            long micros = Long.parseLong(exitTimeoutMicros.strip());
            return micros < 0 ? null : Duration.ofNanos(micros * 1000);
        } catch (NumberFormatException e) {
            return Duration.ofSeconds(30);
        }
    }

    private void watchDrain(Command command, Serving serving, Deadline deadline, Reporter reporter)
            throws TroubleException, InterruptedException {
        Odp odp = command.odp();
        Meant old = Meant.of(Objects.requireNonNull(command.baseline()));
        Meant fresh = Meant.of(serving.process());
        Duration drain = serving.drain().limit();
        Deadline limit = drain == null ? deadline : Deadline.in(drain.plus(DRAIN_SLACK));
        Long clientsCut = null;
        boolean gone = false;
        while (!gone && !limit.passed()) {
            HostView view = hosts.glance(odp);
            if (!view.lives(fresh)) {
                break;
            }
            gone = !view.lives(old);
            if (gone) {
                clientsCut = serving.drain().clientsCut(System.nanoTime());
            } else {
                Thread.sleep(Math.min(DRAIN_POLL.toMillis(), limit.left().toMillis() + 1));
            }
        }
        Observation last = observer.observe(odp, hosts.look(odp), Depth.FACTS, settings.loginTimeout());
        boolean serves = last.sight() instanceof Sight.Serves now && fresh.is(now.process());
        if (!serves || last.facts().state() != OdpState.RUNNING) {
            Failure failure = Failure.of(
                    FailureCategory.TARGET,
                    "NEW_PROCESS_DIED",
                    "The new process " + fresh.pid() + " of " + odp.place()
                            + " did not live through the drain of the old one: "
                            + whatIsThere(last.facts()),
                    "Look at the log for the reason, then retry.");
            restoreAgain(command, serving.restored(), deadline, reporter);
            throw withLog(odp, null, failure);
        }
        if (gone) {
            reporter.report(Report.of(Report.Type.DRAINED, null, last.facts(), serving.alreadyDone())
                    .withClientsCut(clientsCut));
        }
        reporter.report(Report.of(
                        Report.Type.SUCCEEDED,
                        gone
                                ? serving.note()
                                : noteAnd(
                                        serving,
                                        "the old process " + old.pid() + " still has clients and has not left"),
                        last.facts(),
                        serving.alreadyDone())
                .withClientsCut(clientsCut));
    }

    private static String whatIsThere(Facts facts) {
        ProcessIdentity serving = facts.process();
        return facts.state() == OdpState.RUNNING && serving != null
                ? "process " + serving.pid() + " serves now"
                : Objects.requireNonNullElse(facts.detail(), "nothing runs now");
    }

    /** The old process takes the service back with the settings it had in memory, which were changed for the restart. */
    private void restoreAgain(
            Command command, List<JournalEntry.SettingChange> originals, Deadline deadline, Reporter reporter)
            throws InterruptedException {
        if (originals.isEmpty()) {
            return;
        }
        Odp odp = command.odp();
        Duration wait = deadline.leftAtMost(settings.lockWait());
        try (LockedCommand locked = LockedCommand.get(command, hosts, settings, wait, true, timer, reporter)) {
            for (JournalEntry.SettingChange original : originals) {
                locked.lock().append(original);
            }
            // It accepts again at its next tick at the latest.
            Deadline limit = Deadline.in(DEFAULT_TICK.multipliedBy(2));
            while (true) {
                Observation seen = observer.observe(odp, locked.lock().look(), Depth.STATE, GAP_LOGIN);
                SettingsKeeper.restoreIfDue(admin, settings, locked.lock(), seen.sight());
                if (locked.lock().journal().changedSettings().isEmpty() || limit.passed()) {
                    return;
                }
                Thread.sleep(RETRY_POLL.toMillis());
            }
        } catch (TroubleException e) {
            // The journal has them, or nobody is there to have them: the next command looks.
        }
    }

    /** It has failed for good: nothing of it may come later, and nothing stays changed. */
    private TroubleException giveUp(
            Command command, HostLock lock, AdminPort.@Nullable Session session, HotRestartWatch.Failed failed)
            throws TroubleException {
        if (failed.code().equals("NOT_TAKEN") && session != null) {
            try {
                session.alter(LOCAL_COMMAND, "0");
            } catch (LoginException e) {
                // Then it stays pending, which the next command sees.
            }
        }
        Failure failure = Failure.of(FailureCategory.TARGET, failed.code(), failed.words(), failed.advice());
        writeOutcome(command, lock, NextSteps.FAILED, failed.words());
        return undone(command, lock, failure);
    }

    /** Puts settings back where that can be done now, and adds the log. The journal keeps what could not. */
    private TroubleException undone(Command command, HostLock lock, Failure failure) {
        Odp odp = command.odp();
        String more = "";
        if (!lock.journal().changedSettings().isEmpty()
                || !lock.journal().suspendedWatchdogs().isEmpty()) {
            try (AdminPort.Session session = lock.login(admin, settings.loginTimeout())) {
                if (session.upgrade().idle()) {
                    ProcessIdentity serving = identify(odp, lock, session.pid());
                    more = restoreOrSay(lock, session);
                    WatchdogKeeper.settle(lock, Meant.of(serving));
                }
            } catch (LoginException | TroubleException e) {
                more = ". Settings are still changed ("
                        + String.join(", ", lock.journal().changedSettings().keySet())
                        + "); the next command puts them back";
            }
        }
        return withLog(
                odp, lock, Failure.of(failure.category(), failure.code(), failure.detail() + more, failure.advice()));
    }

    /** What remains to be said of the settings; nothing when all is as it was. */
    private static String restoreOrSay(HostLock lock, AdminPort.Session session)
            throws TroubleException, LoginException {
        try {
            SettingsKeeper.restore(lock, session);
            return "";
        } catch (TroubleException e) {
            if (!HostLock.isUnwritable(e)) {
                throw e;
            }
            return ". The settings that were changed have their values again; the journal still has them as changed, until the next command";
        }
    }

    /** A full disk loses the outcome, and nothing else: what happened shows at the ODP. */
    private static void writeOutcome(Command command, HostLock lock, String result, @Nullable String words)
            throws TroubleException {
        if (result.equals(NextSteps.DONE)
                && lock.journal().outcome(command.id()).isPresent()) {
            return;
        }
        try {
            lock.append(new JournalEntry.Outcome(command.id(), result, words));
        } catch (TroubleException e) {
            if (!HostLock.isUnwritable(e)) {
                throw e;
            }
        }
    }

    private TroubleException withLog(Odp odp, @Nullable HostLock lock, Failure failure) {
        String root = lock == null ? null : lock.journal().odpRoot().orElse(null);
        return Troubles.withLog(hosts, odp, root, LOGS, failure);
    }
}
