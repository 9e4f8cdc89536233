package dev.rollcall.agent.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time in which the old process of a hot restart waits for its clients to leave. It goes when the last one has, or when its time is over and
 * then cuts all that are left (odp-observed.md section 3): when it went tells whether anybody was cut.
 *
 * @param limit hot_upgrade_exit_timeout as the old process had it; null: it waits for ever
 * @param notBefore monotonic nanoseconds at which it had not begun to drain; null where that was not seen
 */
public record Drain(@Nullable Duration limit, @Nullable Long notBefore) {
    /** The clocks of agent and host run differently fast, and an ODP looks at its own about every second. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    /**
     * How many clients it has cut.
     *
     * @param goneBy monotonic nanoseconds by which it was gone
     * @return 0, or null when that is not known
     */
    public @Nullable Long clientsCut(long goneBy) {
        if (notBefore == null) {
            return null;
        }
        boolean early = limit == null
                || Duration.ofNanos(goneBy - notBefore).plus(MARGIN).compareTo(limit) < 0;
        return early ? 0L : null;
    }
}
