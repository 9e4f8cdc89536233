package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.web.Problem;
import dev.rollcall.gateway.adapter.web.ProblemWriter;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Text;
import java.security.Principal;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Who may do what (rule R7). HTTP Basic, no session. */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
@EnableConfigurationProperties(UserSettings.class)
public class SecuritySide {

    private static final int CHECKS_AT_ONCE = 2;
    private static final int CHECKS_WAITING = 1_000;
    private static final String LOOK = "OBPROXY_VIEWER";
    private static final String CHANGE = "OBPROXY_MANAGER";

    @Bean(destroyMethod = "dispose")
    Scheduler passwordScheduler() {
        return Schedulers.newBoundedElastic(CHECKS_AT_ONCE, CHECKS_WAITING, "password-check", 30, true);
    }

    @Bean
    PasswordCheck passwordCheck(UserSettings settings, Scheduler passwordScheduler, InstantSource clock) {
        Map<String, PasswordEncoder> encoders = settings.allowPlainPasswords()
                ? Map.of("bcrypt", new BCryptPasswordEncoder(), "noop", new PlainText())
                : Map.of("bcrypt", new BCryptPasswordEncoder());
        return new PasswordCheck(
                settings.users(), new DelegatingPasswordEncoder("bcrypt", encoders), passwordScheduler, clock);
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

    @Bean
    SecurityWebFilterChain security(ServerHttpSecurity http, PasswordCheck check, ProblemWriter problems) {
        return http.authenticationManager(check)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .httpBasic(basic ->
                        basic.authenticationEntryPoint((exchange, reason) -> unauthenticated(exchange, problems)))
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                // No cookie signs anybody in, so there is nothing a token could protect; ForeignOrigin covers what
                // browsers
                // remember of Basic.
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .addFilterBefore(new ForeignOrigin(problems), SecurityWebFiltersOrder.AUTHENTICATION)
                .headers(headers -> headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER)))
                .authorizeExchange(
                        rules -> rules.pathMatchers("/actuator/health/liveness", "/actuator/health/readiness")
                                .permitAll()
                                .pathMatchers(HttpMethod.GET, "/api/**")
                                .hasAnyRole(LOOK, CHANGE, Role.ADMIN.name())
                                .pathMatchers(HttpMethod.HEAD, "/api/**")
                                .hasAnyRole(LOOK, CHANGE, Role.ADMIN.name())
                                .pathMatchers("/api/**")
                                .hasAnyRole(CHANGE, Role.ADMIN.name())
                                .anyExchange()
                                .authenticated())
                .exceptionHandling(handling -> handling.authenticationEntryPoint(
                                (exchange, reason) -> unauthenticated(exchange, problems))
                        .accessDeniedHandler((exchange, reason) -> forbidden(exchange, problems)))
                .build();
    }

    /** Addresses that no honest client writes, such as one with an encoded NUL. */
    @Bean
    ServerExchangeRejectedHandler rejectedHandler(ProblemWriter problems) {
        return (exchange, reason) -> problems.write(
                exchange,
                Problem.of(HttpStatus.BAD_REQUEST, Code.INVALID, Text.BAD_REQUEST, "its address is malformed"));
    }

    private static Mono<Void> unauthenticated(ServerWebExchange exchange, ProblemWriter problems) {
        exchange.getResponse().getHeaders().set("WWW-Authenticate", "Basic realm=\"Rollcall\", charset=\"UTF-8\"");
        return problems.write(
                exchange, Problem.of(HttpStatus.UNAUTHORIZED, Code.UNAUTHENTICATED, Text.UNAUTHENTICATED));
    }

    private static Mono<Void> forbidden(ServerWebExchange exchange, ProblemWriter problems) {
        HttpMethod method = exchange.getRequest().getMethod();
        String role = method == HttpMethod.GET || method == HttpMethod.HEAD ? LOOK : CHANGE;
        return exchange.getPrincipal()
                .map(Principal::getName)
                .defaultIfEmpty("")
                .flatMap(name -> problems.write(
                        exchange, Problem.of(HttpStatus.FORBIDDEN, Code.FORBIDDEN, Text.FORBIDDEN, name, role)));
    }
}
