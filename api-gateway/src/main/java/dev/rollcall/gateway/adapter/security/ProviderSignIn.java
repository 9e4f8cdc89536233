package dev.rollcall.gateway.adapter.security;

import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.rollcall.gateway.domain.Text;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthorizationCodeAuthenticationToken;
import org.springframework.security.oauth2.client.endpoint.WebClientReactiveAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeReactiveAuthenticationManager;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcReactiveOAuth2UserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;

/**
 * Signs people in at the provider's page: authorization code with PKCE, state and nonce. Between going and coming back everything is in a
 * signed cookie, so that any gateway can finish what another one began. For any thread.
 */
final class ProviderSignIn {

    /** Where going to the provider begins. */
    static final String PATH = SignInPage.PATH + "/provider";

    /** Where the provider sends people back to. */
    static final String BACK_PATH = PATH + "/back";

    private static final Logger log = LoggerFactory.getLogger(ProviderSignIn.class);
    private static final String REGISTRATION = "provider";
    private static final String VISIT = "rollcall-provider-visit";
    private static final String HINT = "rollcall-provider-hint";
    private static final int LONGEST_HINT = 3_500;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int RANDOM_BYTES = 32;

    private final OidcSettings settings;
    private final String clientId;
    private final IdentityProvider provider;
    private final ProviderPeople people;
    private final SessionKeys keys;
    private final InstantSource clock;
    private final OidcAuthorizationCodeReactiveAuthenticationManager codes;
    private final SecureRandom random = new SecureRandom();

    ProviderSignIn(
            OidcSettings settings,
            IdentityProvider provider,
            ProviderPeople people,
            SessionKeys keys,
            InstantSource clock) {
        this.settings = settings;
        this.clientId = Objects.requireNonNull(settings.clientId());
        this.provider = provider;
        this.people = people;
        this.keys = keys;
        this.clock = clock;
        OidcReactiveOAuth2UserService said = new OidcReactiveOAuth2UserService();
        // One more question only where the ID token does not say enough.
        said.setRetrieveUserInfo(request -> request.getClientRegistration()
                                .getProviderDetails()
                                .getUserInfoEndpoint()
                                .getUri()
                        != null
                && !people.areTold(request.getIdToken().getClaims()));
        this.codes = new OidcAuthorizationCodeReactiveAuthenticationManager(
                new WebClientReactiveAuthorizationCodeTokenResponseClient(), said);
        codes.setJwtDecoderFactory(registration ->
                token -> provider.signed(token).doOnNext(jwt -> {
                    OidcIdTokenValidator validator = new OidcIdTokenValidator(registration);
                    validator.setClockSkew(settings.clockSkew());
                    validator.setClock(now());
                    OAuth2TokenValidatorResult result = validator.validate(jwt);
                    if (result.hasErrors()) {
                        throw new TokenRefusedException(Text.TOKEN_OTHER);
                    }
                }));
    }

    private Clock now() {
        return Clock.fixed(clock.instant(), ZoneOffset.UTC);
    }

    // ---- going ----

    /** Where a browser must go to sign in; it takes a cookie along. Ends with a {@link ProviderAwayException}. */
    Mono<URI> begin(ServerWebExchange exchange, String goOnTo) {
        return provider.addresses()
                .map(addresses -> {
                    ProviderVisit visit = new ProviderVisit(
                            random(), random(), random(), own(exchange, BACK_PATH), goOnTo, clock.instant());
                    exchange.getResponse()
                            .addCookie(Cookies.of(exchange, VISIT, visit.signed(keys), ProviderVisit.LASTS));
                    return URI.create(request(registration(addresses), visit).getAuthorizationRequestUri());
                })
                .onErrorMap(ProviderSignIn::translated);
    }

