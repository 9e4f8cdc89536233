package dev.rollcall.emulator.process;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Addresses as C programs print them; Java writes out all eight groups of an IPv6 address. */
final class Addresses {

    private static final int GROUPS = 8;

    private Addresses() {}

    /** E.g. {@code 127.0.0.1}, {@code ::1} or {@code fd00::2:1}. */
    static String text(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        int[] group = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            group[i] = bytes.getShort() & 0xffff;
        }
        int gapAt = -1;
        int gap = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && group[end] == 0) {
                end++;
            }
            if (end - i > gap) {
                gapAt = i;
                gap = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapAt) {
                text.append("::");
                i += gap - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group[i]));
            }
        }
        return text.toString();
    }

    /** Address and port of a listener: {@code 127.0.0.1:2883} or {@code [::1]:2883}. */
    static String text(InetSocketAddress address) {
        String ip = text(address.getAddress());
        return (ip.indexOf(':') < 0 ? ip : '[' + ip + ']') + ':' + address.getPort();
    }
}
