package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Refusal;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes problem documents (RFC 9457), whatever the caller accepts: an answer in another type would be no answer. */
@Component
public final class ProblemWriter {

    /** So many faults are told, and how many there are: an answer must not be many times as large as what was sent. */
    private static final int MOST_ERRORS = 100;

    private final JsonMapper json;
    private final Documents documents;
    private final InstantSource clock;

    ProblemWriter(JsonMapper json, Documents documents, InstantSource clock) {
        this.json = json;
        this.documents = documents;
        this.clock = clock;
    }

    /** Ends a request with a problem. */
    public Mono<Void> write(ServerWebExchange exchange, Problem problem) {
        ServerHttpResponse response = exchange.getResponse();
        AuditDraft.of(exchange).refused(problem.code().text());
        response.setStatusCode(problem.status());
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getHeaders().set("Cache-Control", "no-store");
        response.getHeaders().setContentLanguage(Requests.locale(exchange));
        problem.headers().forEach(response.getHeaders()::set);
        byte[] body = json.writeValueAsBytes(document(exchange, problem));
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private ProblemDocument document(ServerWebExchange exchange, Problem problem) {
        Locale locale = Requests.locale(exchange);
        List<ProblemDocument.FieldError> errors = problem.errors().stream()
                .limit(MOST_ERRORS)
                .map(fault -> new ProblemDocument.FieldError(
                        fault.field(), fault.code().text(), Texts.say(fault.words(), locale)))
                .toList();
        List<ProblemDocument.Reason> reasons = problem.refusals().stream()
                .map(refusal -> reason(refusal, locale))
                .toList();
        return new ProblemDocument(
                "urn:rollcall:problem:" + problem.code().text(),
                Texts.title(problem.code(), locale),
                problem.status().value(),
                Texts.say(problem.words(), locale),
                exchange.getRequest().getPath().value(),
                problem.code().text(),
                Trace.id(exchange),
                errors.isEmpty() ? null : errors,
                problem.errors().size() > MOST_ERRORS ? problem.errors().size() : null,
                reasons.isEmpty() ? null : reasons,
                problem.activeTask() == null ? null : documents.task(problem.activeTask(), clock.instant()));
    }

    private static ProblemDocument.Reason reason(Refusal refusal, Locale locale) {
        return new ProblemDocument.Reason(
                refusal.code().text(),
                Texts.title(refusal.code(), locale),
                Texts.say(refusal.words(), locale),
                refusal.odps().stream().map(OdpId::value).toList());
    }
}
