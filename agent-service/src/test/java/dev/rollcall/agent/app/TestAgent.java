package dev.rollcall.agent.app;

import dev.rollcall.agent.adapter.odp.MariaDbAdminPort;
import dev.rollcall.agent.adapter.odp.SqlCredential;
import dev.rollcall.agent.adapter.ssh.JschRemoteShell;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import dev.rollcall.agent.adapter.ssh.SshSessions;
import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.adapter.ssh.SshTunnels;
import dev.rollcall.agent.domain.Bootstrap;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.agent.domain.UpgradeInfo;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The agent without Kafka: commands go in by call, what they report is kept. */
final class TestAgent implements AutoCloseable {
    static {
        // A beat of an agent that was killed dies by itself, in a thread of its own; that is no other test's failure.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

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
    final AdminPort admin;
    final Observer observer;
    final CommandRunner runner;
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final List<String> lately = new ArrayList<>();
    private volatile int deathStep = -1;
    private volatile Consumer<String> witness = step -> {};
    private volatile boolean dead;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    TestAgent(OpenSshServer server) {
        this(server, SETTINGS, server.knownHosts(), false);
    }

    TestAgent(OpenSshServer server, Settings settings, Path knownHosts, boolean trustOnFirstUse) {
        this(server.directory(), settings, knownHosts, trustOnFirstUse);
    }

    /** @param keys directory with the keys of a server */
    TestAgent(Path keys, Settings settings, Path knownHosts, boolean trustOnFirstUse) {
        this(
                keys,
                settings,
                new SshSettings(
                        knownHosts,
                        trustOnFirstUse,
                        8,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        8,
                        32,
                        Duration.ofMinutes(2)));
    }

    TestAgent(OpenSshServer server, Settings settings, SshSettings ssh) {
        this(server.directory(), settings, ssh);
    }

    private TestAgent(Path keys, Settings settings, SshSettings ssh) {
        sessions = new SshSessions(
                ssh,
                name -> Optional.ofNullable(Map.<String, SshCredential>of(
                                "ops", new SshCredential.Key(keys.resolve("user_key"), ""),
                                "stranger", new SshCredential.Key(keys.resolve("other_key"), ""))
                        .get(name)));
        hosts = new OdpHost(new MortalShell(new JschRemoteShell(sessions, ssh.connectTimeout())), true);
        admin = new MortalPort(new MariaDbAdminPort(
                new SshTunnels(sessions),
                name -> Optional.ofNullable(Map.of(
                                "proxysys", new SqlCredential("root@proxysys", "proxysys"),
                                "wrong", new SqlCredential("root@proxysys", "something else"),
                                "app", new SqlCredential("app@tenant#democluster", "app"))
                        .get(name))));
        observer = new Observer(hosts, admin);
        runner = new CommandRunner(hosts, admin, settings, timer, Clock.systemUTC());
    }

    /** What a command said, in its order. */
    List<Report> run(Command command) {
        return run(command, report -> {});
    }

    List<Report> run(Command command, Consumer<Report> listener) {
        List<Report> reports = new CopyOnWriteArrayList<>();
        try {
            runner.run(command, report -> {
                reports.add(report);
                listener.accept(report);
            });
        } catch (Death killed) {
            // What it said before it died is what is known of it.
        }
        return reports;
    }

    /** Kills the agent before its step of this number (from 1): an order to the host's shell, or a statement to an ODP. */
    TestAgent dyingBefore(int step) {
        deathStep = step;
        return this;
    }

    /** Kills the agent before the first step of this name, as {@link #telling} has them. */
    TestAgent dyingBefore(String step) {
        return telling(next -> {
            if (next.equals(step)) {
                die();
                throw new Death();
            }
        });
    }

    /** What it has done so far. */
    List<String> steps() {
        return steps;
    }

    /** Tells each step, such as {@code alter proxy_local_cmd} or {@code order look}, before it is done. */
    TestAgent telling(Consumer<String> listener) {
        witness = listener;
        return this;
    }

    /** Whether it got that far. */
    boolean dead() {
        return dead;
    }

    /** As kill -9: connections break, nothing is said any more. */
    void die() {
        dead = true;
        timer.shutdownNow();
        sessions.close();
    }

    private void step(String what) {
        if (dead) {
            throw new Death();
        }
        synchronized (lately) {
            // A poll is one step, however often it is repeated.
            boolean repeated = lately.size() == 3
                    && (what.equals(lately.get(2))
                            || (what.equals(lately.get(1)) && lately.get(2).equals(lately.get(0))));
            lately.add(what);
            if (lately.size() > 3) {
                lately.remove(0);
            }
            if (!repeated) {
                steps.add(what);
            }
            if (!repeated && steps.size() == deathStep) {
                die();
                throw new Death();
            }
        }
        witness.accept(what);
    }

    private void live() {
        if (dead) {
            throw new Death();
        }
    }

    /** Not an exception that any code handles. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final class MortalShell implements RemoteShell {
        private final RemoteShell shell;

        MortalShell(RemoteShell shell) {
            this.shell = shell;
        }

        @Override
        public Talk start(Odp odp, Bootstrap bootstrap, boolean alone) throws TroubleException {
            live();
            Talk talk = shell.start(odp, bootstrap, alone);
            return new Talk() {
                @Override
                public void send(String line) throws TroubleException {
                    if (line.equals("release")) {
                        if (!dead) {
                            talk.send(line);
                        }
                        return;
                    }
                    if (line.equals("beat")) {
                        live();
                    } else {
                        int blank = line.indexOf(' ');
                        step("order " + (blank < 0 ? line : line.substring(0, blank)));
                    }
                    talk.send(line);
                }

                @Override
                public @Nullable String readLine(Duration limit) throws TroubleException {
                    live();
                    return talk.readLine(limit);
                }

                @Override
                public Route route() {
                    return talk.route();
                }

                @Override
                public void close() {
                    talk.close();
                }
            };
        }
    }

    private final class MortalPort implements AdminPort {
        private final AdminPort port;

        MortalPort(AdminPort port) {
            this.port = port;
        }

        @Override
        public void checkBusinessPath(Odp odp, String address, Duration timeout) throws LoginException {
            step("business path");
            port.checkBusinessPath(odp, address, timeout);
        }

        @Override
        public Session login(Odp odp, @Nullable Route route, String address, Duration timeout) throws LoginException {
            step("login");
            Session session = port.login(odp, route, address, timeout);
            return new Session() {
                @Override
                public long pid() throws LoginException {
                    step("pid");
                    return session.pid();
                }

                @Override
                public UpgradeInfo upgrade() throws LoginException {
                    step("upgrade");
                    return session.upgrade();
                }

                @Override
                public Optional<String> setting(String name) throws LoginException {
                    step("setting " + name);
                    return session.setting(name);
                }

                @Override
                public Map<String, String> settings(String pattern) throws LoginException {
                    step("settings");
                    return session.settings(pattern);
                }

                @Override
                public Map<String, String> differing() throws LoginException {
                    step("differing");
                    return session.differing();
                }

                @Override
                public void alter(String name, String value) throws LoginException {
                    step("alter " + name);
                    session.alter(name, value);
                }

                @Override
                public String version() throws LoginException {
                    step("version");
                    return session.version();
                }

                @Override
                public Optional<Long> clientConnections() throws LoginException {
                    step("connections");
                    return session.clientConnections();
                }

                @Override
                public void close() {
                    session.close();
                }
            };
        }
    }

    @Override
    public void close() {
        sessions.close();
        timer.shutdownNow();
    }
}
