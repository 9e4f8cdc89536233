package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.SleepMeter;
import java.time.Duration;

/**
 * The monotonic clock, without the time in which this agent stood still: what is given a limit gets it, whatever happens to the agent, and an ODP
 * is not blamed for a wait in which nobody listened. Thread-safe.
 */
final class AwakeTime {
    private static final long BEAT_MILLIS = 250;
    private static final SleepMeter METER = new SleepMeter(System.nanoTime());
    private static final Thread BEATS = startBeats();

    private AwakeTime() {}

    private static Thread startBeats() {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            METER.beat(System.nanoTime());
                            Thread.sleep(BEAT_MILLIS);
                        }
                    } catch (InterruptedException e) {
                        // Nobody does that; time then simply runs on.
                    }
                },
                "agent-awake");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Nanoseconds, to be compared with each other only. */
    static long nanos() {
        long slept = slept();
        return System.nanoTime() - slept;
    }

    /** Nanoseconds slept since the agent began. */
    static long slept() {
        if (BEATS.isAlive()) {
            // Whoever asks first after a sleep notices it.
            METER.beat(System.nanoTime());
        }
        return METER.slept();
    }

    static Duration sleptSince(long mark) {
        return Duration.ofNanos(slept() - mark);
    }
}
