package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.adapter.odp.MariaDbAdminPort;
import dev.rollcall.agent.adapter.odp.SqlCredential;
import dev.rollcall.agent.adapter.ssh.JschRemoteShell;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import dev.rollcall.agent.adapter.ssh.SshSessions;
import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.adapter.ssh.SshTunnels;
import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.sshd.common.session.SessionHeartbeatController;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another make of SSH server, with a password. */
class MinaServerIT {
    @TempDir
    Path home;

    @TempDir
    Path directory;

    @Test
    void shouldRestartThroughAnotherMakeOfServerWithAPassword() throws Exception {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
        EmulatedOdp emulated = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ZERO))
                .start();
        try (SshServer server = SshServer.setUpDefaultServer();
                SshSessions sessions = new SshSessions(
                        new SshSettings(
                                directory.resolve("known_hosts"),
                                true,
                                8,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(15),
                                8,
                                4,
                                Duration.ofMinutes(1)),
                        name -> Optional.of(new SshCredential.Password("open sesame")))) {
            // given
            server.setHost("127.0.0.1");
            server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(directory.resolve("host_key")));
            server.setPasswordAuthenticator(
                    (user, password, session) -> user.equals("admin") && password.equals("open sesame"));
            server.setCommandFactory((channel, command) ->
                    new ProcessShellFactory(command, "/bin/sh", "-c", command).createShell(channel));
            server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
            server.setSessionHeartbeat(SessionHeartbeatController.HeartbeatType.IGNORE, Duration.ofSeconds(10));
            server.start();
            OdpHost hosts = new OdpHost(new JschRemoteShell(sessions, Duration.ofSeconds(10)), false);
            CommandRunner runner = new CommandRunner(
                    hosts,
                    new MariaDbAdminPort(
                            new SshTunnels(sessions),
                            name -> Optional.of(new SqlCredential("root@proxysys", "proxysys"))),
                    TestAgent.SETTINGS,
                    timer,
                    Clock.systemUTC());
            Odp odp = new Odp(
                    new ClusterId("demo"),
                    new OdpId("one"),
                    "127.0.0.1",
                    server.getPort(),
                    "admin",
                    "password",
                    emulated.port(),
                    null,
                    home.toString(),
                    Odp.PLAIN_LAUNCHER,
                    "proxysys",
                    null);
            Commands commands = new Commands(odp, "task-1", 1);
            List<Report> reports = new CopyOnWriteArrayList<>();

            // when
            runner.run(commands.probe("PRECHECK"), reports::add);
            var before = Objects.requireNonNull(
                    Objects.requireNonNull(reports.get(reports.size() - 1).facts())
                            .process());
            runner.run(commands.hotRestart(before, 1), reports::add);

            // then
            Report last = reports.get(reports.size() - 1);
            assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
            assertThat(Objects.requireNonNull(last.facts()).state()).isEqualTo(OdpState.RUNNING);
            assertThat(emulated.ledger().hotRestarts()).isEqualTo(1);
        } finally {
            timer.shutdownNow();
            emulated.kill();
        }
    }
}
