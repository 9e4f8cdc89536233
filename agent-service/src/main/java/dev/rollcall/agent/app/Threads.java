package dev.rollcall.agent.app;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that mostly wait for hosts: virtual ones where the JVM has them (21 and later), which this code, compiled for 17, can only ask for by
 * reflection. Thread-safe.
 */
public final class Threads {
    private static final boolean VIRTUAL = virtual("probe-") != null;

    private Threads() {}

    /** Whether a thread costs next to nothing. */
    public static boolean areVirtual() {
        return VIRTUAL;
    }

    /** Threads that do not keep the JVM alive, named and numbered. */
    public static ThreadFactory daemons(String name) {
        ThreadFactory virtual = virtual(name + "-");
        return virtual == null ? platformDaemons(name) : virtual;
    }

    /** The same, never virtual: for threads that compute, or that stay. */
    public static ThreadFactory platformDaemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private static @Nullable ThreadFactory virtual(String prefix) {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object named = builder.getMethod("name", String.class, long.class)
                    .invoke(Thread.class.getMethod("ofVirtual").invoke(null), prefix, 1L);
            Method factory = builder.getMethod("factory");
            return (ThreadFactory) factory.invoke(named);
        } catch (ReflectiveOperationException | RuntimeException olderJvm) {
            return null;
        }
    }
}
