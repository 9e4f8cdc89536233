package dev.rollcall.gateway.adapter.security;

import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The OpenID provider, where one is configured; nothing of it is there otherwise. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("rollcall.gateway.oidc.issuer")
class ProviderSide {

    private static final int AT_ONCE = 4;
    private static final int WAITING = 1_000;

    @Bean(destroyMethod = "dispose")
    Scheduler providerScheduler() {
        return Schedulers.newBoundedElastic(AT_ONCE, WAITING, "identity-provider", 30, true);
    }

    @Bean
    IdentityProvider identityProvider(OidcSettings settings, Scheduler providerScheduler, InstantSource clock) {
        return new IdentityProvider(settings, providerScheduler, clock);
    }

    @Bean
    ProviderPeople providerPeople(OidcSettings settings, UserDirectory users) {
        return new ProviderPeople(settings, users);
    }

    @Bean
    ProviderFilters providerFilters(
            IdentityProvider provider,
            ProviderPeople people,
            ObjectProvider<ProviderSignIn> signIn,
            Sessions sessions,
            SignInPage page,
            SignInThrottle throttle,
            SignInNotes notes,
            Refusals refusals,
            OidcSettings settings,
            InstantSource clock) {
        return new ProviderFilters(
                provider, people, signIn.getIfAvailable(), sessions, page, throttle, notes, refusals, settings, clock);
    }

    /** Signing in at the provider's page, which a client id is needed for. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("rollcall.gateway.oidc.client-id")
    @Import(ProviderPage.class)
    static class Page {

        @Bean
        ProviderSignIn providerSignIn(
                OidcSettings settings,
                IdentityProvider provider,
                ProviderPeople people,
                SessionKeys keys,
                InstantSource clock) {
            return new ProviderSignIn(settings, provider, people, keys, clock);
        }
    }
}
