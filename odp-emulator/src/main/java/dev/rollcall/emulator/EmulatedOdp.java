package dev.rollcall.emulator;

import dev.rollcall.emulator.config.ConfigStore;
import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.process.Obproxy;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * An installed ODP emulation: its home directory, and what a test or the demo does with it. The ODP itself is a process of its own that goes on without this object.
 *
 * <p>Safe for several threads as far as the operating system is.
 */
public final class EmulatedOdp {

    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 32_000;
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Path home;
    private final OdpSettings settings;

    private EmulatedOdp(Path home, OdpSettings settings) {
        this.home = home;
        this.settings = settings;
    }

    /**
     * Writes {@code bin/obproxy} and the configuration, so that {@code ./bin/obproxy} from the home starts it without options. An installation that is there already
     * gets a new launcher and new configuration; running processes keep what they have. The first installation on a machine takes about two seconds longer.
     */
    public static EmulatedOdp install(Path home, OdpSettings settings) throws IOException {
        Files.createDirectories(home);
        OdpSettings fixed = withPorts(settings);
        Path realHome = home.toRealPath();
        Program.in(fixed.cache()).writeLauncher(realHome, fixed);
        ConfigStore config = ConfigStore.empty(fixed.version(), realHome);
        set(config, "listen_port", String.valueOf(fixed.port()));
        set(config, fixed.listenIp().contains(":") ? "local_bound_ipv6_ip" : "local_bound_ip", fixed.listenIp());
        set(config, "app_name", fixed.appName());
        set(config, "rootservice_cluster_name", fixed.clusterName());
        set(config, "rootservice_list", "127.0.0.1:2881");
        set(
                config,
                "obproxy_sys_password",
                fixed.adminPassword().isEmpty() ? "" : ConfigStore.sha1(fixed.adminPassword()));
        fixed.configurations().forEach((name, value) -> set(config, name, value));
        config.save();
        EmulatedOdp odp = new EmulatedOdp(realHome, fixed);
        odp.businessBackend(fixed.businessBackend());
        return odp;
    }

    /** Takes hold of an installation made earlier with the same settings; the port must be named. Touches nothing. */
    public static EmulatedOdp adopt(Path home, OdpSettings settings) throws IOException {
        if (!Files.isExecutable(home.resolve("bin/obproxy"))) {
            throw new IOException("No emulated ODP is installed in " + home + ": bin/obproxy is missing");
        }
        if (settings.port() == 0) {
            throw new IllegalArgumentException("Name the port of the ODP in " + home);
        }
        return new EmulatedOdp(home.toRealPath(), settings);
    }

    private static void set(ConfigStore config, String name, String value) {
        ConfigStore.Outcome outcome = config.set(name, value);
        if (outcome != ConfigStore.Outcome.ACCEPTED) {
            throw new IllegalArgumentException("Configuration " + name + "=" + value + " was refused: " + outcome);
        }
    }

    private static OdpSettings withPorts(OdpSettings settings) throws IOException {
        OdpSettings fixed = settings.port() == 0 ? settings.withPort(freePort(settings.listenIp())) : settings;
        for (String name : List.of("prometheus_listen_port", "rpc_listen_port")) {
            if ("0".equals(fixed.configurations().get(name))) {
                fixed = fixed.withConfiguration(name, String.valueOf(freePort("0.0.0.0")));
            }
        }
        return fixed;
    }

