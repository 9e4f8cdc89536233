package dev.rollcall.agent.domain;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads addresses as Linux prints them in {@code /proc/net/tcp} and {@code tcp6}. */
public final class SocketTable {
    /** Two groups or more that are nothing but zero. */
    private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?::|$)");

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
            return shortest(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /** As people write it: Java itself leaves no zero of an IPv6 address out. */
    private static String shortest(InetAddress address) {
        String text = address.getHostAddress();
        Matcher zeros = ZEROS.matcher(text);
        String longest = "";
        while (zeros.find()) {
            longest = zeros.group().length() > longest.length() ? zeros.group() : longest;
        }
        return longest.isEmpty() ? text : text.replaceFirst(Pattern.quote(longest), "::");
    }

    /** Whether both are the same address, however they are written; a name is the same as no address. */
    public static boolean same(String one, String other) {
        return one.equals(other)
                || (isIpv6(one)
                        && isIpv6(other)
                        && literal(one).isPresent()
                        && literal(one).equals(literal(other)));
    }

    private static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0 && address.matches("[0-9A-Fa-f:.%]+");
    }

    private static Optional<InetAddress> literal(String address) {
        try {
            // Not a name, so nobody is asked.
            return Optional.of(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    public static boolean isWildcard(String address) {
        return address.equals("0.0.0.0") || same(address, "::");
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
