package dev.rollcall.gateway.adapter.security;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Checks user and password. bcrypt costs a tenth of a second by design, which a program that sends its password with every request
 * must not pay each time: a check that succeeded is remembered, until nobody has asked it again for a short while, under a hash, keyed
 * with a secret of this process, of user, password and the stored hash: a new password, or none any more, is another question. The
 * same question asked many times at once is answered once. Failures are never remembered; a user that does not exist costs as much as
 * a wrong password. For any thread.
 */
final class PasswordCheck {

    private static final int MOST_REMEMBERED = 1_000;
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(60);
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final int KEY_BYTES = 32;
    private static final String MAC = "HmacSHA256";

    /**
     * A right password.
     *
     * @param first whether this user has not been seen to come from this address before
     */
    record Right(String user, boolean first) {}

    private final UserDirectory users;
    private final PasswordEncoder passwords;
    private final IntFunction<String> hashOfNothing;
    private final SignInThrottle throttle;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final SecretKeySpec key;
    private final Map<Integer, String> nobodysPasswords = new ConcurrentHashMap<>();
    private final Map<ByteBuffer, Mono<Right>> underWay = new ConcurrentHashMap<>();
    private final Map<ByteBuffer, Instant> rememberedUntil = new LinkedHashMap<>(MOST_REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * @param hashOfNothing the stored form of a random password, by the cost of checking it
     * @param scheduler where passwords are checked: few threads, so that guesses cannot take the whole machine
     */
    PasswordCheck(
            UserDirectory users,
            PasswordEncoder passwords,
            IntFunction<String> hashOfNothing,
            SignInThrottle throttle,
            Scheduler scheduler,
            InstantSource clock) {
        this.users = users;
        this.passwords = passwords;
        this.hashOfNothing = hashOfNothing;
        this.throttle = throttle;
        this.scheduler = scheduler;
        this.clock = clock;
        this.key = new SecretKeySpec(randomBytes(), MAC);
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    static String randomPassword() {
        return new BigInteger(1, randomBytes()).toString(36).substring(0, 20);
    }

    /**
     * Checks.
     *
     * @param address where the request came from
     * @return ends with a {@link BadCredentialsException} when it is wrong, with a {@link SlowedDownException} when it was not looked at
     */
    Mono<Right> check(String name, String password, String address) {
        UserSettings.User user = users.find(name);
        ByteBuffer fingerprint = fingerprint(name, password, user == null ? "" : user.stored());
        if (isKnown(fingerprint)) {
            return Mono.just(new Right(name, throttle.isNew(name, address)));
        }
        return Mono.defer(() -> underWay.computeIfAbsent(
                fingerprint,
                key -> Mono.defer(() -> tried(name, user, password, address, fingerprint))
                        .doFinally(end -> underWay.remove(fingerprint))
                        .cache()));
    }

    private Mono<Right> tried(
            String name, UserSettings.@Nullable User user, String password, String address, ByteBuffer fingerprint) {
        SignInThrottle.Verdict verdict = throttle.reserve(name, address);
        if (!verdict.delay().isZero()) {
            return Mono.error(new SlowedDownException(verdict.delay(), verdict.first()));
        }
        return Mono.fromCallable(() -> {
                    String stored = user == null ? nobodysPassword() : user.stored();
                    if (!passwords.matches(password, stored) || user == null) {
                        throw new BadCredentialsException("Wrong user or password");
                    }
                    remember(fingerprint);
                    return new Right(name, throttle.wasRight(name, address));
                })
                .subscribeOn(scheduler)
                .onErrorMap(RejectedExecutionException.class, e -> new SlowedDownException(BUSY, false));
    }

    private String nobodysPassword() {
        return nobodysPasswords.computeIfAbsent(users.cost(), hashOfNothing::apply);
    }

    private boolean isKnown(ByteBuffer fingerprint) {
        synchronized (rememberedUntil) {
            Instant until = rememberedUntil.get(fingerprint);
            Instant now = clock.instant();
            boolean known = until != null && now.isBefore(until);
            if (known) {
                rememberedUntil.put(fingerprint, now.plus(REMEMBERED_FOR));
            }
            return known;
        }
    }

    private void remember(ByteBuffer fingerprint) {
        synchronized (rememberedUntil) {
            rememberedUntil.put(fingerprint, clock.instant().plus(REMEMBERED_FOR));
        }
    }

    private ByteBuffer fingerprint(String name, String password, String stored) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            for (String part : new String[] {name, stored}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                mac.update(bytes);
            }
            return ByteBuffer.wrap(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }
}
