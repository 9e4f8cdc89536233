package dev.rollcall.standalone.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.schemas.Service;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import dev.rollcall.standalone.app.Users;
import dev.rollcall.standalone.cli.CommandLineRun;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Three brokers with an authorizer, the four services as their own programs, two of each, and hosts with a real sshd. While a rolling restart
 * runs, the instance that is at work dies, of each service one, and a broker.
 */
class DistributedIT {
    /** Eight services start on one machine at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private static final String PASSWORD = "distributed-it";
    private static final String HASH = Users.hashOf(PASSWORD);
    private static final String CLUSTER = "pay";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    @TempDir
    Path directory = Path.of("unset");

    /** In the order in which they were started; ended the other way round. */
    private final List<AutoCloseable> started = new ArrayList<>();

    private final List<SshHost> hosts = new ArrayList<>();
    private final Map<String, EmulatedOdp> odps = new LinkedHashMap<>();
    private final Map<String, List<Instance>> services = new HashMap<>();

    @BeforeEach
    void start() throws Exception {
        SshHost.require();
        startHosts();
        Brokers brokers = keep(Brokers.start(directory));
        EmbeddedRegistry registry = keep(EmbeddedRegistry.start(brokers.forAdministrators(), 0));
        CommandLineRun.succeeds(
                "kafka", "topics", "--bootstrap", brokers.forAdministrators(), "--partitions", "3", "--replicas", "3");
        CommandLineRun.succeeds(
                "kafka", "schemas", "--bootstrap", brokers.forAdministrators(), "--registry", registry.url());
        CommandLineRun.succeeds("kafka", "acls", "--apply", "--bootstrap", brokers.forAdministrators());
        for (Service service : Service.values()) {
            for (int number = 1; number <= 2; number++) {
                Instance instance = keep(Instance.start(
                        service.serviceName(), number, directory, settings(service, number, brokers, registry)));
                services.computeIfAbsent(service.serviceName(), name -> new ArrayList<>())
                        .add(instance);
            }
        }
        services.values().stream()
                .flatMap(List::stream)
                .forEach(instance -> await(instance.name() + " is ready", () -> isReadyOrGone(instance)));
    }

