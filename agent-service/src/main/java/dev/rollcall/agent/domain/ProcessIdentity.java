package dev.rollcall.agent.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One operating-system process, never known by its name.
 *
 * @param bootId boot of the host it runs on
 * @param startTicks clock ticks after that boot at which it started
 * @param cwd its working directory
 * @param listenAddress address its SQL port listens on
 * @param startedAt by the host's clock, for people only
 */
public record ProcessIdentity(
        String bootId,
        long pid,
        long startTicks,
        String cwd,
        String listenAddress,
        int listenPort,
        @Nullable Instant startedAt) {

    /** The very same process: a reused pid or another boot is another one. */
    public boolean isSameProcess(ProcessIdentity other) {
        return pid == other.pid && startTicks == other.startTicks && bootId.equals(other.bootId);
    }

    @Override
    public String toString() {
        return "process " + pid + " (started at tick " + startTicks + " of boot "
                + bootId.substring(0, Math.min(8, bootId.length())) + ")";
    }
}
