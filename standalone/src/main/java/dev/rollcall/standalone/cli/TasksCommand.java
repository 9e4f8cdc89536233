package dev.rollcall.standalone.cli;

import static dev.rollcall.standalone.adapter.http.GatewayClient.encoded;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Lists tasks. */
@Command(name = "tasks", description = "Lists tasks, the newest first.")
final class TasksCommand extends GatewayCommand {

    @Option(names = "--cluster", paramLabel = "ID", defaultValue = "", description = "Only those of this cluster.")
    private String cluster = "";

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "Only those in one of these states; dry runs are listed for PLANNED alone.")
    private List<String> states = List.of();

    @Option(names = "--by", paramLabel = "USER", defaultValue = "", description = "Only those this user asked for.")
    private String initiator = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "No more than these (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    int run(GatewayClient gateway) {
        List<JsonNode> tasks = gateway.list(
                "/api/v1/tasks?sort=requestedAt,desc&cluster=%s&initiator=%s&state=%s"
                        .formatted(encoded(cluster), encoded(initiator), encoded(String.join(",", states))),
                limit);
        if (json()) {
            print(tasks);
            return ExitCodes.DONE;
        }
        Table table = new Table("TASK", "CLUSTER", "MODE", "STATE", "PHASE", "RESTARTED", "BY", "ASKED FOR AT");
        for (JsonNode task : tasks) {
            JsonNode progress = task.path("progress");
            table.row(
                    task.path("id"),
                    task.path("cluster"),
                    task.path("mode"),
                    task.path("state"),
                    task.path("phase"),
                    progress.path("restarted").asString("0") + "/"
                            + progress.path("total").asString("0"),
                    task.path("requestedBy"),
                    task.path("requestedAt"));
        }
        table.print(out());
        return ExitCodes.DONE;
    }
}
