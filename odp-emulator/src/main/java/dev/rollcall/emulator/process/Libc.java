package dev.rollcall.emulator.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The system calls Java has no way to. Linux only. */
final class Libc {

    static final int SIGUSR1 = 10;
    static final int SIGUSR2 = 12;

    /** Stands for SIGUSR2 between emulated processes, which a JVM keeps for itself; ignored by whoever does not expect it. */
    static final int SIGURG = 23;

    static final int SIGHUP = 1;
    static final int SIGINT = 2;
    static final int SIGTERM = 15;

    private static final long SIG_DFL = 0;

    private static final int PR_SET_PDEATHSIG = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;

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

    private static native int prctl(int option, long value, long third, long fourth, long fifth)
            throws LastErrorException;

    private static native long signal(int signal, long handler);

    /** Undoes that a signal is ignored, as nohup and background jobs of shells arrange it: a JVM takes no handler for one that is. */
    static void heed(int signal) {
        signal(signal, SIG_DFL);
    }

    static native int getppid();

    /** From now on the end of the parent brings this process a SIGHUP. */
    static void askForSignalWhenParentEnds() {
        prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0);
    }

    /** Sends a signal; fails when there is no such process. */
    static native int kill(int pid, int signal) throws LastErrorException;

    /**
     * Opens a listening socket as ODP does (address reuse, no port reuse) and puts it on one of the three standard descriptors, from where a successor inherits it. The
     * IPv6 wildcard takes IPv4 clients, too: one socket stands for the two of a real ODP.
     *
     * @throws LastErrorException when the address is taken or not of this host
     */
    static void listen(InetAddress address, int port, int backlog, int descriptor) {
        boolean six = address instanceof Inet6Address;
        int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, number(1), 4);
        if (six) {
            setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, number(address.isAnyLocalAddress() ? 0 : 1), 4);
        }
        byte[] where =
                six ? socketAddress(AF_INET6, 28, port, 8, address) : socketAddress(AF_INET, 16, port, 4, address);
        bind(fd, where, where.length);
        listen(fd, backlog);
        dup2(fd, descriptor);
        close(fd);
    }

    private static byte[] socketAddress(int family, int length, int port, int offset, InetAddress address) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) family)
                .order(ByteOrder.BIG_ENDIAN)
                .putShort((short) port)
                .position(offset)
                .put(address.getAddress())
                .array();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
