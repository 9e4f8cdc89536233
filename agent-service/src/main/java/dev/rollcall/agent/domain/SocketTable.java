package dev.rollcall.agent.domain;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Reads addresses as Linux prints them in {@code /proc/net/tcp} and {@code tcp6}. */
public final class SocketTable {
    private SocketTable() {}

    /**
     * An address of 8 or 32 hexadecimal digits: 32-bit words, each in the byte order of the machine, which is taken to be little-endian.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static String address(String hex) {
        if (hex.length() != 8 && hex.length() != 32) {
            throw new IllegalArgumentException("Not an address of /proc/net/tcp: " + hex);
        }
        byte[] bytes = new byte[hex.length() / 2];
        for (int word = 0; word < bytes.length; word += 4) {
            for (int i = 0; i < 4; i++) {
                int at = (word + 3 - i) * 2;
                bytes[word + i] = (byte) Integer.parseInt(hex.substring(at, at + 2), 16);
            }
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    public static boolean isWildcard(String address) {
        return address.equals("0.0.0.0") || address.equals("0:0:0:0:0:0:0:0") || address.equals("::");
    }

    /** Where to connect on the host itself for a socket that listens on {@code address}. */
    public static String reachable(String address) {
        if (!isWildcard(address)) {
            return address;
        }
        // A wildcard IPv6 socket of a service also takes IPv4 unless it said otherwise, and ODP's admin login wants
        // loopback.
        return address.equals("0.0.0.0") ? "127.0.0.1" : "::1";
    }
}
