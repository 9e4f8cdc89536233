package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;

/** The audit, as far back as this gateway keeps it; an administrator of some clusters sees what is about these. */
@RestController
public final class AuditController {

    private static final String PATH = "/api/v1/audit";
    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);

    private static final Comparator<AuditLine> NEWEST_FIRST = Comparator.comparing(AuditLine::at)
            .reversed()
            .thenComparing(AuditLine::partition)
            .thenComparing(AuditLine::number, Comparator.reverseOrder());
    private static final Map<String, Comparator<AuditLine>> ORDERS = Map.of(
            "at", Comparator.comparing(AuditLine::at),
            "user", Comparator.comparing(AuditLine::user, Comparator.nullsLast(Comparator.naturalOrder())),
            "action", Comparator.comparing(AuditLine::action));

    private final AuditBook book;

    AuditController(AuditBook book) {
        this.book = book;
    }

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    PageDocument<AuditLine> list(Caller caller, ServerWebExchange exchange) {
        Query query = new Query(exchange);
        return PageDocument.of(query.page(find(caller, wanted(query)), ORDERS, NEWEST_FIRST), line -> line);
    }

    /** All that match, newest first, not only a page. */
    @GetMapping(path = PATH, produces = "text/csv")
    ResponseEntity<byte[]> csv(Caller caller, ServerWebExchange exchange) {
        Query query = new Query(exchange);
        Predicate<AuditLine> wanted = wanted(query);
        query.check();
        return csv(caller, wanted);
    }

    /** A file of all that are wanted and that this person may see, newest first. */
    public ResponseEntity<byte[]> csv(Caller caller, Predicate<AuditLine> wanted) {
        String text = Stream.concat(
                        Stream.of(
                                "at,user,from,action,cluster,task,decision,code,outcome,detail,source,partition,number,hash"),
                        newestFirst(caller, wanted).stream().map(AuditController::csv))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
        return ResponseEntity.ok()
                .contentType(CSV)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"rollcall-audit.csv\"")
                .body(text.getBytes(StandardCharsets.UTF_8));
    }

    /** All that are wanted and that this person may see, newest first. */
    public List<AuditLine> newestFirst(Caller caller, Predicate<AuditLine> wanted) {
        return find(caller, wanted).stream().sorted(NEWEST_FIRST).toList();
    }

    private List<AuditLine> find(Caller caller, Predicate<AuditLine> wanted) {
        Access access = caller.access();
        return book.find(line -> maySee(access, line.cluster()) && wanted.test(line));
    }

    private static Predicate<AuditLine> wanted(Query query) {
        String user = query.text("user");
        String cluster = query.text("cluster");
        Instant from = query.time("from");
        Instant to = query.time("to");
        return line -> (user.isEmpty() || user.equals(line.user()))
                && (cluster.isEmpty() || cluster.equals(line.cluster()))
                && (from == null || !line.at().isBefore(from))
                && (to == null || !line.at().isAfter(to));
    }

    private static boolean maySee(Access access, @Nullable String cluster) {
        return cluster == null || !ClusterId.isValid(cluster)
                ? access.hasEverywhere(Role.ADMIN)
                : access.may(Role.ADMIN, new ClusterId(cluster));
    }

    private static String csv(AuditLine line) {
        return Stream.of(
                        line.at().toString(),
                        line.user(),
                        line.from(),
                        line.action(),
                        line.cluster(),
                        line.task(),
                        line.decision(),
                        line.code(),
                        line.outcome(),
                        line.detail(),
                        line.source(),
                        Integer.toString(line.partition()),
                        Long.toString(line.number()),
                        line.hash())
                .map(AuditController::quoted)
                .collect(Collectors.joining(","));
    }

    /** A spreadsheet would compute a text that begins with one of these signs. */
    private static String quoted(@Nullable String text) {
        String safe = text == null ? "" : text;
        if (!safe.isEmpty() && "=+-@\t\r\n|%".indexOf(safe.charAt(0)) >= 0) {
            safe = "'" + safe;
        }
        return '"' + safe.replace("\"", "\"\"") + '"';
    }
}
