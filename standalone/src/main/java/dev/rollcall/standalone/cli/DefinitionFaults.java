package dev.rollcall.standalone.cli;

import dev.rollcall.gateway.adapter.yaml.ClusterFile;
import dev.rollcall.standalone.adapter.http.GatewayException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Says where in its file a definition is at fault. */
final class DefinitionFaults {

    private DefinitionFaults() {}

    /**
     * The faults, each with its line.
     *
     * @param then what to do when they are mended
     */
    static List<String> of(ClusterFile file, String cluster, GatewayException refusal, String then) {
        List<String> faults = new ArrayList<>();
        for (JsonNode error : refusal.problem().path("errors")) {
            String field = error.path("field").asString("");
            faults.add("%s: %s: %s"
                    .formatted(
                            file.line(cluster, field),
                            field,
                            error.path("detail").asString("")));
        }
        if (faults.isEmpty()) {
            faults.add("%s: cluster %s is not stored: %s"
                    .formatted(file.line(cluster, ""), cluster, refusal.getMessage()));
        } else {
            faults.add("Cluster %s is not stored; mend the lines above and %s".formatted(cluster, then));
        }
        return faults;
    }
}
