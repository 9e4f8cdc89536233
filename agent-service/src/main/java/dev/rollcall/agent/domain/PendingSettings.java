package dev.rollcall.agent.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings that somebody changed and that only a new process will have.
 *
 * <p>An ODP does not tell which these are: SHOW PROXYCONFIG shows the value that was set last, be it in force or not, and {@code need_reboot} says of a setting only that a
 * change of it would have to wait (odp-mechanics.md section 3.2). So those alone are named whose effect is seen from outside: where it listens. A hot restart brings none
 * of them into force, as the successor inherits the socket.
 */
public final class PendingSettings {
    /** The settings that are looked at, as SQL says it. */
    public static final String LIKE = "l%";

    public static final String LISTEN_PORT = "listen_port";
    private static final String ADDRESS = "local_bound_ip";
    private static final String IPV6_ADDRESS = "local_bound_ipv6_ip";

    private PendingSettings() {}

    /**
     * Their names.
     *
     * @param port where it listens, as is its address
     * @param configured values by name; what the ODP does not know is not there
     */
    public static List<String> of(int port, String address, Map<String, String> configured) {
        List<String> names = new ArrayList<>();
        String shown = Integer.toString(port);
        if (!configured.getOrDefault(LISTEN_PORT, shown).equals(shown)) {
            names.add(LISTEN_PORT);
        }
        String name = address.indexOf(':') >= 0 ? IPV6_ADDRESS : ADDRESS;
        String set = configured.getOrDefault(name, "");
        // Without an address of its own it may listen by rules that are not known here.
        if (!set.isBlank() && !address.isBlank() && !SocketTable.same(set, address)) {
            names.add(name);
        }
        return names;
    }
}
