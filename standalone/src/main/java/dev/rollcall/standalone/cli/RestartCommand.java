package dev.rollcall.standalone.cli;

import static dev.rollcall.standalone.adapter.http.GatewayClient.encoded;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.io.Console;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Asks for a restart, once, however often the network breaks. */
@Command(
        name = "restart",
        description = {
            "Asks for a restart of a cluster's ODPs.",
            "RESTART refuses no new connection; connections still open when the drain time ends are cut by the ODP."
                    + " FORCE_RESTART stops all targeted ODPs and then starts them: clients are cut.",
            "Without --watch it ends as soon as the planner has accepted or rejected the request."
        })
final class RestartCommand extends WatchingCommand {

    private static final String NO_LIMIT = "none";
    private static final Duration SHORT_DRAIN = Duration.ofSeconds(1);
    private static final Duration WAIT = Duration.ofSeconds(10);

    @Parameters(paramLabel = "CLUSTER", description = "Id of the cluster.")
    private String cluster = "";

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "RESTART",
            description = "RESTART or FORCE_RESTART (default: ${DEFAULT-VALUE}).")
    private RestartModeOption mode = RestartModeOption.RESTART;

    @Option(
            names = "--odp",
            paramLabel = "ODP",
            split = ",",
            description = "Only these ODPs; may be repeated. Default: all.")
    private @Nullable List<String> odps;

    @Option(
            names = "--batches",
            paramLabel = "SIZE",
            split = ",",
            description = "Sizes of the batches, counts or percentages, the last one repeats: 1,25%%.")
    private @Nullable List<String> sizes;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "In place of --batches: canary-then-quarters, one-by-one, zone-by-zone, half-and-half.")
    private @Nullable String preset;

    @Option(names = "--group-by", paramLabel = "zone|none", description = "zone: a batch ends where a zone ends.")
    private @Nullable String groupBy;

    @Option(
            names = "--min-running",
            paramLabel = "SIZE",
            description = "How many ODPs of the cluster must run all the time, count or percentage.")
    private @Nullable String minRunning;

    @Option(
            names = "--max-failures",
            paramLabel = "N",
            description = "How many ODPs may fail before the task halts (default: 0).")
    private @Nullable Integer maxFailures;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a batch must stay Running before the next.")
    private @Nullable Duration settle;

    @Option(names = "--window", description = "The next ODP begins when a slot is free, without waiting for its batch.")
    private boolean window;

    @Option(names = "--pause-after-first", description = "Pause after the first batch, until somebody resumes.")
    private boolean pauseAfterFirst;

    @Option(
            names = "--drain",
            paramLabel = "OVERLAP|WAIT",
            description = "Whether the next batch waits for old processes to leave.")
    private @Nullable String drain;

    @Option(
            names = "--exit-timeout",
            paramLabel = "TIME",
            description = "hot_upgrade_exit_timeout of this restart: 0s to 24h, or none. Default: as set on each ODP.")
    private @Nullable String exitTimeout;

    @Option(names = "--expected-version", paramLabel = "V", description = "Version each ODP must have afterwards.")
    private @Nullable String expectedVersion;

    @Option(names = "--not-before", paramLabel = "TIME", description = "Begin no earlier (2026-01-31T22:00:00Z).")
    private @Nullable String notBefore;

    @Option(names = "--not-after", paramLabel = "TIME", description = "Begin no batch later.")
    private @Nullable String notAfter;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stands in the task and in the audit.")
    private @Nullable String reason;

    @Option(
            names = "--dry-run",
            description = "Check everything and show the batches; no ODP is touched and nothing is locked.")
    private boolean dryRun;

    @Option(
            names = "--confirm",
            paramLabel = "CLUSTER",
            description = "The cluster's id once more: needed for FORCE_RESTART, and for an --exit-timeout under 1 s."
                    + " On a terminal it is asked for.")
    private @Nullable String confirm;

    @Option(
            names = "--key",
            paramLabel = "TEXT",
            description =
                    "Idempotency key: asking again with the same key is the same task. Default: a new one each time.")
    private @Nullable String key;

    @Option(names = "--watch", description = "Follow the task to its end. Ctrl-C ends the watching, not the task.")
    private boolean watch;

    @Override
    int run(GatewayClient gateway) throws InterruptedException {
        ObjectNode request = request();
        if (!dryRun) {
            String confirmed = confirmation(gateway);
            if (confirmed != null) {
                request.put("confirm", confirmed);
            }
        }
        String used = key == null ? UUID.randomUUID().toString() : key;
        // A watched task need not wait for the planner's word: it will be seen.
        JsonNode task = gateway.restart(cluster, request, used, watch ? Duration.ZERO : WAIT);
        String id = task.path("id").asString("");
        if (watch) {
            if (!json()) {
                out().line("Restarting cluster %s (%s), task %s", cluster, mode, id);
            }
            return watch(gateway, id);
        }
        if (json()) {
            print(task);
        } else {
            TaskCommand.show(task, out());
        }
        String state = task.path("state").asString("");
        return state.equals("PENDING") ? ExitCodes.NOT_CONFIRMED : ExitCodes.ofState(state);
    }

    /** The request without its confirmation. */
    private ObjectNode request() {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("mode", mode.name());
        putAll(request, "odps", odps);
        ObjectNode batching = JsonNodeFactory.instance.objectNode();
        putAll(batching, "sizes", sizes);
        put(batching, "preset", preset);
        put(batching, "groupBy", groupBy);
        put(batching, "minRunning", minRunning);
        if (maxFailures != null) {
            batching.put("maxFailures", maxFailures);
        }
        put(batching, "settle", settle);
        if (window) {
            batching.put("window", true);
        }
        if (pauseAfterFirst) {
            batching.put("pauseAfterFirst", true);
        }
        put(batching, "drain", drain);
        if (!batching.isEmpty()) {
            request.set("batching", batching);
        }
        if (exitTimeout != null) {
            Duration limit = drainLimit();
            request.put("hotUpgradeExitTimeout", limit == null ? "NONE" : limit.toString());
        }
        put(request, "expectedVersion", expectedVersion);
        put(request, "notBefore", notBefore);
        put(request, "notAfter", notAfter);
        put(request, "reason", reason);
        if (dryRun) {
            request.put("dryRun", true);
        }
        return request;
    }

    private static void put(ObjectNode node, String field, @Nullable Object value) {
        if (value != null) {
            node.put(field, value.toString());
        }
    }

    private static void putAll(ObjectNode node, String field, @Nullable List<String> values) {
        if (values != null) {
            ArrayNode array = node.putArray(field);
            values.forEach(value -> array.add(value.strip()));
        }
    }

    /** Null: no limit. */
    private @Nullable Duration drainLimit() {
        if (exitTimeout == null || NO_LIMIT.equalsIgnoreCase(exitTimeout)) {
            return null;
        }
        try {
            return Durations.parse(exitTimeout);
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), "--exit-timeout: " + e.getMessage() + ", or none", e);
        }
    }

    /** What has to be repeated where clients will be cut; null where nothing has to. */
    private @Nullable String confirmation(GatewayClient gateway) {
        Duration limit = drainLimit();
        boolean shortDrain = limit != null && limit.compareTo(SHORT_DRAIN) < 0;
        if (mode != RestartModeOption.FORCE_RESTART && !shortDrain) {
            return confirm;
        }
        if (confirm != null && !confirm.equals(cluster)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--confirm says %s, and the cluster is %s; nothing was asked for".formatted(confirm, cluster));
        }
        if (confirm != null) {
            return confirm;
        }
        String consequence = mode == RestartModeOption.FORCE_RESTART
                ? "FORCE_RESTART stops the ODPs first and then starts them: all of their clients are cut, and new ones are refused meanwhile."
                : "With an exit timeout under 1 s, connections are cut about a second after the new process serves.";
        Console console = Terminals.canAsk() ? System.console() : null;
        if (console == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s Repeat the cluster's id to confirm: --confirm %s".formatted(consequence, cluster));
        }
        JsonNode odpsNow = gateway.get("/api/v1/clusters/" + encoded(cluster)).path("odps");
        long clients = odpsNow.valueStream()
                .filter(odp -> odps == null || odps.contains(odp.path("id").asString("")))
                .mapToLong(odp -> odp.path("clients").asLong(0))
                .sum();
        err().line("%s %d client connections are known now.", consequence, clients);
        String typed = console.readLine("Type the cluster's id to go on: ");
        if (!cluster.equals(typed == null ? null : typed.strip())) {
            throw new ParameterException(spec.commandLine(), "Not confirmed; nothing was asked for");
        }
        return cluster;
    }
}
