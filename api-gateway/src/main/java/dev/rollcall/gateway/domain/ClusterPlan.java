package dev.rollcall.gateway.domain;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole cluster definition that is valid, with all defaults filled in. */
public record ClusterPlan(String name, String description, Map<String, String> labels, List<PlannedOdp> odps) {

    public ClusterPlan {
        labels = Map.copyOf(labels);
        odps = List.copyOf(odps);
    }

    /** One ODP; the credentials are names. */
    public record PlannedOdp(
            OdpId id,
            String host,
            String zone,
            int sqlPort,
            @Nullable String adminAddress,
            String home,
            String launcher,
            String sshUser,
            int sshPort,
            String sshCredential,
            String adminCredential,
            @Nullable String probeCredential,
            @Nullable String sshJump,
            @Nullable String runAs,
            List<String> startCommand,
            List<String> stopCommand,
            Map<String, String> environment) {

        public PlannedOdp {
            startCommand = List.copyOf(startCommand);
            stopCommand = List.copyOf(stopCommand);
            environment = Map.copyOf(environment);
        }
    }
}
