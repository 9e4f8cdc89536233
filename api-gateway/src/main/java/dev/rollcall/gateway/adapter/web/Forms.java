package dev.rollcall.gateway.adapter.web;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** A form whose encoding is broken is a fault of who sent it: Spring, which reads it, would make it one of ours. */
@Component
@Order(Forms.BEFORE_ALL_WHO_READ)
final class Forms implements WebFilter {

    /** Spring Security reads forms too, and has -100. */
    static final int BEFORE_ALL_WHO_READ = Audit.OUTSIDE + 10;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String type = exchange.getRequest().getHeaders().getFirst("Content-Type");
        boolean form = type != null && type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
        return chain.filter(form ? new Form(exchange) : exchange);
    }

    private static final class Form extends ServerWebExchangeDecorator {
        private Form(ServerWebExchange exchange) {
            super(exchange);
        }

        @Override
        public Mono<MultiValueMap<String, String>> getFormData() {
            return super.getFormData()
                    .onErrorMap(
                            IllegalArgumentException.class,
                            broken -> new ResponseStatusException(HttpStatus.BAD_REQUEST, null, broken));
        }
    }
}
