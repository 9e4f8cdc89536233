package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.app.Views.Watch;
import dev.rollcall.gateway.domain.Task;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** What all pages have in common: the frame around them, their words, and how they answer. For any thread. */
final class Console {

    /** How many failed tasks the top bar counts: those of the last day, as older ones are no news. */
    private static final Duration NEWS = Duration.ofDays(1);

    /** The numbers in the top bar. */
    record Counts(long running, long failed) {}

    private final Views views;
    private final Templates templates;
    private final Assets assets;
    private final Live live;

    Console(Views views, Templates templates, Assets assets, Live live) {
        this.views = views;
        this.templates = templates;
        this.assets = assets;
        this.live = live;
    }

    /**
     * A page within the frame.
     *
     * @param live address of its live stream; null without one
     */
    ResponseEntity<String> page(
            HttpStatus status,
            String template,
            Viewer viewer,
            Instant now,
            @Nullable String live,
            Map<String, Object> model) {
        Map<String, Object> all = shared(viewer);
        all.putAll(model);
        all.put("counts", counts(viewer, now));
        all.put("assets", assets);
        if (live != null) {
            all.put("live", live);
        }
        return html(status, templates.page(template, viewer.language().locale(), all));
    }

    /** A part of a page, as answer to a form that htmx sent. */
    ResponseEntity<String> fragment(HttpStatus status, String fragment, Viewer viewer, Map<String, Object> model) {
        Map<String, Object> all = shared(viewer);
        all.putAll(model);
        return html(status, templates.fragment(fragment, viewer.language().locale(), all));
    }

    private static ResponseEntity<String> html(HttpStatus status, String html) {
        return ResponseEntity.status(status)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .header("Cache-Control", "no-store")
                .header("Vary", "Cookie, Accept-Language, HX-Request")
                .body(html);
    }

    /** A live stream of pieces; the top bar is one of them in every page. Before the gateway knows everything it says only that. */
    Flux<ServerSentEvent<String>> live(
            Viewer viewer, Function<Runnable, Watch> watching, Supplier<Instant> now, Supplier<List<Piece>> pieces) {
        Supplier<List<Piece>> withCounts = () -> {
            List<Piece> all = new ArrayList<>();
            boolean complete = views.isCaughtUp();
            all.add(Piece.of("starting", "parts :: starting", complete));
            if (!complete) {
                // What the page shows is of before this gateway's start, and nearer to the truth than what it knows so
                // far.
                return all;
            }
            all.add(Piece.of("counts", "parts :: counts", counts(viewer, now.get())));
            all.addAll(pieces.get());
            return all;
        };
        return live.stream(watching, viewer::isHere, withCounts, piece -> html(piece, viewer));
    }

    private String html(Piece piece, Viewer viewer) {
        Map<String, Object> model = shared(viewer);
        model.put("it", piece.model());
        model.put("oob", true);
        return templates.fragment(piece.fragment(), viewer.language().locale(), model);
    }

    private Map<String, Object> shared(Viewer viewer) {
        Map<String, Object> model = new HashMap<>();
        model.put("viewer", viewer);
        model.put("say", new Say(templates, viewer.language().locale()));
        model.put("oob", false);
        return model;
    }

    String word(String key, Viewer viewer, Object... with) {
        return templates.word(key, viewer.language().locale(), with);
    }

    private Counts counts(Viewer viewer, Instant now) {
        long running = 0;
        long failed = 0;
        for (Task task : views.openTasks()) {
            if (isCounted(task, viewer)) {
                failed += task.state().failed() ? 1 : 0;
                running += task.state().failed() ? 0 : 1;
            }
        }
        for (Task task : views.failedSince(now.minus(NEWS))) {
            failed += isCounted(task, viewer) ? 1 : 0;
        }
        return new Counts(running, failed);
    }

    private static boolean isCounted(Task task, Viewer viewer) {
        return !task.dryRun() && viewer.sees(task.cluster());
    }

    /** Whether htmx asks, for a part of a page, and not a browser for the whole. */
    static boolean isPartial(ServerWebExchange exchange) {
        return "true".equals(exchange.getRequest().getHeaders().getFirst("HX-Request"))
                && !"true".equals(exchange.getRequest().getHeaders().getFirst("HX-History-Restore-Request"));
    }
}
