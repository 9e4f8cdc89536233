package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Page;
import dev.rollcall.gateway.domain.Rules;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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

    private static Narrowed narrowed(ServerWebExchange exchange) {
        return Narrowed.of("/clusters", new Asked(exchange.getRequest().getQueryParams()), "query", "status");
    }

    @GetMapping(path = "/clusters", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> list(ServerWebExchange exchange) {
        Narrowed narrowed = narrowed(exchange);
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            Page<ClusterNow> page = page(narrowed, viewer, now);
            Map<String, Object> model = narrowed.model(page);
            model.put("rows", page.items().stream().map(ClusterLook::row).toList());
            model.put("statuses", List.of(ClusterStatus.values()));
            return console.page(HttpStatus.OK, "clusters", viewer, now, narrowed.live(), model);
        });
    }

    private Page<ClusterNow> page(Narrowed narrowed, Viewer viewer, Instant now) {
        ClusterStatus status = narrowed.one("status", ClusterStatus.class);
        List<ClusterNow> found = views.clusters(now).stream()
                .filter(cluster -> viewer.sees(cluster.cluster().id()))
                .filter(cluster -> mentions(cluster, narrowed))
                .filter(cluster -> status == null || cluster.status() == status)
                .toList();
        return Page.of(found, narrowed.page(), CLUSTERS_A_PAGE);
    }

    private static boolean mentions(ClusterNow cluster, Narrowed narrowed) {
        return narrowed.matches(
                        "query",
                        cluster.cluster().id().value(),
                        cluster.cluster().name())
                || cluster.odps().stream()
                        .anyMatch(odp -> narrowed.matches(
                                "query", odp.id().value(), odp.odp().host()));
    }

    @GetMapping(path = "/live/clusters", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveList(ServerWebExchange exchange) {
        Narrowed narrowed = narrowed(exchange);
        return viewers.atAnyTime(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer,
                        onChange -> views.watchAll(change -> onChange.run()),
                        clock::instant,
                        () -> listPieces(page(narrowed, viewer, clock.instant()))));
    }

    private static List<Piece> listPieces(Page<ClusterNow> page) {
        List<ClusterLook.Row> rows = page.items().stream().map(ClusterLook::row).toList();
        return List.of(Piece.list("cluster-rows", "clusters :: rows", "clusters :: row", rows, ClusterLook.Row::key));
    }

    private static Narrowed odps(String cluster, ServerWebExchange exchange) {
        Asked asked = new Asked(exchange.getRequest().getQueryParams());
        return Narrowed.of("/clusters/" + cluster, asked, "query", "state");
    }

    private static Page<LiveOdp> page(Narrowed narrowed, ClusterNow cluster) {
        OdpState state = narrowed.one("state", OdpState.class);
        List<LiveOdp> found = cluster.odps().stream()
                .filter(odp -> state == null || odp.state() == state)
                .filter(odp -> narrowed.matches(
                        "query", odp.id().value(), odp.odp().host(), odp.odp().zone()))
                .toList();
        return Page.of(found, narrowed.page(), ODPS_A_PAGE);
    }

    @GetMapping(path = "/clusters/{cluster}", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> overview(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        Narrowed odps = odps(id, exchange);
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            ClusterNow cluster = known(views, id, viewer, now);
            Page<LiveOdp> page = page(odps, cluster);
            Map<String, Object> model = odps.model(page);
            model.put("head", ClusterLook.head(cluster, rules));
            model.put("rows", odpRows(page, id, viewer));
            model.put("recent", recent(cluster.cluster().id(), now));
            model.put("states", List.of(OdpState.values()));
            return console.page(HttpStatus.OK, "cluster", viewer, now, odps.live(), model);
        });
    }

    @GetMapping(path = "/live/clusters/{cluster}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveOverview(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        Narrowed odps = odps(id, exchange);
        return viewers.atAnyTime(exchange)
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

    private List<Piece> overviewPieces(String id, Narrowed odps, Viewer viewer) {
        Instant now = clock.instant();
        ClusterNow cluster = ClusterId.isValid(id) ? views.cluster(new ClusterId(id), now) : null;
        if (cluster == null || !viewer.sees(cluster.cluster().id())) {
            return List.of(Piece.of("cluster-head", "cluster :: gone", id));
        }
        List<ClusterLook.OdpRow> rows = odpRows(page(odps, cluster), id, viewer);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(Piece.of("cluster-head", "cluster :: head", ClusterLook.head(cluster, rules)));
        pieces.add(Piece.list("odp-rows", "cluster :: rows", "cluster :: row", rows, ClusterLook.OdpRow::key));
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
                .sorted(TaskPages.NEWEST_FIRST)
                .limit(RECENT)
                .map(task -> TaskLook.row(task, now))
                .toList();
    }

    /** The cluster of an address, if this user may know of it. */
    static ClusterNow known(Views views, String id, Viewer viewer, Instant now) {
        ClusterNow cluster = ClusterId.isValid(id) ? views.cluster(new ClusterId(id), now) : null;
        if (cluster == null || !viewer.sees(cluster.cluster().id())) {
            throw new PageFault(HttpStatus.NOT_FOUND, "fault.cluster", id);
        }
        return cluster;
    }
}
