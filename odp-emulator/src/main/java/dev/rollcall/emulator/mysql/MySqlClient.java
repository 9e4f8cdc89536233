package dev.rollcall.emulator.mysql;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A small client: logs in with a password, runs one statement after the other, reads text rows. For tests and for traffic; not safe for several threads.
 *
 * <p>Errors: {@link ServerError} for an error packet, {@link java.net.SocketTimeoutException} for silence, {@link java.io.EOFException} and
 * {@link java.net.SocketException} for a lost connection.
 */
public final class MySqlClient implements Closeable {

    private final Socket socket;
    private final PacketStream packets;
    private final Greeting greeting;

    private MySqlClient(Socket socket, PacketStream packets, Greeting greeting) {
        this.socket = socket;
        this.packets = packets;
        this.greeting = greeting;
    }

    /**
     * Connects and logs in.
     *
     * @param timeout for connecting and for each answer
     */
    public static MySqlClient connect(InetSocketAddress address, String user, String password, Duration timeout)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            socket.connect(address, Math.toIntExact(timeout.toMillis()));
            PacketStream packets = new PacketStream(socket.getInputStream(), socket.getOutputStream());
            Greeting greeting = Greeting.decode(packets.read());
            packets.write(new LoginRequest(user, NativePassword.answer(password, greeting.scramble()), "").encode());
            packets.flush();
            MySqlClient client = new MySqlClient(socket, packets, greeting);
            client.expectOk(packets.read());
            return client;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The id the server gave this connection; an ODP counts from 1 in each process. */
    public long connectionId() {
        return greeting.connectionId();
    }

    /** Runs a statement; an answer without rows gives an empty list. */
    public List<List<String>> query(String sql) throws IOException {
        send(3, sql);
        byte[] first = packets.read();
        if ((first[0] & 0xff) == 0xff || first[0] == 0) {
            expectOk(first);
            return List.of();
        }
        int columns = (int) new PayloadReader(first).lenenc();
        for (int i = 0; i < columns; i++) {
            packets.read();
        }
        packets.read();
        List<List<String>> rows = new ArrayList<>();
        for (byte[] packet = packets.read(); !isEof(packet); packet = packets.read()) {
            if ((packet[0] & 0xff) == 0xff) {
                throw ServerError.decode(packet);
            }
            PayloadReader reader = new PayloadReader(packet);
            List<String> row = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                String value = reader.text();
                row.add(value == null ? "NULL" : value);
            }
            rows.add(row);
        }
        return rows;
    }

    /** The process that answers on this connection (an administrator's connection only). */
    public long answeringPid() throws IOException {
        return Long.parseLong(query("SHOW PROXYSESSION").get(0).get(11));
    }

    private void send(int command, String text) throws IOException {
        packets.restartSequence();
        packets.write(new Payload().int1(command).raw(text.getBytes(StandardCharsets.UTF_8)));
        packets.flush();
    }

    private void expectOk(byte[] packet) throws IOException {
        if ((packet[0] & 0xff) == 0xff) {
            throw ServerError.decode(packet);
        }
        if (packet[0] != 0) {
            throw new IOException("Expected an OK packet, got one that begins with " + (packet[0] & 0xff));
        }
    }

    private static boolean isEof(byte[] packet) {
        return (packet[0] & 0xff) == 0xfe && packet.length < 9;
    }

    /** Says goodbye and closes; never fails. */
    @Override
    public void close() {
        try (socket) {
            send(1, "");
        } catch (IOException alreadyGone) {
            // The connection was lost: there is nobody to say goodbye to.
        }
    }
}
