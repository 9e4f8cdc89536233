package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.app.Observer.Observation;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.JournalEntry.Outcome;
import dev.rollcall.agent.domain.NextStep;
import dev.rollcall.agent.domain.NextSteps;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.Redaction;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Stops an ODP, or starts one.
 *
 * <p>The agent decides under the lock; the effect itself is a script on the host that has the lock too, lives in a session of its own and
 * writes its outcome into the journal: it ends what it began when this agent dies, and nobody else acts meanwhile. The agent
 * polls the journal for that outcome, then looks for itself.
 */
final class StopStart {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration KILL_WAIT = Duration.ofSeconds(10);

    private static final Duration GAP_LOGIN = Duration.ofSeconds(2);
    private static final String UNWRITTEN =
            "the journal on the host cannot be written, so this is not in it: make room on its disk, or see why it was mounted read-only";

    private static final List<String> LOGS =
            List.of("log/obproxy_diagnosis.log", "log/obproxy.log", "log/obproxy_error.log");

    private final OdpHost hosts;
    private final AdminPort admin;
    private final Observer observer;
    private final Settings settings;
    private final ScheduledExecutorService timer;

    StopStart(OdpHost hosts, AdminPort admin, Observer observer, Settings settings, ScheduledExecutorService timer) {
        this.hosts = hosts;
        this.admin = admin;
        this.observer = observer;
        this.settings = settings;
        this.timer = timer;
    }

    void run(Command command, Reporter reporter) throws TroubleException, InterruptedException {
        Deadline deadline = Deadline.in(command.runWithin());
        try (LockedCommand locked =
                LockedCommand.get(command, hosts, settings, command.runWithin(), true, timer, reporter)) {
            HostLock lock = locked.lock();
            // A process that hangs must not hold up its own stop for long.
            Duration patience = command.kind() == CommandKind.STOP ? GAP_LOGIN : settings.loginTimeout();
            Observation seen = observer.observe(command.odp(), lock.view(), Depth.STATE, patience);
            NextStep step = NextSteps.of(command, lock.journal(), seen.sight());
            if (command.kind() == CommandKind.STOP
                    && step instanceof NextStep.AlreadyDone
                    && !seen.host().watchdogs().isEmpty()) {
                // Its watchdog is about to start it.
                requireStartable(command, seen.host());
                WatchdogKeeper.suspend(command, lock, null);
                seen = observer.observe(command.odp(), lock.look(), Depth.STATE, patience);
                step = NextSteps.of(command, lock.journal(), seen.sight());
            }
            if (step instanceof NextStep.Fail fail) {
                WatchdogKeeper.settleIfIdle(lock, seen);
                throw new TroubleException(Troubles.unlessSecond(command.odp(), seen.host(), fail.failure()));
            }
            List<String> notes = new ArrayList<>();
            if (command.kind() == CommandKind.START && !(step instanceof NextStep.Act)) {
                // A STOP of this attempt that comes later is too late from here on, also where there is nothing to
                // start.
                intend(command, lock, null, lock.journal().odpRoot().orElse(null), notes);
            }
            if (step instanceof NextStep.AlreadyDone) {
                SettingsKeeper.restoreIfDue(admin, settings, lock, seen.sight());
                WatchdogKeeper.settleIfIdle(lock, seen);
                succeed(command, lock, true, notes, deadline, reporter);
                return;
            }
            if (step instanceof NextStep.Act) {
                act(command, lock, seen, deadline, reporter, notes);
            }
            if (command.kind() == CommandKind.START) {
                awaitLogin(command, lock, deadline, reporter, notes);
            }
            succeed(command, lock, false, notes, deadline, reporter);
        }
    }

    private void act(
            Command command, HostLock lock, Observation seen, Deadline deadline, Reporter reporter, List<String> notes)
            throws TroubleException, InterruptedException {
        Odp odp = command.odp();
        requireStartable(command, seen.host().binary() == HostView.Binary.NOT_LOOKED_FOR ? lock.look() : seen.host());
        String root;
        List<String> words = new ArrayList<>();
        Meant meant = null;
        if (command.kind() == CommandKind.STOP) {
            SettingsKeeper.restoreIfDue(admin, settings, lock, seen.sight());
            List<HostView.HostProcess> running = seen.host().running();
            root = running.stream()
                    .map(HostView.HostProcess::odpRoot)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            meant = command.baseline() == null ? null : Meant.of(command.baseline());
            words.addAll(List.of(
                    "stop",
                    command.id().value(),
                    tenths(deadline.leftAtMost(settings.stopGrace())),
                    tenths(KILL_WAIT)));
            running.forEach(p -> words.add(p.pid() + ":" + p.startTicks()));
            reporter.report(Report.progress("stopping process"
                    + (running.size() > 1 ? "es " : " ")
                    + String.join(
                            ", ",
                            running.stream().map(p -> Long.toString(p.pid())).toList())));
        } else {
            root = lock.journal().odpRoot().orElse(null);
            reporter.report(Report.progress(
                    odp.launcher().equals(Odp.PLAIN_LAUNCHER)
                            ? "starting " + odp.home() + "/bin/obproxy"
                            : "starting it by the launcher " + odp.launcher()));
        }
        requirePlainId(command);
        intend(command, lock, meant, root, notes);
        suspendWatchdogs(command, lock, meant);
        if (command.kind() == CommandKind.START) {
            words.addAll(List.of(
                    "start",
                    command.id().value(),
                    tenths(deadline.leftAtMost(settings.startTimeout())),
                    WatchdogKeeper.waiting(lock)));
        }
        Optional<Outcome> before = lock.journal().outcome(command.id());
        int linesBefore = lock.journal().lines();
        lock.work(root, words);
        Outcome outcome = awaitOutcome(command, lock, before, linesBefore, deadline, notes);
        judge(command, lock, outcome);
    }

