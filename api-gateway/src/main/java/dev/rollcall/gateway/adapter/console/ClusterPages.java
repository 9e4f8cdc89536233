package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Page;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Task;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The list of clusters, and the overview of one. */
@RestController
final class ClusterPages {

    static final int CLUSTERS_A_PAGE = 50;
    static final int ODPS_A_PAGE = 100;
    private static final int RECENT = 5;

    private final Console console;
    private final Viewers viewers;
    private final Views views;
    private final Rules rules;
    private final InstantSource clock;

    ClusterPages(Console console, Viewers viewers, Views views, Rules rules, InstantSource clock) {
        this.console = console;
        this.viewers = viewers;
        this.views = views;
        this.rules = rules;
        this.clock = clock;
    }

    @GetMapping("/")
    ResponseEntity<Void> start() {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/clusters"))
                .build();
    }

    /** What the list is narrowed to. */
    private record Narrowed(String query, ClusterStatus status, int page) {

        static Narrowed of(Asked asked) {
            return new Narrowed(
                    asked.text("query"), asked.oneOf("status", ClusterStatus.class, ClusterStatus.EMPTY), asked.page());
        }

        /** No cluster is looked for by being empty: it stands for all. */
        boolean anyStatus() {
            return status == ClusterStatus.EMPTY;
        }

        Map<String, String> filter() {
            Map<String, String> filter = new LinkedHashMap<>();
            filter.put("query", query);
            filter.put("status", anyStatus() ? "" : status.name());
            return filter;
        }
    }

