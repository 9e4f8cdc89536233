package dev.rollcall.standalone.cli;

import dev.rollcall.gateway.adapter.yaml.ClusterFile;
import dev.rollcall.standalone.adapter.broker.DataDirectory;
import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.adapter.http.GatewayException;
import dev.rollcall.standalone.app.AppliedDefinitions;
import dev.rollcall.standalone.app.StandaloneServer;
import dev.rollcall.standalone.app.StandaloneSettings;
import dev.rollcall.standalone.app.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** All of Rollcall for the hosts of whoever starts it. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serves your own ODP clusters from this machine until Ctrl-C.",
            "What was running when it was killed goes on when it starts again with the same --data."
        })
final class ServeCommand implements Callable<Integer> {

    @Option(
            names = "--clusters",
            paramLabel = "FILE",
            description = "YAML with cluster definitions, stored at start where they changed.")
    @Nullable
    Path clusters;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings of the services (YAML or properties), above all the agent's credentials and known_hosts.")
    @Nullable
    Path config;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Mixin
    private ReachOptions reachOptions = new ReachOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path data = options.dataOr("serve");
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        // Everything a person can have got wrong is found before anything starts or is written.
        ClusterFile file = clusters == null ? null : ClusterFile.read(clusters);
        Map<String, Object> more = configured();
        StandaloneSettings.Reach reach = reach();
        StandaloneServer.requirePorts(options.ports());
        try (DataDirectory taken = DataDirectory.take(data)) {
            Terminal.logInto(taken.path());
            return serve(taken.path(), file, reach, more, terminal);
        }
    }

    private StandaloneSettings.Reach reach() {
        try {
            return reachOptions.reach();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int serve(
            Path data,
            @Nullable ClusterFile file,
            StandaloneSettings.Reach reach,
            Map<String, Object> more,
            Terminal terminal)
            throws Exception {
        Path usersFile = data.resolve("users.yml");
        Users users = Users.kept(usersFile, data.resolve("users.properties"), System.getenv(Users.PASSWORD_VARIABLE));
        terminal.line("Starting Kafka and the services; data in %s", data);
        try (Running running = Running.untilClosed();
                StandaloneServer server = running.keep(StandaloneServer.start(settings(data, reach, users, more)))) {
            GatewayClient gateway =
                    new GatewayClient(server.gateway(), Users.PROGRAM, users.programPassword(), reach.certificate());
            gateway.awaitReady(ServerOptions.READY_WITHIN);
            if (file != null) {
                apply(file, gateway, data, terminal);
            }
            terminal.line("Rollcall serves at %s", server.gateway());
            if (users.password() == null) {
                terminal.line("  users     those in %s; changes there count at once", usersFile);
            } else {
                terminal.line("  users     %s; password %s", String.join(", ", Users.names()), users.password());
                terminal.line("            shown this once; hashes are in %s, changes there count at once", usersFile);
            }
            terminal.line("  probes    %s/actuator/health, metrics /actuator/prometheus", server.management());
            terminal.line("  Kafka     %s, schema registry %s", server.bootstrapServers(), server.registryUrl());
            running.awaitEnd();
            return 0;
        }
    }

    private Map<String, Object> configured() {
        if (config == null) {
            return Map.of();
        }
        if (!Files.isReadable(config)) {
            throw new ParameterException(spec.commandLine(), "--config: cannot read " + config);
        }
        return Map.of(
                "spring.config.additional-location",
                config.toAbsolutePath().toUri().toString());
    }

    private StandaloneSettings settings(
            Path data, StandaloneSettings.Reach reach, Users users, Map<String, Object> more) {
        return new StandaloneSettings(data, options.ports(), reach, users, more);
    }

    private static void apply(ClusterFile file, GatewayClient gateway, Path data, Terminal terminal)
            throws IOException {
        AppliedDefinitions applied = AppliedDefinitions.in(data.resolve("applied-clusters.properties"));
        for (Map.Entry<String, JsonNode> entry : file.definitions().entrySet()) {
            String cluster = entry.getKey();
            String definition = entry.getValue().toString();
            if (applied.contains(cluster, definition)) {
                continue;
            }
            try {
                gateway.putCluster(cluster, entry.getValue());
                applied.add(cluster, definition);
                terminal.line("Cluster %s is stored", cluster);
            } catch (GatewayException e) {
                DefinitionFaults.of(file, cluster, e, "start again").forEach(fault -> terminal.line("%s", fault));
            }
        }
    }
}
