package dev.rollcall.task.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One operating-system process; the components are explained in the schema of the same name. */
public record ProcessIdentity(
        String bootId,
        long pid,
        long startTicks,
        String cwd,
        String listenAddress,
        int listenPort,
        @Nullable Instant startedAt) {

    /** The same process: boot, pid and start tell, nothing else does. */
    boolean sameAs(@Nullable ProcessIdentity other) {
        return other != null && bootId.equals(other.bootId) && pid == other.pid && startTicks == other.startTicks;
    }
}
