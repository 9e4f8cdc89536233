package dev.rollcall.agent.app;

import dev.rollcall.agent.adapter.odp.MariaDbAdminPort;
import dev.rollcall.agent.adapter.odp.SqlCredential;
import dev.rollcall.agent.adapter.ssh.JschRemoteShell;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import dev.rollcall.agent.adapter.ssh.SshSessions;
import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.adapter.ssh.SshTunnels;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Report;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** The agent without Kafka: commands go in by call, what they report is kept. */
final class TestAgent implements AutoCloseable {
    static final Settings SETTINGS = new Settings(
            "test-agent",
            8,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5));

    final SshSessions sessions;
    final OdpHost hosts;
    final MariaDbAdminPort admin;
    final Observer observer;
    final CommandRunner runner;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    TestAgent(OpenSshServer server) {
        this(server, SETTINGS, server.knownHosts(), false);
    }

    TestAgent(OpenSshServer server, Settings settings, Path knownHosts, boolean trustOnFirstUse) {
        sessions = new SshSessions(
                new SshSettings(
                        knownHosts,
                        trustOnFirstUse,
                        8,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        8,
                        32,
                        Duration.ofMinutes(2)),
                name -> Optional.ofNullable(Map.<String, SshCredential>of(
                                "ops", new SshCredential.Key(server.userKey(), ""),
                                "stranger", new SshCredential.Key(server.otherKey(), ""))
                        .get(name)));
        hosts = new OdpHost(new JschRemoteShell(sessions, Duration.ofSeconds(10)));
        admin = new MariaDbAdminPort(
                new SshTunnels(sessions),
                name -> Optional.ofNullable(Map.of(
                                "proxysys", new SqlCredential("root@proxysys", "proxysys"),
                                "wrong", new SqlCredential("root@proxysys", "something else"),
                                "app", new SqlCredential("app@tenant#democluster", "app"))
                        .get(name)));
        observer = new Observer(hosts, admin);
        runner = new CommandRunner(hosts, admin, settings, timer, Clock.systemUTC());
    }

    /** What a command said, in its order. */
    List<Report> run(Command command) {
        return run(command, report -> {});
    }

    List<Report> run(Command command, Consumer<Report> listener) {
        List<Report> reports = new CopyOnWriteArrayList<>();
        runner.run(command, report -> {
            reports.add(report);
            listener.accept(report);
        });
        return reports;
    }

    @Override
    public void close() {
        sessions.close();
        timer.shutdownNow();
    }
}
