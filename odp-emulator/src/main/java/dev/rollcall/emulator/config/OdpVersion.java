package dev.rollcall.emulator.config;

import java.util.Objects;

/**
 * Version of an ODP, and what differs from one version to the next.
 *
 * <p>Source of the differences: {@code odp-mechanics.md} sections 1.1, 1.5 and 3.2.
 *
 * @param text four numbers with dots, e.g. {@code 4.3.1.0}
 */
public record OdpVersion(String text) implements Comparable<OdpVersion> {

    /** The version whose answers were recorded. */
    public static final OdpVersion RECORDED = new OdpVersion("4.3.1.0");

    private static final OdpVersion FIRST_HOT_RESTART = new OdpVersion("3.2.1.0");
    private static final OdpVersion FIRST_TWO_DESCRIPTORS = new OdpVersion("4.1.0.0");
    private static final OdpVersion FIRST_OFFLINE = new OdpVersion("4.2.1.0");

    public OdpVersion {
        if (!Objects.requireNonNull(text).matches("\\d{1,4}(\\.\\d{1,4}){3}")) {
            throw new IllegalArgumentException(
                    "An ODP version has four numbers with dots, as 4.3.1.0, but this is '" + text + "'");
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

    @Override
    public int compareTo(OdpVersion other) {
        String[] mine = text.split("\\.", -1);
        String[] theirs = other.text.split("\\.", -1);
        for (int i = 0; i < mine.length; i++) {
            int order = Integer.compare(Integer.parseInt(mine[i]), Integer.parseInt(theirs[i]));
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
