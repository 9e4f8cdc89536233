package dev.rollcall.gateway.adapter.security;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.rollcall.gateway.domain.Text;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The OpenID provider: its addresses and keys, which are asked for when the first token or person comes, never at the start, and kept. Keys
 * are asked for again when they are old or a token names one that is not known, but not at every such token: strangers cannot make this
 * gateway press the provider. Keys and addresses outlive a provider that is away. For any thread; all work is done on the scheduler.
 */
final class IdentityProvider {

    private static final Logger log = LoggerFactory.getLogger(IdentityProvider.class);

    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 3_000;
    private static final int LONGEST_ANSWER = 512 * 1024;
    private static final Duration ADDRESSES_LIVE = Duration.ofHours(1);
    private static final Duration NOT_AGAIN_FOR = Duration.ofSeconds(2);
    /** Twice within this time, then no more. */
    private static final Duration KEYS_AT_MOST_EVERY = Duration.ofSeconds(30);

    private static final Duration KEYS_OUTLIVE_PROVIDER = Duration.ofHours(4);

    /** Signatures that only the provider can make: with a shared secret, whoever checks could also sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private record Known(OIDCProviderMetadata addresses, NimbusJwtDecoder decoder, Instant readAt) {}

    private final OidcSettings settings;
    private final String issuer;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final DefaultResourceRetriever retriever =
            new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LONGEST_ANSWER);
    private @Nullable Known known;
    private @Nullable Instant failedAt;
    private String failure = "";

    /** @param scheduler where the provider is waited for and signatures are checked: few threads, and a bound to what waits */
    IdentityProvider(OidcSettings settings, Scheduler scheduler, InstantSource clock) {
        this.settings = settings;
        this.issuer = Objects.requireNonNull(settings.issuer());
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /** The provider's addresses; ends with a {@link ProviderAwayException} when they cannot be had. */
    Mono<OIDCProviderMetadata> addresses() {
        return onScheduler(() -> known().addresses());
    }

    /**
     * A token that the provider made for us and that counts now.
     *
     * @return ends with a {@link TokenRefusedException}, or with a {@link ProviderAwayException} when it cannot be told
     */
    Mono<Jwt> token(String token) {
        return onScheduler(() -> {
            Jwt jwt = verified(token);
            if (!issuer.equals(jwt.getClaimAsString("iss"))) {
                throw new TokenRefusedException(Text.TOKEN_ISSUER);
            }
            List<String> audience = jwt.getAudience();
            if (audience == null || Collections.disjoint(audience, settings.audiences())) {
                throw new TokenRefusedException(Text.TOKEN_AUDIENCE);
            }
            Instant now = clock.instant();
            Instant end = jwt.getExpiresAt();
            if (end == null || !now.isBefore(end.plus(settings.clockSkew()))) {
                throw new TokenRefusedException(Text.TOKEN_EXPIRED);
            }
            Instant begin = jwt.getNotBefore();
            if (begin != null && now.plus(settings.clockSkew()).isBefore(begin)) {
                throw new TokenRefusedException(Text.TOKEN_NOT_YET);
            }
            return jwt;
        });
    }

    /** A token that the provider signed; nothing else of it is checked. */
    Mono<Jwt> signed(String token) {
        return onScheduler(() -> verified(token));
    }

    private <T> Mono<T> onScheduler(Callable<T> work) {
        // What comes after must not hold up the few threads.
        return Mono.fromCallable(work)
                .subscribeOn(scheduler)
                .publishOn(Schedulers.parallel())
                .onErrorMap(
                        RejectedExecutionException.class, e -> new ProviderAwayException("Too many wait for it", e));
    }

    private Jwt verified(String token) {
        NimbusJwtDecoder decoder = known().decoder();
        try {
            return decoder.decode(token);
        } catch (JwtException e) {
            KeySourceException keys = cause(e, KeySourceException.class);
            if (keys != null && cause(e, RateLimitReachedException.class) == null) {
                log.warn("The keys of {} cannot be read: {}", issuer, keys.getMessage());
                throw new ProviderAwayException("Its keys cannot be read", e);
            }
            throw new TokenRefusedException(Text.TOKEN_SIGNATURE, e);
        }
    }

    private static <T> @Nullable T cause(Throwable thrown, Class<T> type) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }

    private synchronized Known known() {
        Instant now = clock.instant();
        Known last = known;
        if (last != null && now.isBefore(last.readAt().plus(ADDRESSES_LIVE))) {
            return last;
        }
        if (failedAt == null || !now.isBefore(failedAt.plus(NOT_AGAIN_FOR))) {
            try {
                known = read(now, last);
                failedAt = null;
                return known;
            } catch (IOException | ParseException | RuntimeException e) {
                failedAt = clock.instant();
                failure = "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage());
                log.warn("The OpenID provider {} does not answer as one: {}", issuer, failure);
            }
        }
        if (last == null) {
            throw new ProviderAwayException(failure);
        }
        return last;
    }

    private Known read(Instant now, @Nullable Known last) throws IOException, ParseException {
        String address = issuer + (issuer.endsWith("/") ? "" : "/") + ".well-known/openid-configuration";
        OIDCProviderMetadata addresses = OIDCProviderMetadata.parse(
                retriever.retrieveResource(URI.create(address).toURL()).getContent());
        if (!addresses.getIssuer().getValue().equals(issuer)) {
            throw new ParseException("it calls itself '%s'; rollcall.gateway.oidc.issuer must be exactly that"
                    .formatted(addresses.getIssuer()));
        }
        if (settings.clientId() != null
                && (addresses.getAuthorizationEndpointURI() == null || addresses.getTokenEndpointURI() == null)) {
            throw new ParseException("it names no page to sign in at, or no place to fetch tokens from");
        }
        URI keys = addresses.getJWKSetURI();
        NimbusJwtDecoder decoder =
                last != null && last.addresses().getJWKSetURI().equals(keys) ? last.decoder() : decoder(keys.toURL());
        return new Known(addresses, decoder, now);
    }

    private NimbusJwtDecoder decoder(URL keys) {
        JWKSource<SecurityContext> source = JWKSourceBuilder.create(keys, retriever)
                .cache(settings.keysLifetime().toMillis(), CONNECT_MILLIS + READ_MILLIS)
                .refreshAheadCache(false)
                .rateLimited(KEYS_AT_MOST_EVERY.toMillis())
                .outageTolerant(KEYS_OUTLIVE_PROVIDER.toMillis())
                .build();
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), null));
        // The claims are checked by who asked, who knows what they must be.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(token -> OAuth2TokenValidatorResult.success());
        return decoder;
    }
}
