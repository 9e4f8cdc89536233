package dev.rollcall.gateway.it;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServlet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/**
 * A real OpenID provider (Spring Authorization Server) on a port of its own, with a sign-in page, people, and the client {@value #CLIENT}.
 * People have the password {@code at-provider-NAME}.
 */
final class OpenIdProvider implements AutoCloseable {

    static final String CLIENT = "rollcall";
    static final String SECRET = "client-secret-of-rollcall";

    /** Whose groups are not in the ID token, only where the provider tells of users. */
    static final String SHY = "shy";

    private static final Map<String, List<String>> GROUPS = Map.of(
            "olga",
            List.of("dba", "staff"),
            "vera",
            List.of("onlookers"),
            "paul",
            List.of("odp-manager-pay"),
            "nina",
            List.of("staff"),
            "local",
            List.of("dba"),
            SHY,
            List.of("onlookers"),
            // The client itself, when it asks for a token of its own.
            CLIENT,
            List.of("dba"));

    private final ConfigurableApplicationContext context;

    private OpenIdProvider(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts it.
     *
     * @param port 0: any
     */
    static OpenIdProvider start(int port) {
        return new OpenIdProvider(new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.SERVLET)
                .properties("spring.config.name=openid-provider", "provider.port=" + port, "spring.jmx.enabled=false")
                .run());
    }

    int port() {
        var server = ((ServletWebServerApplicationContext) context).getWebServer();
        if (server == null) {
            throw new IllegalStateException("The provider does not serve");
        }
        return server.getPort();
    }

    String issuer() {
        return "http://127.0.0.1:" + port();
    }

    /** Lets a gateway of this port be one that people come from. */
    void expect(int gatewayPort) {
        Clients clients = context.getBean(Clients.class);
        String own = "http://127.0.0.1:" + gatewayPort;
        clients.repository.save(RegisteredClient.from(clients.client())
                .redirectUri(own + "/login/provider/back")
                .postLogoutRedirectUri(own + "/login")
                .build());
    }

    /** Replaces the key; tokens of the old one are not vouched for any more. */
    void rotateKey() {
        context.getBean(Keys.class).current.set(newKey());
    }

    /** How often its keys were asked for. */
    int keysAskedFor() {
        return context.getBean(Keys.class).asked.get();
    }

    RSAKey key() {
        return Objects.requireNonNull(context.getBean(Keys.class).current.get());
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID(UUID.randomUUID().toString())
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token as this provider makes them, but for what the change does to it. */
    String token(Consumer<JWTClaimsSet.Builder> change) {
        return signed(key(), claims(change));
    }

    JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        Instant now = Instant.now();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject("a-subject")
                .audience(CLIENT)
                .claim("preferred_username", "robot")
                .claim("groups", List.of("dba"))
                // Long enough ago that one may have expired: none ends before it begins.
                .issueTime(Date.from(now.minusSeconds(120)))
                .expirationTime(Date.from(now.plusSeconds(300)));
        change.accept(claims);
        return claims.build();
    }

    static String signed(RSAKey key, JWTClaimsSet claims) {
        try {
            return signed(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .type(new JOSEObjectType("at+jwt"))
                            .build(),
                    claims,
                    new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    private static final class Keys {
        private final AtomicReference<RSAKey> current = new AtomicReference<>(newKey());
        private final AtomicInteger asked = new AtomicInteger();
    }

    private static final class Clients {
        private final String id = UUID.randomUUID().toString();
        private final InMemoryRegisteredClientRepository repository =
                new InMemoryRegisteredClientRepository(RegisteredClient.withId(id)
                        .clientId(CLIENT)
                        .clientSecret("{noop}" + SECRET)
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                        .redirectUri("http://127.0.0.1/login/provider/back")
                        .scope("openid")
                        .scope("profile")
                        .clientSettings(ClientSettings.builder()
                                .requireProofKey(true)
                                .requireAuthorizationConsent(false)
                                .build())
                        .build());

        RegisteredClient client() {
            RegisteredClient client = repository.findById(id);
            if (client == null) {
                throw new IllegalStateException("It was there a moment ago");
            }
            return client;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebSecurity
    static class Application {

        @Bean
        TomcatServletWebServerFactory server(Environment environment) throws UnknownHostException {
            TomcatServletWebServerFactory server =
                    new TomcatServletWebServerFactory(environment.getRequiredProperty("provider.port", Integer.class));
            server.setAddress(InetAddress.getByName("127.0.0.1"));
            return server;
        }

        /** Tomcat asks no filter where no servlet stands behind it. */
        @Bean
        ServletRegistrationBean<HttpServlet> nothing() {
            return new ServletRegistrationBean<>(
                    new HttpServlet() {
                        private static final long serialVersionUID = 1L;
                    },
                    "/");
        }

        @Bean
        DelegatingFilterProxyRegistrationBean security() {
            return new DelegatingFilterProxyRegistrationBean("springSecurityFilterChain");
        }

        /** Counts who asks for the keys. */
        @Bean
        FilterRegistrationBean<jakarta.servlet.Filter> counting(Keys keys) {
            FilterRegistrationBean<jakarta.servlet.Filter> filter =
                    new FilterRegistrationBean<>((request, response, chain) -> {
                        if (((jakarta.servlet.http.HttpServletRequest) request)
                                .getRequestURI()
                                .equals("/oauth2/jwks")) {
                            keys.asked.incrementAndGet();
                        }
                        chain.doFilter(request, response);
                    });
            filter.setOrder(Integer.MIN_VALUE);
            return filter;
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .oauth2AuthorizationServer(server -> server.oidc(oidc ->
                            oidc.userInfoEndpoint(users -> users.userInfoMapper(context -> new OidcUserInfo(
                                    told(context.getAuthorization().getPrincipalName()))))))
                    .formLogin(Customizer.withDefaults())
                    .build();
        }

        private static Map<String, Object> told(String user) {
            Map<String, Object> claims = new HashMap<>();
            claims.put("sub", user);
            claims.put("preferred_username", user);
            claims.put("groups", GROUPS.getOrDefault(user, List.of()));
            return claims;
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims() {
            return context -> {
                Authentication principal = context.getPrincipal();
                String user = Objects.requireNonNull(principal).getName();
                context.getClaims().claim("preferred_username", user);
                if (!user.equals(SHY)) {
                    context.getClaims().claim("groups", GROUPS.getOrDefault(user, List.of()));
                }
            };
        }

        @Bean
        UserDetailsService people() {
            InMemoryUserDetailsManager people = new InMemoryUserDetailsManager();
            GROUPS.keySet()
                    .forEach(name -> people.createUser(User.withUsername(name)
                            .password("{noop}at-provider-" + name)
                            .roles("USER")
                            .build()));
            return people;
        }

        @Bean
        Clients registrations() {
            return new Clients();
        }

        @Bean
        InMemoryRegisteredClientRepository clients(Clients clients) {
            return clients.repository;
        }

        @Bean
        Keys keys() {
            return new Keys();
        }

        @Bean
        JWKSource<SecurityContext> keySource(Keys keys) {
            return (selector, ignored) -> selector.select(new JWKSet(keys.current.get()));
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().build();
        }
    }
}
