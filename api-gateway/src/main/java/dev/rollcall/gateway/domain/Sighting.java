package dev.rollcall.gateway.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent last said about an ODP.
 *
 * @param pid process that answers new logins; null when there is none
 * @param clients open client connections; null when unknown
 * @param exitTimeoutMicros hot_upgrade_exit_timeout as the ODP has it now, in microseconds, {@link RestartOrder#NO_LIMIT} for none; null
 *     when unknown
 * @param restartBlockers why a hot restart must not be tried on it, one sentence each
 * @param startBlockers why the agent would not know how to start it again, one sentence each
 * @param detail what was seen, in words; null when the state says it
 * @param seenAt when the agent looked, by its clock; for showing, never for deciding
 * @param receivedAt when this gateway heard of it, by its own clock
 * @param heartbeat how often the agent repeats it at least
 */
public record Sighting(
        ClusterId cluster,
        OdpId odp,
        OdpState state,
        boolean draining,
        @Nullable String version,
        @Nullable Long pid,
        @Nullable Instant startedAt,
        @Nullable Long clients,
        @Nullable Long exitTimeoutMicros,
        List<String> restartBlockers,
        List<String> startBlockers,
        @Nullable String detail,
        Instant seenAt,
        Instant receivedAt,
        Duration heartbeat) {

    private static final int HEARTBEATS_TO_LIVE = 3;

    public Sighting {
        restartBlockers = List.copyOf(restartBlockers);
        startBlockers = List.copyOf(startBlockers);
    }

    /** Whether it still counts: not older than three heartbeats. */
    public boolean isFresh(Instant now) {
        return !now.isAfter(receivedAt.plus(heartbeat.multipliedBy(HEARTBEATS_TO_LIVE)));
    }
}
