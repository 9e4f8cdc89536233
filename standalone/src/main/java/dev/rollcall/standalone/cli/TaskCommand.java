package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows one task. */
@Command(
        name = "task",
        description = {
            "Shows a task and what became of each ODP.",
            "With --watch: its timeline, live, until it has ended or waits for a person; the exit code then says how."
        })
final class TaskCommand extends WatchingCommand {

    @Parameters(paramLabel = "TASK", description = "Id of the task.")
    private String id = "";

    @Option(names = "--watch", description = "Follow it. Ctrl-C ends the watching, not the task.")
    private boolean watch;

    @Override
    int run(GatewayClient gateway) throws InterruptedException {
        if (watch) {
            return watch(gateway, id);
        }
        JsonNode task = gateway.task(id);
        List<JsonNode> rows = gateway.taskOdps(id);
        if (json()) {
            if (task instanceof ObjectNode document) {
                rows.forEach(document.putArray("odps")::add);
            }
            print(task);
            return ExitCodes.DONE;
        }
        show(task, out());
        if (!rows.isEmpty()) {
            table(rows).print(out());
        }
        return ExitCodes.DONE;
    }

    /** What there is to say of a task in some lines. */
    static void show(JsonNode task, Terminal out) {
        out.line("task       %s", task.path("id").asString(""));
        out.line(
                "cluster    %s, %s",
                task.path("cluster").asString(""), task.path("mode").asString(""));
        out.line("asked for  by %s at %s", Table.text(task.path("requestedBy")), Table.text(task.path("requestedAt")));
        String reason = Table.text(task.path("reason"));
        if (!reason.isEmpty()) {
            out.line("reason     %s", reason);
        }
        out.line("state      %s", TaskView.Live.line(task, Integer.MAX_VALUE));
        for (JsonNode batch : task.path("batches")) {
            out.line(
                    "batch %-4s %s: %s",
                    Table.text(batch.path("number")), Table.text(batch.path("state")), Table.text(batch.path("odps")));
        }
        for (JsonNode rejection : task.path("rejections")) {
            out.line("%-10s %s", Table.text(rejection.path("code")), Table.text(rejection.path("detail")));
        }
        JsonNode failure = task.path("failure");
        if (failure.isObject()) {
            out.line("failure    %s: %s", Table.text(failure.path("code")), Table.text(failure.path("detail")));
            out.line("           %s", Table.text(failure.path("advice")));
        }
        String actions = Table.text(task.path("actions"));
        if (!actions.isEmpty()) {
            out.line("possible   %s", actions);
        }
    }

    private static Table table(List<JsonNode> rows) {
        Table table =
                new Table("ODP", "ZONE", "BATCH", "STATE", "STEP", "TRIES", "OLD PID", "NEW PID", "CUT", "FAILURE");
        for (JsonNode row : rows) {
            table.row(
                    row.path("odp"),
                    row.path("zone"),
                    row.path("batch"),
                    row.path("state"),
                    row.path("step"),
                    row.path("attempts"),
                    row.path("old").path("pid"),
                    row.path("new").path("pid"),
                    row.path("clientsCut"),
                    row.path("failure").path("detail"));
        }
        return table;
    }
}
