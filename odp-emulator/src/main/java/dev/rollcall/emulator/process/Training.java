package dev.rollcall.emulator.process;

import dev.rollcall.emulator.config.OdpVersion;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Does in a scratch directory what an ODP does at its start and with its first client, so that the classes for it can be archived; then ends in the orderly way an
 * archive needs.
 */
final class Training {

    private static final int ATTEMPTS = 100;

    private Training() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        Binary binary = new Binary(OdpVersion.RECORDED, "1.el7");
        List<String> argv = List.of(
                "obproxy",
                "-p",
                "" + port,
                "-r",
                "127.0.0.1:2881",
                "-c",
                "training",
                "-o",
                "local_bound_ip=127.0.0.1,obproxy_sys_password=");
        Thread odp = new Thread(() -> OdpProcess.run(binary, argv, Map.of("OBPROXY_ROOT", args[0]), ""));
        odp.setDaemon(true);
        odp.start();
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                visit(new InetSocketAddress(loopback, port));
                break;
            } catch (ConnectException notYet) {
                Thread.sleep(50);
            }
        }
        System.exit(0);
    }

    /** Asks what a client of an ODP asks. */
    private static void visit(InetSocketAddress address) throws IOException {
        try (MySqlClient client = MySqlClient.connect(address, "root@proxysys", "", Duration.ofSeconds(10))) {
            client.query("SHOW PROXYSESSION");
            client.query("SHOW PROXYINFO UPGRADE");
            client.query("SHOW PROXYCONFIG LIKE 'hot%'");
            client.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=1");
        }
    }
}
