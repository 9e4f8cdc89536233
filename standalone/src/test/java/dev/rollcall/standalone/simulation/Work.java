package dev.rollcall.standalone.simulation;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.FencingRules;
import dev.rollcall.agent.domain.HotRestartWatch;
import dev.rollcall.agent.domain.Journal;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.NextStep;
import dev.rollcall.agent.domain.NextSteps;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.UpgradeInfo;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One command at one host, step by step: what {@code CommandRunner}, {@code LockedCommand}, {@code HotRestart}, {@code StopStart} and
 * {@code SettingsKeeper} do, deciding by the agent's own domain ({@link Journal}, {@link FencingRules}, {@link NextSteps},
 * {@link HotRestartWatch}). Between any two steps the agent may die; each step at the host may fail, or be done and seem to fail.
 */
final class Work {
    private static final long POLL = 1_000;
    private static final long LOCK_LEASE = 20_000;
    private static final long DRAIN_SLACK = 15_000;

    private final Agent agent;
    private final World world;
    final Command command;
    /** The command this one was made for: for the START of a lease the STOP, else itself. */
    final Command cause;

    private final Host host;
    private final int life;
    private long deadline;
    private long drainUntil;

    Work(Agent agent, Command command, Command cause, Host host) {
        this.agent = agent;
        this.world = agent.world;
        this.command = command;
        this.cause = cause;
        this.host = host;
        this.life = agent.life();
    }

    void after(long millis, Runnable step) {
        world.later(millis, () -> {
            if (!agent.alive(life)) {
                return;
            }
            if (world.fault(Fault.AGENT_DIES)) {
                agent.die();
                return;
            }
            step.run();
        });
    }

    /** The agent has died: the holder of the lock lets go when it hears nothing more. */
    void abandoned() {
        release(LOCK_LEASE);
    }

    private void release(long delay) {
        world.later(delay, () -> {
            if (host.lock == this) {
                if (host.scriptRuns()) {
                    release(1_000);
                } else {
                    host.lock = null;
                }
            }
        });
    }

    /** Does something at the host. @return false when the agent hears that it failed; then it may be done, or not */
    private boolean at(Runnable effect) {
        if (world.fault(Fault.PORT_FAILS)) {
            return false;
        }
        effect.run();
        return !world.fault(Fault.PORT_DOES_AND_TIMES_OUT);
    }

    private void end(Report report) {
        release(0);
        agent.report(this, report);
    }

    private void fail(FailureCategory category, String code, @Nullable Facts facts) {
        end(Report.failed(Failure.of(category, code, code + " at " + host.odp, null), facts));
    }

    private void unreachable() {
        fail(FailureCategory.UNREACHABLE, "HOST_SILENT", null);
    }

    private @Nullable Facts factsAfter(FailureCategory category) {
        return category == FailureCategory.UNREACHABLE || category == FailureCategory.REFUSED ? null : host.facts();
    }

    // ---- under the lock --------------------------------------------------------------------------------------------

    void begin() {
        agent.report(this, Report.of(Report.Type.STARTED));
        deadline = world.now() + command.runWithin().toMillis();
        if (command.fenced()) {
            lock();
        } else {
            end(Report.of(Report.Type.SUCCEEDED, null, host.facts(), false));
        }
    }

    private void lock() {
        if (host.lock == null || world.bug == Bug.NO_LOCK) {
            host.lock = this;
            after(world.between(5, 50), this::fence);
        } else if (world.now() > deadline) {
            fail(FailureCategory.TIMED_OUT, "LOCK_HELD", null);
        } else {
            after(POLL, this::lock);
        }
    }

    private void fence() {
        Journal journal = host.journal();
        Optional<Failure> refusal = FencingRules.refusal(command, journal);
        if (refusal.isPresent()) {
            end(Report.failed(refusal.get(), null));
        } else if (FencingRules.raisesFence(command, journal)
                && !at(() -> host.append(
                        new JournalEntry.Fence(command.odp().cluster(), command.epoch(), command.task())))) {
            unreachable();
        } else {
            after(world.between(5, 50), this::look);
        }
    }

