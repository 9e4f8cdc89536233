package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.app.ChangeCluster;
import dev.rollcall.gateway.app.ChangeCluster.Condition;
import dev.rollcall.gateway.app.Patience;
import dev.rollcall.gateway.app.RequestRestart;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.BatchingForm;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.IdempotencyKey;
import dev.rollcall.gateway.domain.RestartForm;
import dev.rollcall.gateway.domain.RestartOrder;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.Text;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Clusters: what is known of them, their definitions, and asking for a restart. */
@RestController
@RequestMapping("/api/v1/clusters")
final class ClusterController {

    private static final Comparator<ClusterNow> BY_ID =
            Comparator.comparing(now -> now.cluster().id());
    private static final Map<String, Comparator<ClusterNow>> ORDERS = Map.of(
            "id", BY_ID,
            "name", Comparator.comparing(Documents::name),
            "odpCount", Comparator.comparing(now -> now.cluster().odpCount()),
            "status", Comparator.comparing(ClusterNow::status));

    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,6})\"?(?:$|[,;\\s])");
    private static final int LONGEST_WAIT = 30;

    private final Views views;
    private final Documents documents;
    private final ChangeCluster changeCluster;
    private final RequestRestart requestRestart;
    private final Patience patience;
    private final InstantSource clock;

    ClusterController(
            Views views,
            Documents documents,
            ChangeCluster changeCluster,
            RequestRestart requestRestart,
            Patience patience,
            InstantSource clock) {
        this.views = views;
        this.documents = documents;
        this.changeCluster = changeCluster;
        this.requestRestart = requestRestart;
        this.patience = patience;
        this.clock = clock;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    PageDocument<ClusterDocument.Summary> list(Caller caller, ServerWebExchange exchange) {
        Query query = new Query(exchange);
        String text = query.text("query").toLowerCase(Locale.ROOT);
        Set<ClusterStatus> statuses = query.oneOf("status", ClusterStatus.class);
        Predicate<ClusterId> seen = caller.access().seen();
        Instant now = clock.instant();
        List<Cluster> found = views.definitions().stream()
                .filter(cluster -> seen.test(cluster.id()))
                .filter(cluster -> text.isEmpty() || views.mentions(cluster.id(), text))
                .toList();
        if (statuses.isEmpty() && query.text("sort").isEmpty()) {
            // The live state only of those that are shown: there may be thousands.
            return PageDocument.of(
                    query.pageInOrder(found, Map.of(), Comparator.comparing(Cluster::id)),
                    cluster -> documents.summary(views.at(cluster, now)));
        }
        List<ClusterNow> live = found.stream()
                .map(cluster -> views.at(cluster, now))
                .filter(cluster -> statuses.isEmpty() || statuses.contains(cluster.status()))
                .toList();
        return PageDocument.of(query.pageInOrder(live, ORDERS, BY_ID), documents::summary);
    }

    @GetMapping(path = "/{cluster}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<ClusterDocument> get(
            @PathVariable("cluster") String cluster, Caller caller, ServerWebExchange exchange) {
        ClusterId id = Requests.cluster(cluster);
        if (!caller.access().sees(id)) {
            throw Problem.refused(List.of(Rules.clusterUnknown(cluster))).exception();
        }
        return found(id, HttpStatus.OK, exchange);
    }

    private ResponseEntity<ClusterDocument> found(ClusterId id, HttpStatus status, ServerWebExchange exchange) {
        Instant at = clock.instant();
        ClusterNow now = views.cluster(id, at);
        if (now == null) {
            throw Problem.refused(List.of(Rules.clusterUnknown(id.value()))).exception();
        }
        Requests.tag(exchange, now.cluster().revision());
        return ResponseEntity.status(status).body(documents.cluster(now, at, Requests.locale(exchange)));
    }

    @PutMapping(
            path = "/{cluster}",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<ClusterDocument>> put(@PathVariable("cluster") String cluster, ServerWebExchange exchange) {
        return Requests.form(exchange, Requests.DEFINITION_LIMIT)
                .map(json -> {
                    ClusterPlan plan = json.orProblem(Definitions.read(json).check());
                    if (!ClusterId.isValid(cluster)) {
                        throw Problem.invalid(List.of(Fault.of("cluster", Text.CLUSTER_ID_FORM)))
                                .exception();
                    }
                    return plan;
                })
                .zipWith(Requests.requester(exchange))
                .flatMap(both -> Mono.fromFuture(
                        changeCluster.put(new ClusterId(cluster), both.getT1(), condition(exchange), both.getT2())))
                .map(outcome -> answer(new ClusterId(cluster), outcome, exchange));
    }

    private static Condition condition(ServerWebExchange exchange) {
        List<Long> match = Requests.etags(exchange, "If-Match");
        List<Long> noneMatch = Requests.etags(exchange, "If-None-Match");
        if (match != null) {
            return match.isEmpty() ? new Condition.Exists() : new Condition.Revisions(match);
        }
        return noneMatch != null && noneMatch.isEmpty() ? new Condition.Absent() : new Condition.None();
    }

    private ResponseEntity<ClusterDocument> answer(
            ClusterId id, ChangeCluster.Outcome outcome, ServerWebExchange exchange) {
        if (outcome instanceof ChangeCluster.Outcome.Stored stored) {
            return found(id, stored.created() ? HttpStatus.CREATED : HttpStatus.OK, exchange);
        }
        if (outcome instanceof ChangeCluster.Outcome.Removed) {
            return ResponseEntity.noContent().build();
        }
        if (outcome instanceof ChangeCluster.Outcome.Refused refused) {
            throw Problem.refused(List.of(refused.refusal())).exception();
        }
        if (outcome instanceof ChangeCluster.Outcome.OtherRevision other) {
            Problem problem = Problem.of(
                    HttpStatus.PRECONDITION_FAILED,
                    Code.PRECONDITION_FAILED,
                    Text.REVISION_OTHER,
                    id,
                    other.revision());
            throw (other.revision() == 0 ? problem : problem.with("ETag", Requests.etag(other.revision()))).exception();
        }
        throw Problem.of(
                        HttpStatus.GATEWAY_TIMEOUT,
                        Code.PLANNER_SILENT,
                        Text.PLANNER_SILENT,
                        patience.clusterChange().toSeconds(),
                        "/api/v1/clusters/" + id)
                .exception();
    }

    @DeleteMapping("/{cluster}")
    Mono<ResponseEntity<ClusterDocument>> delete(@PathVariable("cluster") String cluster, ServerWebExchange exchange) {
        ClusterId id = Requests.cluster(cluster);
        return Requests.requester(exchange)
                .flatMap(requester -> Mono.fromFuture(changeCluster.remove(id, condition(exchange), requester)))
                .map(outcome -> answer(id, outcome, exchange));
    }

    @PostMapping(
            path = "/{cluster}/restarts",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<TaskDocument>> restart(@PathVariable("cluster") String cluster, ServerWebExchange exchange) {
        ClusterId id = Requests.cluster(cluster);
        IdempotencyKey key = key(exchange);
        Duration wait = wait(exchange);
        return Requests.form(exchange, Requests.USUAL_LIMIT)
                .map(json -> order(json, id))
                .doOnNext(order ->
                        AuditDraft.of(exchange).action(order.mode().name()).detail(inWords(order)))
                .zipWith(Requests.requester(exchange))
                .flatMap(both -> Mono.fromFuture(requestRestart.ask(id, both.getT1(), key, wait, both.getT2())))
                .map(outcome -> answer(outcome, wait))
                .doOnNext(answer -> {
                    TaskDocument task = answer.getBody();
                    if (task != null) {
                        AuditDraft.of(exchange).task(task.id());
                    }
                });
    }

    /** For the audit. */
    private static String inWords(RestartOrder order) {
        return (order.dryRun() ? "dry run, " : "")
                + (order.odps().isEmpty() ? "all ODPs" : order.odps().size() + " ODP(s)")
                + (order.reason().isEmpty() ? "" : ": " + order.reason());
    }

    private static RestartOrder order(JsonForm json, ClusterId id) {
        String mode = json.text("mode");
        List<String> odps = json.texts("odps");
        JsonForm batching = json.object("batching");
        BatchingForm batchingForm = new BatchingForm(
                batching.texts("sizes"),
                batching.integer("maxFailures"),
                batching.text("drain"),
                batching.text("preset"),
                batching.text("groupBy"),
                batching.text("minRunning"),
                batching.text("settle"),
                batching.flag("pauseAfterFirst"),
                batching.flag("window"));
        batching.nothingElse();
        RestartForm form = new RestartForm(
                mode,
                odps,
                batchingForm,
                json.text("hotUpgradeExitTimeout"),
                json.flag("dryRun"),
                json.text("confirm"),
                json.text("reason"),
                json.text("notBefore"),
                json.text("notAfter"),
                json.text("expectedVersion"));
        json.nothingElse();
        return json.orProblem(form.check(id));
    }

    private static @Nullable IdempotencyKey key(ServerWebExchange exchange) {
        String value = exchange.getRequest().getHeaders().getFirst("Idempotency-Key");
        if (value == null) {
            return null;
        }
        if (!IdempotencyKey.isValid(value)) {
            Fault fault = Fault.of("Idempotency-Key", Text.HEADER_FORM, Text.FORM_KEY);
            throw Problem.invalid(List.of(fault)).exception();
        }
        return new IdempotencyKey(value);
    }

    /** A preference that cannot be read is ignored, as RFC 7240 wants it. */
    private static Duration wait(ServerWebExchange exchange) {
        for (String value : exchange.getRequest().getHeaders().getOrEmpty("Prefer")) {
            Matcher matcher = WAIT.matcher(value);
            if (matcher.find()) {
                return Duration.ofSeconds(Math.min(Integer.parseInt(matcher.group(1)), LONGEST_WAIT));
            }
        }
        return Duration.ZERO;
    }

    private ResponseEntity<TaskDocument> answer(RequestRestart.Outcome outcome, Duration wait) {
        if (outcome instanceof RequestRestart.Outcome.Accepted accepted) {
            return answer(HttpStatus.ACCEPTED, accepted.task(), wait);
        }
        if (outcome instanceof RequestRestart.Outcome.Same same) {
            return answer(HttpStatus.OK, same.task(), wait);
        }
        if (outcome instanceof RequestRestart.Outcome.KeyReused reused) {
            throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, Code.KEY_REUSED, Text.KEY_REUSED, reused.task())
                    .exception();
        }
        RequestRestart.Outcome.Refused refused = (RequestRestart.Outcome.Refused) outcome;
        throw Problem.refused(refused.refusals()).exception();
    }

    private ResponseEntity<TaskDocument> answer(HttpStatus status, Task task, Duration wait) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status)
                .location(URI.create("/api/v1/tasks/" + task.id()))
                .eTag(Requests.etag(task.version()));
        if (!wait.isZero()) {
            answer.header("Preference-Applied", "wait=" + wait.toSeconds());
        }
        return answer.body(documents.task(task, clock.instant()));
    }
}
