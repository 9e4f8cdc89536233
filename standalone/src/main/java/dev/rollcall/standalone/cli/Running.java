package dev.rollcall.standalone.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a command has started, and stops it in reverse order when the process is told to end (Ctrl-C, SIGTERM), wherever the
 * command is then.
 */
final class Running implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAll, "stop");
    private boolean stopping;

    private Running() {}

    static Running untilClosed() {
        Running running = new Running();
        Runtime.getRuntime().addShutdownHook(running.hook);
        return running;
    }

    /** Keeps the part; when the process is ending already, stops it at once. */
    <T extends AutoCloseable> T keep(T part) {
        synchronized (this) {
            if (!stopping) {
                parts.push(part);
                return part;
            }
        }
        stop(part);
        throw new IllegalStateException("Rollcall is being stopped");
    }

    /** Blocks until the process is told to end. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook is at work
        }
    }

    private void stopAll() {
        Deque<AutoCloseable> all;
        synchronized (this) {
            stopping = true;
            all = new ArrayDeque<>(parts);
        }
        all.forEach(Running::stop);
        ended.countDown();
    }

    private static void stop(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
        }
    }
}
