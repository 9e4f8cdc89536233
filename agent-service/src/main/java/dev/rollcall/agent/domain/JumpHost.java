package dev.rollcall.agent.domain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host that connections to other hosts go through.
 *
 * @param user null: the user that logs in to the ODP's own host
 * @param host name or address; an IPv6 address without brackets
 */
public record JumpHost(@Nullable String user, String host, int port) {
    private static final int SSH_PORT = 22;
    private static final int MOST = 5;

    /**
     * Reads {@code [user@]host[:port]}, several of them separated by commas and in the order in which they are passed. An IPv6 address with a
     * port stands in brackets.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static List<JumpHost> parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return List.of();
        }
        List<JumpHost> hosts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            hosts.add(one(part.strip()));
        }
        if (hosts.size() > MOST) {
            throw new IllegalArgumentException(hosts.size() + " jump hosts are more than " + MOST);
        }
        return List.copyOf(hosts);
    }

    private static JumpHost one(String text) {
        int at = text.lastIndexOf('@');
        String user = at < 0 ? null : text.substring(0, at);
        String rest = text.substring(at + 1);
        String host = rest;
        String port = "";
        int closing = rest.indexOf(']');
        if (rest.startsWith("[") && closing > 0) {
            host = rest.substring(1, closing);
            String after = rest.substring(closing + 1);
            if (!after.isEmpty() && !after.startsWith(":")) {
                throw bad(text);
            }
            port = after.isEmpty() ? "" : after.substring(1);
        } else if (rest.indexOf(':') >= 0 && rest.indexOf(':') == rest.lastIndexOf(':')) {
            host = rest.substring(0, rest.indexOf(':'));
            port = rest.substring(rest.indexOf(':') + 1);
        }
        if (host.isEmpty()
                || !host.matches("[A-Za-z0-9._:%-]+")
                || (user != null && !user.matches("[^\\s\\p{Cntrl}]+"))) {
            throw bad(text);
        }
        return new JumpHost(user, host, port.isEmpty() && !rest.endsWith(":") ? SSH_PORT : port(port, text));
    }

    private static int port(String port, String text) {
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
            throw bad(text);
        }
        return Integer.parseInt(port);
    }

    private static IllegalArgumentException bad(String text) {
        return new IllegalArgumentException("'" + text.replaceAll("\\p{Cntrl}", "?")
                + "' is no jump host: it is written [user@]host[:port], an IPv6 address with a port in brackets");
    }

    @Override
    public String toString() {
        return (user == null ? "" : user + "@") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
