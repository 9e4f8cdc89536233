package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.broker.DataDirectory;
import dev.rollcall.standalone.adapter.hosts.DemoHosts;
import dev.rollcall.standalone.adapter.hosts.DemoLayout;
import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.app.StandaloneServer;
import dev.rollcall.standalone.app.StandaloneSettings;
import dev.rollcall.standalone.app.Users;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Emulated hosts and ODPs, all of Rollcall, and one restart of the cluster {@code demo} shown live.
 *
 * <p>When an earlier run was killed in the middle of a restart, this one takes up its ODPs and shows the same task to its end.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Restarts an emulated ODP cluster and shows it live, then goes on serving until Ctrl-C.",
            "It starts three emulated hosts with the clusters demo (6 ODPs 4.3.1), legacy (2 ODPs 3.1.0) and wounded (one of 2 stopped)."
        })
final class DemoCommand implements Callable<Integer> {

    private static final String CLUSTER = "demo";
    private static final Pattern LOOPBACK_NETWORK =
            Pattern.compile("127(\\.(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])){2}");

    @Option(names = "--once", description = "End after the restart; exit code 0 only when it is COMPLETED.")
    private boolean once;

    @Option(
            names = "--mode",
            defaultValue = "RESTART",
            description = "RESTART or FORCE_RESTART (default: ${DEFAULT-VALUE}).")
    private RestartModeOption mode = RestartModeOption.RESTART;

