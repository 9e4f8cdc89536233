package dev.rollcall.emulator.mysql;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client that shows every field of every packet, in the words of the recording. */
public final class RawConnection implements Closeable {

    private final Socket socket;
    private final PacketStream packets;
    private final Map<String, Object> greeting = new LinkedHashMap<>();
    private final byte[] scramble;

    public RawConnection(InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        packets = new PacketStream(socket.getInputStream(), socket.getOutputStream());
        PayloadReader reader = new PayloadReader(packets.read());
        greeting.put("protocol", reader.int1());
        greeting.put("version", reader.terminated());
        greeting.put("connection_id", (int) reader.int4());
        String salt = new String(reader.raw(8), StandardCharsets.US_ASCII);
        reader.int1();
        int capabilities = reader.int2();
        greeting.put("charset", reader.int1());
        greeting.put("status", reader.int2());
        capabilities |= reader.int2() << 16;
        greeting.put("capabilities", "0x" + Integer.toHexString(capabilities));
        reader.raw(11);
        salt += new String(reader.raw(12), StandardCharsets.US_ASCII);
        reader.int1();
        greeting.put("plugin", reader.terminated());
        greeting.put("salt", salt);
        scramble = salt.getBytes(StandardCharsets.US_ASCII);
    }

    public Map<String, Object> greeting() {
        return greeting;
    }

    public Map<String, Object> logIn(String user, String password) throws IOException {
        packets.write(new LoginRequest(user, NativePassword.answer(password, scramble), "").encode());
        packets.flush();
        return answer();
    }

    public Map<String, Object> command(int command, String text) throws IOException {
        packets.restartSequence();
        packets.write(new Payload().int1(command).raw(text.getBytes(StandardCharsets.UTF_8)));
        packets.flush();
        return answer();
    }

    private Map<String, Object> answer() throws IOException {
        byte[] first;
        try {
            first = packets.read();
        } catch (EOFException | SocketException closed) {
            return Map.of("closed", true);
        }
        PayloadReader reader = new PayloadReader(first);
        int mark = reader.int1();
        if (mark == 0) {
            Map<String, Object> ok = new LinkedHashMap<>();
            ok.put("affected", (int) reader.lenenc());
            ok.put("last_insert_id", (int) reader.lenenc());
            ok.put("status", reader.int2());
            ok.put("warnings", reader.int2());
            ok.put("info", reader.rest());
            return Map.of("ok", ok);
        }
        if (mark == 0xff) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("code", reader.int2());
            String rest = reader.rest();
            error.put("state", rest.substring(1, 6));
            error.put("message", rest.substring(6));
            return Map.of("err", error);
        }
        return rows(mark);
    }

    private Map<String, Object> rows(int count) throws IOException {
        List<Map<String, Object>> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PayloadReader reader = new PayloadReader(packets.read());
            for (int skipped = 0; skipped < 4; skipped++) {
                reader.text();
            }
            Map<String, Object> column = new LinkedHashMap<>();
            column.put("name", String.valueOf(reader.text()));
            reader.text();
            reader.int1();
            int charset = reader.int2();
            int length = (int) reader.int4();
            column.put("type", reader.int1());
            column.put("charset", charset);
            column.put("length", length);
            column.put("flags", reader.int2());
            column.put("decimals", reader.int1());
            columns.add(column);
        }
        String headEnd = hex(packets.read());
        List<List<String>> rows = new ArrayList<>();
        byte[] packet = packets.read();
        while ((packet[0] & 0xff) != 0xfe || packet.length > 8) {
            PayloadReader reader = new PayloadReader(packet);
            List<String> row = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                row.add(String.valueOf(reader.text()));
            }
            rows.add(row);
            packet = packets.read();
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("columns", columns);
        answer.put("rows", rows);
        answer.put("eof", List.of(headEnd, hex(packet)));
        return answer;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