    /** A free port below those the kernel gives to outgoing connections: one of these could take it while the ODP is stopped. */
    private static int freePort(String ip) throws IOException {
        InetAddress address = InetAddress.getByName(ip);
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, address)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one, then.
            }
        }
        throw new IOException("No free port found on " + ip + " between " + LOWEST_PORT + " and " + HIGHEST_PORT);
    }

    public Path home() {
        return home;
    }

    /** The settings in force; the port is never 0. */
    public OdpSettings settings() {
        return settings;
    }

    public int port() {
        return settings.port();
    }

    /** Where Prometheus reads from; only for an installation that asked for such a port. */
    public int prometheusPort() {
        return configuredPort("prometheus_listen_port");
    }

    /** The RPC port; only for an installation that asked for one. */
    public int rpcPort() {
        return configuredPort("rpc_listen_port");
    }

    private int configuredPort(String name) {
        String value = settings.configurations().get(name);
        if (value == null) {
            throw new IllegalStateException("The ODP in " + home + " was installed without " + name);
        }
        return Integer.parseInt(value);
    }

    /** Where clients on this host reach it. */
    public InetSocketAddress address() {
        String ip = settings.listenIp();
        return new InetSocketAddress(
                switch (ip) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::" -> "::1";
                    default -> ip;
                },
                settings.port());
    }

    /**
     * Runs {@code ./bin/obproxy} from the home with an empty environment and these options, as a person would.
     *
     * @return the launcher's exit status: 0, which says nothing about the ODP
     */
    public int launch(String... options) throws IOException {
        return launch(Map.of(), "./bin/obproxy", options);
    }

    /** Runs the launcher from the home under the name a tool calls it by, with the environment that tool gives it. */
    int launch(Map<String, String> environment, String program, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(options));
        return Commands.run(home, environment, command);
    }

    /**
     * Launches and waits until the administrator can log in; at most 20 s.
     *
     * @throws IOException with the ODP's own reason when the start failed
     */
    public EmulatedOdp start() throws IOException {
        int failuresBefore = failures().size();
        launch();
        awaitServing(failuresBefore);
        return this;
    }

    /**
     * Gives the home to another user of this host and starts the ODP as that one; for root only. The home and the cache must be where that user can get.
     *
     * @throws IOException with the ODP's own reason when the start failed
     */
    public EmulatedOdp startAs(String user) throws IOException {
        Map<String, String> path = Map.of("PATH", Commands.SYSTEM_PATH);
        if (Commands.run(home, path, List.of("chown", "-R", user, home.toString())) != 0) {
            throw new IOException("Cannot give " + home + " to " + user);
        }
        int failuresBefore = failures().size();
        if (Commands.run(home, path, List.of("setpriv", "--reuid", user, "--clear-groups", "./bin/obproxy")) != 0) {
            throw new IOException("Cannot start " + home + "/bin/obproxy as " + user);
        }
        awaitServing(failuresBefore);
        return this;
    }

    /** The ends of its processes so far, starts that failed among them. */
    List<LedgerEntry> failures() throws IOException {
        return ledger().entries(LedgerEntry.Event.STOPPED);
    }

    /** Waits for a login; gives up when no process is left and one more ended than did before. */
    void awaitServing(int failuresBefore) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!isServing()) {
            Optional<LedgerEntry> failure =
                    failures().stream().skip(failuresBefore).findFirst();
            if (failure.isPresent() && !isRunning()) {
                throw new IOException("The emulated ODP in " + home + " did not start: "
                        + failure.get().why());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("The emulated ODP in " + home + " does not serve on " + address()
                        + "; its log is log/obproxy.log");
            }
            Commands.pause();
        }
    }

    /** SIGTERM to all its processes, SIGKILL to what is left after 5 s; returns when none is left. */
    public void stop() throws IOException {
        signal(false);
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (isRunning() && System.nanoTime() < deadline) {
            Commands.pause();
        }
        kill();
    }

    /** SIGKILL to all its processes; returns when none is left. */
    public void kill() throws IOException {
        while (isRunning()) {
            signal(true);
            Commands.pause();
        }
    }

    private void signal(boolean force) throws IOException {
        for (long pid : pids()) {
            ProcessHandle.of(pid).ifPresent(force ? ProcessHandle::destroyForcibly : ProcessHandle::destroy);
        }
    }

    /** Whether any process of this ODP lives, serving or not. */
    public boolean isRunning() throws IOException {
        return !pids().isEmpty();
    }

    /** Whether the administrator can log in now. */
    public boolean isServing() {
        try (MySqlClient client = admin()) {
            client.query("SELECT @@session.tx_isolation");
            return true;
        } catch (IOException notServing) {
            return false;
        }
    }

    /** The living processes of this ODP, by working directory and program; zombies are none. */
    public List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.filter(
                            path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                if (isOurs(entry)) {
                    pids.add(Long.parseLong(entry.getFileName().toString()));
                }
            }
        }
        return pids;
    }

    private boolean isOurs(Path process) {
        try {
            if (!Files.readSymbolicLink(process.resolve("cwd")).equals(home)) {
                return false;
            }
            String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            // A successor is a shell for its first milliseconds.
            return command.contains('\0' + Obproxy.class.getName() + '\0') || command.contains("bin/obproxy\0");
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    /** The process that answers a new login; empty when none does. */
    public OptionalLong servingPid() {
        try (MySqlClient client = admin()) {
            return OptionalLong.of(client.answeringPid());
        } catch (IOException notServing) {
            return OptionalLong.empty();
        }
    }

    /** A connection as {@code root@proxysys}; the caller closes it. */
    public MySqlClient admin() throws IOException {
        return MySqlClient.connect(address(), "root@proxysys", settings.adminPassword(), ANSWER);
    }

    /** A connection as a business user, for which the backend must be on; the caller closes it. */
    public MySqlClient business() throws IOException {
        return MySqlClient.connect(address(), "app@tenant#" + settings.clusterName(), "app", ANSWER);
    }

    /** Asks for a hot restart by SQL and returns at once: that it was asked for proves nothing. */
    public void requestHotRestart() throws IOException {
        try (MySqlClient client = admin()) {
            client.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");
        }
    }

    /** Gives business users a pretended database, or takes it away; new logins see it at once. */
    public void businessBackend(boolean on) throws IOException {
        Path file = home.resolve(Obproxy.BUSINESS_BACKEND);
        if (on) {
            Files.writeString(file, "");
        } else {
            Files.deleteIfExists(file);
        }
    }

    /** Replaces the program by one of another version: the next process, hot or cold, is of that version. The configuration stays where the old version keeps it. */
    public void replaceBinary(String version) throws IOException {
        Program.in(settings.cache()).writeLauncher(home, settings.withVersion(version));
    }

    /** Switches a fault on for good. */
    public void fault(Fault fault) throws IOException {
        switchOn(fault, "");
    }

    /** Switches a fault on for good, with a delay in whole seconds. */
    public void fault(Fault fault, Duration delay) throws IOException {
        switchOn(fault, "seconds=" + delay.toSeconds());
    }

    /**
     * Switches a fault on.
     *
     * @param delay in whole seconds, for the faults that know one
     * @param times how often it strikes
     */
    public void fault(Fault fault, Duration delay, int times) throws IOException {
        switchOn(fault, "seconds=" + delay.toSeconds() + " times=" + times);
    }

    private void switchOn(Fault fault, String content) throws IOException {
        Path directory = Files.createDirectories(home.resolve("fault"));
        Path fresh = directory.resolve("." + fault.fileName());
        Files.writeString(fresh, content + "\n");
        Files.move(fresh, directory.resolve(fault.fileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Switches a fault off. */
    public void clear(Fault fault) throws IOException {
        Files.deleteIfExists(home.resolve("fault").resolve(fault.fileName()));
    }

    /** What really happened to it so far. */
    public Ledger ledger() throws IOException {
        return Ledger.read(home);
    }
}
