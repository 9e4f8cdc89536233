package dev.rollcall.emulator.process;

import com.sun.jna.LastErrorException;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.Ledger;
import dev.rollcall.emulator.LedgerEntry;
import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.config.ConfigStore;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One process of an emulated ODP: what all its parts share, how it starts and how it ends.
 *
 * <p>Start, as observed: directories below the root (the working directory, or OBPROXY_ROOT), configuration, socket, accept, then the line about the reboot; an inherited
 * process takes over descriptor 0 and tells its parent by SIGUSR1. The exit status of a process that served is 1, whatever ended it; a cold start that fails has 0.
 */
final class OdpProcess {

    /** Where the listening socket is in each process, so that a successor finds it. */
    static final int LISTEN_DESCRIPTOR = 0;

    /** Where the listening socket of the RPC service is; a JVM that says nothing needs no standard output. */
    static final int RPC_DESCRIPTOR = 1;

    private static final int BACKLOG = 1024;
    private static final List<String> DIRECTORIES = List.of("etc", "log", ".conf", "control-config", "sharding-config");

    private final Binary binary;
    private final List<String> argv;
    private final Path root;
    private final ProcessLog log;
    private final Faults faults;
    private final ConfigStore config;
    private final boolean inherited;
    private final int firstParent;
    private final long pid = ProcessHandle.current().pid();
    private final long startTicks;
    private final long begun = System.nanoTime();
    private final ClientSessions sessions = new ClientSessions();
    private final Statistics statistics = new Statistics();
    private final InternalTables internalTables = new InternalTables();
    private final Listener listener;
    private final InetSocketAddress listenAddress;
    private final HotRestart hotRestart;
    private final boolean rpc;
    private final MetricsPort metricsPort;

    /** What a start may find lost, and what it would not start without. */
    private static final Set<String> KEPT = Set.of(
            "listen_port",
            "local_bound_ip",
            "local_bound_ipv6_ip",
            "prometheus_listen_port",
            "rpc_listen_port",
            "obproxy_sys_password",
            "app_name",
            "rootservice_list",
            "rootservice_cluster_name");

    private OdpProcess(
            Binary binary,
            List<String> argv,
            Path root,
            ProcessLog log,
            Faults faults,
            boolean inherited,
            boolean inheritedRpc,
            int parent,
            String starter)
            throws IOException, StartFailure {
        this.binary = binary;
        this.argv = argv;
        this.root = root;
        this.log = log;
        this.inherited = inherited;
        this.firstParent = parent;
        this.startTicks = readStartTicks();
        this.faults = faults;
        note(Event.STARTED, inherited ? "inherited" : "cold start", 0, 0, starter);
        delay(faults.strike(Fault.SLOW_START));
        if (inherited) {
            failAsChild();
        } else if (faults.strikes(Fault.START_FAILS)) {
            throw new StartFailure("fault switch " + Fault.START_FAILS.fileName());
        }
        if (faults.strikes(Fault.DISK_FULL)) {
            throw new StartFailure("cannot write below " + root + ": No space left on device (fault switch)");
        }
        this.config = readConfiguration();
        this.rpc = inherited ? inheritedRpc : offersRpc();
        if (!inherited) {
            listen();
            config.save();
        }
        log.createFiles();
        this.listener = Listener.adopt(this::accepted);
        this.listenAddress = listener.address();
        this.hotRestart = new HotRestart(this, listener);
        this.metricsPort = new MetricsPort(
                config.isSet("prometheus_listen_port") && config.flag("enable_prometheus")
                        ? config.number("prometheus_listen_port")
                        : 0,
                this::metrics,
                log);
    }

    /** Starts and never returns: the process ends when it is told to. */
    static void run(Binary binary, List<String> argv, Map<String, String> environment, String starter) {
        String fixedRoot = environment.getOrDefault("OBPROXY_ROOT", "");
        Path root =
                Path.of(fixedRoot.isEmpty() ? "." : fixedRoot).toAbsolutePath().normalize();
        boolean inherited = environment.containsKey("OBPROXY_INHERITED_FD");
        if (inherited) {
            Libc.askForSignalWhenParentEnds();
        }
        int parent = Libc.getppid();
        Faults faults = new Faults(root);
        ProcessLog log = new ProcessLog(root, () -> faults.isOn(Fault.DISK_FULL));
        try {
            for (String directory : DIRECTORIES) {
                Files.createDirectories(root.resolve(directory));
            }
            new OdpProcess(
                            binary,
                            argv,
                            root,
                            log,
                            faults,
                            inherited,
                            environment.containsKey("OBPROXY_INHERITED_RPC_FD"),
                            parent,
                            starter)
                    .serve();
        } catch (StartFailure | IOException | RuntimeException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            log.usage();
            log.reboot(parent, false);
            append(
                    log,
                    root,
                    new LedgerEntry(
                            now(),
                            ProcessHandle.current().pid(),
                            startTicksOrZero(),
                            Event.STOPPED,
                            "start failed: " + why,
                            parent,
                            0,
                            0,
                            starter));
            Runtime.getRuntime().halt(inherited ? 1 : 0);
        }
    }

