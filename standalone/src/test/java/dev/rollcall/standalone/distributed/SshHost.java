package dev.rollcall.standalone.distributed;

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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A host: a real sshd on a loopback address of its own, which lets in who runs the tests, with a key made for it. */
final class SshHost implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final Path directory;
    private final Process process;
    private final String address;
    private final int port;

    private SshHost(Path directory, Process process, String address, int port) {
        this.directory = directory;
        this.process = process;
        this.address = address;
        this.port = port;
    }

    /** Skips the test without sshd, unless tests are required to run. */
    static void require() {
        boolean found = Files.isExecutable(SSHD);
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(found)
                    .as("sshd is required at %s (package openssh-server)", SSHD)
                    .isTrue();
        }
        assumeTrue(found, "skipped: there is no " + SSHD + " (package openssh-server)");
    }

    /**
     * Starts it.
     *
     * @param userKey private key of who is let in; its public half is beside it
     */
    static SshHost start(Path directory, String address, Path userKey) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        if (user().equals("root")) {
            // Where sshd runs as root it wants its empty directory.
            Files.createDirectories(Path.of("/run/sshd"));
        }
        makeKey(directory.resolve("host_key"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            port = free.getLocalPort();
        }
        Path config = directory.resolve("sshd_config");
        Files.write(
                config,
                List.of(
                        "Port " + port,
                        "ListenAddress " + address,
                        "HostKey " + directory.resolve("host_key"),
                        "AuthorizedKeysFile " + userKey + ".pub",
                        // A bash that sshd starts reads ~/.bashrc of whoever runs the tests; an inner one does not.
                        "SetEnv SHLVL=1",
                        "UsePAM no",
                        "PidFile none",
                        "StrictModes no",
                        "PasswordAuthentication no",
                        "PermitRootLogin prohibit-password"));
        Process process = new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("sshd.log").toFile())
                .start();
        Awaitility.await("sshd").atMost(Duration.ofSeconds(10)).until(() -> answers(address, port));
        return new SshHost(directory, process, address, port);
    }

    static void makeKey(Path file) throws IOException, InterruptedException {
        Process made = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .inheritIO()
                .start();
        assertThat(made.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
    }

    /** The line of a {@code known_hosts} file that vouches for it. */
    String knownHostsLine() throws IOException {
        return "[%s]:%d %s"
                .formatted(
                        address,
                        port,
                        Files.readString(directory.resolve("host_key.pub")).strip());
    }

    String address() {
        return address;
    }

    int port() {
        return port;
    }

    static String user() {
        return System.getProperty("user.name");
    }

    private static boolean answers(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 200);
            return socket.getInputStream().read() == 'S';
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor(5, TimeUnit.SECONDS);
    }
}
