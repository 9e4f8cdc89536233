package dev.rollcall.gateway.adapter.kafka;

import java.util.List;
import org.springframework.context.SmartLifecycle;

/** Starts and stops the readers together. */
final class NoticeReaders implements SmartLifecycle {

    private final List<NoticeReader> all;
    private volatile boolean running;

    NoticeReaders(List<NoticeReader> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void start() {
        running = true;
        all.forEach(NoticeReader::start);
    }

    @Override
    public void stop() {
        running = false;
        all.parallelStream().forEach(NoticeReader::stop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
