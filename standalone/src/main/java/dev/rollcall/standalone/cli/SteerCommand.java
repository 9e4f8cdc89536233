package dev.rollcall.standalone.cli;

import static dev.rollcall.standalone.adapter.http.GatewayClient.encoded;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Steers a running task. */
abstract class SteerCommand extends WatchingCommand {

    private static final int APPLIED = 200;

    @Parameters(index = "0", paramLabel = "TASK", description = "Id of the task.")
    private String task = "";

    @Option(
            names = "--if-version",
            paramLabel = "N",
            description = "Refuse when the task has moved on since this version, which task --output json tells.")
    private @Nullable Long version;

    @Option(names = "--watch", description = "Then follow the task. Ctrl-C ends the watching, not the task.")
    private boolean watch;

    /** Below the task's path. */
    abstract String path();

    @Override
    final int run(GatewayClient gateway) throws InterruptedException {
        GatewayClient.Answer answer = gateway.steer(task, path(), version);
        boolean applied = answer.status() == APPLIED;
        if (watch && applied) {
            return watch(gateway, task);
        }
        JsonNode now = answer.body();
        if (json()) {
            print(now);
        } else {
            out().line(
                            applied
                                    ? "Task %s is %s now"
                                    : "Asked for; the planner has not answered yet. Task %s was last seen %s: look again with rollcall task",
                            task,
                            now.path("state").asString(""));
        }
        return applied ? ExitCodes.DONE : ExitCodes.NOT_CONFIRMED;
    }

    @Command(name = "pause", description = "Lets a task finish what it has begun, and begin nothing more.")
    static final class Pause extends SteerCommand {
        @Override
        String path() {
            return "pause";
        }
    }

    @Command(name = "resume", description = "Lets a paused task go on.")
    static final class Resume extends SteerCommand {
        @Override
        String path() {
            return "resume";
        }
    }

    @Command(
            name = "retry",
            description =
                    "Lets a halted task try its failed ODPs again. Each is looked at first: none is restarted twice.")
    static final class Retry extends SteerCommand {
        @Override
        String path() {
            return "retry";
        }
    }

    @Command(
            name = "cancel",
            description = "Ends a task: what is stopped is started, what runs is finished, nothing more begins.")
    static final class Cancel extends SteerCommand {
        @Override
        String path() {
            return "cancel";
        }
    }

    @Command(name = "skip", description = "Lets a halted task go on without one failed ODP; it ends INCOMPLETE then.")
    static final class Skip extends SteerCommand {
        @Parameters(index = "1", paramLabel = "ODP", description = "Id of the ODP.")
        private String odp = "";

        @Override
        String path() {
            return "odps/" + encoded(odp) + "/skip";
        }
    }
}
