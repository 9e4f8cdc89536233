package dev.rollcall.standalone.cli;

import static dev.rollcall.standalone.adapter.http.GatewayClient.encoded;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Lists clusters. */
@Command(name = "clusters", description = "Lists the clusters you may see.")
final class ClustersCommand extends GatewayCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only those whose id or name has it.")
    private String query = "";

    @Option(names = "--status", paramLabel = "STATUS", defaultValue = "", description = "Only those in this status.")
    private String status = "";

    @Override
    int run(GatewayClient gateway) {
        List<JsonNode> clusters = gateway.list(
                "/api/v1/clusters?sort=id,asc&query=%s&status=%s".formatted(encoded(query), encoded(status)),
                Integer.MAX_VALUE);
        if (json()) {
            print(clusters);
            return ExitCodes.DONE;
        }
        Table table = new Table("CLUSTER", "STATUS", "RUNNING", "VERSIONS", "ZONES", "TASK");
        for (JsonNode cluster : clusters) {
            table.row(
                    cluster.path("id"),
                    cluster.path("status"),
                    cluster.path("running").asString("0") + "/"
                            + cluster.path("odpCount").asString("0"),
                    cluster.path("versions"),
                    cluster.path("zones"),
                    cluster.path("activeTask"));
        }
        table.print(out());
        return ExitCodes.DONE;
    }
}
