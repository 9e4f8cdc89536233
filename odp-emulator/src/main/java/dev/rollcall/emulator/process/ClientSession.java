package dev.rollcall.emulator.process;

import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.config.ConfigStore;
import dev.rollcall.emulator.mysql.Answer;
import dev.rollcall.emulator.mysql.Greeting;
import dev.rollcall.emulator.mysql.LoginRequest;
import dev.rollcall.emulator.mysql.NativePassword;
import dev.rollcall.emulator.mysql.PacketStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One client connection, from greeting to goodbye, in a thread of its own. */
final class ClientSession implements Runnable {

    private static final int COM_QUIT = 1;
    private static final int COM_QUERY = 3;
    private static final int COM_PING = 14;
    private static final int COM_STMT_PREPARE = 22;

    /** Where clients seem to come from that are made to look far (documentation range, RFC 5737). */
    private static final String FAR = "203.0.113.9";

    private final OdpProcess odp;
    private final SocketChannel channel;
    private final InetSocketAddress peer;
    private final long id;
    private volatile String user = "";
    private volatile String tenant = "";
    private volatile String cluster = "";
    private volatile boolean working;

    ClientSession(OdpProcess odp, SocketChannel channel) throws IOException {
        this.odp = odp;
        this.channel = channel;
        this.peer = (InetSocketAddress) channel.getRemoteAddress();
        this.id = odp.sessions().add(this);
    }

    long id() {
        return id;
    }

    String user() {
        return user;
    }

    String tenant() {
        return tenant;
    }

    String cluster() {
        return cluster;
    }

    boolean isWorking() {
        return working;
    }

    /** Address and port of the client. */
    String host() {
        return Addresses.text(peer.getAddress()) + ":" + peer.getPort();
    }

    /** Ends the connection from outside. */
    void cut() {
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            // The client was faster.
        }
    }

    @Override
    public void run() {
        try (channel) {
            Socket socket = channel.socket();
            socket.setTcpNoDelay(true);
            if (odp.faults().strikes(Fault.NO_GREETING)) {
                while (socket.getInputStream().read() >= 0) {
                    // Whatever the client says, it hears nothing.
                }
                return;
            }
            serve(new PacketStream(socket.getInputStream(), socket.getOutputStream()));
        } catch (IOException lost) {
            // The client went away, or said something that is no MySQL: a real ODP closes such a connection, too.
        } finally {
            odp.sessions().remove(this);
        }
    }

    private void serve(PacketStream packets) throws IOException {
        Greeting greeting = Greeting.recorded(odp.config().get("mysql_version"), id);
        packets.write(greeting.encode());
        packets.flush();
        LoginRequest login = LoginRequest.decode(packets.read());
        Statements statements = logIn(login, greeting, packets);
        if (statements == null) {
            return;
        }
        new Answer.Ok(statements.status()).writeTo(packets);
        packets.flush();
        while (answerNext(packets, statements)) {
            packets.flush();
        }
        packets.flush();
    }

    /** Tells who this is by user@tenant#cluster; null ends the connection. */
    private @Nullable Statements logIn(LoginRequest login, Greeting greeting, PacketStream packets) throws IOException {
        String name = login.user();
        int hash = name.indexOf('#');
        cluster = hash >= 0 ? name.substring(hash + 1) : odp.config().get("rootservice_cluster_name");
        String account = hash >= 0 ? name.substring(0, hash) : name;
        int at = account.lastIndexOf('@');
        user = at >= 0 ? account.substring(0, at) : account;
        tenant = at >= 0 ? account.substring(at + 1) : "";
        if (tenant.equals("proxysys")) {
            return logInAdministrator(login, greeting, packets);
        }
        return at >= 0 && odp.hasBusinessBackend() ? new BusinessStatements(odp, this) : null;
    }

    private @Nullable Statements logInAdministrator(LoginRequest login, Greeting greeting, PacketStream packets)
            throws IOException {
        ConfigStore config = odp.config();
        String stored = switch (user) {
            case "root" -> config.get("obproxy_sys_password");
            case "inspector" -> config.get("inspector_password");
            default -> "none";
        };
        boolean far = odp.faults().strikes(Fault.CLIENTS_ARE_FAR);
        if (isNear(peer.getAddress(), far, config)
                && !odp.faults().strikes(Fault.WRONG_ADMIN_PASSWORD)
                && NativePassword.matches(stored, greeting.scramble(), login.answer())) {
            return new AdminStatements(odp, this);
        }
        new Answer.Refusal(
                        1045,
                        "42000",
                        "Access denied for user '" + login.user() + "'@'"
                                + (far ? FAR : Addresses.text(peer.getAddress())) + "' (using password: "
                                + (login.answer().length > 0 ? "YES" : "NO") + ")")
                .writeTo(packets);
        packets.flush();
        return null;
    }

    /** Administrators may come from private addresses only, unless the configuration says otherwise. */
    private static boolean isNear(InetAddress address, boolean far, ConfigStore config) {
        return config.flag("skip_proxy_sys_private_check")
                || (address.isLoopbackAddress() || address.isSiteLocalAddress()) && !far;
    }

    private boolean answerNext(PacketStream packets, Statements statements) throws IOException {
        byte[] request = packets.read();
        if (request.length == 0) {
            return false;
        }
        working = true;
        try {
            Answer answer = switch (request[0]) {
                case COM_QUIT -> new Answer.Hangup();
                case COM_PING -> new Answer.Ok(statements.status());
                case COM_QUERY -> ask(request, statements);
                // An ODP treats an administrator's statement to prepare as one to run.
                case COM_STMT_PREPARE ->
                    statements instanceof AdminStatements ? ask(request, statements) : AdminStatements.UNSUPPORTED;
                default -> AdminStatements.BAD_COMMAND;
            };
            answer.writeTo(packets);
            return !(answer instanceof Answer.Hangup || answer instanceof Answer.Farewell);
        } finally {
            working = false;
        }
    }

    private Answer ask(byte[] request, Statements statements) {
        odp.sessions().countStatement();
        OptionalInt late = odp.faults().strike(Fault.SLOW_ANSWERS);
        if (late.isPresent()) {
            OdpProcess.delay(late);
        }
        return statements.answer(new String(request, 1, request.length - 1, StandardCharsets.UTF_8));
    }
}