    private void requireStartable(Command command, HostView around) throws TroubleException {
        List<String> blockers = hosts.startBlockers(command.odp(), around);
        if (!blockers.isEmpty()) {
            throw Troubles.of(
                    FailureCategory.REFUSED,
                    "NOT_STARTABLE",
                    (command.kind() == CommandKind.STOP ? "The stop of " : "The start of ")
                            + command.odp().place() + " was not tried: " + String.join(". ", blockers),
                    "Mend what is named, then retry. Nothing was touched.");
        }
    }

    /** On the host's disk before anything happens; a START alone goes on without, and says so (ADR 15). */
    private static void intend(
            Command command, HostLock lock, @Nullable Meant meant, @Nullable String root, List<String> notes)
            throws TroubleException {
        try {
            lock.append(new JournalEntry.Intent(
                    command.id(),
                    command.task(),
                    command.epoch(),
                    command.step(),
                    command.attempt(),
                    command.kind(),
                    meant,
                    0,
                    root));
        } catch (TroubleException e) {
            if (command.kind() != CommandKind.START || !HostLock.isUnwritable(e)) {
                throw e;
            }
            notes.add(UNWRITTEN);
        }
    }

    /** What the journal does not name is not suspended: nobody would let it go on. A START does without. */
    private static void suspendWatchdogs(Command command, HostLock lock, @Nullable Meant meant)
            throws TroubleException {
        try {
            WatchdogKeeper.suspend(command, lock, meant);
        } catch (TroubleException e) {
            if (command.kind() != CommandKind.START || !HostLock.isUnwritable(e)) {
                throw e;
            }
        }
    }

    /** Ids travel to the host script as plain words. */
    private static void requirePlainId(Command command) throws TroubleException {
        if (!command.id().value().matches("[A-Za-z0-9._:-]{1,128}")) {
            throw Troubles.of(
                    FailureCategory.REFUSED,
                    "BAD_COMMAND_ID",
                    "The command id '" + command.id().value().replaceAll("\\p{Cntrl}", "?") + "' is not a plain word",
                    "This is a defect of the program that sent the command.");
        }
    }

    private Outcome awaitOutcome(
            Command command,
            HostLock lock,
            Optional<Outcome> before,
            int linesBefore,
            Deadline deadline,
            List<String> notes)
            throws TroubleException, InterruptedException {
        boolean ended = false;
        Deadline limit = Deadline.in(deadline.left().plus(KILL_WAIT));
        while (true) {
            Thread.sleep(POLL.toMillis());
            HostView view = lock.glance();
            Optional<Outcome> now = lock.journal().outcome(command.id());
            if (now.isPresent() && (before.isEmpty() || lock.journal().lines() > linesBefore)) {
                return now.get();
            }
            if (ended) {
                if (!notes.contains(UNWRITTEN)) {
                    notes.add(UNWRITTEN);
                }
                return unwritten(command, view);
            }
            // Whoever has ended has written its outcome by then, or could not: looked at once more.
            ended = !lock.working();
            if (limit.passed()) {
                throw Troubles.of(
                        FailureCategory.TIMED_OUT,
                        "HOST_SCRIPT_SILENT",
                        "The script on the host that was to " + command.kind() + " "
                                + command.odp().place() + " has not written its outcome",
                        "Retry: the ODP is then looked at again.");
            }
        }
    }

    /** What the work came to, by what is there. */
    private static Outcome unwritten(Command command, HostView view) {
        String result = switch (command.kind()) {
            case STOP -> view.running().isEmpty() ? "stopped" : "alive";
            case START -> view.holders().isEmpty() ? "no-port" : "started";
            case PROBE, HOT_RESTART -> throw new IllegalArgumentException("No work of " + command.kind());
        };
        return new Outcome(command.id(), result, null);
    }

