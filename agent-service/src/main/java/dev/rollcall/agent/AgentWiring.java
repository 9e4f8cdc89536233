package dev.rollcall.agent;

import dev.rollcall.agent.adapter.kafka.KafkaSide;
import dev.rollcall.agent.adapter.kafka.TopicSettings;
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
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Puts the parts of the agent together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AgentProperties.class, TopicSettings.class, KafkaProperties.class})
class AgentWiring {

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
    KafkaSide kafkaSide(KafkaProperties kafka, TopicSettings topics, AgentProperties properties, Settings settings) {
        return new KafkaSide(kafka, topics, settings.agentId(), properties.startWithin(), Clock.systemUTC());
    }

    @Bean(destroyMethod = "close")
    Monitor monitor(OdpHost hosts, AdminPort admin, KafkaSide kafka, AgentProperties properties) {
        return new Monitor(
                hosts,
                admin,
                kafka.status(),
                properties.monitor().interval(),
                properties.monitor().heartbeat(),
                properties.monitor().threads());
    }

    @Bean(destroyMethod = "close")
    CommandDesk commandDesk(
            OdpHost hosts,
            AdminPort admin,
            Settings settings,
            AgentProperties properties,
            KafkaSide kafka,
            Monitor monitor,
            ScheduledExecutorService timer) {
        CommandRunner runner = new CommandRunner(hosts, admin, settings, timer, Clock.systemUTC());
        return new CommandDesk(
                runner, kafka.results(), settings, properties.queueCapacity(), timer, List.of(monitor::heard));
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> commandContainer(KafkaSide kafka, CommandDesk desk) {
        return kafka.commands(desk);
    }

    @Bean
    @ConditionalOnProperty(name = "rollcall.agent.monitor.enabled", matchIfMissing = true)
    ConcurrentMessageListenerContainer<String, byte[]> inventoryContainer(KafkaSide kafka, Monitor monitor) {
        return kafka.inventory(monitor);
    }
}
