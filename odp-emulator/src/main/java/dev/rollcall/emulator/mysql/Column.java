package dev.rollcall.emulator.mysql;

/**
 * One column of an answer.
 *
 * @param type the protocol's number
 */
public record Column(String name, int type, int charset, int flags) {

    private static final int TINY = 1;
    private static final int LONG = 3;
    private static final int TIMESTAMP = 7;
    private static final int LONGLONG = 8;
    private static final int VARCHAR = 15;
    private static final int UTF8MB4 = 45;
    private static final int BINARY_CHARSET = 63;
    private static final int BINARY_FLAG = 128;

    public static Column text(String name) {
        return new Column(name, VARCHAR, UTF8MB4, 0);
    }

    public static Column bigint(String name) {
        return new Column(name, LONGLONG, UTF8MB4, 0);
    }

    public static Column integer(String name) {
        return new Column(name, LONG, UTF8MB4, 0);
    }

    public static Column tiny(String name) {
        return new Column(name, TINY, UTF8MB4, 0);
    }

    public static Column timestamp(String name) {
        return new Column(name, TIMESTAMP, UTF8MB4, 0);
    }

    /** Whether its values are whole numbers. */
    public boolean isNumber() {
        return type == TINY || type == LONG || type == LONGLONG;
    }

    /** As an ODP describes the values of its own functions. */
    public static Column binaryText(String name) {
        return new Column(name, VARCHAR, BINARY_CHARSET, BINARY_FLAG);
    }

    public static Column binaryBigint(String name) {
        return new Column(name, LONGLONG, BINARY_CHARSET, BINARY_FLAG);
    }

    Payload encode() {
        return new Payload()
                .text("def")
                .text("")
                .text("")
                .text("")
                .text(name)
                .text("")
                .int1(12)
                .int2(charset)
                .int4(0)
                .int1(type)
                .int2(flags)
                .int1(255)
                .int2(0);
    }
}
