package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything that can go wrong with a command, at a real process over a real sshd, and what the operator reads. The table in {@code docs/failures.md} is
 * written from what was seen here; {@code -Drollcall.docs.write=true} writes it anew.
 */
@Execution(ExecutionMode.CONCURRENT)
class FailuresIT {
    private static final Path FILE = Path.of("..", "docs", "failures.md");
    private static final String BEGIN = "<!-- agent: written by FailuresIT -->\n";
    private static final String END = "<!-- agent: end -->\n";
    private static final String BLOCKED = "NOT_HOT_RESTARTABLE";
    private static final Map<Situation, String> ROWS = new ConcurrentHashMap<>();

    @TempDir
    static Path sshDirectory;

    private static OpenSshServer server;

    @TempDir
    Path home;

    @BeforeAll
    static void startServer() throws Exception {
        server = OpenSshServer.start(sshDirectory);
    }

    @AfterAll
    static void compareTheTable() throws Exception {
        if (server == null) {
            return;
        }
        server.close();
        if (ROWS.size() < Situation.values().length) {
            // Not all of them were asked for, or one has failed and says so itself.
            return;
        }
        String seen = "| what happens | category | code | what the operator reads |\n|---|---|---|---|\n"
                + Stream.of(Situation.values()).map(ROWS::get).collect(Collectors.joining());
        String text = Files.readString(FILE);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        if (Boolean.getBoolean("rollcall.docs.write")) {
            Files.writeString(FILE, text.substring(0, begin) + seen + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end))
                .as("the table in %s; -Drollcall.docs.write=true writes it anew", FILE)
                .isEqualTo(seen);
    }

    /** An ODP, an agent, and what each situation does with them. */
    private static final class Scene implements AutoCloseable {
        final EmulatedOdp odp;
        final TestAgent agent;
        Commands commands;
        private @Nullable Process supervisor;

        Scene(Path home, String version, Settings settings) throws Exception {
            odp = EmulatedOdp.install(
                            home,
                            OdpSettings.defaults()
                                    .withVersion(version)
                                    .withTick(Duration.ofSeconds(1))
                                    .withExitTimeout(Duration.ofSeconds(2))
                                    .withConfiguration("delay_exit_time", "200ms"))
                    .start();
            agent = new TestAgent(server, settings, server.knownHosts(), false);
            commands = new Commands(Commands.odp(server, odp), "task-1", 1);
        }

        ProcessIdentity baseline() {
            List<Report> reports = agent.run(commands.probe("PRECHECK"));
            return Objects.requireNonNull(
                    Objects.requireNonNull(reports.get(reports.size() - 1).facts())
                            .process());
        }

        List<Report> hotRestart() {
            return hotRestart(report -> {});
        }

        List<Report> hotRestart(Consumer<Report> meanwhile) {
            return agent.run(commands.hotRestart(baseline(), 1), meanwhile);
        }

        List<Report> hotRestartTo(String version) {
            return agent.run(expecting(commands.hotRestart(baseline(), 1), version));
        }

        /** The definition with another admin or probe credential. */
        void credentials(String admin, @Nullable String probe) {
            Odp o = commands.odp();
            commands = new Commands(
                    new Odp(
                            o.cluster(),
                            o.id(),
                            o.host(),
                            o.sshPort(),
                            o.sshUser(),
                            o.sshCredential(),
                            o.sqlPort(),
                            o.adminAddress(),
                            o.home(),
                            o.launcher(),
                            admin,
                            probe,
                            o.sshJump(),
                            o.launch()),
                    commands.task(),
                    commands.epoch());
        }

        /** Has the program say another version than its process will have. */
        void versionOnDisk(String version) throws IOException {
            Path binary = odp.home().resolve("bin/obproxy");
            Files.writeString(
                    binary,
                    Files.readString(binary)
                            .replace(
                                    "#!/bin/sh\n",
                                    "#!/bin/sh\n[ \"$1\" != -V ] || { echo 'obproxy (OceanBase " + version
                                            + " 1.el7)' >&2; exit 0; }\n"));
        }