    @Option(
            names = "--network",
            paramLabel = "NET",
            defaultValue = "127.0.1",
            description = "First three numbers of the emulated hosts' addresses; another one lets two demos run side by"
                    + " side (default: ${DEFAULT-VALUE}).")
    private String network = "127.0.1";

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (!LOOPBACK_NETWORK.matcher(network).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--network: expected three numbers of a loopback network such as 127.0.1, not '" + network + "'");
        }
        Path data = options.dataOr("demo");
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        StandaloneServer.requirePorts(options.ports());
        try (DataDirectory taken = DataDirectory.take(data)) {
            Terminal.logInto(taken.path());
            return demo(taken.path(), terminal);
        }
    }

    private int demo(Path data, Terminal terminal) throws Exception {
        Users users = Users.withPassword(System.getenv(Users.PASSWORD_VARIABLE));
        terminal.line("Starting Kafka, the services and three emulated hosts; data in %s", data);
        try (Running running = Running.untilClosed();
                DemoHosts hosts = running.keep(DemoHosts.open(data.resolve("hosts"), network))) {
            CompletableFuture<Void> odps = CompletableFuture.runAsync(() -> startOdps(hosts, CLUSTER));
            try (StandaloneServer server =
                    running.keep(StandaloneServer.start(settings(data, users, agentSettings(hosts))))) {
                join(odps);
                CompletableFuture<Void> others = odps.thenRunAsync(() -> hosts.layout().clusters().stream()
                        .filter(cluster -> !cluster.equals(CLUSTER))
                        .forEach(cluster -> startOdps(hosts, cluster)));
                GatewayClient gateway = new GatewayClient(server.gateway(), Users.ADMIN, passwordOf(users));
                gateway.awaitReady(ServerOptions.READY_WITHIN);
                register(gateway, hosts.layout());
                announce(terminal, server, users);
                JsonNode task = restart(gateway, terminal);
                boolean completed = "COMPLETED".equals(task.path("state").asString(""));
                join(others);
                if (once) {
                    return completed ? 0 : ExitCodes.NOT_COMPLETED;
                }
                goOn(terminal, server, users);
                running.awaitEnd();
                return 0;
            }
        }
    }

    private StandaloneSettings settings(Path data, Users users, Map<String, Object> more) {
        return new StandaloneSettings(data, options.ports(), StandaloneSettings.Reach.LOOPBACK, users, more);
    }

    private static Map<String, Object> agentSettings(DemoHosts hosts) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("rollcall.agent.known-hosts", hosts.knownHosts().toString());
        credential(settings, DemoLayout.SSH_CREDENTIAL, "type", "ssh-key");
        credential(
                settings,
                DemoLayout.SSH_CREDENTIAL,
                "key-file",
                hosts.privateKey().toString());
        credential(settings, DemoLayout.ADMIN_CREDENTIAL, "type", "sql");
        credential(settings, DemoLayout.ADMIN_CREDENTIAL, "password", DemoHosts.ADMIN_PASSWORD);
        credential(settings, DemoLayout.PROBE_CREDENTIAL, "type", "sql");
        credential(settings, DemoLayout.PROBE_CREDENTIAL, "username", DemoHosts.PROBE_USER);
        credential(settings, DemoLayout.PROBE_CREDENTIAL, "password", DemoHosts.PROBE_PASSWORD);
        return settings;
    }

    private static void credential(Map<String, Object> settings, String name, String key, String value) {
        settings.put("rollcall.agent.credentials.%s.%s".formatted(name, key), value);
    }

    private static void startOdps(DemoHosts hosts, String cluster) {
        try {
            hosts.startOdps(cluster);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static void register(GatewayClient gateway, DemoLayout layout) {
        for (String cluster : layout.clusters()) {
            if (gateway.cluster(cluster).isEmpty()) {
                gateway.putCluster(cluster, layout.definition(cluster, DemoHosts.sshUser()));
            }
        }
    }

    private JsonNode restart(GatewayClient gateway, Terminal terminal) throws InterruptedException {
        String taskId = runningTask(gateway);
        if (taskId != null) {
            terminal.line("Going on with task %s of cluster %s, which an earlier run began", taskId, CLUSTER);
        } else {
            ObjectNode request = JsonNodeFactory.instance.objectNode();
            request.put("mode", mode.name()).put("reason", "rollcall demo");
            if (mode == RestartModeOption.FORCE_RESTART) {
                request.put("confirm", CLUSTER);
            }
            taskId = gateway.restart(CLUSTER, request).path("id").asString();
            terminal.line("Restarting cluster %s (%s), task %s", CLUSTER, mode, taskId);
        }
        JsonNode task = new TaskWatch(gateway, new TaskView.Plain(terminal, terminal)).untilEnd(taskId);
        TaskWatch.conclude(task, terminal);
        return task;
    }

    private static @Nullable String runningTask(GatewayClient gateway) {
        JsonNode active = gateway.cluster(CLUSTER)
                .map(cluster -> cluster.path("activeTask"))
                .orElse(JsonNodeFactory.instance.missingNode());
        String id = active.isObject() ? active.path("id").asString("") : active.asString("");
        return id.isEmpty() ? null : id;
    }

    /** Before the restart, so that it can be looked at, and steered, while it runs. */
    private static void announce(Terminal terminal, StandaloneServer server, Users users) {
        terminal.line("  HTTP      %s", server.gateway());
        terminal.line("  users     %s; password %s", String.join(", ", Users.names()), passwordOf(users));
        terminal.line("  probes    %s/actuator/health, metrics /actuator/prometheus", server.management());
        terminal.line("  Kafka     %s, schema registry %s", server.bootstrapServers(), server.registryUrl());
        terminal.line("");
    }

    private static void goOn(Terminal terminal, StandaloneServer server, Users users) {
        terminal.line("");
        terminal.line("Rollcall goes on at %s", server.gateway());
        terminal.line("  try       curl -u operator:%s %s/api/v1/clusters", passwordOf(users), server.gateway());
        terminal.line("Ctrl-C ends it, and the emulated ODPs with it.");
    }

    private static String passwordOf(Users users) {
        String password = users.password();
        if (password == null) {
            throw new IllegalStateException("The demo always knows its password");
        }
        return password;
    }

    private static void join(CompletableFuture<Void> work) {
        try {
            work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
