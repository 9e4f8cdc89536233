package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Short looks by a script that stays on the host between them: a real sshd, a real process. */
@Execution(ExecutionMode.CONCURRENT)
class GlancesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private OpenSshServer server;
    private EmulatedOdp odp;
    private TestAgent agent;

    @BeforeEach
    void start() throws Exception {
        server = OpenSshServer.start(Files.createDirectory(directory.resolve("ssh")));
        odp = EmulatedOdp.install(directory.resolve("odp"), OdpSettings.defaults())
                .start();
        agent = new TestAgent(server);
    }

    @AfterEach
    void stop() throws Exception {
        if (agent != null) {
            agent.close();
        }
        if (odp != null) {
            odp.kill();
        }
        if (server != null) {
            server.close();
        }
    }

    private OdpHost.Glances glances(Duration lease) {
        return agent.hosts.glances(Commands.odp(server, odp), lease);
    }

    private static List<Long> holders(HostView view) {
        return view.holders().stream().map(HostView.HostProcess::pid).toList();
    }

    /** Scripts on the host, without the copies of itself that a shell makes to run something. */
    private List<ProcessHandle> scripts() {
        return server.processes()
                .filter(GlancesIT::isScript)
                .filter(process -> process.parent().filter(GlancesIT::isScript).isEmpty())
                .toList();
    }

    private static boolean isScript(ProcessHandle process) {
        Optional<String> command = process.info().commandLine();
        return command.isPresent() && command.get().contains("rc_worker=");
    }

    @Test
    void shouldSeeEveryChangeThroughOneScript() throws Exception {
        try (OdpHost.Glances glances = glances(LEASE)) {
            // given
            long first = odp.servingPid().orElseThrow();
            HostView running = glances.glance();
            List<ProcessHandle> scripts = scripts();

            // when
            odp.kill();
            HostView stopped = glances.glance();
            odp.start();
            HostView again = glances.glance();

            // then
            assertThat(holders(running)).containsExactly(first);
            assertThat(stopped.running()).isEmpty();
            assertThat(stopped.binary()).isEqualTo(HostView.Binary.FOUND);
            assertThat(holders(again)).containsExactly(odp.servingPid().orElseThrow());
            assertThat(again.identity(again.holders().get(0)).startedAt())
                    .as("the clock, which the host tells once")
                    .isNotNull();
            assertThat(scripts()).isEqualTo(scripts).hasSize(1);
        }
    }

    @Test
    void shouldBeginAnewWhenTheScriptOrItsSessionHasEnded() throws Exception {
        try (OdpHost.Glances glances = glances(LEASE)) {
            // given
            List<Long> seen = holders(glances.glance());

            // when
            ProcessHandle script = scripts().get(0);
            script.destroyForcibly();
            List<Long> afterTheScript = holders(glances.glance());
            ProcessHandle second = scripts().get(0);
            second.parent().orElseThrow().destroyForcibly();
            List<Long> afterTheSession = holders(glances.glance());

            // then
            assertThat(afterTheScript).isEqualTo(seen);
            assertThat(afterTheSession).isEqualTo(seen);
            assertThat(second).isNotEqualTo(script);
        }
    }

    @Test
    void shouldLeaveNothingOnTheHostWhenClosedOrForgotten() throws Exception {
        // given
        OdpHost.Glances closed = glances(LEASE);
        OdpHost.Glances forgotten = glances(Duration.ofSeconds(1));
        closed.glance();
        List<Long> seen = holders(forgotten.glance());

        // when
        closed.close();

        // then
        await().atMost(SOON).until(() -> scripts().isEmpty());
        assertThat(holders(forgotten.glance())).isEqualTo(seen);
        forgotten.close();
    }

    @Test
    void shouldEndWithTheAgent() throws Exception {
        // given
        glances(LEASE).glance();
        assertThat(scripts()).hasSize(1);

        // when
        agent.die();

        // then
        await().atMost(SOON).until(() -> scripts().isEmpty());
    }

    @Test
    void shouldNeverTakeALateAnswerForAFreshOne() throws Exception {
        try (OdpHost.Glances glances = glances(LEASE)) {
            // given
            glances.glance();
            ProcessHandle script = scripts().get(0);
            signal("-STOP", script);

            // when
            assertThatThrownBy(glances::glance)
                    .isInstanceOfSatisfying(
                            TroubleException.class,
                            e -> assertThat(e.failure().code()).isEqualTo("HOST_SILENT"));
            odp.kill();
            signal("-CONT", script);

            // then
            assertThat(glances.glance().running()).isEmpty();
            await().atMost(SOON).until(() -> scripts().size() == 1 && !scripts().contains(script));
        }
    }

    @Test
    void shouldLookForTheMonitorUntilTheOdpIsNoLongerItsOwn() {
        // given
        List<Facts> said = new CopyOnWriteArrayList<>();
        Odp watched = Commands.odp(server, odp);
        Duration often = Duration.ofMillis(500);
        try (Monitor monitor =
                new Monitor(agent.hosts, agent.admin, (o, facts, beat) -> said.add(facts), often, Duration.ZERO, 4)) {
            monitor.put(0, "demo/it", watched);
            await().atMost(SOON).until(() -> said.size() >= 3);
            List<ProcessHandle> scripts = scripts();

            // when
            monitor.remove(0, "demo/it");

            // then
            assertThat(scripts).hasSize(1);
            await().atMost(SOON).until(() -> scripts().isEmpty());
        }
        assertThat(said).extracting(Facts::state).containsOnly(OdpState.RUNNING);
        assertThat(said)
                .as("asked of a process once")
                .extracting(Facts::version)
                .containsOnly("4.3.1.0");
    }

    private static void signal(String signal, ProcessHandle process) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
