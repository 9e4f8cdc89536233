package dev.rollcall.emulator.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The system calls Java has no way to. Linux only. */
final class Libc {

    static final int SIGUSR1 = 10;
    static final int SIGUSR2 = 12;

    /** Stands for SIGUSR2 between emulated processes, which a JVM keeps for itself; ignored by whoever does not expect it. */
    static final int SIGURG = 23;

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int STDIN = 0;

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    private static native int socket(int domain, int type, int protocol) throws LastErrorException;

    private static native int setsockopt(int fd, int level, int name, byte[] value, int length)
            throws LastErrorException;

    private static native int bind(int fd, byte[] address, int length) throws LastErrorException;

    private static native int listen(int fd, int backlog) throws LastErrorException;

    private static native int dup2(int from, int to) throws LastErrorException;

    private static native int close(int fd) throws LastErrorException;

    static native int getppid();

    /** Sends a signal; fails when there is no such process. */
    static native int kill(int pid, int signal) throws LastErrorException;

    /**
     * Opens a listening socket as ODP does (address reuse, no port reuse) and puts it on descriptor 0, from where a successor inherits it.
     *
     * @throws LastErrorException when the address is taken or not of this host
     */
    static void listenOnStandardInput(InetAddress address, int port, int backlog) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        byte[] one =
                ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(1).array();
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, one, one.length);
        byte[] where = ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_INET)
                .order(ByteOrder.BIG_ENDIAN)
                .putShort((short) port)
                .put(address.getAddress())
                .array();
        bind(fd, where, where.length);
        listen(fd, backlog);
        dup2(fd, STDIN);
        close(fd);
    }
}
