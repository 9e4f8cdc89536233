package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Agents that die (connections break, nothing more is said or done) before each single step of a restart: every order to the host, every login and
 * every statement to the ODP. Another agent is then given the same command. Each lane has an ODP of its own and takes its share of the steps.
 */
@Execution(ExecutionMode.CONCURRENT)
class AgentDeathIT {
    @TempDir
    Path directory;

    /** Does one task in which an agent dies before the step of this number, and tells whether it came to that step. */
    private interface Task {
        boolean survives(TestAgent agent, OpenSshServer server, EmulatedOdp odp, int step) throws Exception;
    }

    @Test
    void shouldRestartHotOnceWhereverTheAgentDies() throws Exception {
        int steps = everyStep("hot", 4, AgentDeathIT::hotRestart);

        assertThat(steps).as("steps at which the agent died").isGreaterThan(40);
    }

    @Test
    void shouldStopAndStartOnceWhereverTheAgentDies() throws Exception {
        int steps = everyStep("force", 2, AgentDeathIT::stopAndStart);

        assertThat(steps).as("steps at which the agent died").isGreaterThan(12);
    }

    private static boolean hotRestart(TestAgent agent, OpenSshServer server, EmulatedOdp odp, int step)
            throws Exception {
        Commands task = new Commands(Commands.odp(server, odp), "task-" + step, step);
        ProcessIdentity before =
                Objects.requireNonNull(facts(agent.run(task.probe("PRECHECK"))).process());
        int restartsBefore = odp.ledger().hotRestarts();
        Command restart = task.hotRestart(before, 500_000L);

        List<String> done;
        boolean died;
        try (TestAgent mortal = new TestAgent(server).dyingBefore(step)) {
            mortal.run(restart);
            died = mortal.dead();
            done = mortal.steps();
        }
        Facts finished = facts(agent.run(restart));

        assertThat(finished.process()).as("dead before the last of %s", done).isNotEqualTo(before);
        assertThat(odp.ledger().hotRestarts())
                .as("dead before the last of %s", done)
                .isEqualTo(restartsBefore + 1);
        assertThat(finished.settingsRestored())
                .as("dead before the last of %s", done)
                .isTrue();
        assertThat(settings(odp)).as("dead before the last of %s", done).containsExactly("3000000", "24h", "1s", "0");
        return !died;
    }

    private static boolean stopAndStart(TestAgent agent, OpenSshServer server, EmulatedOdp odp, int step)
            throws Exception {
        Commands task = new Commands(Commands.odp(server, odp), "task-" + step, step);
        ProcessIdentity before =
                Objects.requireNonNull(facts(agent.run(task.probe("PRECHECK"))).process());
        int coldBefore = odp.ledger().coldStarts();

        boolean died = false;
        List<String> done = new ArrayList<>();
        for (Command command : List.of(task.stop(before), task.start(before))) {
            try (TestAgent mortal = new TestAgent(server).dyingBefore(step)) {
                mortal.run(command);
                died |= mortal.dead();
                done.addAll(mortal.steps());
            }
            facts(agent.run(command));
        }

        assertThat(odp.isServing()).as("dead in %s", done).isTrue();
        assertThat(odp.pids()).as("dead in %s", done).hasSize(1);
        assertThat(odp.ledger().coldStarts()).as("dead in %s", done).isEqualTo(coldBefore + 1);
        return !died;
    }

    /** The number of steps there were to die at. */
    private int everyStep(String name, int lanes, Task task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(lanes);
        try (OpenSshServer server = OpenSshServer.start(Files.createDirectory(directory.resolve(name)))) {
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int lane = 1; lane <= lanes; lane++) {
                Path home = Files.createDirectory(directory.resolve(name + lane));
                int first = lane;
                all.add(CompletableFuture.supplyAsync(() -> lane(server, home, first, lanes, task), threads));
            }
            int steps = Integer.MAX_VALUE;
            for (CompletableFuture<Integer> lane : all) {
                steps = Math.min(steps, lane.get(10, TimeUnit.MINUTES));
            }
            return steps;
        } finally {
            threads.shutdownNow();
        }
    }

    /** The first step it did not come to. */
    private static int lane(OpenSshServer server, Path home, int first, int lanes, Task task) {
        try {
            EmulatedOdp odp = EmulatedOdp.install(
                            home,
                            OdpSettings.defaults()
                                    .withTick(Duration.ofSeconds(1))
                                    .withExitTimeout(Duration.ofSeconds(3)))
                    .start();
            try (TestAgent agent = new TestAgent(server)) {
                int step = first;
                while (!task.survives(agent, server, odp, step)) {
                    step += lanes;
                }
                return step;
            } finally {
                odp.kill();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> settings(EmulatedOdp odp) throws Exception {
        List<String> values = new ArrayList<>();
        try (MySqlClient admin = odp.admin()) {
            for (String name : List.of(
                    "hot_upgrade_exit_timeout",
                    "hot_upgrade_rollback_timeout",
                    "proxy_hot_upgrade_check_interval",
                    "proxy_local_cmd")) {
                values.add(admin.query("SHOW PROXYCONFIG LIKE '" + name + "'")
                        .get(0)
                        .get(1));
            }
        }
        return values;
    }

    private static Facts facts(List<Report> reports) {
        Report last = reports.get(reports.size() - 1);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }
}
