package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.AuditDraft;
import dev.rollcall.gateway.adapter.web.Requests;
import dev.rollcall.gateway.app.RequestRestart;
import dev.rollcall.gateway.app.RequestRestart.Outcome;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.BatchingForm;
import dev.rollcall.gateway.domain.Checked;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Refusal;
import dev.rollcall.gateway.domain.RestartForm;
import dev.rollcall.gateway.domain.RestartOrder;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Task;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The restart dialog: choosing, looking ahead by a dry run, and asking. Also a page of its own for browsers without scripts. */
@RestController
final class RestartPages {

    /** How long the dry run of a preview may take; longer, and the page says so. */
    private static final Duration PREVIEW = Duration.ofSeconds(15);

    private static final String CUSTOM = "custom";
    private static final int MOST_NAMED = 20;

    private final Console console;
    private final Viewers viewers;
    private final Views views;
    private final Rules rules;
    private final RequestRestart requestRestart;
    private final InstantSource clock;

    RestartPages(
            Console console,
            Viewers viewers,
            Views views,
            Rules rules,
            RequestRestart requestRestart,
            InstantSource clock) {
        this.console = console;
        this.viewers = viewers;
        this.views = views;
        this.rules = rules;
        this.requestRestart = requestRestart;
        this.clock = clock;
    }

    /**
     * A mode as the dialog offers it.
     *
     * @param reason why it is not possible, or what is not known; empty when there is nothing to say
     * @param odps ODPs that block
     */
    record Offer(Mode mode, boolean allowed, @Nullable String code, String reason, List<String> odps, int more) {}

