package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.AuditController;
import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.Page;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The audit: who asked for what, when, from where, and what came of it. For administrators. */
@RestController
final class AuditPages {

    private static final int LINES_A_PAGE = 100;

    private final Console console;
    private final Viewers viewers;
    private final AuditController audit;
    private final InstantSource clock;

    AuditPages(Console console, Viewers viewers, AuditController audit, InstantSource clock) {
        this.console = console;
        this.viewers = viewers;
        this.audit = audit;
        this.clock = clock;
    }

    /** How far back to look. */
    enum Period {
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1)),
        WEEK(Duration.ofDays(7)),
        MONTH(Duration.ofDays(30));

        private final Duration length;

        Period(Duration length) {
            this.length = length;
        }
    }

    /** What was decided, by its name in the audit. */
    enum Decision {
        ALLOWED,
        DENIED,
        UNKNOWN
    }

    private static Narrowed narrowed(ServerWebExchange exchange) {
        Asked asked = new Asked(exchange.getRequest().getQueryParams());
        return Narrowed.of("/audit", asked, "user", "cluster", "decision", "period");
    }

    @GetMapping(path = "/audit", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> list(ServerWebExchange exchange) {
        Narrowed narrowed = narrowed(exchange);
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            List<AuditLine> found = audit.newestFirst(administrator(viewer), wanted(narrowed, now));
            Page<AuditLine> page = Page.of(found, narrowed.page(), LINES_A_PAGE);
            Map<String, Object> model = narrowed.model(page);
            model.put("rows", page.items());
            model.put("decisions", List.of(Decision.values()));
            model.put("periods", List.of(Period.values()));
            model.put("csv", Paging.address("/audit/csv", narrowed.by(), 1));
            return console.page(HttpStatus.OK, "audit", viewer, now, null, model);
        });
    }

    @GetMapping(path = "/audit/csv", produces = "text/csv")
    Mono<ResponseEntity<byte[]>> csv(ServerWebExchange exchange) {
        Narrowed narrowed = narrowed(exchange);
        return viewers.of(exchange).map(viewer -> audit.csv(administrator(viewer), wanted(narrowed, clock.instant())));
    }

    private static Predicate<AuditLine> wanted(Narrowed narrowed, Instant now) {
        Decision decision = narrowed.one("decision", Decision.class);
        Period period = narrowed.one("period", Period.class);
        Instant from = period == null ? Instant.MIN : now.minus(period.length);
        return line -> narrowed.matches("user", Objects.requireNonNullElse(line.user(), ""))
                && narrowed.matches("cluster", Objects.requireNonNullElse(line.cluster(), ""))
                && (decision == null || decision.name().equals(line.decision()))
                && !line.at().isBefore(from);
    }

    private static Caller administrator(Viewer viewer) {
        Caller caller = viewer.caller();
        if (caller == null || !viewer.mayAudit()) {
            throw new PageFault(HttpStatus.FORBIDDEN, "fault.admin");
        }
        return caller;
    }
}
