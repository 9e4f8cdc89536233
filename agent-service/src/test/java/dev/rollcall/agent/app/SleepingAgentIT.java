package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.OdpState;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Agents that stand still for a minute in the middle of their work, while others go on without them: one minute for all of them. */
@Execution(ExecutionMode.CONCURRENT)
class SleepingAgentIT {
    private static final Duration SLEEP = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    /** An ODP, an agent that sleeps at work on it, and what happens meanwhile. */
    private abstract static class Scene implements AutoCloseable {
        final EmulatedOdp odp;
        final SleepyAgent sleeper;
        final Commands first;
        final Commands second;
        final ProcessIdentity baseline;

        Scene(TestAgent agent, OpenSshServer server, Path home, String work, @Nullable String step) throws Exception {
            Files.createDirectories(home);
            odp = EmulatedOdp.install(
                            home,
                            OdpSettings.defaults()
                                    .withTick(Duration.ofSeconds(1))
                                    .withExitTimeout(Duration.ofSeconds(3)))
                    .start();
            first = new Commands(Commands.odp(server, odp), "task-1", 1);
            second = new Commands(first.odp(), "task-2", 2);
            baseline = Objects.requireNonNull(facts(agent.run(new Commands(first.odp(), "look", 0).probe("PRECHECK")))
                    .process());
            sleeper = SleepyAgent.start(server, odp, work, step);
        }

        /** By another agent, while the first one sleeps. */
        abstract void meanwhile(TestAgent agent) throws Exception;

        /** @param said the last word of the one that slept */
        abstract void afterwards(TestAgent agent, String said) throws Exception;

        String setting(String name) throws Exception {
            try (MySqlClient admin = odp.admin()) {
                return admin.query("SHOW PROXYCONFIG LIKE '" + name + "'")
                        .get(0)
                        .get(1);
            }
        }

        void assertSettingsRestored() throws Exception {
            assertThat(setting("hot_upgrade_exit_timeout")).isEqualTo("3000000");
            assertThat(setting("hot_upgrade_rollback_timeout")).isEqualTo("24h");
            assertThat(setting("proxy_local_cmd")).isEqualTo("0");
        }

        @Override
        public void close() throws Exception {
            sleeper.close();
            odp.kill();
        }
    }

    @Test
    void shouldRestartOnceAndRightlyAlthoughAnAgentSleepsAMinuteAnywhere() throws Exception {
        try (OpenSshServer server = OpenSshServer.start(Files.createDirectory(directory.resolve("ssh")));
                TestAgent agent = new TestAgent(server)) {
            List<Scene> scenes = new ArrayList<>();
            try {
                // given
                scenes.add(new NewerTask(agent, server, directory.resolve("newer")));
                scenes.add(new SameCommand(agent, server, directory.resolve("same"), "alter proxy_local_cmd"));
                scenes.add(new SameCommand(
                        agent, server, directory.resolve("setting"), "alter hot_upgrade_rollback_timeout"));
                scenes.add(
                        new SameCommand(agent, server, directory.resolve("watch"), "alter proxy_local_cmd, upgrade"));
                scenes.add(new SameStop(agent, server, directory.resolve("stop")));
                scenes.add(new DeadMan(agent, server, directory.resolve("lease")));
                for (Scene scene : scenes) {
                    await().atMost(Duration.ofSeconds(60)).until(scene.sleeper::sleeps);
                }
                long asleep = System.nanoTime();

                // when
                for (Scene scene : scenes) {
                    scene.meanwhile(agent);
                }
                await().atMost(SLEEP.plusSeconds(1)).until(() -> System.nanoTime() - asleep > SLEEP.toNanos());
                for (Scene scene : scenes) {
                    scene.sleeper.wake();
                }

                // then
                for (Scene scene : scenes) {
                    List<String> said = scene.sleeper.said();
                    assertThat(said).as("%s", scene.getClass()).isNotEmpty();
                    scene.afterwards(agent, said.get(said.size() - 1));
                }
            } finally {
                for (Scene scene : scenes) {
                    scene.close();
                }
            }
        }
    }

