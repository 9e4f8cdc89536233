package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Leads people to the provider's sign-in page. */
@RestController
final class ProviderPage {

    private final ProviderSignIn signIn;
    private final SignInPage page;

    ProviderPage(ProviderSignIn signIn, SignInPage page) {
        this.signIn = signIn;
        this.page = page;
    }

    @GetMapping(ProviderSignIn.PATH)
    Mono<Void> go(ServerWebExchange exchange) {
        return SignInPage.goOnTo(exchange)
                .flatMap(goOnTo -> signIn.begin(exchange, goOnTo))
                .flatMap(address -> SecuritySide.redirect(exchange, address))
                .onErrorResume(
                        ProviderAwayException.class,
                        away -> page.show(exchange, HttpStatus.SERVICE_UNAVAILABLE, Words.of(Text.PROVIDER_AWAY)));
    }
}
