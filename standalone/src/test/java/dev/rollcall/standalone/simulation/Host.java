package dev.rollcall.standalone.simulation;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Journal;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.UpgradeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A host with one ODP, its journal and its lock, as odp-observed.md describes them: a restart is asked for by a setting of one process,
 * taken at that process's tick, done by a child that takes over or does not; scripts on the host finish whoever sent them.
 */
final class Host {
    static final String EXIT = "hot_upgrade_exit_timeout";
    static final String ROLLBACK = "hot_upgrade_rollback_timeout";
    static final String TICK = "proxy_hot_upgrade_check_interval";
    static final Map<String, String> ORIGINALS = Map.of(EXIT, "5000000", ROLLBACK, "86400s", TICK, "5s");

    /** One process of the ODP. */
    static final class Process {
        final ProcessIdentity identity;
        final boolean inherited;
        boolean gone;
        /** The command that asked for a restart which is not taken yet; null: none. */
        @Nullable
        String pending;

        Process(long pid, boolean inherited) {
            identity = new ProcessIdentity("boot", pid, pid * 10, "/home/admin/odp", "0.0.0.0", 2883, null);
            this.inherited = inherited;
        }
    }

    final String odp;
    final String zone;
    private final World world;
    final Map<String, String> settings = new TreeMap<>(ORIGINALS);
    private final List<String> lines = new ArrayList<>();
    /** What the lines say; null: they were not read since the last one was written. */
    private @Nullable Journal journal;

    private final List<Process> draining = new ArrayList<>();

    @Nullable
    Process serving;

    private boolean answers = true;
    /** A child is starting: new logins hang. */
    private boolean busy;

    private long rollbackMark;
    /** Who has the lock; null: nobody. */
    @Nullable
    Object lock;

    private boolean script;
    /** A STOP has stopped it and nothing has started it since. */
    boolean stopped;
    /** The start on the host itself has failed since. */
    boolean startFailed;

    int diedByItself;

    Host(World world, String odp, String zone) {
        this.world = world;
        this.odp = odp;
        this.zone = zone;
        serving = new Process(world.newPid(), false);
    }

    // ---- what is to be seen ----------------------------------------------------------------------------------------

    Journal journal() {
        Journal read = journal;
        if (read == null) {
            read = Journal.read(lines);
            journal = read;
        }
        return read;
    }

    void append(JournalEntry entry) {
        lines.add(entry.text() + " ;");
        journal = null;
    }

    boolean runs() {
        return serving != null && answers && !busy;
    }

    boolean restarts() {
        return busy;
    }

    Sight sight() {
        Process main = serving;
        if (main == null) {
            return draining.isEmpty()
                    ? new Sight.NothingRuns()
                    : new Sight.RunsWithoutServing(
                            draining.stream().map(process -> process.identity).toList(), silent("only drains"));
        }
        if (!answers || busy) {
            return new Sight.RunsWithoutServing(
                    List.of(main.identity), silent(busy ? "a new process is starting" : "it hangs"));
        }
        return new Sight.Serves(
                main.identity,
                draining.stream().map(process -> process.identity).toList(),
                upgrade(main),
                main.inherited,
                main.pending != null,
                null);
    }

    private static Failure silent(String why) {
        return Failure.of(FailureCategory.TARGET, "NO_ANSWER", why, null);
    }

    UpgradeInfo upgrade(Process process) {
        boolean drains = draining.contains(process);
        boolean idle = !busy || process != serving;
        return new UpgradeInfo(
                idle ? UpgradeInfo.IDLE : "HU_STATE_FORK",
                idle ? -1 : 1,
                idle,
                process.inherited,
                true,
                drains ? 1 : 0,
                drains ? 2 : 0,
                process == serving ? rollbackMark : 0,
                idle ? "" : "starting",
                null);
    }

    boolean lives(Process process) {
        return !process.gone;
    }

    boolean drains(Process process) {
        return draining.contains(process);
    }

    @Nullable
    Process process(ProcessIdentity identity) {
        if (serving != null && serving.identity.isSameProcess(identity)) {
            return serving;
        }
        for (Process process : draining) {
            if (process.identity.isSameProcess(identity)) {
                return process;
            }
        }
        return null;
    }

    OdpState state() {
        Sight sight = sight();
        return sight instanceof Sight.Serves
                ? OdpState.RUNNING
                : sight instanceof Sight.NothingRuns ? OdpState.STOPPED : OdpState.UNAVAILABLE;
    }

