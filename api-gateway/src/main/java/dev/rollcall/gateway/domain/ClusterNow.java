package dev.rollcall.gateway.domain;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cluster with all that is known of it at one moment.
 *
 * @param odps by id
 * @param activeTask the task that keeps it busy; null when none is known
 */
public record ClusterNow(
        Cluster cluster, List<LiveOdp> odps, @Nullable Task activeTask) {

    public ClusterNow {
        odps = List.copyOf(odps);
    }

    /** Whether the inventory shows as many ODPs as the definition counts: only then is a missing ODP known to be missing. */
    public boolean inventoryComplete() {
        return odps.size() == cluster.odpCount();
    }

    /** The one word for the whole cluster. */
    public ClusterStatus status() {
        if (odps.isEmpty()) {
            return cluster.odpCount() == 0 ? ClusterStatus.EMPTY : ClusterStatus.UNKNOWN;
        }
        if (activeTask != null) {
            return ClusterStatus.RESTARTING;
        }
        if (all(OdpState.RUNNING)) {
            return ClusterStatus.RUNNING;
        }
        if (all(OdpState.UNKNOWN)) {
            return ClusterStatus.UNKNOWN;
        }
        if (all(OdpState.STOPPED)) {
            return ClusterStatus.STOPPED;
        }
        return odps.stream().noneMatch(odp -> odp.state() == OdpState.RUNNING || odp.state() == OdpState.UNKNOWN)
                ? ClusterStatus.UNAVAILABLE
                : ClusterStatus.DEGRADED;
    }

    private boolean all(OdpState state) {
        return odps.stream().allMatch(odp -> odp.state() == state);
    }

    /** Versions of the ODPs as last heard, each once, in order. */
    public List<String> versions() {
        return odps.stream()
                .map(LiveOdp::last)
                .filter(Objects::nonNull)
                .map(Sighting::version)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Version.BY_NUMBERS)
                .toList();
    }

    /** Zones of the ODPs, each once, in order. */
    public List<String> zones() {
        return odps.stream()
                .map(odp -> odp.odp().zone())
                .filter(zone -> !zone.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }
}
