package dev.rollcall.agent.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Things that the tests of the domain talk about. */
final class Samples {
    static final Odp ODP = odp("obproxy", Launch.PLAIN);
    static final TaskId TASK = new TaskId("task-5");
    static final long EPOCH = 5;
    static final ProcessIdentity OLD = process(100, 5000);
    static final ProcessIdentity NEW = process(200, 9000);

    private Samples() {}

    static Odp odp(String launcher, Launch launch) {
        return new Odp(
                new ClusterId("pay"),
                new OdpId("10.0.0.7:2883"),
                "10.0.0.7",
                22,
                "admin",
                "ops",
                2883,
                null,
                "/home/admin/obproxy",
                launcher,
                "proxysys",
                null,
                null,
                launch);
    }

    static ProcessIdentity process(long pid, long ticks) {
        return new ProcessIdentity("boot-1", pid, ticks, "/home/admin/obproxy", "0.0.0.0", 2883, null);
    }

    static Command command(CommandKind kind, @Nullable ProcessIdentity baseline) {
        return command(kind, kind.name(), 1, baseline, TASK, EPOCH);
    }

    static Command command(
            CommandKind kind, String step, int attempt, @Nullable ProcessIdentity baseline, TaskId task, long epoch) {
        return new Command(
                "event",
                Instant.EPOCH,
                new CommandId(task + "-" + step + "-" + attempt),
                task,
                epoch,
                step,
                attempt,
                kind,
                baseline,
                ODP,
                null,
                null,
                Duration.ofMinutes(1),
                null);
    }

    static JournalEntry.Intent intent(Command command, long rollbackMark) {
        return new JournalEntry.Intent(
                command.id(),
                command.task(),
                command.epoch(),
                command.step(),
                command.attempt(),
                command.kind(),
                command.baseline() == null ? null : JournalEntry.Meant.of(command.baseline()),
                rollbackMark,
                null);
    }

    static Journal fenced() {
        return Journal.empty().with(new JournalEntry.Fence(ODP.cluster(), EPOCH, TASK));
    }

    static Sight.Serves serves(ProcessIdentity process, UpgradeInfo upgrade, boolean pending) {
        return new Sight.Serves(process, List.of(), upgrade, upgrade.isInherited(), pending, null);
    }

    static Sight.Serves idle(ProcessIdentity process) {
        return serves(process, Recorded.upgrade("idle"), false);
    }
}