    Facts facts() {
        OdpState state = state();
        Process main = serving;
        return new Facts(
                state,
                "4.3.1.0",
                state == OdpState.RUNNING && main != null ? main.identity : null,
                draining.stream().map(process -> process.identity.pid()).toList(),
                3L,
                main != null && main.inherited,
                busy || main != null && main.pending != null,
                Long.parseLong(settings.getOrDefault(EXIT, "0")),
                List.of(),
                List.of(),
                "obproxy",
                null,
                List.of(),
                journal().changedSettings().isEmpty(),
                false,
                null);
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** The ALTER that asks a process to restart itself; over its own connection, so it reaches no other one. */
    void askToRestart(Process process, String command) {
        if (!process.gone) {
            process.pending = command;
            world.later(tick(), () -> take(process));
        }
    }

    private void take(Process process) {
        String command = process.pending;
        if (process.gone || process != serving || command == null || busy) {
            return;
        }
        process.pending = null;
        busy = true;
        rollbackMark = world.now() * 1_000_000;
        world.effect(this, command);
        if (world.fault(Fault.CHILD_DIES)) {
            world.later(world.between(300, 2_000) + tick(), () -> rolledBack(process));
        } else if (world.fault(Fault.CHILD_HANGS)) {
            world.later("30s".equals(settings.get(ROLLBACK)) ? 30_000 : 600_000, () -> rolledBack(process));
        } else {
            world.later(world.between(300, 3_000), () -> childServes(process));
        }
        world.changed(this);
    }

    private void rolledBack(Process process) {
        if (serving == process) {
            busy = false;
            world.changed(this);
        }
    }

    private void childServes(Process process) {
        if (serving != process) {
            return;
        }
        busy = false;
        answers = true;
        serving = new Process(world.newPid(), true);
        draining.add(process);
        long limit = Long.parseLong(settings.getOrDefault(EXIT, "0")) / 1_000;
        world.later(limit < 0 ? world.between(1, 60_000) : Math.min(limit, world.between(1, 8_000)), () -> {
            process.gone = true;
            draining.remove(process);
        });
        world.changed(this);
    }

    private long tick() {
        return "1s".equals(settings.get(TICK)) ? 1_000 : 5_000;
    }

    /** It ends by itself. */
    void die() {
        Process main = serving;
        if (main != null) {
            main.gone = true;
            serving = null;
            busy = false;
            diedByItself++;
            world.changed(this);
        }
    }

    void hang(long millis) {
        answers = false;
        world.later(millis, () -> {
            answers = true;
            world.changed(this);
        });
        world.changed(this);
    }

    /** Somebody or something on the host starts it. */
    void comeUp() {
        if (serving == null) {
            serving = new Process(world.newPid(), false);
            answers = true;
            stopped = false;
            startFailed = false;
            world.changed(this);
        }
    }

    boolean scriptRuns() {
        return script;
    }

    void stopScript(dev.rollcall.agent.domain.Command command) {
        script = true;
        world.later(world.between(300, world.fault(Fault.SLOW_HOST) ? 60_000 : 4_000), () -> {
            script = false;
            if (world.fault(Fault.WOULD_NOT_STOP)) {
                append(new JournalEntry.Outcome(command.id(), "alive", null));
                return;
            }
            if (serving != null) {
                serving.gone = true;
                world.effect(this, World.nameOf(command));
            }
            draining.forEach(process -> process.gone = true);
            draining.clear();
            serving = null;
            busy = false;
            stopped = true;
            startFailed = false;
            append(new JournalEntry.Outcome(command.id(), "stopped", null));
            world.changed(this);
        });
    }

    void startScript(dev.rollcall.agent.domain.Command command) {
        script = true;
        world.later(world.between(300, world.fault(Fault.SLOW_HOST) ? 60_000 : 4_000), () -> {
            script = false;
            if (serving == null && world.fault(Fault.START_FAILS)) {
                startFailed = true;
                append(new JournalEntry.Outcome(command.id(), "no-port", null));
                return;
            }
            comeUp();
            if (world.fault(Fault.ODP_HANGS)) {
                hang(world.between(1_000, 60_000));
            }
            append(new JournalEntry.Outcome(command.id(), "started", null));
        });
    }
}
