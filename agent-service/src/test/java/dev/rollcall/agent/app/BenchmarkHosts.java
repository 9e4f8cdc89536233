package dev.rollcall.agent.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.rollcall.emulator.mysql.Answer;
import dev.rollcall.emulator.mysql.Column;
import dev.rollcall.emulator.mysql.Greeting;
import dev.rollcall.emulator.mysql.LoginRequest;
import dev.rollcall.emulator.mysql.PacketStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.slf4j.LoggerFactory;

/**
 * Any number of hosts for {@link MonitorBenchmark}, one on each address of 127.0.0.0/8, in one process: an sshd that answers a short look as
 * the host script would, and an ODP that answers an administrator. What hosts themselves spend on a look is not in it.
 */
final class BenchmarkHosts {
    private static final Pattern QUOTED = Pattern.compile("'([^']*)'");
    private static final Pattern LENGTH = Pattern.compile("head -c (\\d+)");
    private static final String UPGRADE =
            "{is_inited:true, timeout_rollback_timeout_at:0, info:{is_inherited:false, upgrade_version:0,"
                    + " need_conn_accept:true, ipv4_fd:28, received_sig:-1, sub_pid:-1, graceful_exit_end_time:0, graceful_exit_start_time:0,"
                    + " active_client_vc_count:0, state:\"HU_STATE_WAIT_HU_CMD\", hu_status:\"\", is_parent:true, sub_status:\"\", argc:1,"
                    + " argv[0]=\"./bin/obproxy\", inherited_argv[0]=\"./bin/obproxy\"}}";
    private static final int STATUS = 2;

    private final ExecutorService threads = Executors.newCachedThreadPool(Threads.platformDaemons("host"));

    private BenchmarkHosts() {}

    /**
     * Prints the ports of SSH and SQL, and serves until its input ends.
     *
     * @param args where to keep the host key
     */
    public static void main(String[] args) throws Exception {
        logOnlyErrors();
        BenchmarkHosts hosts = new BenchmarkHosts();
        ServerSocket sql = new ServerSocket(0, 1024, InetAddress.getByName("0.0.0.0"));
        hosts.threads.execute(() -> hosts.acceptAll(sql));
        try (SshServer ssh = SshServer.setUpDefaultServer()) {
            ssh.setHost("0.0.0.0");
            ssh.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(Path.of(args[0], "host_key")));
            ssh.setPasswordAuthenticator((user, password, session) -> true);
            ssh.setCommandFactory((channel, command) -> hosts.new Look(channel, command));
            ssh.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
            ssh.start();
            System.out.println(ssh.getPort() + " " + sql.getLocalPort());
            while (System.in.read() >= 0) {
                // Until the benchmark ends.
            }
        }
    }

    /** Standard output is for figures. */
    static void logOnlyErrors() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
    }

    private static long pidOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        return 10_000 + (bytes[2] & 0xff) * 256L + (bytes[3] & 0xff);
    }

    /** Answers each short look with an ODP that runs. */
    private final class Look implements Command {
        private final InetAddress address;
        private final String command;
        private InputStream in = InputStream.nullInputStream();
        private OutputStream out = OutputStream.nullOutputStream();
        private ExitCallback exit = (code, message, immediately) -> {};

        Look(ChannelSession channel, String command) {
            this.command = command;
            this.address =
                    ((InetSocketAddress) channel.getSession().getIoSession().getLocalAddress()).getAddress();
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            threads.execute(() -> {
                try {
                    answer();
                    exit.onExit(0);
                } catch (IOException | RuntimeException gone) {
                    exit.onExit(1);
                }
            });
        }

        private void answer() throws IOException {
            Matcher length = LENGTH.matcher(command);
            if (!length.find()) {
                throw new IOException("not the command that is expected: " + command);
            }
            String script = new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
            Matcher words = QUOTED.matcher(script);
            String nonce = next(words);
            String mode = next(words);
            String seen = seen(nonce, next(words));
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            switch (mode) {
                case "glance" -> say(seen);
                case "glances" -> {
                    while (reader.readLine() != null) {
                        say(seen);
                    }
                }
                default -> throw new IOException("not benchmarked: " + mode);
            }
        }

        private void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        private String seen(String nonce, String home) {
            byte[] ip = address.getAddress();
            String hex = String.format("%02X%02X%02X%02X", ip[3], ip[2], ip[1], ip[0]);
            long pid = pidOf(address);
            StringBuilder said = new StringBuilder();
            for (String line : List.of(
                    "boot 00000000-0000-4000-8000-" + String.format("%012d", pid),
                    "home " + home,
                    "btime 1700000000",
                    "hz 100",
                    "listen " + hex + " " + (pid + 100_000) + " 1000",
                    "me 1000",
                    "proc " + pid + " 4242 S 1 " + (pid + 100_000) + " 0 obproxy",
                    "parent " + pid + " systemd",
                    "end")) {
                said.append(nonce).append(' ').append(line).append('\n');
            }
            return said.toString();
        }

        private static String next(Matcher words) throws IOException {
            if (!words.find()) {
                throw new IOException("not the script that is expected");
            }
            return words.group(1);
        }

        @Override
        public void destroy(ChannelSession channel) {
            // Nothing is kept.
        }

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            // Nothing is said there.
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }
    }

    private void acceptAll(ServerSocket listener) {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException ended) {
            // The benchmark is over.
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            PacketStream packets = new PacketStream(client.getInputStream(), client.getOutputStream());
            packets.write(Greeting.recorded("5.6.25", 1).encode());
            packets.flush();
            LoginRequest.decode(packets.read());
            new Answer.Ok(STATUS).writeTo(packets);
            packets.flush();
            while (true) {
                packets.restartSequence();
                byte[] request = packets.read();
                if (request.length == 0 || request[0] == 1) {
                    return;
                }
                String sql = new String(request, 1, request.length - 1, StandardCharsets.UTF_8);
                answer(sql, pidOf(client.getLocalAddress())).writeTo(packets);
                packets.flush();
            }
        } catch (IOException gone) {
            // As clients do.
        }
    }

    private static Answer answer(String sql, long pid) {
        if (sql.startsWith("SHOW PROXYSESSION")) {
            return rows(List.of("pid"), List.of(Long.toString(pid)));
        }
        if (sql.startsWith("SHOW PROXYINFO UPGRADE")) {
            return rows(List.of("name", "info"), List.of("hot upgrade info", UPGRADE));
        }
        if (sql.startsWith("SHOW PROXYCONFIG LIKE")) {
            String name = sql.substring(sql.indexOf('\'') + 1, sql.lastIndexOf('\''));
            return rows(List.of("name", "value"), List.of(name, name.startsWith("hot") ? "5000000" : "0"));
        }
        if (sql.startsWith("SELECT proxy_version()")) {
            return rows(List.of("proxy_version()"), List.of("4.3.1.0"));
        }
        if (sql.startsWith("SHOW PROXYSTAT")) {
            return rows(List.of("stat_name", "value"), List.of("global_client_connections_currently_open", "1"));
        }
        return sql.toLowerCase(java.util.Locale.ROOT).startsWith("set")
                ? new Answer.Ok(STATUS)
                : new Answer.Refusal(1235, "0A000", "Not supported feature or function");
    }

    private static Answer rows(List<String> names, List<String> values) {
        return new Answer.Rows(names.stream().map(Column::text).toList(), List.of(values), STATUS);
    }
}
