package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.NotPublishedException;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Text;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Turns everything that can go wrong into a problem document. A stack trace goes into the log, never into an answer. */
@Component
@Order(ProblemHandler.BEFORE_SPRING)
final class ProblemHandler implements WebExceptionHandler {

    /** Spring's own handlers have 0 and -1. */
    static final int BEFORE_SPRING = -2;

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private final ProblemWriter writer;

    ProblemHandler(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
        if (exchange.getResponse().isCommitted()) {
            // The beginning of the answer is out already, such as a stream of events; all that is left is to end it.
            return Mono.error(thrown);
        }
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return writer.write(exchange, problem(exchange, cause));
    }

    private static Problem problem(ServerWebExchange exchange, Throwable cause) {
        String path = exchange.getRequest().getPath().value();
        if (cause instanceof ProblemException problem) {
            return problem.problem();
        }
        if (cause instanceof NotPublishedException) {
            return Problem.of(
                    HttpStatus.SERVICE_UNAVAILABLE, Code.NOT_PUBLISHED, Text.NOT_PUBLISHED, message(cause), path);
        }
        if (cause instanceof DataBufferLimitException) {
            return Requests.tooLarge(Requests.USUAL_LIMIT);
        }
        if (cause instanceof MethodNotAllowedException method) {
            String possible = names(method.getSupportedMethods());
            return Problem.of(
                            HttpStatus.METHOD_NOT_ALLOWED,
                            Code.METHOD_NOT_ALLOWED,
                            Text.METHOD_NOT_ALLOWED,
                            method.getHttpMethod(),
                            possible)
                    .with("Allow", possible);
        }
        if (cause instanceof NotAcceptableStatusException types) {
            String possible = types.getSupportedMediaTypes().isEmpty()
                    ? MediaType.APPLICATION_JSON_VALUE
                    : MediaType.toString(types.getSupportedMediaTypes());
            return Problem.of(HttpStatus.NOT_ACCEPTABLE, Code.NOT_ACCEPTABLE, Text.NOT_ACCEPTABLE, possible);
        }
        if (cause instanceof UnsupportedMediaTypeStatusException type) {
            MediaType given = type.getContentType();
            return Problem.of(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                            Code.UNSUPPORTED_MEDIA_TYPE,
                            Text.UNSUPPORTED_MEDIA_TYPE,
                            given == null ? "" : given.toString())
                    .with("Accept", MediaType.APPLICATION_JSON_VALUE);
        }
        if (cause instanceof ResponseStatusException status) {
            return problem(status, path);
        }
        log.error(
                "A request failed: {} {}, trace {}",
                exchange.getRequest().getMethod(),
                path,
                Trace.id(exchange),
                cause);
        return Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL, Text.INTERNAL);
    }

    private static Problem problem(ResponseStatusException thrown, String path) {
        HttpStatusCode code = thrown.getStatusCode();
        if (code.isSameCodeAs(HttpStatus.NOT_FOUND)) {
            return Problem.of(HttpStatus.NOT_FOUND, Code.NOT_FOUND, Text.NOT_FOUND, path);
        }
        if (code.isSameCodeAs(HttpStatus.CONTENT_TOO_LARGE)) {
            return Requests.tooLarge(Requests.USUAL_LIMIT);
        }
        if (code.is4xxClientError()) {
            String reason = thrown.getReason();
            return Problem.of(
                    HttpStatus.BAD_REQUEST,
                    Code.INVALID,
                    Text.BAD_REQUEST,
                    reason == null ? Text.REQUEST_MALFORMED : reason);
        }
        log.error("A request to {} failed", path, thrown);
        return Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL, Text.INTERNAL);
    }

    private static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static String names(Set<HttpMethod> methods) {
        return methods.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
    }
}
