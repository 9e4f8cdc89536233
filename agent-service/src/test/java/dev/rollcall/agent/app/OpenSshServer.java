package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real sshd on a port of its own, for its own user, with keys of its own. */
final class OpenSshServer implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final Path directory;
    private final Process process;
    private final String address;
    private final int port;

    private OpenSshServer(Path directory, Process process, String address, int port) {
        this.directory = directory;
        this.process = process;
        this.address = address;
        this.port = port;
    }

    /** Skips the test without sshd, unless tests are required to run. */
    static OpenSshServer start(Path directory, String... moreOptions) throws IOException, InterruptedException {
        return start(List.of(), "127.0.0.1", directory, moreOptions);
    }

    /**
     * The same elsewhere.
     *
     * @param in command that runs another command there
     * @param address to listen on
     */
    static OpenSshServer start(List<String> in, String address, Path directory, String... moreOptions)
            throws IOException, InterruptedException {
        boolean found = Files.isExecutable(SSHD);
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(found)
                    .as("sshd is required at %s (package openssh-server)", SSHD)
                    .isTrue();
        }
        assumeTrue(found, "skipped: there is no " + SSHD + " (package openssh-server)");
        if (System.getProperty("user.name").equals("root")) {
            // Where sshd runs as root it wants its empty directory.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        for (String name : List.of("host_key", "user_key", "other_key")) {
            makeKey(directory.resolve(name), "ed25519", "");
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // The first mention of an option counts, of MaxStartups the last.
        List<String> config = new ArrayList<>(List.of(moreOptions));
        config.addAll(List.of(
                "Port " + port,
                "ListenAddress " + address,
                "HostKey " + directory.resolve("host_key"),
                "AuthorizedKeysFile " + directory.resolve("user_key.pub"),
                // A bash that sshd starts reads ~/.bashrc of whoever runs the tests, which may take a second each time;
                // one that is not the outermost shell does not. What such files do to an agent has its own tests.
                "SetEnv SHLVL=1",
                "UsePAM no",
                "PidFile none",
                "StrictModes no",
                "PasswordAuthentication no",
                "PermitRootLogin prohibit-password"));
        if (Stream.of(moreOptions).noneMatch(option -> option.startsWith("MaxStartups"))) {
            // Tests run side by side, each with an agent of its own that keeps to the bound of eight.
            config.add("MaxStartups 100:30:200");
        }
        Files.write(directory.resolve("sshd_config"), config);
        List<String> command = new ArrayList<>(in);
        command.addAll(List.of(
                SSHD.toString(),
                "-D",
                "-e",
                "-f",
                directory.resolve("sshd_config").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sshd.log").toFile())
                .start();
        Awaitility.await("sshd").atMost(Duration.ofSeconds(10)).until(() -> answers(address, port));
        String hostKey = Files.readString(directory.resolve("host_key.pub"));
        Files.writeString(directory.resolve("known_hosts"), "[" + address + "]:" + port + " " + hostKey);
        return new OpenSshServer(directory, process, address, port);
    }

    /** A pair of keys, the public one in a file of the same name and {@code .pub}. */
    static void makeKey(Path file, String type, String passphrase) throws IOException, InterruptedException {
        run("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.toString());
    }

    private static boolean answers(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 200);
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }

    String address() {
        return address;
    }

    int port() {
        return port;
    }

    /** Where its keys are. */
    Path directory() {
        return directory;
    }

    Path knownHosts() {
        return directory.resolve("known_hosts");
    }

    Path userKey() {
        return directory.resolve("user_key");
    }

    /** A key that is not let in. */
    Path otherKey() {
        return directory.resolve("other_key");
    }

    /** Keys that are let in. */
    Path authorizedKeys() {
        return directory.resolve("user_key.pub");
    }

    Path hostKey() {
        return directory.resolve("host_key.pub");
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("sshd.log"));
    }

    /** Logins so far. */
    long logins() throws IOException {
        return log().lines().filter(line -> line.contains("Accepted publickey")).count();
    }

    /** The server, and a process of it for each connection. */
    Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    String user() {
        return System.getProperty("user.name");
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor(5, TimeUnit.SECONDS);
    }
}
