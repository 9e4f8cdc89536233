package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ODPs and hosts with IPv6 addresses. */
@Execution(ExecutionMode.CONCURRENT)
class Ipv6IT {
    @TempDir
    Path sshDirectory;

    @TempDir
    Path home;

    @BeforeAll
    static void requireIpv6() {
        assumeTrue(hasLoopback(), "skipped: this machine has no IPv6 loopback address ::1");
    }

    private static boolean hasLoopback() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"::1, ::1, ::1,", "'::', [::1], '::',", "0.0.0.0, ::1, 0.0.0.0,", "::1, ::1, ::1, [::1]"})
    void shouldRestartAndStopAndStart(String listenIp, String host, String shown, @Nullable String jump)
            throws Exception {
        try (OpenSshServer server = OpenSshServer.start(List.of(), "::1", sshDirectory);
                TestAgent agent = new TestAgent(server)) {
            EmulatedOdp odp = EmulatedOdp.install(
                            home,
                            OdpSettings.defaults()
                                    .withListenIp(listenIp)
                                    .withTick(Duration.ofSeconds(1))
                                    .withExitTimeout(Duration.ofSeconds(1)))
                    .start();
            try {
                // given
                Commands commands = new Commands(
                        new Odp(
                                new ClusterId("demo"),
                                new OdpId("[::1]:" + odp.port()),
                                host,
                                server.port(),
                                server.user(),
                                "ops",
                                odp.port(),
                                null,
                                home.toString(),
                                Odp.PLAIN_LAUNCHER,
                                "proxysys",
                                null,
                                jump == null ? null : jump + ":" + server.port(),
                                Launch.PLAIN),
                        "task-1",
                        1);
                ProcessIdentity before = process(agent.run(commands.probe("PRECHECK")));

                // when
                ProcessIdentity after = process(agent.run(commands.hotRestart(before, 1)));
                Facts stopped = facts(agent.run(new Commands(commands.odp(), "task-2", 2).stop(after)));
                Facts started = facts(agent.run(new Commands(commands.odp(), "task-2", 2).start(after)));

                // then
                assertThat(before.listenAddress()).isEqualTo(shown);
                assertThat(after.isSameProcess(before)).isFalse();
                assertThat(stopped.state()).isEqualTo(OdpState.STOPPED);
                assertThat(started.state()).isEqualTo(OdpState.RUNNING);
                assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
            } finally {
                odp.kill();
            }
        }
    }

    private static Facts facts(List<Report> reports) {
        Report last = reports.get(reports.size() - 1);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }

    private static ProcessIdentity process(List<Report> reports) {
        return Objects.requireNonNull(facts(reports).process());
    }
}