    private void look() {
        if (!at(() -> {})) {
            unreachable();
            return;
        }
        Sight sight = host.sight();
        if (command.kind() == CommandKind.PROBE) {
            restoreIfIdle();
            Facts facts = host.facts();
            world.rollCalled(host, command);
            end(Report.of(Report.Type.SUCCEEDED, null, facts, false));
            return;
        }
        NextStep step = NextSteps.of(meaning(sight), host.journal(), sight);
        if (step instanceof NextStep.Fail failed) {
            restoreIfIdle();
            end(Report.failed(failed.failure(), factsAfter(failed.failure().category())));
            return;
        }
        switch (command.kind()) {
            case HOT_RESTART -> hotRestart(step, sight);
            case STOP -> stop(step);
            case START -> start(step);
            case PROBE -> throw new AssertionError("a probe has no next step");
        }
    }

    /** The command, or with a planted bug one that means whatever runs. */
    private Command meaning(Sight sight) {
        if (world.bug != Bug.ANY_PROCESS_IS_MEANT || !(sight instanceof Sight.Serves serves)) {
            return command;
        }
        return new Command(
                command.eventId(),
                command.sentAt(),
                command.id(),
                command.task(),
                command.epoch(),
                command.step(),
                command.attempt(),
                command.kind(),
                serves.process(),
                command.odp(),
                command.exitTimeoutMicros(),
                command.expectedVersion(),
                command.runWithin(),
                command.traceparent());
    }

