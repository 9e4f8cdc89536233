package dev.rollcall.emulator.config;

import java.util.Objects;

/**
 * Version of an ODP, and what differs from one version to the next.
 *
 * <p>Source of the differences: {@code odp-mechanics.md} sections 1.1, 1.5 and 3.2.
 *
 * @param text three or four numbers with dots, e.g. {@code 4.3.1.0}; a real 4.0.0 names itself with three
 */
public record OdpVersion(String text) implements Comparable<OdpVersion> {

    /** The version whose answers were recorded. */
    public static final OdpVersion RECORDED = new OdpVersion("4.3.1.0");

    private static final OdpVersion FIRST_HOT_RESTART = new OdpVersion("3.2.1.0");
    private static final OdpVersion FIRST_TWO_DESCRIPTORS = new OdpVersion("4.1.0.0");
    private static final OdpVersion FIRST_FAREWELL = new OdpVersion("4.1.0.0");
    private static final OdpVersion FIRST_OFFLINE = new OdpVersion("4.2.1.0");

    public OdpVersion {
        if (!Objects.requireNonNull(text).matches("\\d{1,4}(\\.\\d{1,4}){2,3}")) {
            throw new IllegalArgumentException(
                    "An ODP version has three or four numbers with dots, as 4.3.1.0, but this is '" + text + "'");
        }
    }

    /** Whether {@code proxy_local_cmd} exists, and with it the hot restart by SQL. */
    public boolean hasHotRestart() {
        return compareTo(FIRST_HOT_RESTART) >= 0;
    }

    /** Whether the inherited descriptors of IPv4 and IPv6 are told apart. */
    public boolean namesDescriptorsByFamily() {
        return compareTo(FIRST_TWO_DESCRIPTORS) >= 0;
    }

    /** Whether a process that leaves of its own will says so to its predecessor by SIGUSR2. Before, a predecessor that still drains takes that for a failure. */
    public boolean takesLeave() {
        return compareTo(FIRST_FAREWELL) >= 0;
    }

    /** Whether local commands 3 and 4 and {@code proxy_status()} exist. */
    public boolean canGoOffline() {
        return compareTo(FIRST_OFFLINE) >= 0;
    }

    /** Whether this is at least 4.3.1: SQLite as configuration store, RPC port, two more columns in SHOW PROXYCONFIG. */
    public boolean isRecordedOrLater() {
        return compareTo(RECORDED) >= 0;
    }

    /** The configuration file below the root, read at start. */
    public String configurationFile() {
        return isRecordedOrLater() ? "etc/proxyconfig_v1.db" : "etc/obproxy_config.bin";
    }

    /** The SQLite database below the root. Up to 4.2.3 it is there, but the next start reads another file. */
    public String databaseFile() {
        return canGoOffline() ? "etc/proxyconfig_v1.db" : "etc/proxyconfig.db";
    }

    @Override
    public int compareTo(OdpVersion other) {
        String[] mine = text.split("\\.", -1);
        String[] theirs = other.text.split("\\.", -1);
        for (int i = 0; i < 4; i++) {
            int order = Integer.compare(
                    i < mine.length ? Integer.parseInt(mine[i]) : 0,
                    i < theirs.length ? Integer.parseInt(theirs[i]) : 0);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
