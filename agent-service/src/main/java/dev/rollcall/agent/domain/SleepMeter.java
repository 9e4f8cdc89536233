package dev.rollcall.agent.domain;

import java.time.Duration;

/**
 * Tells for how long this process stood still: stopped by a signal, swapped out, collecting garbage. It is given the monotonic time (in nanoseconds)
 * much more often than {@link #NOTICED}; a longer gap is time in which nothing ran. Thread-safe.
 */
public final class SleepMeter {
    /** Shorter gaps are what a busy machine does to everybody. */
    public static final Duration NOTICED = Duration.ofSeconds(2);

    private long last;
    private long slept;

    public SleepMeter(long now) {
        this.last = now;
    }

    public synchronized void beat(long now) {
        long gap = now - last;
        // Threads may come here in another order than they read the clock.
        if (gap > 0) {
            last = now;
            if (gap > NOTICED.toNanos()) {
                slept += gap;
            }
        }
    }

    /** Nanoseconds slept so far. */
    public synchronized long slept() {
        return slept;
    }
}