    private OAuth2AuthorizationRequest request(ClientRegistration registration, ProviderVisit visit) {
        return OAuth2AuthorizationRequest.authorizationCode()
                .clientId(clientId)
                .authorizationUri(
                        Objects.requireNonNull(registration.getProviderDetails().getAuthorizationUri()))
                .redirectUri(visit.back())
                .scopes(registration.getScopes())
                .state(visit.state())
                .attributes(attributes -> {
                    attributes.put(OAuth2ParameterNames.REGISTRATION_ID, REGISTRATION);
                    attributes.put(OidcParameterNames.NONCE, visit.nonce());
                    attributes.put(PkceParameterNames.CODE_VERIFIER, visit.verifier());
                })
                .additionalParameters(Map.of(
                        OidcParameterNames.NONCE, hashed(visit.nonce()),
                        PkceParameterNames.CODE_CHALLENGE, hashed(visit.verifier()),
                        PkceParameterNames.CODE_CHALLENGE_METHOD, "S256"))
                .build();
    }

    private ClientRegistration registration(OIDCProviderMetadata addresses) {
        String secret = settings.secret();
        Set<String> scopes = new LinkedHashSet<>(settings.scopes());
        scopes.add(OidcScopes.OPENID);
        List<ClientAuthenticationMethod> methods = addresses.getTokenEndpointAuthMethods();
        boolean byPost = methods != null
                && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
        ClientRegistration.Builder registration = ClientRegistration.withRegistrationId(REGISTRATION)
                .clientId(clientId)
                .clientAuthenticationMethod(
                        secret == null
                                ? org.springframework.security.oauth2.core.ClientAuthenticationMethod.NONE
                                : byPost
                                        ? org.springframework.security.oauth2.core.ClientAuthenticationMethod
                                                .CLIENT_SECRET_POST
                                        : org.springframework.security.oauth2.core.ClientAuthenticationMethod
                                                .CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri("{baseUrl}" + BACK_PATH)
                .scope(scopes)
                .issuerUri(people.issuer())
                .authorizationUri(addresses.getAuthorizationEndpointURI().toString())
                .tokenUri(addresses.getTokenEndpointURI().toString())
                .jwkSetUri(addresses.getJWKSetURI().toString())
                .userNameAttributeName("sub");
        if (secret != null) {
            registration.clientSecret(secret);
        }
        if (addresses.getUserInfoEndpointURI() != null) {
            registration.userInfoUri(addresses.getUserInfoEndpointURI().toString());
        }
        return registration.build();
    }

    private static String own(ServerWebExchange exchange, String path) {
        return UriComponentsBuilder.fromUri(exchange.getRequest().getURI())
                .replacePath(path)
                .replaceQuery(null)
                .fragment(null)
                .userInfo(null)
                .build()
                .toUriString();
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return base64(bytes);
    }

    private static String hashed(String text) {
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    // ---- coming back ----

    /** A browser that came back, and what it took along. */
    record Back(ProviderVisit visit, OAuth2AuthorizationResponse response) {}

    /**
     * What a browser that came back brings; its visit is over then.
     *
     * @return ends with a {@link TokenRefusedException} when it is not the browser that went, or the provider said no
     */
    Mono<Back> back(ServerWebExchange exchange) {
        return Mono.fromCallable(() -> {
            HttpCookie cookie = exchange.getRequest().getCookies().getFirst(Cookies.name(exchange, VISIT));
            ProviderVisit visit = cookie == null ? null : ProviderVisit.read(cookie.getValue(), keys, clock.instant());
            exchange.getResponse().addCookie(Cookies.expired(exchange, VISIT));
            MultiValueMap<String, String> said = exchange.getRequest().getQueryParams();
            String state = said.getFirst(OAuth2ParameterNames.STATE);
            String issuer = said.getFirst("iss");
            if (visit == null
                    || state == null
                    || !MessageDigest.isEqual(
                            state.getBytes(StandardCharsets.UTF_8),
                            visit.state().getBytes(StandardCharsets.UTF_8))
                    || (issuer != null && !issuer.equals(people.issuer()))) {
                throw new TokenRefusedException(Text.TOKEN_STATE);
            }
            String code = said.getFirst(OAuth2ParameterNames.CODE);
            if (code == null) {
                throw new TokenRefusedException(Text.TOKEN_DENIED);
            }
            return new Back(
                    visit,
                    OAuth2AuthorizationResponse.success(code)
                            .redirectUri(visit.back())
                            .state(state)
                            .build());
        });
    }

    /**
     * Who came back.
     *
     * @return ends with a {@link TokenRefusedException}, or with a {@link ProviderAwayException} when it cannot be told
     */
    Mono<SignedIn> finish(ServerWebExchange exchange, Back back) {
        return provider.addresses()
                .map(this::registration)
                .map(registration -> new OAuth2AuthorizationCodeAuthenticationToken(
                        registration,
                        new OAuth2AuthorizationExchange(request(registration, back.visit()), back.response())))
                .flatMap(codes::authenticate)
                .timeout(PATIENCE)
                .mapNotNull(Authentication::getPrincipal)
                .cast(OidcUser.class)
                .map(user -> person(exchange, user))
                .onErrorMap(ProviderSignIn::translated);
    }

    private SignedIn person(ServerWebExchange exchange, OidcUser user) {
        Map<String, Object> claims = user.getClaims();
        String name = people.name(claims);
        List<String> groups = people.groups(claims);
        if (groups.isEmpty()) {
            throw new TokenRefusedException(Text.TOKEN_NO_GRANT);
        }
        if (!Session.hasRoomFor(groups)) {
            log.warn(
                    "The provider says more groups of {} that grants are for than a cookie can hold: {}. Name fewer, with * in their clusters",
                    name,
                    groups.size());
            throw new TokenRefusedException(Text.TOKEN_NO_GRANT);
        }
        String token = user.getIdToken().getTokenValue();
        if (settings.signOutAtProvider() && token.length() <= LONGEST_HINT) {
            exchange.getResponse().addCookie(hint(exchange, token, settings.sessionLifetime()));
        }
        return new SignedIn(name, SignedIn.Way.OIDC, groups, () -> people.access(groups));
    }

    private static Throwable translated(Throwable thrown) {
        if (thrown instanceof TokenRefusedException || thrown instanceof ProviderAwayException) {
            return thrown;
        }
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof TokenRefusedException || each instanceof ProviderAwayException) {
                return each;
            }
        }
        if (thrown instanceof AuthenticationException) {
            log.info("The provider's answer to a sign-in is not accepted: {}", thrown.getMessage());
            return new TokenRefusedException(Text.TOKEN_OTHER, thrown);
        }
        log.warn("A sign-in at the provider could not be finished: {}", String.valueOf(thrown));
        return new ProviderAwayException("It does not answer", thrown);
    }

