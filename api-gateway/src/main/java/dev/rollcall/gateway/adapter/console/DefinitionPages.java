package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.Definitions;
import dev.rollcall.gateway.adapter.web.Requests;
import dev.rollcall.gateway.adapter.yaml.ClusterFile;
import dev.rollcall.gateway.adapter.yaml.ClusterFileException;
import dev.rollcall.gateway.app.ChangeCluster;
import dev.rollcall.gateway.app.ChangeCluster.Condition;
import dev.rollcall.gateway.app.ChangeCluster.Outcome;
import dev.rollcall.gateway.app.Requester;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Checked;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.ClusterPlan;
import java.io.StringReader;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Registering clusters by their definition in YAML, the file that {@code rollcall serve --clusters} reads, and forgetting them. All
 * clusters of a text are checked before the first of them is stored.
 */
@RestController
final class DefinitionPages {

    /** What lines are named after. */
    private static final String SOURCE = "YAML";

    private final Console console;
    private final Viewers viewers;
    private final Views views;
    private final ChangeCluster changeCluster;
    private final InstantSource clock;

    DefinitionPages(Console console, Viewers viewers, Views views, ChangeCluster changeCluster, InstantSource clock) {
        this.console = console;
        this.viewers = viewers;
        this.views = views;
        this.changeCluster = changeCluster;
        this.clock = clock;
    }

    /** A cluster that is right as it stands in the text. */
    record Proposed(String id, int odps, boolean replaces, long revision, ClusterPlan plan) {}

    /** Something wrong in the text, and where. */
    record Wrong(String at, String field, String words) {}

    /** What was read of a text. */
    record Reading(List<Proposed> proposed, List<Wrong> wrong) {
        Reading {
            proposed = List.copyOf(proposed);
            wrong = List.copyOf(wrong);
        }
    }

    @GetMapping(path = "/clusters/register", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> form(ServerWebExchange exchange) {
        return viewers.of(exchange).map(viewer -> {
            mayRegister(viewer);
            return show(HttpStatus.OK, "", new Reading(List.of(), List.of()), viewer);
        });
    }

    private static void mayRegister(Viewer viewer) {
        if (!viewer.mayChangeSome()) {
            throw new PageFault(HttpStatus.FORBIDDEN, "fault.role");
        }
    }

    private ResponseEntity<String> show(HttpStatus status, String text, Reading reading, Viewer viewer) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("text", text);
        model.put("proposed", reading.proposed());
        model.put("wrong", reading.wrong());
        return console.page(status, "register", viewer, clock.instant(), null, model);
    }

