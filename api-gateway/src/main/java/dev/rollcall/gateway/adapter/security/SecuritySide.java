package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.console.SignInLook;
import dev.rollcall.gateway.adapter.web.AuditDraft;
import dev.rollcall.gateway.adapter.web.Problem;
import dev.rollcall.gateway.adapter.web.ProblemWriter;
import dev.rollcall.gateway.adapter.web.RemoteAddress;
import dev.rollcall.gateway.app.AuditTrail;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Role;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import io.github.bucket4j.TimeMeter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerFormLoginAuthenticationConverter;
import org.springframework.security.web.server.authentication.ServerHttpBasicAuthenticationConverter;
import org.springframework.security.web.server.authentication.logout.SecurityContextServerLogoutHandler;
import org.springframework.security.web.server.csrf.ServerCsrfTokenRequestAttributeHandler;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Who may do what (rule R7), and how they say who they are: HTTP Basic for programs, a form and a signed cookie for people. */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
@EnableConfigurationProperties({UserSettings.class, SignInSettings.class, OidcSettings.class})
@Import(ProviderSide.class)
public class SecuritySide {

    static final String AUDIT = "/api/v1/audit";

    private static final int CHECKS_AT_ONCE = 2;
    private static final int CHECKS_WAITING = 1_000;
    private static final Duration HSTS = Duration.ofDays(365);

    @Bean(destroyMethod = "dispose")
    Scheduler passwordScheduler() {
        return Schedulers.newBoundedElastic(CHECKS_AT_ONCE, CHECKS_WAITING, "password-check", 30, true);
    }

    @Bean
    UserDirectory userDirectory(UserSettings settings) {
        Path file = settings.usersFile();
        return new UserDirectory(
                settings, file == null ? null : new UsersFile(file, settings.allowPlainPasswords(), System::nanoTime));
    }

    @Bean
    SessionKeys sessionKeys(SignInSettings settings) {
        return SessionKeys.of(settings);
    }

    @Bean
    Sessions sessions(
            SessionKeys keys,
            UserDirectory users,
            ObjectProvider<ProviderPeople> people,
            SignInSettings settings,
            InstantSource clock) {
        return new Sessions(keys, users, people.getIfAvailable(), settings, clock);
    }

    @Bean
    SignInThrottle signInThrottle(SignInSettings settings) {
        return new SignInThrottle(
                settings.failuresPerMinute(), settings.failuresPerMinuteFromAddress(), TimeMeter.SYSTEM_NANOTIME);
    }

    @Bean
    PasswordCheck passwordCheck(
            UserSettings userSettings,
            SignInThrottle throttle,
            UserDirectory users,
            Scheduler passwordScheduler,
            InstantSource clock) {
        BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder();
        Map<String, PasswordEncoder> encoders = userSettings.allowPlainPasswords()
                ? Map.of("bcrypt", bcrypt, "noop", new PlainText())
                : Map.of("bcrypt", bcrypt);
        return new PasswordCheck(
                users,
                new DelegatingPasswordEncoder("bcrypt", encoders),
                cost -> "{bcrypt}" + new BCryptPasswordEncoder(cost).encode(PasswordCheck.randomPassword()),
                throttle,
                passwordScheduler,
                clock);
    }

    /** For tests only; settings refuse it otherwise. */
    private static final class PlainText implements PasswordEncoder {
        @Override
        public @Nullable String encode(@Nullable CharSequence raw) {
            return raw == null ? null : raw.toString();
        }

        @Override
        public boolean matches(@Nullable CharSequence raw, @Nullable String stored) {
            return raw != null && raw.toString().equals(stored);
        }
    }

    /** Spring looks for it by this name. */
    @Bean
    ForwardedHeaderTransformer forwardedHeaderTransformer(SignInSettings settings) {
        return new TrustedProxies(settings.trustedProxies());
    }

    @Bean
    SignInNotes signInNotes(AuditTrail trail, UserDirectory users, InstantSource clock) {
        return new SignInNotes(trail, users, clock);
    }

    @Bean
    SignInPage signInPage(SignInLook look, ObjectProvider<ProviderSignIn> provider) {
        return new SignInPage(look, provider.getIfAvailable() == null ? null : ProviderSignIn.PATH);
    }

    @Bean
    Refusals refusals(ProblemWriter problems, Sessions sessions, OidcSettings provider) {
        String basic = "Basic realm=\"Rollcall\", charset=\"UTF-8\"";
        return new Refusals(problems, sessions, provider.issuer() == null ? basic : basic + ", Bearer");
    }