    // ---- leaving ----

    /** Where a browser must go so that its sign-in at the provider ends too; empty where that is not offered or not wanted. */
    Mono<URI> end(ServerWebExchange exchange) {
        HttpCookie token = exchange.getRequest().getCookies().getFirst(HINT);
        exchange.getResponse().addCookie(hint(exchange, "", Duration.ZERO));
        if (!settings.signOutAtProvider()) {
            return Mono.empty();
        }
        return provider.addresses()
                .onErrorResume(ProviderAwayException.class, away -> Mono.empty())
                .mapNotNull(OIDCProviderMetadata::getEndSessionEndpointURI)
                .filter(this::isOfProvider)
                .map(address -> {
                    UriComponentsBuilder uri = UriComponentsBuilder.fromUri(address)
                            .queryParam("client_id", "{client}")
                            .queryParam("post_logout_redirect_uri", "{back}");
                    if (token != null && !token.getValue().isEmpty()) {
                        uri.queryParam("id_token_hint", "{hint}");
                    }
                    return uri.encode()
                            .buildAndExpand(Map.of(
                                    "client",
                                    clientId,
                                    "back",
                                    own(exchange, SignInPage.PATH),
                                    "hint",
                                    token == null ? "" : token.getValue()))
                            .toUri();
                });
    }

    /** A page may send a form, and be led on, to no other place than its policy names: that is here and the issuer's. */
    private boolean isOfProvider(URI address) {
        return origin(address).equals(origin(URI.create(people.issuer())));
    }

    /** Scheme, host and port of an address. */
    static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }

    /** Goes with the sign-out only, so it needs no room in any other request; the provider checks it, not we. */
    private static ResponseCookie hint(ServerWebExchange exchange, String token, Duration maxAge) {
        return ResponseCookie.from(HINT, token)
                .path(SignInPage.SIGN_OUT_PATH)
                .httpOnly(true)
                .sameSite("Lax")
                .secure(Cookies.isSecure(exchange))
                .maxAge(maxAge)
                .build();
    }
}