    private void serve() {
        hotRestart.handleSignals();
        metricsPort.open();
        Thread acceptor = new Thread(listener, "accept");
        acceptor.start();
        hotRestart.open();
        note(Event.SERVING, inherited ? "inherited" : "cold start", 0, 0, "");
        log.info("obproxy start up successful, listen " + Addresses.text(listenAddress));
        log.reboot(firstParent, true);
        // A parent that is process 1, as in a container, is never told, and takes its successor for one that hangs.
        if (inherited && firstParent != 1 && Libc.getppid() == firstParent) {
            HotRestart.signal(firstParent, Libc.SIGUSR1);
        }
        crashLater(faults.strike(Fault.CRASH_AFTER));
        hotRestart.run();
    }

    private ConfigStore readConfiguration() throws IOException, StartFailure {
        if (faults.strikes(Fault.ETC_UNREADABLE)) {
            throw new StartFailure("cannot read " + root.resolve("etc") + ": Permission denied (fault switch)");
        }
        ConfigStore store = ConfigStore.load(binary.version(), root);
        if (faults.strikes(Fault.CONFIGURATION_LOST)) {
            store.forgetAllBut(KEPT);
            store.save();
        }
        if (inherited) {
            return store;
        }
        try {
            StartOptions options = StartOptions.parse(argv);
            if (!store.persisted() && !options.namesDatabase()) {
                throw new StartFailure("a first start needs -r and -c, or obproxy_config_server_url");
            }
            options.applyTo(store);
        } catch (IllegalArgumentException wrongOption) {
            throw new StartFailure(String.valueOf(wrongOption.getMessage()));
        }
        return store;
    }

    private void listen() throws IOException, StartFailure {
        InetAddress address = InetAddress.getByName(
                config.get(config.isSet("local_bound_ipv6_ip") ? "local_bound_ipv6_ip" : "local_bound_ip"));
        int port = config.number("listen_port");
        if (faults.strikes(Fault.PORT_TAKEN)) {
            throw new StartFailure("fail to listen on port " + port + ": Address already in use (fault switch)");
        }
        listen(address, port, LISTEN_DESCRIPTOR);
        if (rpc) {
            listen(address, config.number("rpc_listen_port"), RPC_DESCRIPTOR);
        }
    }

    private static void listen(InetAddress address, int port, int descriptor) throws StartFailure {
        try {
            Libc.listen(address, port, BACKLOG, descriptor);
        } catch (LastErrorException e) {
            throw new StartFailure("fail to listen on port " + port + ": " + e.getMessage());
        }
    }

    /** Nobody answers on the RPC port: its protocol is not emulated, that it is taken is. */
    private boolean offersRpc() {
        return binary.version().isRecordedOrLater()
                && config.isSet("rpc_listen_port")
                && config.flag("enable_obproxy_rpc_service");
    }

    private String metrics() {
        return "# TYPE odp_current_session gauge\nodp_current_session{role=\"client\"} " + sessions.count() + "\n";
    }

    /** What is freed before a successor starts. */
    void closeForSuccessor() {
        metricsPort.close();
    }

    /** What is taken again when there is no successor. */
    void reopen() {
        metricsPort.open();
    }

    private void failAsChild() throws StartFailure {
        OptionalInt dies = faults.strike(Fault.CHILD_DIES);
        if (dies.isPresent()) {
            delay(dies);
            throw new StartFailure("fault switch " + Fault.CHILD_DIES.fileName());
        }
        while (faults.strikes(Fault.CHILD_HANGS)) {
            log.error("hangs: fault switch");
            sleep(Integer.MAX_VALUE);
        }
    }

    private void accepted(SocketChannel channel) throws IOException {
        try {
            Thread thread = new Thread(new ClientSession(this, channel), "client");
            thread.setDaemon(true);
            thread.start();
        } catch (IOException gone) {
            channel.close();
            throw gone;
        }
    }