    @PostMapping(path = "/clusters/register", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> register(ServerWebExchange exchange) {
        return exchange.getFormData()
                .map(Asked::new)
                .zipWith(viewers.of(exchange))
                .flatMap(both -> {
                    Asked asked = both.getT1();
                    Viewer viewer = both.getT2();
                    mayRegister(viewer);
                    String text = asked.text("definition");
                    Reading reading = read(text, viewer);
                    if (!reading.wrong().isEmpty()) {
                        return Mono.just(show(HttpStatus.UNPROCESSABLE_CONTENT, text, reading, viewer));
                    }
                    if (!asked.flag("store")) {
                        return Mono.just(show(HttpStatus.OK, text, reading, viewer));
                    }
                    return Requests.requester(exchange).flatMap(requester -> store(text, reading, viewer, requester));
                });
    }

    private Reading read(String text, Viewer viewer) {
        ClusterFile file;
        try {
            file = ClusterFile.read(SOURCE, new StringReader(text));
        } catch (ClusterFileException e) {
            return new Reading(List.of(), List.of(new Wrong("", "", String.valueOf(e.getMessage()))));
        }
        List<Proposed> proposed = new ArrayList<>();
        List<Wrong> wrong = new ArrayList<>();
        for (Map.Entry<String, JsonNode> definition : file.definitions().entrySet()) {
            String id = definition.getKey();
            if (!ClusterId.isValid(id)) {
                wrong.add(new Wrong(file.line(id, ""), id, console.word("register.id", viewer)));
                continue;
            }
            if (!viewer.mayChange(id)) {
                wrong.add(new Wrong(file.line(id, ""), id, console.word("register.role", viewer)));
            }
            Checked<ClusterPlan> checked = Definitions.check(definition.getValue());
            if (checked instanceof Checked.Invalid<ClusterPlan> invalid) {
                invalid.faults()
                        .forEach(fault -> wrong.add(
                                new Wrong(file.line(id, fault.field()), fault.field(), viewer.told(fault.words()))));
            } else if (checked instanceof Checked.Valid<ClusterPlan> valid) {
                Cluster there = changeCluster.current(new ClusterId(id));
                proposed.add(new Proposed(
                        id,
                        valid.value().odps().size(),
                        there != null,
                        there == null ? 0 : there.revision(),
                        valid.value()));
            }
        }
        return new Reading(proposed, wrong);
    }

    /** Stores one after the other; what is refused is told, and the text stays, so that it can be sent again. */
    private Mono<ResponseEntity<String>> store(String text, Reading reading, Viewer viewer, Requester requester) {
        return Flux.fromIterable(reading.proposed())
                .concatMap(each -> Mono.fromFuture(changeCluster.put(
                                new ClusterId(each.id()),
                                each.plan(),
                                each.replaces()
                                        ? new Condition.Revisions(List.of(each.revision()))
                                        : new Condition.Absent(),
                                requester))
                        .map(outcome -> complaint(outcome, viewer))
                        .filter(words -> !words.isEmpty())
                        .map(words -> new Wrong(each.id(), "", words)))
                .collectList()
                .map(wrong -> {
                    if (!wrong.isEmpty()) {
                        return show(HttpStatus.CONFLICT, text, new Reading(List.of(), wrong), viewer);
                    }
                    String to = reading.proposed().size() == 1
                            ? "/clusters/" + reading.proposed().get(0).id()
                            : "/clusters";
                    return ResponseEntity.status(HttpStatus.SEE_OTHER)
                            .location(URI.create(to))
                            .body("");
                });
    }

    private String complaint(Outcome outcome, Viewer viewer) {
        if (outcome instanceof Outcome.Refused refused) {
            return viewer.told(refused.refusal().words());
        }
        if (outcome instanceof Outcome.OtherRevision) {
            return console.word("register.otherRevision", viewer);
        }
        return outcome instanceof Outcome.Unanswered ? console.word("register.unanswered", viewer) : "";
    }

    @GetMapping(path = "/clusters/{cluster}/delete", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> askToForget(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        return viewers.of(exchange).map(viewer -> {
            ClusterNow cluster = ClusterPages.known(views, id, viewer, clock.instant());
            return askToForget(HttpStatus.OK, cluster, "", viewer, exchange);
        });
    }

    private ResponseEntity<String> askToForget(
            HttpStatus status, ClusterNow cluster, String complaint, Viewer viewer, ServerWebExchange exchange) {
        String id = cluster.cluster().id().value();
        if (!viewer.mayChange(id)) {
            throw new PageFault(HttpStatus.FORBIDDEN, "fault.role");
        }
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", id);
        model.put("name", ClusterLook.name(cluster));
        model.put("complaint", complaint);
        return Console.isPartial(exchange)
                ? console.fragment(status, "delete :: dialog", viewer, model)
                : console.page(status, "delete", viewer, clock.instant(), null, model);
    }

    @PostMapping(path = "/clusters/{cluster}/delete", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> forget(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        return exchange.getFormData()
                .map(Asked::new)
                .zipWith(viewers.of(exchange))
                .flatMap(both -> {
                    Viewer viewer = both.getT2();
                    ClusterNow cluster = ClusterPages.known(views, id, viewer, clock.instant());
                    if (!both.getT1().text("confirm").equals(id)) {
                        return Mono.just(askToForget(
                                HttpStatus.UNPROCESSABLE_CONTENT,
                                cluster,
                                console.word("delete.confirm", viewer, id),
                                viewer,
                                exchange));
                    }
                    return Requests.requester(exchange)
                            .flatMap(requester -> Mono.fromFuture(
                                    changeCluster.remove(cluster.cluster().id(), new Condition.Exists(), requester)))
                            .map(outcome -> {
                                String complaint = complaint(outcome, viewer);
                                return complaint.isEmpty()
                                        ? forgotten(exchange)
                                        : askToForget(HttpStatus.CONFLICT, cluster, complaint, viewer, exchange);
                            });
                });
    }

    private static ResponseEntity<String> forgotten(ServerWebExchange exchange) {
        return Console.isPartial(exchange)
                ? ResponseEntity.ok().header("HX-Redirect", "/clusters").body("")
                : ResponseEntity.status(HttpStatus.SEE_OTHER)
                        .location(URI.create("/clusters"))
                        .body("");
    }
}
