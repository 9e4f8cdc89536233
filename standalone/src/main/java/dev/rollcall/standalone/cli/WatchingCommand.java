package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import tools.jackson.databind.JsonNode;

/** A command that can follow a task to its end. */
abstract class WatchingCommand extends GatewayCommand {

    /**
     * Shows the task until it has ended or is halted, then says how, in its own words or as JSON.
     *
     * @return the exit code for that
     */
    final int watch(GatewayClient gateway, String taskId) throws InterruptedException {
        Thread goodbye = new Thread(
                () -> err().line("%nTask %s goes on; to look again: rollcall task %s --watch", taskId, taskId),
                "goodbye");
        Runtime.getRuntime().addShutdownHook(goodbye);
        JsonNode task;
        try {
            task = new TaskWatch(gateway, view()).untilEnd(taskId);
        } finally {
            removeHook(goodbye);
        }
        if (json()) {
            print(task);
        } else {
            TaskWatch.conclude(task, out());
        }
        return ExitCodes.ofState(task.path("state").asString(""));
    }

    private TaskView view() {
        if (json()) {
            return new TaskView.Plain(null, err());
        }
        return Terminals.canDraw() ? new TaskView.Live(out(), Terminals.width()) : new TaskView.Plain(out(), err());
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook has its say.
        }
    }
}