    /** Starts argv[0], and nothing but that, with the listening socket and an environment of its own. */
    Process startSuccessor() throws IOException {
        boolean six = listenAddress.getAddress() instanceof Inet6Address;
        ProcessBuilder builder = new ProcessBuilder(argv.get(0));
        String fixedRoot = builder.environment().getOrDefault("OBPROXY_ROOT", "");
        builder.environment().clear();
        builder.environment().put("OBPROXY_INHERITED_FD", six ? "-1" : String.valueOf(LISTEN_DESCRIPTOR));
        if (binary.version().namesDescriptorsByFamily()) {
            builder.environment().put("OBPROXY_INHERITED_IPV6_FD", six ? String.valueOf(LISTEN_DESCRIPTOR) : "-1");
        }
        if (rpc) {
            builder.environment().put("OBPROXY_INHERITED_RPC_FD", String.valueOf(RPC_DESCRIPTOR));
        }
        if (!fixedRoot.isEmpty()) {
            builder.environment().put("OBPROXY_ROOT", fixedRoot);
        }
        if (binary.version().isRecordedOrLater()) {
            writeForOlderVersions();
        }
        return builder.inheritIO().start();
    }

    /** Seen after the first restart, and read by nobody; the file of the restart before is kept beside it. */
    private void writeForOlderVersions() throws IOException {
        for (String directory : List.of("etc", ".conf")) {
            Path file = root.resolve(directory).resolve("obproxy_config.bin");
            if (Files.exists(file)) {
                Files.move(file, file.resolveSibling("obproxy_config.bin.old"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.writeString(file, "kept for older versions\n");
        }
    }

    /** Ends this process, with the status an ODP always has. */
    void leave(Event event, String why, int clientsCut) {
        int parent = Libc.getppid();
        if (inherited && parent == firstParent) {
            if (binary.version().takesLeave()) {
                HotRestart.signal(parent, Libc.SIGURG);
            }
        } else if (event == Event.DRAINED && parent != 1) {
            // Seen, and twice: started in the foreground, an ODP does this to its supervisor. It aborts a JVM.
            HotRestart.signal(parent, Libc.SIGUSR2);
            HotRestart.signal(parent, Libc.SIGUSR2);
        }
        note(event, why, 0, clientsCut, "");
        Runtime.getRuntime().halt(1);
    }

    /** Writes into the ledger what happened. */
    void note(Event event, String why, long child, int clientsCut, String by) {
        append(log, root, new LedgerEntry(now(), pid, startTicks, event, why, Libc.getppid(), child, clientsCut, by));
    }

    private static void append(ProcessLog log, Path root, LedgerEntry entry) {
        try {
            Ledger.append(root, entry);
        } catch (IOException unwritable) {
            log.error("cannot write the ledger: " + unwritable);
        }
    }

    private void crashLater(OptionalInt seconds) {
        if (seconds.isPresent()) {
            Thread thread = new Thread(
                    () -> {
                        delay(seconds);
                        note(Event.STOPPED, "crash: fault switch", 0, sessions.count(), "");
                        Runtime.getRuntime().halt(139);
                    },
                    "crash");
            thread.setDaemon(true);
            thread.start();
        }
    }

    static void delay(OptionalInt seconds) {
        if (seconds.orElse(0) > 0) {
            sleep(seconds.getAsInt() * 1000L);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static long startTicksOrZero() {
        try {
            return readStartTicks();
        } catch (IOException noProc) {
            return 0;
        }
    }

    /** Field 22 of the process's own stat, counted after the name, which may contain blanks. */
    private static long readStartTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    }

    Binary binary() {
        return binary;
    }

    List<String> argv() {
        return argv;
    }

    ProcessLog log() {
        return log;
    }

    Faults faults() {
        return faults;
    }

    ConfigStore config() {
        return config;
    }

    ClientSessions sessions() {
        return sessions;
    }

    Statistics statistics() {
        return statistics;
    }

    InternalTables internalTables() {
        return internalTables;
    }

    HotRestart hotRestart() {
        return hotRestart;
    }

    InetSocketAddress listenAddress() {
        return listenAddress;
    }

    /** Whether it has an RPC port. */
    boolean rpc() {
        return rpc;
    }

    boolean inherited() {
        return inherited;
    }

    long pid() {
        return pid;
    }

    boolean youngerThanASecond() {
        return System.nanoTime() - begun < 1_000_000_000L;
    }

    /** Whether business users find a pretended database. */
    boolean hasBusinessBackend() {
        return Files.exists(root.resolve(Obproxy.BUSINESS_BACKEND));
    }
}
