package dev.rollcall.standalone.cli;

import static dev.rollcall.standalone.adapter.http.GatewayClient.encoded;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows one cluster: its ODPs, and what can be done with them. */
@Command(name = "odps", description = "Lists the ODPs of a cluster, and says which restart is possible.")
final class OdpsCommand extends GatewayCommand {

    @Parameters(paramLabel = "CLUSTER", description = "Id of the cluster.")
    private String cluster = "";

    @Override
    int run(GatewayClient gateway) {
        JsonNode found = gateway.get("/api/v1/clusters/" + encoded(cluster));
        if (json()) {
            print(found);
            return ExitCodes.DONE;
        }
        Table table = new Table("ODP", "ZONE", "STATE", "VERSION", "PID", "SINCE", "CLIENTS", "SEEN");
        for (JsonNode odp : found.path("odps")) {
            table.row(
                    odp.path("id"),
                    odp.path("zone"),
                    odp.path("state").asString("") + (odp.path("draining").asBoolean(false) ? ",draining" : ""),
                    odp.path("version"),
                    odp.path("pid"),
                    odp.path("startedAt"),
                    odp.path("clients"),
                    odp.path("lastSeenAt"));
        }
        table.print(out());
        for (JsonNode mode : found.path("restart").path("modes")) {
            boolean allowed = mode.path("allowed").asBoolean(false);
            out().line(
                            "%s: %s",
                            mode.path("mode").asString(""),
                            allowed
                                    ? "possible"
                                    : "not possible, %s: %s"
                                            .formatted(Table.text(mode.path("code")), Table.text(mode.path("reason"))));
        }
        return ExitCodes.DONE;
    }
}
