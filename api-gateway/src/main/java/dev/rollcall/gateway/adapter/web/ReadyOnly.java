package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Text;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Answers nothing from views that are not complete: what is missing in them would be told as not being there. */
@Component
@Order(ReadyOnly.AFTER_SECURITY)
final class ReadyOnly implements WebFilter {

    /** Spring Security's filter has -100: who may not ask hears that first. */
    static final int AFTER_SECURITY = 0;

    private final Views views;
    private final ProblemWriter problems;

    ReadyOnly(Views views, ProblemWriter problems) {
        this.views = views;
        this.problems = problems;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (views.isCaughtUp() || !exchange.getRequest().getPath().value().startsWith("/api/")) {
            return chain.filter(exchange);
        }
        return problems.write(
                exchange,
                Problem.of(HttpStatus.SERVICE_UNAVAILABLE, Code.NOT_READY, Text.NOT_READY)
                        .with("Retry-After", "2"));
    }
}
