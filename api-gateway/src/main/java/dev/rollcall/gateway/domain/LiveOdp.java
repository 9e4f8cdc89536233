package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An ODP with what is known of it now.
 *
 * @param state {@link OdpState#UNKNOWN} when nothing fresh is known
 * @param last what was last heard, fresh or not; null when nothing ever was
 * @param fresh whether {@code last} still counts
 */
public record LiveOdp(Odp odp, OdpState state, @Nullable Sighting last, boolean fresh) {

    /** Judges a sighting by the gateway's own clock. */
    public static LiveOdp of(Odp odp, @Nullable Sighting last, Instant now) {
        boolean fresh = last != null && last.isFresh(now);
        return new LiveOdp(odp, last != null && fresh ? last.state() : OdpState.UNKNOWN, last, fresh);
    }

    public OdpId id() {
        return odp.id();
    }

    /** Whether it was freshly seen to answer logins, from a process that is known. */
    public boolean runs() {
        return state == OdpState.RUNNING && last != null && last.pid() != null;
    }

    /** Version, if a fresh sighting tells it. */
    public @Nullable String freshVersion() {
        return fresh && last != null ? last.version() : null;
    }
}
