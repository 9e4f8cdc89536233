package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.Views.Watch;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps pages live. Each subscription first sends all of its pieces, so that a page that was cut off catches up by itself, then those
 * that changed, at most every {@value #PAUSE_MILLIS} ms. A browser that does not read is not written for: nothing waits for it but one
 * note that something changed. That nothing was heard of an ODP is no event, so the pieces are also looked at every few seconds.
 */
final class Live {

    static final long PAUSE_MILLIS = 200;

    private static final Duration PAUSE = Duration.ofMillis(PAUSE_MILLIS);
    private static final Duration RECHECK = Duration.ofSeconds(5);
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final Scheduler scheduler;

    Live(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * The stream of one browser.
     *
     * @param watching starts to call back on changes, and says how to stop that
     * @param mayGoOn whether its reader may still see anything; it ends when not
     * @param pieces what the page shows now
     * @param html makes the elements of a piece
     */
    Flux<ServerSentEvent<String>> stream(
            Function<Runnable, Watch> watching,
            BooleanSupplier mayGoOn,
            Supplier<List<Piece>> pieces,
            Function<Piece, String> html) {
        return Flux.defer(() -> {
            Shown shown = new Shown();
            Flux<Boolean> changes = Flux.<Boolean>create(
                            sink -> {
                                Watch watch = watching.apply(() -> sink.next(true));
                                sink.onDispose(watch::close);
                            },
                            FluxSink.OverflowStrategy.LATEST)
                    .sample(PAUSE);
            return Flux.interval(Duration.ZERO, RECHECK)
                    .map(tick -> true)
                    .onBackpressureDrop()
                    .mergeWith(changes)
                    .onBackpressureLatest()
                    .takeWhile(look -> mayGoOn.getAsBoolean())
                    .concatMap(
                            look -> Mono.fromCallable(() -> event(shown.changed(pieces.get()), html))
                                    .subscribeOn(scheduler),
                            0);
        });
    }

    private static ServerSentEvent<String> event(List<Piece> changed, Function<Piece, String> html) {
        if (changed.isEmpty()) {
            return ServerSentEvent.<String>builder().comment("alive").build();
        }
        StringBuilder all = new StringBuilder();
        // A row of a table is none outside of a table, unless it comes in a template.
        changed.forEach(
                piece -> all.append("<template>").append(html.apply(piece)).append("</template>\n"));
        return ServerSentEvent.builder(all.toString())
                .event("update")
                .retry(RECONNECT)
                .build();
    }
}
