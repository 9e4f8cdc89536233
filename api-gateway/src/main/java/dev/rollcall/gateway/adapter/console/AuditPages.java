package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.AuditController;
import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.Page;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
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

    @GetMapping(path = "/audit", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> list(ServerWebExchange exchange) {
        Asked asked = new Asked(exchange.getRequest().getQueryParams());
        return viewers.of(exchange).map(viewer -> {
            Page<AuditLine> page =
                    Page.of(audit.newestFirst(administrator(viewer), exchange), asked.page(), LINES_A_PAGE);
            Map<String, String> filter = new LinkedHashMap<>();
            filter.put("user", asked.text("user"));
            filter.put("cluster", asked.text("cluster"));
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("rows", page.items());
            model.put("paging", Paging.of(page, "/audit", filter));
            model.put("user", asked.text("user"));
            model.put("cluster", asked.text("cluster"));
            model.put(
                    "filtered",
                    !asked.text("user").isEmpty() || !asked.text("cluster").isEmpty());
            model.put("csv", Paging.address("/audit/csv", filter, 1));
            return console.page(HttpStatus.OK, "audit", viewer, clock.instant(), null, model);
        });
    }

    @GetMapping(path = "/audit/csv", produces = "text/csv")
    Mono<ResponseEntity<byte[]>> csv(ServerWebExchange exchange) {
        return viewers.of(exchange).map(viewer -> audit.csv(administrator(viewer), exchange));
    }

    private static Caller administrator(Viewer viewer) {
        Caller caller = viewer.caller();
        if (caller == null || !viewer.mayAudit()) {
            throw new PageFault(HttpStatus.FORBIDDEN, "fault.admin");
        }
        return caller;
    }
}