        /** Starts another process in the same home. */
        void second(Duration slow, String address) throws IOException {
            if (!slow.isZero()) {
                odp.fault(Fault.SLOW_START, slow, 1);
            }
            odp.launch("-o", "local_bound_ip=" + address);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> PrecheckIT.hasProcesses(odp, 2) && (!slow.isZero() || greets(address)));
        }

        private boolean greets(String address) {
            try (MySqlClient client = MySqlClient.connect(
                    new InetSocketAddress(address, odp.port()), "root@proxysys", "proxysys", Duration.ofSeconds(2))) {
                return client.answeringPid() > 0;
            } catch (IOException notYet) {
                return false;
            }
        }

        /** Lets it run in the foreground of a shell that waits for its end. */
        void supervise() throws IOException {
            odp.stop();
            supervisor = new ProcessBuilder("sh", "-c", "trap '' USR2; ./bin/obproxy -N; exit $?")
                    .directory(odp.home().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            await().atMost(Duration.ofSeconds(20)).until(odp::isServing);
        }

        @Override
        public void close() throws Exception {
            agent.close();
            odp.kill();
            if (supervisor != null) {
                supervisor.destroy();
            }
        }
    }

    private interface Deed {
        List<Report> of(Scene scene) throws Exception;
    }

    /** In the order of the table. */
    private enum Situation {
        CHILD_DIED("A hot restart's new process ends before it serves", s -> {
            s.odp.fault(Fault.CHILD_DIES);
            return s.hotRestart();
        }),
        CHILD_HUNG("A hot restart's new process hangs", s -> {
            s.odp.fault(Fault.CHILD_HANGS);
            return s.hotRestart();
        }),
        DROPPED("The ODP takes the command to restart, and drops it", s -> {
            s.odp.fault(Fault.COMMAND_DROPPED);
            return s.hotRestart();
        }),
        SETTINGS_CLOSED("The ODP takes no setting (4016), as one that drains does", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.fault(Fault.ALTER_FAILS);
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        VALUE_REFUSED("The ODP does not take the drain time that was asked for (4147)", s -> {
            return s.agent.run(s.commands.hotRestart(s.baseline(), -5L));
        }),
        SETTING_UNKNOWN("The ODP does not know a setting that it lists (5099)", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.fault(Fault.ALTER_UNKNOWN);
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        NEW_PROCESS_DIED("The new process ends while the old one drains", s -> {
            ProcessIdentity before = s.baseline();
            try (MySqlClient client = s.odp.admin()) {
                assertThat(client.answeringPid()).isEqualTo(before.pid());
                return s.agent.run(s.commands.hotRestart(before, 20_000_000L), report -> {
                    if (report.type() == Report.Type.SERVING) {
                        long pid = Objects.requireNonNull(
                                        Objects.requireNonNull(report.facts()).process())
                                .pid();
                        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                    }
                });
            }
        }),
        SETTINGS_LOST("The new process has lost its configuration", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.fault(Fault.CONFIGURATION_LOST);
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        VERSION_DIFFERS("The new process is another version than its binary had said", s -> {
            s.versionOnDisk("4.3.2.0");
            return s.hotRestart();
        }),
        VERSION_NOT_EXPECTED("The new process is not the version the request expects", s -> {
            s.versionOnDisk("4.3.2.0");
            return s.hotRestartTo("4.3.2");
        }),
        BUSINESS_PATH_LOST("Clients got through before the restart and do not after it", s -> {
            s.credentials("proxysys", "app");
            s.odp.businessBackend(true);
            return s.hotRestart(report -> {
                if (Objects.requireNonNullElse(report.message(), "").startsWith("asking process")) {
                    backend(s.odp, false);
                }
            });
        }),
        OTHER_VERSION_ON_DISK("The binary on disk is not the version the request expects", s -> s.hotRestartTo("4.4")),
        NOT_HOT_RESTARTABLE("A new process could not start: its binary does not run", s -> {
            Files.writeString(
                    s.odp.home().resolve("bin/obproxy"),
                    "#!/bin/sh\necho 'error while loading shared libraries: libobproxy.so' >&2\nexit 127\n");
            return s.hotRestart();
        }),
        NEEDS_LIBRARY_PATH(BLOCKED, "A new process could not start: its binary needs LD_LIBRARY_PATH", s -> {
            s.odp.fault(Fault.NEEDS_LIBRARY_PATH);
            return s.hotRestart();
        }),
        SETTINGS_DAMAGED(BLOCKED, "A new process could not start: its settings are damaged", s -> {
            Files.writeString(s.odp.home().resolve("etc/proxyconfig_v1.db"), "damaged");
            return s.hotRestart();
        }),
        SETTINGS_MISSING(
                BLOCKED, "A new process could not start: its version reads settings that nobody has copied", s -> {
                    Files.move(
                            s.odp.home().resolve("etc/proxyconfig_v1.db"),
                            s.odp.home().resolve("etc/proxyconfig.db"));
                    return s.hotRestart();
                }),
        NO_LOG(BLOCKED, "A new process could not write its log", s -> {
            ProcessIdentity before = s.baseline();
            Path log = s.odp.home().resolve("log");
            Files.move(log, s.odp.home().resolve("log.old"));
            Files.writeString(log, "");
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        SECOND_PROCESS("A second obproxy of the same home has the same port of another address", s -> {
            ProcessIdentity before = s.baseline();
            s.second(Duration.ZERO, "127.0.0.2");
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        SECOND_PROCESS_FORCE("SECOND_PROCESS", "The same, and the ODP is to be stopped", s -> {
            ProcessIdentity before = s.baseline();
            s.second(Duration.ZERO, "127.0.0.2");
            return s.agent.run(s.commands.stop(before));
        }),
        SECOND_START(BLOCKED, "A second obproxy of the same home hangs in its start", s -> {
            ProcessIdentity before = s.baseline();
            s.second(Duration.ofSeconds(60), "127.0.0.2");
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        SUPERVISED(BLOCKED, "The ODP runs in the foreground (-N) below a supervisor", s -> {
            s.supervise();
            return s.hotRestart();
        }),
        SUPERVISED_FORCE("NOT_STARTABLE", "The same, and the ODP is to be stopped", s -> {
            s.supervise();
            return s.agent.run(s.commands.stop(s.baseline()));
        }),
        BUSINESS_PATH_BROKEN("Clients do not get through before the restart", s -> {
            s.credentials("proxysys", "app");
            return s.hotRestart();
        }),
        LOGIN_DENIED("The administrator's password is wrong (1045)", s -> {
            ProcessIdentity before = s.baseline();
            s.credentials("wrong", null);
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        LOGIN_ADDRESS_DENIED("The ODP lets no administrator in from that address (1045)", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.fault(Fault.CLIENTS_ARE_FAR);
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        LOGIN_SILENT("The port is open and nobody greets", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.fault(Fault.NO_GREETING);
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        NOT_RUNNING("The ODP does not run when it is to restart", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.kill();
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        CHANGED("Somebody else has restarted the ODP meanwhile", s -> {
            ProcessIdentity before = s.baseline();
            s.odp.kill();
            s.odp.start();
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        OLD_EPOCH("A command of a task that a newer one has followed", s -> {
            ProcessIdentity before = s.baseline();
            s.agent.run(new Commands(s.commands.odp(), "task-2", 2).probe("PRECHECK"));
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        JOURNAL_UNWRITABLE("The journal on the host cannot be written, as on a full disk", s -> {
            ProcessIdentity before = s.baseline();
            Path journal = s.odp.home().resolve("run/rollcall/" + s.odp.port() + ".journal");
            Files.delete(journal);
            Files.createSymbolicLink(journal, Path.of("/dev/full"));
            return s.agent.run(s.commands.hotRestart(before, 1));
        }),
        DID_NOT_START("A start ends before it listens", s -> {
            s.odp.kill();
            s.odp.fault(Fault.START_FAILS);
            return s.agent.run(s.commands.start(null));
        }),
        NOT_STARTABLE("There is no binary to start", s -> {
            s.odp.kill();
            Files.delete(s.odp.home().resolve("bin/obproxy"));
            return s.agent.run(s.commands.start(null));
        }),
        DOES_NOT_SERVE("A start runs, and lets nobody in", s -> {
            s.odp.kill();
            s.odp.fault(Fault.NO_GREETING);
            return s.agent.run(s.commands.start(null));
        }),
        NO_HOME("There is no such directory on the host", s -> {
            Odp o = Commands.odp(
                    "127.0.0.1",
                    server.port(),
                    s.odp.port(),
                    Path.of("/nowhere"),
                    s.commands.odp().launcher(),
                    s.commands.odp().launch());
            return s.agent.run(new Commands(o, "task-1", 1).start(null));
        }),
        SSH_UNREACHABLE("The host cannot be reached", s -> {
            Odp o = Commands.odp(
                    "127.0.0.1",
                    1,
                    s.odp.port(),
                    s.odp.home(),
                    s.commands.odp().launcher(),
                    s.commands.odp().launch());
            return s.agent.run(new Commands(o, "task-1", 1).start(null));
        });

        final @Nullable String sharedCode;
        final String words;
        final Deed deed;

        Situation(String words, Deed deed) {
            this(null, words, deed);
        }

        /** One of several situations that are told by the same code. */
        Situation(@Nullable String sharedCode, String words, Deed deed) {
            this.sharedCode = sharedCode;
            this.words = words;
            this.deed = deed;
        }

        String code() {
            return Objects.requireNonNullElse(sharedCode, name());
        }
    }

    private static void backend(EmulatedOdp odp, boolean on) {
        try {
            odp.businessBackend(on);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Command expecting(Command c, String version) {
        return new Command(
                c.eventId(),
                c.sentAt(),
                c.id(),
                c.task(),
                c.epoch(),
                c.step(),
                c.attempt(),
                c.kind(),
                c.baseline(),
                c.odp(),
                c.exitTimeoutMicros(),
                version,
                c.runWithin(),
                null);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellWhatWentWrongAndWhatToDo(Situation situation) throws Exception {
        Settings s = TestAgent.SETTINGS;
        Settings impatient = new Settings(
                s.agentId(),
                s.maxInFlight(),
                Duration.ofSeconds(3),
                s.lockWait(),
                s.lockLease(),
                // One that hangs alone is to be waited for to the end.
                Duration.ofSeconds(situation == Situation.CHILD_HUNG ? 3 : 30),
                s.stopGrace(),
                Duration.ofSeconds(6),
                s.maxCommandAge(),
                s.heartbeat(),
                s.stopLease());
        try (Scene scene = new Scene(home, "4.3.1.0", impatient)) {
            // when
            List<Report> reports = situation.deed.of(scene);

            // then
            Report last = reports.get(reports.size() - 1);
            assertThat(last.type()).as("%s", last.message()).isEqualTo(Report.Type.FAILED);
            Failure failure = Objects.requireNonNull(last.failure());
            assertThat(failure.code()).as(failure.detail()).isEqualTo(situation.code());
            assertThat(failure.advice()).as("advice for %s", failure.detail()).isNotBlank();
            ROWS.put(situation, row(situation, failure, scene));
        }
    }

    private static String row(Situation situation, Failure failure, Scene scene) {
        String log = failure.logFile() == null ? "" : " [with the end of " + failure.logFile() + "]";
        String reads = failure.detail() + ". *" + failure.advice() + "*" + log;
        return "| " + situation.words + " | " + failure.category() + " | `" + failure.code() + "` | "
                + plain(reads, scene) + " |\n";
    }

    /** Without what differs from run to run. */
    private static String plain(String words, Scene scene) {
        return words.replace(scene.odp.home().toString(), "/home/admin/obproxy")
                .replace(Integer.toString(scene.odp.port()), "2883")
                .replace(System.getProperty("user.name") + "@127.0.0.1:", "admin@127.0.0.1:")
                .replaceAll("(?i)(process(?: is)?) (?!1\\b)[0-9]+", "$1 4711")
                .replaceAll("[0-9]+ kB left", "0 kB left")
                .replaceAll("tick [0-9]+ of boot [0-9a-f]+", "tick 123 of boot 0f2c")
                .replace("|", "\\|")
                .replace('\n', ' ');
    }
}
