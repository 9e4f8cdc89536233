package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Views.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Streams what a source has, one block of a few events for each that the client has asked for: nothing more is buffered for a slow
 * client, it only falls behind in the source. A client that takes nothing for several heartbeats is dropped. All of one stream runs on one worker; the
 * threads that announce changes only wake it up.
 */
final class Stream {

    /** Where the events come from; called by one thread at a time. */
    interface Source {

        /** The next event; null when there is none now. */
        @Nullable
        ServerSentEvent<String> next();

        /** Whether no event can follow; asked when there is none. {@code idle} says that a heartbeat has passed without one. */
        boolean isOver(boolean idle);

        /** Id to come back with for what has been sent so far; null when only events carry ids, or when something is still to be sent. */
        default @Nullable String position() {
            return null;
        }
    }

    private static final int HEARTBEATS_WITHOUT_DEMAND = 4;

    private final FluxSink<EventBlock> sink;
    private final Source source;
    private final Scheduler.Worker worker;
    private final long pauseMillis;
    private final int together;
    private final LongSupplier millis;
    private final Runnable drop;
    private volatile long restsUntil;
    private final AtomicBoolean awake = new AtomicBoolean();
    private int heartbeatsWithoutDemand;
    private boolean sentSinceHeartbeat;
    private boolean opened;

    private Stream(
            FluxSink<EventBlock> sink,
            Source source,
            Scheduler.Worker worker,
            Duration pause,
            int together,
            LongSupplier millis,
            Runnable drop) {
        this.drop = drop;
        this.sink = sink;
        this.source = source;
        this.worker = worker;
        this.pauseMillis = pause.toMillis();
        this.together = together;
        this.millis = millis;
        this.restsUntil = millis.getAsLong();
    }

    /**
     * A stream that a client can subscribe to.
     *
     * @param watching starts to call back on changes, and says how to stop that
     * @param heartbeat how often a comment is sent when nothing else is
     * @param pause how long to let changes gather after all has been sent; zero: each is sent at once
     * @param together how many events a block has at most, 1 or more
     */
    static Flux<EventBlock> of(
            Source source,
            Function<Runnable, Watch> watching,
            Duration heartbeat,
            Duration pause,
            int together,
            Scheduler scheduler) {
        // An error of the sink waits behind what is still queued in it, and that waits for the client: this one does
        // not.
        Sinks.Empty<Void> tooSlow = Sinks.empty();
        Flux<EventBlock> events = Flux.create(
                sink -> {
                    Scheduler.Worker worker = scheduler.createWorker();
                    Disposable.Composite held = Disposables.composite(worker);
                    Stream stream = new Stream(
                            sink, source, worker, pause, together, () -> scheduler.now(TimeUnit.MILLISECONDS), () -> {
                                tooSlow.tryEmitError(new SlowClientException());
                                held.dispose();
                            });
                    Watch watch = watching.apply(stream::wake);
                    held.add(watch::close);
                    sink.onDispose(held);
                    sink.onRequest(more -> stream.wake());
                    worker.schedulePeriodically(
                            stream::heartbeat, heartbeat.toMillis(), heartbeat.toMillis(), TimeUnit.MILLISECONDS);
                    stream.wake();
                },
                FluxSink.OverflowStrategy.BUFFER);
        return events.takeUntilOther(tooSlow.asMono());
    }

    private void wake() {
        if (!sink.isCancelled() && awake.compareAndSet(false, true)) {
            try {
                long rest = restsUntil - millis.getAsLong();
                worker.schedule(this::drain, Math.max(0, rest), TimeUnit.MILLISECONDS);
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
            List<ServerSentEvent<String>> events = takeTogether();
            if (!events.isEmpty()) {
                opened = true;
                sentSinceHeartbeat = true;
                sink.next(new EventBlock(events));
            }
            if (events.size() < together) {
                restsUntil = millis.getAsLong() + pauseMillis;
                if (!opened) {
                    // Headers leave with the first bytes: without any, the client could not tell that it is connected.
                    opened = true;
                    sink.next(comment("open"));
                }
                endWhenOver(false);
                return;
            }
        }
    }

    private List<ServerSentEvent<String>> takeTogether() {
        List<ServerSentEvent<String>> events = new ArrayList<>();
        while (events.size() < together) {
            ServerSentEvent<String> event = source.next();
            if (event == null) {
                break;
            }
            events.add(event);
        }
        return events;
    }

    /** A comment is no event to a client, but it takes note of the id. */
    private EventBlock comment(String text) {
        ServerSentEvent.Builder<String> comment =
                ServerSentEvent.<String>builder().comment(text);
        String position = source.position();
        return new EventBlock(List.of((position == null ? comment : comment.id(position)).build()));
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
            // A client that reads a lot seldom wants more just now: what counts is whether it took anything.
            heartbeatsWithoutDemand = sentSinceHeartbeat ? 0 : heartbeatsWithoutDemand + 1;
            sentSinceHeartbeat = false;
            if (heartbeatsWithoutDemand >= HEARTBEATS_WITHOUT_DEMAND) {
                drop.run();
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
