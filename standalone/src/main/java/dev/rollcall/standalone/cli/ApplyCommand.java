package dev.rollcall.standalone.cli;

import dev.rollcall.gateway.adapter.yaml.ClusterFile;
import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.adapter.http.GatewayException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Registers clusters. */
@Command(
        name = "apply",
        description = {
            "Registers the clusters of a YAML file, or replaces their definitions. It touches no host.",
            "A definition that is refused does not hold the others back; each fault is told with its line."
        })
final class ApplyCommand extends GatewayCommand {

    private static final int CREATED = 201;
    private static final Path STANDARD_INPUT = Path.of("-");

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The file, as docs/cli.md shows it; - is standard input.")
    private Path path = STANDARD_INPUT;

    @Override
    int run(GatewayClient gateway) {
        ClusterFile file = path.equals(STANDARD_INPUT)
                ? ClusterFile.read("standard input", new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : ClusterFile.read(path);
        int code = ExitCodes.DONE;
        ArrayNode outcome = JsonNodeFactory.instance.arrayNode();
        for (Map.Entry<String, JsonNode> entry : file.definitions().entrySet()) {
            String cluster = entry.getKey();
            ObjectNode said = outcome.addObject().put("cluster", cluster);
            try {
                GatewayClient.Answer answer = gateway.put(cluster, entry.getValue());
                String revision = Table.text(answer.body().path("revision"));
                String what = answer.status() == CREATED ? "registered" : "replaced";
                said.put("outcome", what)
                        .put("revision", answer.body().path("revision").asLong(0));
                if (!json()) {
                    out().line("Cluster %s is %s, revision %s", cluster, what, revision);
                }
            } catch (GatewayException e) {
                if (e.status() >= 500) {
                    throw e;
                }
                said.put("outcome", "refused").set("problem", e.problem());
                DefinitionFaults.of(file, cluster, e, "apply it again").forEach(fault -> err().line("%s", fault));
                code = ExitCodes.REFUSED;
            }
        }
        if (json()) {
            print(outcome);
        }
        return code;
    }
}