    private void judge(Command command, HostLock lock, Outcome outcome) throws TroubleException {
        Odp odp = command.odp();
        switch (outcome.result()) {
            case "stopped", "killed", "started" -> {}
            case "alive" ->
                throw Troubles.of(
                        FailureCategory.TARGET,
                        "WOULD_NOT_STOP",
                        odp.place() + " still runs after SIGTERM and SIGKILL",
                        "The process may hang in the kernel, or belong to another user than " + odp.sshUser() + ".");
            case "port-held" ->
                throw Troubles.of(
                        FailureCategory.TARGET,
                        "PORT_HELD",
                        command.kind() == CommandKind.STOP
                                ? odp.place() + " was stopped, but its port is still held by another process"
                                : "The port of " + odp.place() + " is held by another process, so it was not started",
                        "Find out who listens on port " + odp.sqlPort() + " there.");
            case "no-binary" ->
                throw Troubles.of(
                        FailureCategory.TARGET,
                        "NO_BINARY",
                        "There is no executable " + odp.home() + "/bin/obproxy, so " + odp.place() + " was not started",
                        "Put the binary back, then retry.");
            case "no-port" ->
                throw withLog(
                        odp,
                        lock,
                        Failure.of(
                                FailureCategory.TARGET,
                                "DID_NOT_START",
                                odp.place() + " was started and does not listen on its port in the time given"
                                        + (outcome.words() == null
                                                ? " (its launcher tells nothing, whatever happens)"
                                                : "; its launcher said: " + Redaction.line(outcome.words())),
                                "Look at its log for the reason, then retry."));
            default ->
                throw Troubles.of(
                        FailureCategory.PLATFORM,
                        "UNKNOWN_OUTCOME",
                        "The host script ended with '" + outcome.result() + "'",
                        null);
        }
    }

    /** Returns once a login is answered; notes what a person has to know of the watchdogs. */
    private void awaitLogin(Command command, HostLock lock, Deadline deadline, Reporter reporter, List<String> notes)
            throws TroubleException, InterruptedException {
        Deadline limit = Deadline.in(deadline.leftAtMost(settings.startTimeout()));
        boolean said = false;
        while (true) {
            Observation seen = observer.observe(command.odp(), lock.glance(), Depth.STATE, GAP_LOGIN);
            if (seen.sight() instanceof Sight.Serves serves) {
                SettingsKeeper.restoreIfDue(admin, settings, lock, seen.sight());
                String note = WatchdogKeeper.settle(lock, Meant.of(serves.process()));
                if (note != null) {
                    notes.add(note);
                }
                return;
            }
            if (limit.passed()) {
                throw withLog(command.odp(), lock, doesNotServe(command.odp(), seen.sight()));
            }
            if (!said) {
                said = true;
                reporter.report(Report.progress("waiting for a login to be answered"));
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    private static Failure doesNotServe(Odp odp, Sight sight) {
        return sight instanceof Sight.RunsWithoutServing silent
                ? Failure.of(
                        FailureCategory.TARGET,
                        "DOES_NOT_SERVE",
                        "It was started and runs, but does not answer a login: "
                                + silent.failure().detail(),
                        silent.failure().advice())
                : Failure.of(
                        FailureCategory.TARGET,
                        "DOES_NOT_SERVE",
                        odp.place() + " was started and has ended before it answered a login",
                        "Look at its log for the reason, then retry.");
    }

    private TroubleException withLog(Odp odp, HostLock lock, Failure failure) {
        return Troubles.withLog(hosts, odp, lock.journal().odpRoot().orElse(null), LOGS, failure);
    }

    private void succeed(
            Command command,
            HostLock lock,
            boolean alreadyDone,
            List<String> notes,
            Deadline deadline,
            Reporter reporter)
            throws TroubleException, InterruptedException {
        Observation last = AfterRestart.look(observer, command.odp(), lock, settings, deadline);
        Failure flaw = command.kind() == CommandKind.START ? AfterRestart.flaw(command, last, null, Set.of()) : null;
        if (flaw != null && last.sight() instanceof Sight.Serves) {
            throw withLog(command.odp(), lock, flaw);
        }
        OdpState wanted = command.kind() == CommandKind.STOP ? OdpState.STOPPED : OdpState.RUNNING;
        if (last.facts().state() != wanted) {
            throw Troubles.of(
                    FailureCategory.TARGET,
                    "DID_NOT_LAST",
                    command.odp().place() + " was to be " + wanted + " and is "
                            + last.facts().state() + " a moment later",
                    "Something else starts or stops it; look for a watchdog on the host.");
        }
        String note = notes.isEmpty() ? null : String.join("; ", notes);
        reporter.report(Report.of(Report.Type.SUCCEEDED, note, last.facts(), alreadyDone));
    }

    private static String tenths(Duration duration) {
        return Long.toString(Math.max(1, duration.toMillis() / 100));
    }
}