    /** Asleep with the ALTER on its lips; a newer task looks, and means the same process. */
    private static final class NewerTask extends Scene {
        NewerTask(TestAgent agent, OpenSshServer server, Path home) throws Exception {
            super(agent, server, home, "hot-restart", "alter proxy_local_cmd");
        }

        @Override
        void meanwhile(TestAgent agent) throws Exception {
            assertThat(facts(agent.run(second.probe("PRECHECK"))).process()).isEqualTo(baseline);
            assertSettingsRestored();
        }

        @Override
        void afterwards(TestAgent agent, String said) throws Exception {
            assertThat(said).isEqualTo("FAILED OLD_EPOCH");
            assertThat(odp.ledger().hotRestarts())
                    .as("by the task that was over")
                    .isZero();
            assertThat(odp.servingPid()).hasValue(baseline.pid());
            assertSettingsRestored();
            assertThat(facts(agent.run(second.hotRestart(baseline, 1))).inherited())
                    .isTrue();
            assertThat(odp.ledger().restarts()).isEqualTo(1);
            assertSettingsRestored();
        }
    }

    /** Asleep in a hot restart; the same command is given to another agent, which finishes it. */
    private static final class SameCommand extends Scene {
        private Facts restarted = Facts.unknown("nothing yet");

        SameCommand(TestAgent agent, OpenSshServer server, Path home, String step) throws Exception {
            super(agent, server, home, "hot-restart", step);
        }

        @Override
        void meanwhile(TestAgent agent) throws Exception {
            restarted = facts(agent.run(first.hotRestart(baseline, 1)));
        }

        @Override
        void afterwards(TestAgent agent, String said) throws Exception {
            assertThat(said).startsWith("SUCCEEDED");
            assertThat(odp.ledger().restarts()).isEqualTo(1);
            assertThat(odp.servingPid())
                    .hasValue(Objects.requireNonNull(restarted.process()).pid());
            assertSettingsRestored();
        }
    }

    /** Asleep before it has the host stop the ODP; another agent stops and starts it. */
    private static final class SameStop extends Scene {
        SameStop(TestAgent agent, OpenSshServer server, Path home) throws Exception {
            super(agent, server, home, "stop", "order work");
        }

        @Override
        void meanwhile(TestAgent agent) throws Exception {
            assertThat(facts(agent.run(first.stop(baseline))).state()).isEqualTo(OdpState.STOPPED);
            assertThat(facts(agent.run(first.start(baseline))).state()).isEqualTo(OdpState.RUNNING);
        }

        @Override
        void afterwards(TestAgent agent, String said) throws Exception {
            assertThat(said).isEqualTo("FAILED STOP_AFTER_START");
            assertThat(odp.isServing()).isTrue();
            assertThat(odp.ledger().coldStarts())
                    .as("the test's own and one more")
                    .isEqualTo(2);
        }
    }

    /** Asleep after it has stopped the ODP; a newer task looks, and goes. */
    private static final class DeadMan extends Scene {
        DeadMan(TestAgent agent, OpenSshServer server, Path home) throws Exception {
            super(agent, server, home, "stop-lease", null);
        }

        @Override
        void meanwhile(TestAgent agent) {
            assertThat(facts(agent.run(second.probe("PRECHECK"))).state()).isEqualTo(OdpState.STOPPED);
        }

        @Override
        void afterwards(TestAgent agent, String said) throws Exception {
            assertThat(said).isEqualTo("SUCCEEDED done");
            assertThat(odp.isServing()).isTrue();
            assertThat(odp.ledger().coldStarts())
                    .as("the test's own and one more")
                    .isEqualTo(2);
        }
    }

    private static Facts facts(List<Report> reports) {
        Report last = reports.get(reports.size() - 1);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }
}
