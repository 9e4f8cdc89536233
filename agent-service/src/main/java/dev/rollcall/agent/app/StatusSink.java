package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Odp;
import java.time.Duration;

/** Takes what the monitor saw. Never blocks, never fails. */
@FunctionalInterface
public interface StatusSink {
    /**
     * @param heartbeat how often a status comes at least
     */
    void publish(Odp odp, Facts facts, Duration heartbeat);
}