    /** What the processes said is kept in {@code target/distributed}. */
    @AfterEach
    void stop() throws Exception {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).close();
        }
        Path kept = Files.createDirectories(Path.of("target", "distributed"));
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "*.log")) {
            for (Path log : logs) {
                Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @Test
    void shouldRestartEveryOdpOnceWhileOneOfEachServiceAndABrokerDie() throws Exception {
        // given
        List<Instance> gateways = services("api-gateway");
        register(gateways.get(0));
        for (Instance gateway : gateways) {
            await("every ODP runs at " + gateway.name(), () -> running(gateway) == odps.size());
        }

        // when
        String task = restart(gateways.get(0));
        Follower follower = keep(new Follower(gateways, DistributedIT::signedIn, task));

        await("batch 1 begins", () -> follower.heard("BATCH_STARTED", 1));
        Instance agent = the("agent-service", DistributedIT::works);
        kill(agent, follower);

        await("batch 2 begins", () -> follower.heard("BATCH_STARTED", 2));
        Instance planner = the(
                "planner-service",
                instance -> instance.metric(
                                "rollcall_planner_decisions_seconds_count",
                                "input=\"restart-requested\",outcome=\"accepted\"")
                        > 0);
        kill(planner, follower);

        await("batch 3 begins", () -> follower.heard("BATCH_STARTED", 3));
        Instance folder =
                the("task-service", instance -> instance.metric("rollcall_tasks_open", "state=\"RUNNING\"") > 0);
        kill(folder, follower);

        await("batch 4 begins", () -> follower.heard("BATCH_STARTED", 4));
        Instance gateway = follower.gateway();
        kill(gateway, follower);
        brokersOf(started).kill(1);

        await("the task ends", () -> follower.heard("TASK_ENDED", 0));

        // then
        Instance left = gateways.stream().filter(Instance::isAlive).findFirst().orElseThrow();
        JsonNode ended = get(left, "/api/v1/tasks/" + task);
        assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("COMPLETED");
        for (Map.Entry<String, EmulatedOdp> odp : odps.entrySet()) {
            assertThat(odp.getValue().ledger().hotRestarts()).as(odp.getKey()).isEqualTo(1);
        }
        assertThat(follower.events().stream()
                        .map(event -> event.path("sequence").asInt()))
                .as("what the client saw of the timeline")
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, follower.events().size())
                                .boxed()
                                .toList());
        assertLogsAreFoundByTask(task);
    }

    /** Lines of the log that are about a task are found by its id. */
    private void assertLogsAreFoundByTask(String task) throws IOException {
        for (String service : List.of("planner-service", "agent-service")) {
            List<JsonNode> about = new ArrayList<>();
            for (Instance instance : services(service)) {
                for (String line : instance.log()) {
                    if (line.startsWith("{")) {
                        JsonNode document = JsonMapper.shared().readTree(line);
                        if (document.path("taskId").asString("").equals(task)) {
                            about.add(document);
                        }
                    }
                }
            }
            assertThat(about)
                    .as("lines of %s about the task", service)
                    .isNotEmpty()
                    .allSatisfy(
                            line -> assertThat(line.path("message").asString()).isNotEmpty());
            assertThat(service.equals("planner-service")
                            || about.stream()
                                    .allMatch(line ->
                                            odps.containsKey(line.path("odpId").asString(""))))
                    .as("every line of an agent names its ODP")
                    .isTrue();
        }
    }

    /** kill -9; prints how long people saw nothing new. */
    private static void kill(Instance instance, Follower follower) {
        int before = follower.events().size();
        long begin = System.nanoTime();
        instance.kill();
        await(
                "the task goes on without " + instance.name(),
                () -> follower.events().size() > before);
        System.out.printf("%s killed: next event after %.1f s%n", instance.name(), (System.nanoTime() - begin) / 1e9);
    }

    private void startHosts() throws Exception {
        Path key = directory.resolve("user_key");
        SshHost.makeKey(key);
        List<String> known = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            SshHost host = keep(SshHost.start(directory.resolve("host-" + number), "127.0.7." + number, key));
            hosts.add(host);
            known.add(host.knownHostsLine());
            for (int i = 1; i <= 2; i++) {
                Path home = directory.resolve("host-" + number + "/obproxy-" + i);
                EmulatedOdp odp = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults()
                                .withListenIp(host.address())
                                .withTick(Duration.ofSeconds(1))
                                .withExitTimeout(Duration.ofSeconds(1)));
                keep(odp::kill);
                odp.start();
                odps.put(host.address() + ":" + odp.port(), odp);
            }
        }
        Files.write(directory.resolve("known_hosts"), known);
    }

    private Map<String, Object> settings(Service service, int number, Brokers brokers, EmbeddedRegistry registry) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("spring.kafka.bootstrap-servers", brokers.forServices());
        settings.put("spring.kafka.properties[schema.registry.url]", registry.url());
        settings.put("spring.kafka.properties[auto.register.schemas]", false);
        Brokers.signIn(service.serviceName())
                .forEach((name, value) -> settings.put("spring.kafka.properties[" + name + "]", value));
        settings.put("logging.structured.format.console", "ecs");
        settings.put("rollcall.kafka.partitions", 3);
        settings.put("rollcall.kafka.replicas", 3);
        String state = directory
                .resolve(service.serviceName() + "-" + number + "-state")
                .toString();
        switch (service) {
            case PLANNER_SERVICE -> {
                settings.put("rollcall.planner.state-dir", state);
                settings.put("rollcall.planner.instance-id", "planner-" + number);
                settings.put("rollcall.planner.standby-replicas", 1);
                settings.put("rollcall.planner.silence", "8s");
            }
            case TASK_SERVICE -> {
                settings.put("rollcall.task.state-dir", state);
                settings.put("rollcall.task.instance-id", "task-" + number);
                settings.put("rollcall.task.standby-replicas", 1);
            }
            case AGENT_SERVICE -> {
                settings.put("rollcall.agent.id", "agent-" + number);
                settings.put("rollcall.agent.known-hosts", directory.resolve("known_hosts"));
                settings.put("rollcall.agent.heartbeat", "2s");
                settings.put("rollcall.agent.lock-lease", "6s");
                settings.put("rollcall.agent.monitor.interval", "2s");
                settings.put("rollcall.agent.credentials.ops-key.type", "ssh-key");
                settings.put("rollcall.agent.credentials.ops-key.key-file", directory.resolve("user_key"));
                settings.put("rollcall.agent.credentials.proxysys.type", "sql");
                settings.put("rollcall.agent.credentials.proxysys.password", "proxysys");
            }
            case API_GATEWAY -> {
                settings.put("rollcall.gateway.users[0].name", "admin");
                settings.put("rollcall.gateway.users[0].password", "{bcrypt}" + HASH);
                settings.put("rollcall.gateway.users[0].roles[0]", "ADMIN");
                settings.put("rollcall.gateway.planner-timeout", "30s");
            }
        }
        return settings;
    }

    private void register(Instance gateway) throws Exception {
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        ObjectNode defaults = definition.put("name", "Payments").putObject("defaults");
        defaults.putObject("ssh").put("user", SshHost.user()).put("credential", "ops-key");
        defaults.put("adminCredential", "proxysys").put("launcher", "obproxy");
        ArrayNode all = definition.putArray("odps");
        for (EmulatedOdp odp : odps.values()) {
            String address = odp.settings().listenIp();
            SshHost host = hosts.stream()
                    .filter(candidate -> candidate.address().equals(address))
                    .findFirst()
                    .orElseThrow();
            all.addObject()
                    .put("host", address)
                    .put("sqlPort", odp.port())
                    .put("home", odp.home().toString())
                    .putObject("ssh")
                    .put("port", host.port());
        }
        HttpResponse<String> answer = send(signedIn(gateway.at("/api/v1/clusters/" + CLUSTER))
                .header("Content-Type", "application/json")
                .header("If-None-Match", "*")
                .PUT(HttpRequest.BodyPublishers.ofString(definition.toString())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static String restart(Instance gateway) throws Exception {
        HttpResponse<String> answer = send(signedIn(gateway.at("/api/v1/clusters/" + CLUSTER + "/restarts"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"mode\":\"RESTART\",\"reason\":\"distributed\",\"batching\":{\"sizes\":[\"1\"]}}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JsonMapper.shared().readTree(answer.body()).path("id").asString();
    }

    private static int running(Instance gateway) throws Exception {
        int running = 0;
        for (JsonNode odp : get(gateway, "/api/v1/clusters/" + CLUSTER).path("odps")) {
            running += odp.path("state").asString().equals("RUNNING") ? 1 : 0;
        }
        return running;
    }

    private static JsonNode get(Instance gateway, String path) throws Exception {
        return JsonMapper.shared()
                .readTree(send(signedIn(gateway.at(path)).GET()).body());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.timeout(Duration.ofSeconds(40)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder signedIn(URI address) {
        String basic = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(address).header("Authorization", "Basic " + basic);
    }

    private static boolean works(Instance agent) {
        return agent.metric("rollcall_agent_commands_in_flight", "state=\"working\"") > 0;
    }

    private static boolean isReadyOrGone(Instance instance) {
        assertThat(instance.isAlive())
                .as("%s lives:%n%s", instance.name(), instance.said())
                .isTrue();
        return instance.isReady();
    }

    private List<Instance> services(String name) {
        return services.getOrDefault(name, List.of());
    }

    /** The one that is at work, as soon as one says so. */
    private Instance the(String service, Predicate<Instance> atWork) {
        return Awaitility.await("a " + service + " is at work")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> services(service).stream()
                                .filter(Instance::isAlive)
                                .filter(atWork)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static Brokers brokersOf(List<AutoCloseable> started) {
        return started.stream()
                .filter(Brokers.class::isInstance)
                .map(Brokers.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static void await(String what, Callable<Boolean> fact) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(fact);
    }

    private <T extends AutoCloseable> T keep(T part) {
        started.add(part);
        return part;
    }
}