    @GetMapping(path = "/clusters", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> list(ServerWebExchange exchange) {
        Narrowed narrowed = Narrowed.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            Page<ClusterNow> page = page(narrowed, viewer, now);
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("rows", page.items().stream().map(ClusterLook::row).toList());
            model.put("paging", Paging.of(page, "/clusters", narrowed.filter()));
            model.put("query", narrowed.query());
            model.put("status", narrowed.anyStatus() ? "" : narrowed.status().name());
            model.put("statuses", List.of(ClusterStatus.values()));
            model.put("filtered", !narrowed.query().isEmpty() || !narrowed.anyStatus());
            String live = Paging.address("/live/clusters", narrowed.filter(), narrowed.page());
            return console.page(HttpStatus.OK, "clusters", viewer, now, live, model);
        });
    }

    private Page<ClusterNow> page(Narrowed narrowed, Viewer viewer, Instant now) {
        String text = narrowed.query().toLowerCase(Locale.ROOT);
        List<ClusterNow> found = views.clusters(now).stream()
                .filter(cluster -> viewer.sees(cluster.cluster().id()))
                .filter(cluster -> text.isEmpty() || mentions(cluster, text))
                .filter(cluster -> narrowed.anyStatus() || cluster.status() == narrowed.status())
                .toList();
        return Page.of(found, narrowed.page(), CLUSTERS_A_PAGE);
    }

    private static boolean mentions(ClusterNow cluster, String text) {
        return cluster.cluster().id().value().contains(text)
                || cluster.cluster().name().toLowerCase(Locale.ROOT).contains(text)
                || cluster.odps().stream()
                        .anyMatch(odp -> odp.id()
                                        .value()
                                        .toLowerCase(Locale.ROOT)
                                        .contains(text)
                                || odp.odp().host().toLowerCase(Locale.ROOT).contains(text));
    }

    @GetMapping(path = "/live/clusters", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveList(ServerWebExchange exchange) {
        Narrowed narrowed = Narrowed.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer,
                        onChange -> views.watchAll(change -> onChange.run()),
                        clock::instant,
                        () -> listPieces(page(narrowed, viewer, clock.instant()))));
    }

    private static List<Piece> listPieces(Page<ClusterNow> page) {
        List<ClusterLook.Row> rows = page.items().stream().map(ClusterLook::row).toList();
        List<Piece> pieces = rows.stream()
                .map(row -> Piece.of(row.key(), "clusters :: row", row))
                .toList();
        return List.of(new Piece("cluster-rows", "clusters :: rows", rows, pieces));
    }

    /** What the table of ODPs is narrowed to. */
    private record Odps(String query, String state, int page) {

        static Odps of(Asked asked) {
            OdpState state = asked.oneOf("state", OdpState.class, OdpState.UNKNOWN);
            boolean any = asked.text("state").isEmpty();
            return new Odps(asked.text("query"), any ? "" : state.name(), asked.page());
        }

        Map<String, String> filter() {
            Map<String, String> filter = new LinkedHashMap<>();
            filter.put("query", query);
            filter.put("state", state);
            return filter;
        }

        Page<LiveOdp> of(ClusterNow cluster) {
            String text = query.toLowerCase(Locale.ROOT);
            List<LiveOdp> found = cluster.odps().stream()
                    .filter(odp -> state.isEmpty() || odp.state().name().equals(state))
                    .filter(odp -> text.isEmpty()
                            || odp.id().value().toLowerCase(Locale.ROOT).contains(text)
                            || odp.odp().host().toLowerCase(Locale.ROOT).contains(text)
                            || odp.odp().zone().toLowerCase(Locale.ROOT).contains(text))
                    .toList();
            return Page.of(found, page, ODPS_A_PAGE);
        }
    }

    @GetMapping(path = "/clusters/{cluster}", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> overview(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        Odps odps = Odps.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            ClusterNow cluster = known(id, viewer, now);
            Page<LiveOdp> page = odps.of(cluster);
            String path = "/clusters/" + id;
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("head", ClusterLook.head(cluster, rules));
            model.put("rows", odpRows(page, id, viewer));
            model.put("paging", Paging.of(page, path, odps.filter()));
            model.put("recent", recent(cluster.cluster().id(), now));
            model.put("query", odps.query());
            model.put("state", odps.state());
            model.put("states", List.of(OdpState.values()));
            model.put("filtered", !odps.query().isEmpty() || !odps.state().isEmpty());
            String live = Paging.address("/live" + path, odps.filter(), odps.page());
            return console.page(HttpStatus.OK, "cluster", viewer, now, live, model);
        });
    }

    @GetMapping(path = "/live/clusters/{cluster}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveOverview(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        Odps odps = Odps.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer,
                        onChange -> views.watchAll(change -> {
                            if (change.cluster().value().equals(id)) {
                                onChange.run();
                            }
                        }),
                        clock::instant,
                        () -> overviewPieces(id, odps, viewer)));
    }

    private List<Piece> overviewPieces(String id, Odps odps, Viewer viewer) {
        Instant now = clock.instant();
        ClusterNow cluster = ClusterId.isValid(id) ? views.cluster(new ClusterId(id), now) : null;
        if (cluster == null || !viewer.sees(cluster.cluster().id())) {
            return List.of(Piece.of("cluster-head", "cluster :: gone", id));
        }
        List<ClusterLook.OdpRow> rows = odpRows(odps.of(cluster), id, viewer);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(Piece.of("cluster-head", "cluster :: head", ClusterLook.head(cluster, rules)));
        pieces.add(new Piece(
                "odp-rows",
                "cluster :: rows",
                rows,
                rows.stream()
                        .map(row -> Piece.of(row.key(), "cluster :: row", row))
                        .toList()));
        pieces.add(
                Piece.of("recent", "cluster :: recent", recent(cluster.cluster().id(), now)));
        return pieces;
    }

    private static List<ClusterLook.OdpRow> odpRows(Page<LiveOdp> page, String cluster, Viewer viewer) {
        boolean tickable = viewer.mayChange(cluster);
        return page.items().stream().map(odp -> ClusterLook.odp(odp, tickable)).toList();
    }

    private List<TaskLook.Row> recent(ClusterId cluster, Instant now) {
        return views.tasks().stream()
                .filter(task -> task.cluster().equals(cluster) && !task.dryRun())
                .sorted(Comparator.comparing(Task::requestedAt).reversed().thenComparing(Task::id))
                .limit(RECENT)
                .map(task -> TaskLook.row(task, now))
                .toList();
    }

    /** The cluster of an address, if this user may know of it. */
    private ClusterNow known(String id, Viewer viewer, Instant now) {
        return known(views, id, viewer, now);
    }

    static ClusterNow known(Views views, String id, Viewer viewer, Instant now) {
        ClusterNow cluster = ClusterId.isValid(id) ? views.cluster(new ClusterId(id), now) : null;
        if (cluster == null || !viewer.sees(cluster.cluster().id())) {
            throw new PageFault(HttpStatus.NOT_FOUND, "fault.cluster", id);
        }
        return cluster;
    }
}
