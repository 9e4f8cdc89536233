package dev.rollcall.emulator.mysql;

import java.io.IOException;
import java.io.Serial;

/** An error packet, as an answer to give or as one received. */
public final class ServerError extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String state;
    private final String text;

    public ServerError(int code, String state, String text) {
        super("ERROR " + code + " (" + state + "): " + text);
        this.code = code;
        this.state = state;
        this.text = text;
    }

    public int code() {
        return code;
    }

    public String state() {
        return state;
    }

    /** The message without code and state. */
    public String text() {
        return text;
    }

    Payload encode() {
        return new Payload().int1(0xff).int2(code).raw("#" + state).raw(text);
    }

    static ServerError decode(byte[] packet) throws IOException {
        PayloadReader reader = new PayloadReader(packet);
        reader.int1();
        int code = reader.int2();
        String rest = reader.rest();
        boolean hasState = rest.startsWith("#") && rest.length() >= 6;
        return new ServerError(code, hasState ? rest.substring(1, 6) : "HY000", hasState ? rest.substring(6) : rest);
    }
}
