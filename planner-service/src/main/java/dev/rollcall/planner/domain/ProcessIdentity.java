package dev.rollcall.planner.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One operating-system process. */
public record ProcessIdentity(
        String bootId,
        long pid,
        long startTicks,
        String cwd,
        String listenAddress,
        int listenPort,
        @Nullable Instant startedAt) {

    /** Whether both are one and the same process: boot, pid and start tick tell; a pid alone may have been used again. */
    public boolean sameAs(@Nullable ProcessIdentity other) {
        return other != null && bootId.equals(other.bootId) && pid == other.pid && startTicks == other.startTicks;
    }
}
