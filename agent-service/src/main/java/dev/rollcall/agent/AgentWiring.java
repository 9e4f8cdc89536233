package dev.rollcall.agent;

import dev.rollcall.agent.adapter.kafka.KafkaSide;
import dev.rollcall.agent.adapter.kafka.TopicSettings;
import dev.rollcall.agent.adapter.metrics.AgentMeters;
import dev.rollcall.agent.adapter.odp.MariaDbAdminPort;
import dev.rollcall.agent.adapter.ssh.JschRemoteShell;
import dev.rollcall.agent.adapter.ssh.SshSessions;
import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.adapter.ssh.SshTunnels;
import dev.rollcall.agent.app.AdminPort;
import dev.rollcall.agent.app.CommandDesk;
import dev.rollcall.agent.app.CommandRunner;
import dev.rollcall.agent.app.Monitor;
import dev.rollcall.agent.app.OdpHost;
import dev.rollcall.agent.app.Settings;
import dev.rollcall.schemas.admin.KafkaReach;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Puts the parts of the agent together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AgentProperties.class, TopicSettings.class, KafkaProperties.class})
class AgentWiring {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    @Bean
    Settings agentSettings(AgentProperties properties) {
        return new Settings(
                properties.id().isBlank() ? generatedId() : properties.id(),
                properties.maxInFlight(),
                properties.loginTimeout(),
                properties.lockWait(),
                properties.lockLease(),
                properties.rollbackTimeout(),
                properties.stopGrace(),
                properties.startTimeout(),
                properties.maxCommandAge(),
                properties.heartbeat(),
                properties.stopLease());
    }

    /** The host's name, and a part that tells two agents of one host apart. */
    private static String generatedId() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            name = "agent";
        }
        return name + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    @Bean
    ConfiguredCredentials credentials(AgentProperties properties) {
        return new ConfiguredCredentials(properties.credentials());
    }

    @Bean(destroyMethod = "close")
    SshSessions sshSessions(AgentProperties properties, ConfiguredCredentials credentials) {
        Path knownHosts = properties.knownHosts().isBlank()
                ? Path.of(System.getProperty("user.home"), ".ssh", "known_hosts")
                : Path.of(properties.knownHosts());
        return new SshSessions(
                new SshSettings(
                        knownHosts,
                        properties.trustOnFirstUse(),
                        properties.maxHandshakesPerHost(),
                        properties.sshConnectTimeout(),
                        properties.sshKeepAlive(),
                        properties.sshChannelsPerSession(),
                        properties.sshSessionsPerHost(),
                        properties.sshIdle()),
                credentials::ssh);
    }

    @Bean
    OdpHost odpHost(SshSessions sessions, AgentProperties properties) {
        return new OdpHost(new JschRemoteShell(sessions, properties.sshConnectTimeout()), properties.customCommands());
    }

    @Bean
    AdminPort adminPort(SshSessions sessions, ConfiguredCredentials credentials) {
        return new MariaDbAdminPort(new SshTunnels(sessions), credentials::sql);
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService agentTimer() {
        AtomicInteger number = new AtomicInteger();
        ScheduledThreadPoolExecutor timer = (ScheduledThreadPoolExecutor) Executors.newScheduledThreadPool(4, task -> {
            Thread thread = new Thread(task, "agent-timer-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Bean(destroyMethod = "close")
    KafkaSide kafkaSide(
            KafkaProperties kafka,
            TopicSettings topics,
            AgentProperties properties,
            Settings settings,
            AgentMeters meters) {
        return new KafkaSide(
                kafka, topics, settings.agentId(), properties.startWithin(), Clock.systemUTC(), meters::putAside);
    }

    @Bean
    AgentMeters agentMeters(MeterRegistry registry) {
        return new AgentMeters(registry);
    }

    @Bean(destroyMethod = "close")
    Monitor monitor(OdpHost hosts, AdminPort admin, KafkaSide kafka, AgentProperties properties, AgentMeters meters) {
        return new Monitor(
                hosts,
                admin,
                kafka.status(),
                properties.monitor().interval(),
                properties.monitor().heartbeat(),
                properties.monitor().threads(),
                meters);
    }

    @Bean(destroyMethod = "close")
    CommandDesk commandDesk(
            OdpHost hosts,
            AdminPort admin,
            Settings settings,
            AgentProperties properties,
            KafkaSide kafka,
            Monitor monitor,
            AgentMeters meters,
            ScheduledExecutorService timer) {
        CommandRunner runner = new CommandRunner(hosts, admin, settings, timer, Clock.systemUTC());
        CommandDesk desk = new CommandDesk(
                runner, kafka.results(), settings, properties.queueCapacity(), timer, List.of(monitor::heard, meters));
        meters.watch(desk::working, desk::waiting, monitor::states);
        return desk;
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> commandContainer(
            KafkaSide kafka, CommandDesk desk, AgentMeters meters) {
        return measured(kafka.commands(desk), "agent", meters);
    }

    @Bean
    @ConditionalOnProperty(name = "rollcall.agent.monitor.enabled", matchIfMissing = true)
    ConcurrentMessageListenerContainer<String, byte[]> inventoryContainer(
            KafkaSide kafka, Monitor monitor, AgentMeters meters) {
        return measured(kafka.inventory(monitor), "agent-monitor", meters);
    }

    private static ConcurrentMessageListenerContainer<String, byte[]> measured(
            ConcurrentMessageListenerContainer<String, byte[]> container, String application, AgentMeters meters) {
        meters.watchLag(
                application,
                () -> container.metrics().values().stream()
                        .flatMap(metrics -> metrics.values().stream())
                        .toList());
        return container;
    }

    @Bean(destroyMethod = "close")
    KafkaReach kafkaReach(KafkaProperties kafka) {
        return new KafkaReach(kafka.buildAdminProperties());
    }

    /** Part of readiness: whoever starts one agent after the other waits for it. */
    @Bean
    HealthIndicator kafkaHealthIndicator(KafkaReach reach) {
        return () -> {
            String trouble = reach.trouble(ANSWER_WITHIN);
            return (trouble == null ? Health.up() : Health.down().withDetail("kafka", trouble)).build();
        };
    }

    /** Part of liveness: a listener that has ended takes no command any more, and only a new start mends that. */
    @Bean
    HealthIndicator listenersHealthIndicator(List<ConcurrentMessageListenerContainer<String, byte[]>> containers) {
        return () -> {
            List<String> ended = containers.stream()
                    .filter(container -> !container.isRunning() || !container.isInExpectedState())
                    .map(container -> String.valueOf(container.getGroupId()))
                    .toList();
            return (ended.isEmpty() ? Health.up() : Health.down().withDetail("ended", ended)).build();
        };
    }
}
