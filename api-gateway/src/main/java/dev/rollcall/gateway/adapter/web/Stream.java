package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Views.Watch;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Scheduler;

/**
 * Streams what a source has, one event for each that the client has asked for: nothing is buffered for a slow client, it only falls
 * behind in the source. A client that takes nothing for several heartbeats is dropped. All of one stream runs on one worker; the
 * threads that announce changes only wake it up.
 */
final class Stream {

    /** Where the events come from; called by one thread at a time. */
    interface Source {

        /** The next event; null when there is none now. */
        @Nullable
        ServerSentEvent<Object> next();

        /** Whether no event can follow; asked when there is none. {@code idle} says that a heartbeat has passed without one. */
        boolean isOver(boolean idle);

        /** Id to come back with for what has been sent so far; null when only events carry ids, or when something is still to be sent. */
        default @Nullable String position() {
            return null;
        }
    }

    private static final int HEARTBEATS_WITHOUT_DEMAND = 4;

    private final FluxSink<ServerSentEvent<Object>> sink;
    private final Source source;
    private final Scheduler.Worker worker;
    private final AtomicBoolean awake = new AtomicBoolean();
    private int heartbeatsWithoutDemand;
    private boolean sentSinceHeartbeat;
    private boolean opened;

    private Stream(FluxSink<ServerSentEvent<Object>> sink, Source source, Scheduler.Worker worker) {
        this.sink = sink;
        this.source = source;
        this.worker = worker;
    }

    /**
     * A stream that a client can subscribe to.
     *
     * @param watching starts to call back on changes, and says how to stop that
     * @param heartbeat how often a comment is sent when nothing else is
     */
    static Flux<ServerSentEvent<Object>> of(
            Source source, Function<Runnable, Watch> watching, Duration heartbeat, Scheduler scheduler) {
        return Flux.create(
                sink -> {
                    Scheduler.Worker worker = scheduler.createWorker();
                    Stream stream = new Stream(sink, source, worker);
                    Watch watch = watching.apply(stream::wake);
                    sink.onDispose(() -> {
                        watch.close();
                        worker.dispose();
                    });
                    sink.onRequest(more -> stream.wake());
                    worker.schedulePeriodically(
                            stream::heartbeat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
                    stream.wake();
                },
                FluxSink.OverflowStrategy.BUFFER);
    }

    private void wake() {
        if (!sink.isCancelled() && awake.compareAndSet(false, true)) {
            try {
                worker.schedule(this::drain);
            } catch (RejectedExecutionException e) {
                // The client has just gone.
                awake.set(false);
            }
        }
    }

    private void drain() {
        // Before looking, so that a change during the look wakes it again.
        awake.set(false);
        while (!sink.isCancelled() && sink.requestedFromDownstream() > 0) {
            ServerSentEvent<Object> event = source.next();
            if (event == null) {
                if (!opened) {
                    // Headers leave with the first bytes: without any, the client could not tell that it is connected.
                    opened = true;
                    sink.next(comment("open"));
                }
                endWhenOver(false);
                return;
            }
            opened = true;
            sentSinceHeartbeat = true;
            sink.next(event);
        }
    }

    /** A comment is no event to a client, but it takes note of the id. */
    private ServerSentEvent<Object> comment(String text) {
        ServerSentEvent.Builder<Object> comment = ServerSentEvent.builder().comment(text);
        String position = source.position();
        return (position == null ? comment : comment.id(position)).build();
    }

    private void endWhenOver(boolean idle) {
        if (source.isOver(idle)) {
            sink.complete();
        }
    }

    private void heartbeat() {
        if (sink.isCancelled()) {
            return;
        }
        if (sink.requestedFromDownstream() == 0) {
            heartbeatsWithoutDemand++;
            if (heartbeatsWithoutDemand >= HEARTBEATS_WITHOUT_DEMAND) {
                sink.error(new SlowClientException());
            }
            return;
        }
        heartbeatsWithoutDemand = 0;
        if (!sentSinceHeartbeat) {
            sink.next(comment("alive"));
            endWhenOver(true);
            drain();
        }
        sentSinceHeartbeat = false;
    }

    /** A client that does not read is dropped; it can come back with Last-Event-ID. */
    static final class SlowClientException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SlowClientException() {
            super("The client of a stream of events does not read", null, false, false);
        }
    }
}