    @Bean
    SecurityWebFilterChain security(
            ServerHttpSecurity http,
            PasswordCheck check,
            UserDirectory users,
            SessionKeys keys,
            Sessions sessions,
            SignInPage page,
            SignInNotes notes,
            Refusals refusals,
            ObjectProvider<ProviderFilters> provider,
            ProblemWriter problems) {
        SessionCsrf csrf = new SessionCsrf(keys, sessions);
        ProviderFilters filters = provider.getIfAvailable();
        if (filters != null) {
            filters.addTo(http);
        }
        return http.securityContextRepository(sessions)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .addFilterAt(basic(check, users, notes, refusals), SecurityWebFiltersOrder.HTTP_BASIC)
                .addFilterAt(form(check, users, sessions, notes, page), SecurityWebFiltersOrder.FORM_LOGIN)
                .logout(logout -> logout.logoutUrl(SignInPage.SIGN_OUT_PATH)
                        .logoutHandler(signOut(sessions))
                        .logoutSuccessHandler((exchange, who) -> {
                            notes.signedOut(exchange.getExchange(), who.getName());
                            return (filters == null ? Mono.<URI>empty() : filters.end(exchange.getExchange(), who))
                                    .defaultIfEmpty(URI.create(SignInPage.PATH))
                                    .flatMap(next -> redirect(exchange.getExchange(), next));
                        }))
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .csrf(spec -> spec.csrfTokenRepository(csrf)
                        .csrfTokenRequestHandler(new ServerCsrfTokenRequestAttributeHandler())
                        .requireCsrfProtectionMatcher(csrf.needed(SignInPage.PATH))
                        .accessDeniedHandler((exchange, reason) -> refusals.forged(exchange)))
                // A browser also remembers HTTP Basic; no token goes with that.
                .addFilterBefore(new ForeignOrigin(problems), SecurityWebFiltersOrder.AUTHORIZATION)
                .addFilterBefore(SecuritySide::tellWho, SecurityWebFiltersOrder.AUTHORIZATION)
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(content(filters)))
                        .hsts(hsts -> hsts.maxAge(HSTS).includeSubdomains(false))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                        .permissionsPolicy(
                                policy -> policy.policy("camera=(), geolocation=(), microphone=(), payment=()"))
                        .crossOriginOpenerPolicy(policy -> policy.policy(
                                org.springframework.security.web.server.header
                                        .CrossOriginOpenerPolicyServerHttpHeadersWriter.CrossOriginOpenerPolicy
                                        .SAME_ORIGIN))
                        .crossOriginResourcePolicy(policy -> policy.policy(
                                org.springframework.security.web.server.header
                                        .CrossOriginResourcePolicyServerHttpHeadersWriter.CrossOriginResourcePolicy
                                        .SAME_ORIGIN)))
                .authorizeExchange(rules -> rules.pathMatchers("/actuator/health/**", "/actuator/prometheus")
                        .permitAll()
                        .pathMatchers(SignInPage.PATH, ProviderSignIn.PATH, SignInPage.SIGN_OUT_PATH)
                        .permitAll()
                        .pathMatchers(HttpMethod.GET, "/assets/**", "/webjars/**", "/favicon.ico")
                        .permitAll()
                        .pathMatchers(AUDIT, AUDIT + "/**")
                        .hasRole(Role.ADMIN.name())
                        .pathMatchers(HttpMethod.GET)
                        .hasRole(Role.OBPROXY_VIEWER.name())
                        .pathMatchers(HttpMethod.HEAD)
                        .hasRole(Role.OBPROXY_VIEWER.name())
                        .pathMatchers(HttpMethod.OPTIONS)
                        .hasRole(Role.OBPROXY_VIEWER.name())
                        .pathMatchers("/api/**")
                        .hasRole(Role.OBPROXY_MANAGER.name())
                        .anyExchange()
                        .hasRole(Role.OBPROXY_VIEWER.name()))
                .exceptionHandling(handling -> handling.authenticationEntryPoint(
                                (exchange, reason) -> refusals.unauthenticated(exchange))
                        .accessDeniedHandler((exchange, reason) -> refusals.forbidden(exchange)))
                .build();
    }

    /** Everything of a page comes from here, nothing is written into it, and no page of others can hold it. */
    private static String content(@Nullable ProviderFilters provider) {
        return String.join(
                "; ",
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' data:",
                "font-src 'self'",
                "connect-src 'self'",
                "manifest-src 'self'",
                // Signing out is a form that may lead on to the provider.
                "form-action 'self'" + (provider == null ? "" : " " + provider.origin()),
                "base-uri 'none'",
                "frame-ancestors 'none'");
    }

    private static AuthenticationWebFilter basic(
            PasswordCheck check, UserDirectory users, SignInNotes notes, Refusals refusals) {
        AuthenticationWebFilter filter = byPassword(check, users, notes, SignedIn.Way.BASIC);
        filter.setServerAuthenticationConverter(new ServerHttpBasicAuthenticationConverter());
        filter.setAuthenticationFailureHandler((exchange, reason) -> reason instanceof SlowedDownException slowed
                ? refusals.slowedDown(exchange.getExchange(), slowed)
                : refusals.unauthenticated(exchange.getExchange()));
        return filter;
    }

    private static AuthenticationWebFilter form(
            PasswordCheck check, UserDirectory users, Sessions sessions, SignInNotes notes, SignInPage page) {
        AuthenticationWebFilter filter = byPassword(check, users, notes, SignedIn.Way.FORM);
        filter.setRequiresAuthenticationMatcher(
                ServerWebExchangeMatchers.pathMatchers(HttpMethod.POST, SignInPage.PATH));
        filter.setServerAuthenticationConverter(new ServerFormLoginAuthenticationConverter());
        filter.setSecurityContextRepository(sessions);
        filter.setAuthenticationSuccessHandler((exchange, who) -> SignInPage.goOnTo(exchange.getExchange())
                .flatMap(goOnTo -> redirect(exchange.getExchange(), URI.create(goOnTo))));
        filter.setAuthenticationFailureHandler((exchange, reason) -> {
            if (reason instanceof SlowedDownException slowed) {
                exchange.getExchange().getResponse().getHeaders().set("Retry-After", Long.toString(slowed.seconds()));
                return page.show(
                        exchange.getExchange(),
                        HttpStatus.TOO_MANY_REQUESTS,
                        Words.of(Text.SLOWED_DOWN, slowed.seconds()));
            }
            return page.show(exchange.getExchange(), HttpStatus.UNAUTHORIZED, Words.of(Text.SIGN_IN_WRONG));
        });
        return filter;
    }

    private static AuthenticationWebFilter byPassword(
            PasswordCheck check, UserDirectory users, SignInNotes notes, SignedIn.Way way) {
        ReactiveAuthenticationManagerResolver<ServerWebExchange> manager =
                exchange -> Mono.just(asked -> signIn(check, users, notes, way, asked, exchange));
        return new AuthenticationWebFilter(manager);
    }

    private static Mono<Authentication> signIn(
            PasswordCheck check,
            UserDirectory users,
            SignInNotes notes,
            SignedIn.Way way,
            Authentication asked,
            ServerWebExchange exchange) {
        String address = RemoteAddress.of(exchange);
        String name = asked.getName();
        Object password = asked.getCredentials();
        return check.check(name, password == null ? "" : password.toString(), address == null ? "" : address)
                .doOnNext(right -> {
                    if (right.first() || way == SignedIn.Way.FORM) {
                        notes.succeeded(exchange, name, way);
                    }
                })
                .doOnError(SlowedDownException.class, slowed -> {
                    if (slowed.first()) {
                        notes.failed(exchange, name, way, HttpStatus.TOO_MANY_REQUESTS);
                    }
                })
                .doOnError(
                        BadCredentialsException.class,
                        wrong -> notes.failed(exchange, name, way, HttpStatus.UNAUTHORIZED))
                .map(right -> new SignedIn(right.user(), way, List.of(), () -> users.access(right.user())));
    }

    private static Mono<Void> tellWho(ServerWebExchange exchange, WebFilterChain chain) {
        return exchange.getPrincipal()
                .doOnNext(who -> AuditDraft.of(exchange).by(who.getName()))
                .then(chain.filter(exchange));
    }

    private static SecurityContextServerLogoutHandler signOut(Sessions sessions) {
        SecurityContextServerLogoutHandler handler = new SecurityContextServerLogoutHandler();
        handler.setSecurityContextRepository(sessions);
        return handler;
    }

    static Mono<Void> redirect(ServerWebExchange exchange, URI page) {
        exchange.getResponse().setStatusCode(HttpStatus.SEE_OTHER);
        exchange.getResponse().getHeaders().setLocation(page);
        return exchange.getResponse().setComplete();
    }

    /** Addresses that no honest client writes, such as one with an encoded NUL. */
    @Bean
    ServerExchangeRejectedHandler rejectedHandler(ProblemWriter problems) {
        return (exchange, reason) -> problems.write(
                exchange, Problem.of(HttpStatus.BAD_REQUEST, Code.INVALID, Text.BAD_REQUEST, Text.ADDRESS_MALFORMED));
    }
}
