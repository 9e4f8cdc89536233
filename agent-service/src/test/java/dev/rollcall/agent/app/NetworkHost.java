package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A host with a network of its own, in a namespace behind a bridge, that can be cut off. Its processes and files are this machine's. */
final class NetworkHost implements AutoCloseable {
    private static final int SQL_PORT = 2883;

    private final String name;
    private final String address;
    private final OpenSshServer server;
    private final EmulatedOdp odp;

    private NetworkHost(String name, String address, OpenSshServer server, EmulatedOdp odp) {
        this.name = name;
        this.address = address;
        this.server = server;
        this.odp = odp;
    }

    /** The network that hosts are plugged into. */
    static final class Bridge implements AutoCloseable {
        private static final AtomicInteger HOSTS = new AtomicInteger();

        private final String name = "rcb" + ProcessHandle.current().pid();
        private final String net = "10.213." + ProcessHandle.current().pid() % 250 + ".";
        private int hosts = 1;

        /** Skips the test where there are no namespaces to be had, unless tests are required to run. */
        static Bridge build() throws IOException, InterruptedException {
            String why = missing();
            if (Boolean.getBoolean("rollcall.tests.required")) {
                assertThat(why).as("what network namespaces need").isEmpty();
            }
            assumeTrue(why.isEmpty(), "skipped: " + why);
            Bridge bridge = new Bridge();
            ip("link", "add", bridge.name, "type", "bridge");
            ip("addr", "add", bridge.net + "1/24", "dev", bridge.name);
            ip("link", "set", bridge.name, "up");
            return bridge;
        }

        private static String missing() throws IOException, InterruptedException {
            if (!System.getProperty("user.name").equals("root")) {
                return "network namespaces are made by root, and this is " + System.getProperty("user.name");
            }
            try {
                String probe = "rcp" + ProcessHandle.current().pid();
                return tryIp("netns", "add", probe).isEmpty()
                        ? tryIp("netns", "del", probe)
                        : "no network namespace can be made here";
            } catch (IOException noProgram) {
                return "there is no program ip (package iproute2)";
            }
        }

        /** A host with an sshd and an ODP that serves. */
        NetworkHost plug(Path directory, OdpSettings settings) throws IOException, InterruptedException {
            int number = ++hosts;
            // What an earlier test could not take away must not be in the way of this one.
            String host = name + "n" + HOSTS.incrementAndGet();
            String address = net + number;
            ip("netns", "add", host);
            ip("link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", host);
            ip("link", "set", host, "master", name, "up");
            ip("-n", host, "addr", "add", address + "/24", "dev", "eth0");
            ip("-n", host, "link", "set", "eth0", "up");
            ip("-n", host, "link", "set", "lo", "up");
            List<String> inside = List.of("ip", "netns", "exec", host);
            OpenSshServer server =
                    OpenSshServer.start(inside, address, Files.createDirectories(directory.resolve("ssh")));
            EmulatedOdp odp = EmulatedOdp.install(
                    directory.resolve("odp"), settings.withListenIp(address).withPort(SQL_PORT));
            List<String> start = new ArrayList<>(inside);
            start.addAll(List.of("env", "-i", "./bin/obproxy"));
            run(new ProcessBuilder(start).directory(odp.home().toFile()));
            Awaitility.await("ODP in " + host).atMost(Duration.ofSeconds(30)).until(odp::isServing);
            return new NetworkHost(host, address, server, odp);
        }

        @Override
        public void close() throws IOException, InterruptedException {
            ip("link", "del", name);
        }
    }

    /** Nothing comes through to it any more, and nobody is told. */
    void cutOff() {
        link("down");
    }

    /** Returns when it can be reached again, which takes its neighbours a moment to believe. */
    void plugIn() {
        link("up");
        Awaitility.await("host " + address).atMost(Duration.ofSeconds(20)).until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, server.port()), 500);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    private void link(String state) {
        try {
            ip("link", "set", name, state);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return address;
    }

    OpenSshServer server() {
        return server;
    }

    EmulatedOdp odp() {
        return odp;
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        assertThat(tryIp(arguments)).as("ip %s", String.join(" ", arguments)).isEmpty();
    }

    /** What it said; nothing when it did as it was told. */
    private static String tryIp(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList();
        return run(new ProcessBuilder(command));
    }

    private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
        Path output = Files.createTempFile("network-host", ".out");
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            String said = Files.readString(output, StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? "" : said.isEmpty() ? "exit status " + process.exitValue() : said;
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try (Closing network = () -> ip("netns", "del", name);
                Closing ssh = server::close) {
            odp.kill();
        }
    }

    /** What is closed also when something before it could not be. */
    private interface Closing extends AutoCloseable {
        @Override
        void close() throws IOException, InterruptedException;
    }
}
