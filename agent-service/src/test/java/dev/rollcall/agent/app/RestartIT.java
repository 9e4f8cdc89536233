package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restarts of real processes over a real sshd. */
class RestartIT {
    @TempDir
    static Path sshDirectory;

    @TempDir
    Path home;

    private static OpenSshServer server;
    private EmulatedOdp odp;
    private TestAgent agent;
    private Commands commands;

    @BeforeAll
    static void startServer() throws Exception {
        server = OpenSshServer.start(sshDirectory);
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        odp = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults().withTick(Duration.ofSeconds(1)).withExitTimeout(Duration.ofSeconds(3)))
                .start();
        agent = new TestAgent(server);
        commands = new Commands(Commands.odp(server, odp), "task-1", 1);
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        odp.kill();
    }

    private ProcessIdentity baseline() {
        return Objects.requireNonNull(
                factsOf(agent.run(commands.probe("PRECHECK"))).process());
    }

    private static ProcessIdentity process(Facts facts) {
        return Objects.requireNonNull(facts.process());
    }

    private static Report last(List<Report> reports) {
        return reports.get(reports.size() - 1);
    }

    private static Facts factsOf(List<Report> reports) {
        Report last = last(reports);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }

    @Test
    void shouldTellFactsOfARunningOdp() throws Exception {
        // when
        Facts facts = factsOf(agent.run(commands.probe("PRECHECK")));

        // then
        assertThat(facts.state()).isEqualTo(OdpState.RUNNING);
        assertThat(facts.version()).isEqualTo("4.3.1.0");
        assertThat(process(facts).pid()).isEqualTo(odp.servingPid().getAsLong());
        assertThat(facts.inherited()).isFalse();
        assertThat(facts.exitTimeoutMicros()).isEqualTo(3_000_000L);
        assertThat(facts.hotRestartBlockers()).isEmpty();
        assertThat(facts.startBlockers()).isEmpty();
        assertThat(facts.settingsRestored()).isTrue();
        assertThat(facts.clientConnections()).isEqualTo(1);
        assertThat(facts.detail()).contains("business path not checked");
    }

    @Test
    void shouldRestartHotIntoANewProcessThatInherits() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> reports = agent.run(commands.hotRestart(before, 1_000_000L));

        // then
        Facts facts = factsOf(reports);
        assertThat(reports)
                .extracting(Report::type)
                .contains(Report.Type.STARTED, Report.Type.SERVING, Report.Type.DRAINED);
        assertThat(process(facts).pid())
                .isNotEqualTo(before.pid())
                .isEqualTo(odp.servingPid().getAsLong());
        assertThat(facts.inherited()).isTrue();
        assertThat(facts.settingsRestored()).isTrue();
        assertThat(facts.exitTimeoutMicros()).isEqualTo(3_000_000L);
        assertThat(odp.ledger().hotRestarts()).isEqualTo(1);
        assertThat(odp.pids()).containsExactly(process(facts).pid());
    }

    @Test
    void shouldStopAndStart() throws Exception {
        // given
        ProcessIdentity before = baseline();

        // when
        List<Report> stopped = agent.run(commands.stop(before));
        List<Long> left = odp.pids();
        List<Report> started = agent.run(commands.start(before));

        // then
        assertThat(factsOf(stopped).state()).isEqualTo(OdpState.STOPPED);
        assertThat(left).isEmpty();
        assertThat(factsOf(started).state()).isEqualTo(OdpState.RUNNING);
        assertThat(odp.ledger().coldStarts()).isEqualTo(2);
    }
}
