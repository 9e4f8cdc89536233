package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.TaskId;
import dev.rollcall.emulator.EmulatedOdp;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commands as the planner sends them. */
record Commands(Odp odp, String task, long epoch) {
    static Odp odp(OpenSshServer server, EmulatedOdp emulated) {
        return odp(server, emulated, Odp.PLAIN_LAUNCHER, Launch.PLAIN);
    }

    static Odp odp(OpenSshServer server, EmulatedOdp emulated, String launcher, Launch launch) {
        return odp(server.address(), server.port(), emulated.port(), emulated.home(), launcher, launch);
    }

    static Odp odp(String host, int sshPort, int sqlPort, Path home, String launcher, Launch launch) {
        return new Odp(
                new ClusterId("demo"),
                new OdpId(host + ":" + sqlPort),
                host,
                sshPort,
                System.getProperty("user.name"),
                "ops",
                sqlPort,
                null,
                home.toString(),
                launcher,
                "proxysys",
                null,
                null,
                launch);
    }

    Command probe(String step) {
        return command(CommandKind.PROBE, step, 1, null, null);
    }

    Command hotRestart(@Nullable ProcessIdentity baseline, int attempt) {
        return command(CommandKind.HOT_RESTART, "BATCH_1", attempt, baseline, null);
    }

    Command hotRestart(@Nullable ProcessIdentity baseline, @Nullable Long exitTimeoutMicros) {
        return command(CommandKind.HOT_RESTART, "BATCH_1", 1, baseline, exitTimeoutMicros);
    }

    Command stop(@Nullable ProcessIdentity baseline) {
        return command(CommandKind.STOP, "STOP", 1, baseline, null);
    }

    Command start(@Nullable ProcessIdentity baseline) {
        return command(CommandKind.START, "START", 1, baseline, null);
    }

    Command command(
            CommandKind kind,
            String step,
            int attempt,
            @Nullable ProcessIdentity baseline,
            @Nullable Long exitTimeoutMicros) {
        return new Command(
                UUID.randomUUID().toString(),
                Instant.now(),
                new CommandId(UUID.nameUUIDFromBytes(
                                (task + odp.id() + step + attempt).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .toString()),
                new TaskId(task),
                epoch,
                step,
                attempt,
                kind,
                baseline,
                odp,
                exitTimeoutMicros,
                null,
                Duration.ofSeconds(90),
                null);
    }
}
