package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.NotPublishedException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Says in a page, or in a toast, why something was not done. */
@RestControllerAdvice(basePackageClasses = PageFaults.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class PageFaults {

    private final Console console;
    private final Viewers viewers;
    private final InstantSource clock;

    PageFaults(Console console, Viewers viewers, InstantSource clock) {
        this.console = console;
        this.viewers = viewers;
        this.clock = clock;
    }

    @ExceptionHandler
    Mono<ResponseEntity<String>> fault(PageFault fault, ServerWebExchange exchange) {
        return viewers.atAnyTime(exchange)
                .map(viewer ->
                        answer(fault.status(), console.word(fault.key(), viewer, fault.with()), viewer, exchange))
                .map(page -> fault.key().equals(PageFault.STARTING) ? soonAgain(page) : page);
    }

    @ExceptionHandler
    Mono<ResponseEntity<String>> notPublished(NotPublishedException fault, ServerWebExchange exchange) {
        return viewers.atAnyTime(exchange)
                .map(viewer -> answer(
                        HttpStatus.SERVICE_UNAVAILABLE, console.word("fault.notPublished", viewer), viewer, exchange));
    }

    @ExceptionHandler
    Mono<ResponseEntity<String>> tooLarge(DataBufferLimitException fault, ServerWebExchange exchange) {
        return viewers.atAnyTime(exchange)
                .map(viewer ->
                        answer(HttpStatus.CONTENT_TOO_LARGE, console.word("fault.tooLarge", viewer), viewer, exchange));
    }

    private ResponseEntity<String> answer(HttpStatus status, String words, Viewer viewer, ServerWebExchange exchange) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("words", words);
        if (Console.isPartial(exchange)) {
            model.put("kind", "error");
            return console.fragment(status, "parts :: toast", viewer, model);
        }
        model.put("status", status.value());
        return console.page(status, "fault", viewer, clock.instant(), null, model);
    }

    /** A page that is not ready yet is asked for again by the browser itself. */
    private static ResponseEntity<String> soonAgain(ResponseEntity<String> page) {
        return ResponseEntity.status(page.getStatusCode())
                .headers(page.getHeaders())
                .header("Retry-After", "2")
                .header("Refresh", "2")
                .body(page.getBody());
    }
}
