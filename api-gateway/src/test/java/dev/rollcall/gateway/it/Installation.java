package dev.rollcall.gateway.it;

import dev.rollcall.gateway.ApiGatewayApplication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** A broker, as many gateways as a test wants, and stand-ins for the other services. */
final class Installation implements AutoCloseable {

    static final int PARTITIONS = 3;

    private static @Nullable Installation shared;

    private final String registry = "mock://" + UUID.randomUUID();
    private final EmbeddedKafkaKraftBroker broker;
    private final Deque<ConfigurableApplicationContext> gateways = new ArrayDeque<>();
    private final FakeServices services;
    private int second;

    Installation() {
        broker = new EmbeddedKafkaKraftBroker(1, PARTITIONS);
        broker.brokerProperties(Map.of(
                "auto.create.topics.enable", "false",
                "transaction.state.log.num.partitions", "3",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0"));
        broker.afterPropertiesSet();
        ConfigurableApplicationContext first = gateway(PARTITIONS);
        services = new FakeServices(broker.getBrokersAsString(), registry, PARTITIONS);
        gateways.push(first);
    }

    /** One for all tests of this run that do no harm to it; a broker of its own would cost each of them seconds. With two gateways. */
    static synchronized Installation shared() {
        Installation installation = shared;
        if (installation == null) {
            installation = new Installation();
            installation.second = installation.anotherGateway(PARTITIONS);
            shared = installation;
            Runtime.getRuntime().addShutdownHook(new Thread(installation::closeQuietly));
        }
        return installation;
    }

    private void closeQuietly() {
        try {
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    FakeServices services() {
        return services;
    }

    /** The port of the second gateway. */
    int secondPort() {
        return second;
    }

    String brokers() {
        return broker.getBrokersAsString();
    }

    /** Starts another gateway. */
    int anotherGateway() {
        return anotherGateway(PARTITIONS);
    }

    /** Starts another gateway that takes the topics to have so many partitions. */
    int anotherGateway(int partitions) {
        ConfigurableApplicationContext gateway = gateway(partitions);
        gateways.push(gateway);
        return port(gateway);
    }

    /** Starts another gateway with further settings. */
    int anotherGateway(String... settings) {
        List<String> all = new ArrayList<>(List.of(arguments(PARTITIONS)));
        all.addAll(List.of(settings));
        ConfigurableApplicationContext gateway = ApiGatewayApplication.builder().run(all.toArray(String[]::new));
        gateways.push(gateway);
        return port(gateway);
    }

    /** The port of the first gateway. */
    int port() {
        return port(gateways.getLast());
    }

    /** The port for probes and metrics of the first gateway. */
    int managementPort() {
        return gateways.getLast().getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    private static int port(ConfigurableApplicationContext gateway) {
        var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
        if (server == null) {
            throw new IllegalStateException("The gateway does not serve");
        }
        return server.getPort();
    }

    private ConfigurableApplicationContext gateway(int partitions) {
        return ApiGatewayApplication.builder().run(arguments(partitions));
    }

    private String[] arguments(int partitions) {
        return new String[] {
            "--server.port=0",
            "--management.server.port=0",
            "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
            "--spring.kafka.properties[schema.registry.url]=" + registry,
            "--rollcall.kafka.partitions=" + partitions,
            "--rollcall.gateway.planner-timeout=2s",
            "--rollcall.gateway.control-timeout=1s",
            "--rollcall.gateway.stream-heartbeat=300ms",
            "--rollcall.gateway.allow-plain-passwords=true",
            "--rollcall.gateway.users[0].name=admin",
            "--rollcall.gateway.users[0].password={noop}secret-admin",
            "--rollcall.gateway.users[0].roles=ADMIN",
            "--rollcall.gateway.users[1].name=operator",
            "--rollcall.gateway.users[1].password={noop}secret-operator",
            "--rollcall.gateway.users[1].roles=OBPROXY_MANAGER",
            "--rollcall.gateway.users[2].name=viewer",
            "--rollcall.gateway.users[2].password={noop}secret-viewer",
            "--rollcall.gateway.users[2].roles=OBPROXY_VIEWER"
        };
    }

    @Override
    public void close() throws InterruptedException {
        gateways.forEach(ConfigurableApplicationContext::close);
        services.close();
        broker.destroy();
    }
}
