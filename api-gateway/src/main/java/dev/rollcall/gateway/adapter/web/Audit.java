package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.AuditTrail;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Tells the audit of every change that somebody signed in asked for, however it was answered, of everything that was refused for want of
 * a role, and of what handlers ask to have told. It stands outside all others and looks at the answer.
 */
@Component
@Order(Audit.OUTSIDE)
final class Audit implements WebFilter {

    /** Inside of {@link Trace} only. */
    static final int OUTSIDE = Ordered.HIGHEST_PRECEDENCE + 10;

    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** The API's addresses, and those of pages that stand for the same. */
    private static final Pattern ADDRESS =
            Pattern.compile("(?:/api/v1)?/(clusters|tasks)/([^/]+)(?:/(?:odps/([^/]+)/)?([a-z]+))?");

    private static final String RESTARTS = "restarts";

    private final AuditTrail trail;
    private final Views views;
    private final InstantSource clock;

    Audit(AuditTrail trail, Views views, InstantSource clock) {
        this.trail = trail;
        this.views = views;
        this.clock = clock;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        AuditDraft draft = AuditDraft.of(exchange);
        exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> answered(exchange, draft)));
        return chain.filter(exchange);
    }

    private void answered(ServerWebExchange exchange, AuditDraft draft) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        int number = status == null ? HttpStatus.OK.value() : status.value();
        boolean changes = !HARMLESS.contains(exchange.getRequest().getMethod());
        boolean forbidden = number == HttpStatus.FORBIDDEN.value();
        if (draft.wanted() || (draft.user() != null && (changes || forbidden))) {
            trail.note(note(exchange, draft, number));
        }
    }

    private AuditNote note(ServerWebExchange exchange, AuditDraft draft, int status) {
        String path = exchange.getRequest().getPath().value();
        Matcher address = ADDRESS.matcher(path);
        boolean known = address.matches();
        boolean ofTask = known && address.group(1).equals("tasks");
        String task = draft.task() != null ? draft.task() : ofTask ? address.group(2) : null;
        String detail = draft.detail();
        if (known && address.group(3) != null) {
            detail = "ODP " + address.group(3) + (detail.isEmpty() ? "" : ", " + detail);
        }
        String action = draft.action();
        return new AuditNote(
                UUID.randomUUID().toString(),
                clock.instant(),
                draft.user(),
                RemoteAddress.of(exchange),
                action != null
                        ? action
                        : known
                                ? action(exchange, address)
                                : exchange.getRequest().getMethod() + " " + shortened(path),
                cluster(draft, known && !ofTask ? address.group(2) : null, task),
                task,
                status < HttpStatus.BAD_REQUEST.value(),
                draft.code(),
                Integer.toString(status),
                detail,
                Trace.parent(exchange));
    }

    private static String action(ServerWebExchange exchange, Matcher address) {
        String last = address.group(4);
        if (last == null) {
            return address.group(1).toUpperCase(Locale.ROOT).replaceAll("S$", "") + "_"
                    + exchange.getRequest().getMethod();
        }
        return last.equals(RESTARTS) ? "RESTART" : last.toUpperCase(Locale.ROOT);
    }

    private @Nullable ClusterId cluster(AuditDraft draft, @Nullable String addressed, @Nullable String task) {
        if (draft.cluster() != null) {
            return draft.cluster();
        }
        if (addressed != null) {
            return ClusterId.isValid(addressed) ? new ClusterId(addressed) : null;
        }
        Task known = task != null && TaskId.isValid(task) ? views.task(new TaskId(task)) : null;
        return known == null ? null : known.cluster();
    }

    private static String shortened(String path) {
        return path.length() > 100 ? path.substring(0, 100) : path;
    }
}