    private boolean intend(@Nullable Meant meant, long mark) {
        if (world.bug == Bug.JOURNAL_IS_NOT_KEPT) {
            return true;
        }
        return at(() -> host.append(new JournalEntry.Intent(
                command.id(),
                command.task(),
                command.epoch(),
                command.step(),
                command.attempt(),
                command.kind(),
                meant,
                mark,
                null)));
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    private boolean change(String name, String value) {
        String current = host.settings.getOrDefault(name, "");
        if (current.equals(value)) {
            return true;
        }
        if (world.bug != Bug.ORIGINALS_ARE_NOT_KEPT
                && !at(() -> host.append(new JournalEntry.SettingChange(command.id(), name, current)))) {
            return false;
        }
        return at(() -> host.settings.put(name, value));
    }

    /** Through whichever process serves; what cannot be put back stays in the journal for the next command. */
    private boolean restoreIfIdle() {
        if (!(host.sight() instanceof Sight.Serves serves) || !serves.upgrade().idle() || serves.restartPending()) {
            return false;
        }
        for (Map.Entry<String, String> original :
                host.journal().changedSettings().entrySet()) {
            if (world.bug != Bug.SETTINGS_ARE_LEFT
                    && !at(() -> host.settings.put(original.getKey(), original.getValue()))) {
                return false;
            }
            if (!at(() -> host.append(new JournalEntry.SettingRestored(original.getKey())))) {
                return false;
            }
        }
        return true;
    }

    // ---- hot restart -----------------------------------------------------------------------------------------------

    private void hotRestart(NextStep step, Sight sight) {
        if (step instanceof NextStep.AlreadyDone) {
            settle(true);
        } else if (step instanceof NextStep.Act) {
            act((Sight.Serves) sight);
        } else {
            ProcessIdentity old = meant(sight);
            long mark = host.journal()
                    .intent(command.task(), command.epoch(), command.kind(), Meant.of(old))
                    .map(JournalEntry.Intent::rollbackMark)
                    .orElse(0L);
            watch(new HotRestartWatch(old, mark, Duration.ofSeconds(5), null), null, world.now());
        }
    }

    private ProcessIdentity meant(Sight sight) {
        ProcessIdentity baseline = meaning(sight).baseline();
        if (baseline == null) {
            throw new AssertionError("the table lets none pass without a process that is meant");
        }
        return baseline;
    }

    private void act(Sight.Serves seen) {
        ProcessIdentity old = meant(seen);
        restoreIfIdle();
        long mark = seen.upgrade().rollbackAtNanos();
        Host.Process process = host.process(old);
        if (process == null) {
            fail(FailureCategory.CHANGED, "CHANGED", host.facts());
            return;
        }
        if (!intend(Meant.of(old), mark)) {
            unreachable();
            return;
        }
        Duration tick = Duration.ofSeconds("1s".equals(host.settings.get(Host.TICK)) ? 1 : 5);
        after(world.between(5, 50), () -> {
            Long exit = command.exitTimeoutMicros();
            if (!change(Host.ROLLBACK, "30s")
                    || !change(Host.TICK, "1s")
                    || exit != null && !change(Host.EXIT, Long.toString(exit))) {
                undone(FailureCategory.UNREACHABLE, "SETTING_NOT_CHANGED");
                return;
            }
            after(world.between(5, 50), () -> {
                // The connection may break on the way: then nobody knows whether the ODP has the command.
                boolean heard = at(() -> host.askToRestart(process, World.nameOf(command)));
                HotRestartWatch watch = new HotRestartWatch(old, mark, tick, null);
                long begun = world.now();
                after(POLL, () -> watch(watch, heard ? process : null, begun));
            });
        });
    }

    /** @param session process of the connection that was opened before; null: there is none */
    private void watch(HotRestartWatch watch, Host.@Nullable Process session, long begun) {
        Duration elapsed = Duration.ofMillis(world.now() - begun);
        HotRestartWatch.Verdict verdict = new HotRestartWatch.GoesOn(true, "waiting");
        Host.Process connected = session != null && host.lives(session) ? session : null;
        if (connected != null) {
            UpgradeInfo info = host.upgrade(connected);
            verdict = watch.seenOnOldConnection(info, localCommand(connected, info), elapsed);
        }
        if (verdict instanceof HotRestartWatch.GoesOn && host.sight() instanceof Sight.Serves serves) {
            Host.Process main = host.process(serves.process());
            if (main != null) {
                verdict = watch.seenOnNewLogin(
                        serves.process().pid(), serves.upgrade(), localCommand(main, serves.upgrade()), elapsed);
            }
        }
        if (verdict instanceof HotRestartWatch.GoesOn && host.sight() instanceof Sight.NothingRuns) {
            verdict = new HotRestartWatch.Failed("BOTH_GONE", "nothing runs", "retry");
        }
        if (verdict instanceof HotRestartWatch.Served) {
            settle(false);
        } else if (verdict instanceof HotRestartWatch.Failed failed) {
            giveUp(failed, connected);
        } else if (world.now() > deadline) {
            undone(FailureCategory.TIMED_OUT, "RESTART_TIMED_OUT");
        } else {
            after(POLL, () -> watch(watch, connected, begun));
        }
    }

    private static @Nullable String localCommand(Host.Process process, UpgradeInfo info) {
        return info.idle() ? process.pending == null ? "0" : "2" : null;
    }

    private void giveUp(HotRestartWatch.Failed failed, Host.@Nullable Process session) {
        if (failed.code().equals("NOT_TAKEN") && session != null) {
            at(() -> session.pending = null);
        }
        if (world.bug != Bug.JOURNAL_IS_NOT_KEPT
                && !at(() -> host.append(new JournalEntry.Outcome(command.id(), NextSteps.FAILED, failed.words())))) {
            unreachable();
            return;
        }
        undone(FailureCategory.TARGET, failed.code());
    }

    private void undone(FailureCategory category, String code) {
        restoreIfIdle();
        fail(category, code, factsAfter(category));
    }

    private void settle(boolean alreadyDone) {
        if (!(host.sight() instanceof Sight.Serves serves)) {
            if (world.now() > deadline || host.sight() instanceof Sight.NothingRuns) {
                fail(FailureCategory.TARGET, "NEW_PROCESS_DIED", host.facts());
            } else {
                after(POLL, () -> settle(alreadyDone));
            }
            return;
        }
        if (!host.journal().changedSettings().isEmpty() && !restoreIfIdle()) {
            if (world.now() > deadline) {
                fail(FailureCategory.TARGET, "SETTINGS_NOT_RESTORED", host.facts());
            } else {
                after(POLL, () -> settle(alreadyDone));
            }
            return;
        }
        if (world.bug == Bug.ORIGINALS_ARE_NOT_KEPT) {
            // It remembers them itself, as long as it lives.
            host.settings.putAll(Host.ORIGINALS);
        }
        if (host.journal().outcome(command.id()).isEmpty()
                && !at(() -> host.append(new JournalEntry.Outcome(command.id(), NextSteps.DONE, null)))) {
            unreachable();
            return;
        }
        release(0);
        agent.report(this, Report.of(Report.Type.SERVING, null, host.facts(), alreadyDone));
        drainUntil = world.now() + 60_000 + DRAIN_SLACK;
        ProcessIdentity fresh = serves.process();
        after(POLL, () -> drain(fresh, alreadyDone));
    }

    private void drain(ProcessIdentity fresh, boolean alreadyDone) {
        ProcessIdentity old = command.baseline();
        Host.Process before = old == null ? null : host.process(old);
        boolean gone = before == null || !host.drains(before);
        Host.Process now = host.process(fresh);
        if (now != null && !gone && world.now() < drainUntil) {
            after(POLL, () -> drain(fresh, alreadyDone));
            return;
        }
        if (now == null || now != host.serving || host.facts().state() != OdpState.RUNNING) {
            fail(FailureCategory.TARGET, "NEW_PROCESS_DIED", host.facts());
            return;
        }
        if (gone) {
            agent.report(this, Report.of(Report.Type.DRAINED, null, host.facts(), alreadyDone));
        }
        end(Report.of(Report.Type.SUCCEEDED, null, host.facts(), alreadyDone));
    }

    // ---- stop and start --------------------------------------------------------------------------------------------

    private void stop(NextStep step) {
        if (step instanceof NextStep.AlreadyDone) {
            succeed(OdpState.STOPPED, true);
            return;
        }
        restoreIfIdle();
        ProcessIdentity baseline = command.baseline();
        script(baseline == null ? null : Meant.of(baseline), () -> host.stopScript(command));
    }

    private void start(NextStep step) {
        if (step instanceof NextStep.Act) {
            script(null, () -> host.startScript(command));
            return;
        }
        if (!intend(null, 0)) {
            unreachable();
        } else if (step instanceof NextStep.AlreadyDone) {
            restoreIfIdle();
            succeed(OdpState.RUNNING, true);
        } else {
            awaitLogin(world.now() + 60_000);
        }
    }

    private void script(@Nullable Meant meant, Runnable begin) {
        if (!intend(meant, 0)) {
            unreachable();
            return;
        }
        int linesBefore = host.journal().lines();
        Optional<JournalEntry.Outcome> before = host.journal().outcome(command.id());
        after(world.between(5, 50), () -> {
            if (!at(begin)) {
                unreachable();
                return;
            }
            after(POLL, () -> await(before, linesBefore));
        });
    }

    private void await(Optional<JournalEntry.Outcome> before, int linesBefore) {
        Optional<JournalEntry.Outcome> now = host.journal().outcome(command.id());
        if (now.isPresent() && (before.isEmpty() || host.journal().lines() > linesBefore)) {
            switch (now.get().result()) {
                case "stopped" -> succeed(OdpState.STOPPED, false);
                case "started" -> awaitLogin(world.now() + 60_000);
                default -> fail(FailureCategory.TARGET, now.get().result(), host.facts());
            }
        } else if (world.now() > deadline + 10_000) {
            fail(FailureCategory.TIMED_OUT, "HOST_SCRIPT_SILENT", host.facts());
        } else {
            after(POLL, () -> await(before, linesBefore));
        }
    }

    private void awaitLogin(long until) {
        if (host.sight() instanceof Sight.Serves) {
            restoreIfIdle();
            succeed(OdpState.RUNNING, false);
        } else if (world.now() > until) {
            fail(FailureCategory.TARGET, "DOES_NOT_SERVE", host.facts());
        } else {
            after(POLL, () -> awaitLogin(until));
        }
    }

    private void succeed(OdpState wanted, boolean alreadyDone) {
        Facts facts = host.facts();
        if (facts.state() == wanted) {
            end(Report.of(Report.Type.SUCCEEDED, null, facts, alreadyDone));
        } else {
            fail(FailureCategory.TARGET, "DID_NOT_LAST", facts);
        }
    }
}
