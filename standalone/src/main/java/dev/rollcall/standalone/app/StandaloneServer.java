package dev.rollcall.standalone.app;

import dev.rollcall.agent.AgentServiceApplication;
import dev.rollcall.gateway.ApiGatewayApplication;
import dev.rollcall.planner.PlannerServiceApplication;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.net.LoopbackPorts;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import dev.rollcall.task.TaskServiceApplication;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * All of Rollcall in this JVM: the broker, the registry, and the four services' own applications, told only where these two are.
 *
 * <p>Everything listens on 127.0.0.1, but the gateway elsewhere when it is told to. What was running when the process was killed goes on when it is started again on the same data
 * directory. Threading: {@link #close} may be called from any thread, and twice.
 */
public final class StandaloneServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StandaloneServer.class);
    private static final int PARTITIONS = 3;
    /** One port is enough for one process: the gateway's shows what all of them count. */
    private static final Map<String, Object> SILENT =
            Map.of("spring.main.web-application-type", "none", "management.prometheus.metrics.export.enabled", false);

    private record Service(String name, Supplier<SpringApplicationBuilder> application, Map<String, Object> settings) {}

    private final Deque<AutoCloseable> started;
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;
    private final URI gateway;
    private final URI management;

    private StandaloneServer(
            Deque<AutoCloseable> started,
            EmbeddedBroker broker,
            EmbeddedRegistry registry,
            URI gateway,
            URI management) {
        this.started = started;
        this.broker = broker;
        this.registry = registry;
        this.gateway = gateway;
        this.management = management;
    }

    /**
     * Checks that the ports are free: to be called before anything else is started or written.
     *
     * @throws dev.rollcall.standalone.adapter.net.PortInUseException naming the option that chooses another port
     */
    public static void requirePorts(StandaloneSettings.Ports ports) {
        LoopbackPorts.requireFree(ports.http(), "the HTTP API", StandaloneSettings.HTTP_PORT_OPTION);
        LoopbackPorts.requireFree(ports.management(), "probes and metrics", StandaloneSettings.MANAGEMENT_PORT_OPTION);
        LoopbackPorts.requireFree(ports.kafka(), "Kafka", EmbeddedBroker.PORT_OPTION);
        LoopbackPorts.requireFree(ports.registry(), "the schema registry", EmbeddedRegistry.PORT_OPTION);
    }

    /** Starts everything and returns when the gateway answers. What was started is stopped again when something fails. */
    public static StandaloneServer start(StandaloneSettings settings) {
        requirePorts(settings.ports());
        Deque<AutoCloseable> started = new ArrayDeque<>();
        try {
            EmbeddedBroker broker = EmbeddedBroker.start(
                    settings.data().resolve("kafka"), settings.ports().kafka());
            started.push(broker);
            EmbeddedRegistry registry = EmbeddedRegistry.start(
                    broker.bootstrapServers(), settings.ports().registry());
            started.push(registry);
            int httpPort = settings.ports().http() == 0
                    ? LoopbackPorts.anyFree()
                    : settings.ports().http();
            int managementPort = settings.ports().management() == 0
                    ? LoopbackPorts.anyFree()
                    : settings.ports().management();
            startServices(services(settings, broker, registry, httpPort, managementPort), started);
            String scheme = settings.reach().hasTls() ? "https" : "http";
            String host = settings.reach().ownAddress();
            return new StandaloneServer(
                    started,
                    broker,
                    registry,
                    URI.create(
                            "%s://%s:%d".formatted(scheme, host.indexOf(':') < 0 ? host : "[" + host + "]", httpPort)),
                    URI.create("http://127.0.0.1:" + managementPort));
        } catch (RuntimeException | Error e) {
            closeAll(started);
            throw e;
        }
    }

    /** Address of the gateway. */
    public URI gateway() {
        return gateway;
    }

    /** Address of probes and metrics. */
    public URI management() {
        return management;
    }

    /** Where Kafka clients connect. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Where the schemas are. */
    public String registryUrl() {
        return registry.url();
    }

    @Override
    public void close() {
        closeAll(started);
    }

    private static List<Service> services(
            StandaloneSettings settings,
            EmbeddedBroker broker,
            EmbeddedRegistry registry,
            int httpPort,
            int managementPort) {
        Map<String, Object> common = new LinkedHashMap<>();
        common.put("spring.kafka.bootstrap-servers", broker.bootstrapServers());
        common.put("spring.kafka.properties.schema.registry.url", registry.url());
        common.put("rollcall.kafka.partitions", PARTITIONS);
        common.put("rollcall.kafka.replicas", 1);
        // Five programs start on this machine at once: the first answers take longer than they do between machines.
        common.put("rollcall.gateway.planner-timeout", "30s");
        Map<String, Object> planner = with(common, SILENT, streams("planner", settings), settings.more());
        Map<String, Object> task = with(common, SILENT, streams("task", settings), settings.more());
        Map<String, Object> agent = with(common, SILENT, Map.of("rollcall.agent.id", "standalone"), settings.more());
        Map<String, Object> gateway = with(common, settings.users().settings(), settings.more());
        gateway.put("server.address", settings.reach().address());
        gateway.put("server.port", httpPort);
        gateway.put("management.server.address", "127.0.0.1");
        gateway.put("management.server.port", managementPort);
        gateway.put("rollcall.gateway.sign-in.session-key-file", SessionKey.in(settings.data()));
        if (settings.reach().hasTls()) {
            String bundle = "spring.ssl.bundle.pem.gateway.";
            gateway.put("server.ssl.bundle", "gateway");
            gateway.put(bundle + "reload-on-update", true);
            gateway.put(
                    bundle + "keystore.certificate", "file:" + settings.reach().certificate());
            gateway.put(
                    bundle + "keystore.private-key", "file:" + settings.reach().key());
        }
        // In the order in which they are to be up: nothing may be asked for before somebody would hear it.
        return List.of(
                new Service("planner-service", PlannerServiceApplication::builder, planner),
                new Service("agent-service", AgentServiceApplication::builder, agent),
                new Service("task-service", TaskServiceApplication::builder, task),
                new Service("api-gateway", ApiGatewayApplication::builder, gateway));
    }

    /** The instance keeps its name, so that after a kill it takes its partitions up at once instead of waiting for itself to lapse. */
    private static Map<String, Object> streams(String service, StandaloneSettings settings) {
        String prefix = "rollcall." + service + ".";
        return Map.of(
                prefix + "state-dir",
                settings.data().resolve(service).toString(),
                prefix + "instance-id",
                "standalone");
    }

    @SafeVarargs
    private static Map<String, Object> with(Map<String, Object> first, Map<String, Object>... others) {
        Map<String, Object> all = new LinkedHashMap<>(first);
        for (Map<String, Object> other : others) {
            all.putAll(other);
        }
        return all;
    }

    private static void startServices(List<Service> services, Deque<AutoCloseable> started) {
        ExecutorService starters = Executors.newFixedThreadPool(services.size());
        try {
            List<CompletableFuture<ConfigurableApplicationContext>> contexts = new ArrayList<>();
            for (Service service : services) {
                contexts.add(CompletableFuture.supplyAsync(() -> run(service), starters));
            }
            RuntimeException failure = null;
            for (CompletableFuture<ConfigurableApplicationContext> context : contexts) {
                try {
                    started.push(context.join());
                } catch (CompletionException e) {
                    failure = e.getCause() instanceof RuntimeException cause ? cause : e;
                }
            }
            if (failure != null) {
                throw failure;
            }
            shareMeters(contexts.stream().map(CompletableFuture::join).toList());
        } finally {
            starters.shutdownNow();
        }
    }

    /** What the silent ones count is shown by the one that is not. */
    private static void shareMeters(List<ConfigurableApplicationContext> contexts) {
        List<MeterRegistry> registries = contexts.stream()
                .map(context -> context.getBean(MeterRegistry.class))
                .toList();
        for (MeterRegistry shown : registries) {
            if (!(shown instanceof CompositeMeterRegistry)) {
                registries.stream()
                        .filter(CompositeMeterRegistry.class::isInstance)
                        .forEach(silent -> ((CompositeMeterRegistry) silent).add(shown));
            }
        }
    }

    private static ConfigurableApplicationContext run(Service service) {
        long begin = System.nanoTime();
        Thread thread = Thread.currentThread();
        thread.setName("start-" + service.name());
        try {
            SpringApplicationBuilder application = service.application().get().registerShutdownHook(false);
            // As command-line arguments, so that they go before the service's own settings file.
            ConfigurableApplicationContext context = application.run(service.settings().entrySet().stream()
                    .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                    .toArray(String[]::new));
            LOG.info("{} is up after {} ms", service.name(), (System.nanoTime() - begin) / 1_000_000);
            return context;
        } catch (RuntimeException e) {
            throw new IllegalStateException(service.name() + " does not start: " + e.getMessage(), e);
        }
    }

    private static synchronized void closeAll(Deque<AutoCloseable> started) {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