    /** What somebody filled in, as it is shown again when it was not right. */
    record Filled(
            Mode mode,
            List<String> odps,
            String drainSeconds,
            boolean noLimit,
            String preset,
            String sizes,
            boolean pauseAfterFirst,
            String minRunning,
            String maxFailures,
            String reason,
            String confirm) {

        static Filled of(Asked asked, Mode otherwise) {
            return new Filled(
                    asked.oneOf("mode", Mode.class, otherwise),
                    asked.texts("odp"),
                    asked.text("drainSeconds"),
                    asked.flag("noLimit"),
                    asked.text("preset"),
                    asked.text("sizes"),
                    asked.flag("pauseAfterFirst"),
                    asked.text("minRunning"),
                    asked.text("maxFailures"),
                    asked.text("reason"),
                    asked.text("confirm"));
        }

        RestartForm form(boolean dryRun) {
            boolean hot = mode != Mode.FORCE_RESTART;
            List<String> chosenSizes = preset.equals(CUSTOM)
                    ? Arrays.stream(sizes.split("[,\\s]+", -1))
                            .filter(size -> !size.isEmpty())
                            .toList()
                    : null;
            BatchingForm batching = new BatchingForm(
                    chosenSizes,
                    integer(maxFailures),
                    null,
                    preset.isEmpty() || preset.equals(CUSTOM) ? null : preset,
                    null,
                    orNull(minRunning),
                    null,
                    pauseAfterFirst ? Boolean.TRUE : null,
                    null);
            String drain = noLimit ? "NONE" : drainSeconds.isEmpty() ? null : "PT" + drainSeconds + "S";
            return new RestartForm(
                    mode.name(),
                    odps.isEmpty() ? null : odps,
                    batching,
                    hot ? drain : null,
                    dryRun,
                    dryRun ? null : orNull(confirm),
                    reason,
                    null,
                    null,
                    null);
        }

        private static @Nullable String orNull(String text) {
            return text.isEmpty() ? null : text;
        }

        /** What is no number becomes one that no rule accepts, so that the form's own words answer it. */
        private static @Nullable Integer integer(String text) {
            if (text.isEmpty()) {
                return null;
            }
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }

    /** Something wrong with a field, in words. */
    record Complaint(String field, String words) {}

    @GetMapping(path = "/clusters/{cluster}/restart", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> dialog(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        Asked asked = new Asked(exchange.getRequest().getQueryParams());
        return viewers.of(exchange).map(viewer -> {
            ClusterNow cluster = ClusterPages.known(views, id, viewer, clock.instant());
            Mode recommended = rules.eligibility(cluster).recommended();
            Filled filled = Filled.of(asked, recommended == null ? Mode.RESTART : recommended);
            return show(HttpStatus.OK, cluster, filled, List.of(), viewer, exchange);
        });
    }

    private ResponseEntity<String> show(
            HttpStatus status,
            ClusterNow cluster,
            Filled filled,
            List<Complaint> complaints,
            Viewer viewer,
            ServerWebExchange exchange) {
        Set<String> named = new LinkedHashSet<>(filled.odps());
        List<LiveOdp> targets = cluster.odps().stream()
                .filter(odp -> named.isEmpty() || named.contains(odp.id().value()))
                .toList();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("cluster", ClusterLook.head(cluster, rules));
        model.put("offers", offers(cluster, viewer));
        model.put("filled", filled);
        model.put("complaints", complaints);
        model.put("targets", RestartLook.targets(targets));
        model.put("mayChange", viewer.mayChange(cluster.cluster().id().value()));
        return Console.isPartial(exchange)
                ? console.fragment(status, "restart :: dialog", viewer, model)
                : console.page(status, "restart", viewer, clock.instant(), null, model);
    }

    private List<Offer> offers(ClusterNow cluster, Viewer viewer) {
        return rules.eligibility(cluster).modes().stream()
                .map(verdict -> {
                    Refusal refusal = verdict.refusal();
                    Refusal said = refusal == null ? verdict.note() : refusal;
                    List<String> odps = said == null
                            ? List.of()
                            : said.odps().stream().map(OdpId::value).toList();
                    return new Offer(
                            verdict.mode(),
                            verdict.allowed(),
                            refusal == null ? null : refusal.code().text(),
                            said == null ? "" : viewer.told(said.words()),
                            odps.subList(0, Math.min(MOST_NAMED, odps.size())),
                            Math.max(0, odps.size() - MOST_NAMED));
                })
                .toList();
    }

    @PostMapping(path = "/clusters/{cluster}/restart", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> ask(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        return filled(exchange).zipWith(viewers.of(exchange)).flatMap(both -> {
            Filled filled = both.getT1();
            Viewer viewer = both.getT2();
            ClusterNow cluster = ClusterPages.known(views, id, viewer, clock.instant());
            mayRestart(viewer, id);
            Checked<RestartOrder> checked =
                    filled.form(false).check(cluster.cluster().id());
            if (checked instanceof Checked.Invalid<RestartOrder> invalid) {
                return Mono.just(show(
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        cluster,
                        filled,
                        complaints(invalid.faults(), viewer),
                        viewer,
                        exchange));
            }
            AuditDraft.of(exchange).action("DRY_RUN").on(cluster.cluster().id());
            RestartOrder order = ((Checked.Valid<RestartOrder>) checked).value();
            return Requests.requester(exchange)
                    .flatMap(requester -> Mono.fromFuture(
                            requestRestart.ask(cluster.cluster().id(), order, null, Duration.ZERO, requester)))
                    .map(outcome -> asked(outcome, cluster, filled, viewer, exchange));
        });
    }

    private static void mayRestart(Viewer viewer, String cluster) {
        if (!viewer.mayChange(cluster)) {
            throw new PageFault(HttpStatus.FORBIDDEN, "fault.role");
        }
    }

    private static Mono<Filled> filled(ServerWebExchange exchange) {
        return exchange.getFormData().map(form -> Filled.of(new Asked(form), Mode.UNKNOWN));
    }

    private static List<Complaint> complaints(List<Fault> faults, Viewer viewer) {
        return faults.stream()
                .map(fault -> new Complaint(fault.field(), viewer.told(fault.words())))
                .toList();
    }

    private ResponseEntity<String> asked(
            Outcome outcome, ClusterNow cluster, Filled filled, Viewer viewer, ServerWebExchange exchange) {
        if (outcome instanceof Outcome.Refused refused) {
            List<Complaint> complaints = refused.refusals().stream()
                    .map(refusal -> new Complaint("", viewer.told(refusal.words())))
                    .toList();
            boolean forbidden = refused.refusals().stream().anyMatch(refusal -> refusal.code() == Code.FORBIDDEN);
            HttpStatus status = forbidden ? HttpStatus.FORBIDDEN : HttpStatus.CONFLICT;
            return show(status, cluster, filled, complaints, viewer, exchange);
        }
        Task task = outcome instanceof Outcome.Accepted accepted ? accepted.task() : ((Outcome.Same) outcome).task();
        AuditDraft.of(exchange)
                .action(filled.mode().name())
                .on(cluster.cluster().id())
                .task(task.id().value());
        if (!Console.isPartial(exchange)) {
            return ResponseEntity.status(HttpStatus.SEE_OTHER)
                    .location(URI.create("/tasks/" + task.id()))
                    .body("");
        }
        return console.fragment(
                HttpStatus.OK,
                "restart :: asked",
                viewer,
                Map.of(
                        "task",
                        task.id().value(),
                        "cluster",
                        cluster.cluster().id().value()));
    }

    @PostMapping(path = "/clusters/{cluster}/restart/preview", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> preview(@PathVariable("cluster") String id, ServerWebExchange exchange) {
        return filled(exchange).zipWith(viewers.of(exchange)).flatMap(both -> {
            Viewer viewer = both.getT2();
            ClusterNow cluster = ClusterPages.known(views, id, viewer, clock.instant());
            mayRestart(viewer, id);
            Checked<RestartOrder> checked =
                    both.getT1().form(true).check(cluster.cluster().id());
            if (checked instanceof Checked.Invalid<RestartOrder> invalid) {
                return Mono.just(previewed(null, complaints(invalid.faults(), viewer), viewer));
            }
            RestartOrder order = ((Checked.Valid<RestartOrder>) checked).value();
            return Requests.requester(exchange)
                    .flatMap(requester -> Mono.fromFuture(
                            requestRestart.ask(cluster.cluster().id(), order, null, PREVIEW, requester)))
                    .map(outcome -> previewed(outcome, viewer));
        });
    }

    private ResponseEntity<String> previewed(Outcome outcome, Viewer viewer) {
        if (outcome instanceof Outcome.Refused refused) {
            return previewed(
                    null,
                    refused.refusals().stream()
                            .map(refusal -> new Complaint("", viewer.told(refusal.words())))
                            .toList(),
                    viewer);
        }
        Task task = outcome instanceof Outcome.Accepted accepted ? accepted.task() : ((Outcome.Same) outcome).task();
        RestartLook.Preview preview = RestartLook.preview(task, views.rows(task.id()), views.showsPlan(task));
        return previewed(preview, List.of(), viewer);
    }

    private ResponseEntity<String> previewed(
            RestartLook.@Nullable Preview preview, List<Complaint> complaints, Viewer viewer) {
        Map<String, Object> model = new LinkedHashMap<>();
        if (preview != null) {
            model.put("preview", preview);
        }
        model.put("complaints", complaints);
        return console.fragment(HttpStatus.OK, "restart :: preview", viewer, model);
    }
}
