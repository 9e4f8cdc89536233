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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.crypto.password.PasswordEncoder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Checks user and password. bcrypt costs a tenth of a second by design, which a program that sends its password with every request
 * must not pay each time: a check that succeeded is remembered for a short while under a hash, keyed with a secret of this process,
 * of user and password. Failures are never remembered; a user that does not exist costs as much as a wrong password.
 */
final class PasswordCheck implements ReactiveAuthenticationManager {

    private static final int MOST_REMEMBERED = 1_000;
    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(60);
    private static final int KEY_BYTES = 32;
    private static final String MAC = "HmacSHA256";

    private record Remembered(Authentication authentication, Instant until) {}

    private final Map<String, UserSettings.User> users;
    private final PasswordEncoder passwords;
    private final String nobodysPassword;
    private final Scheduler scheduler;
    private final InstantSource clock;
    private final SecretKeySpec key;
    private final Map<ByteBuffer, Remembered> remembered = new LinkedHashMap<>(MOST_REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Remembered> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * @param scheduler where passwords are checked: few threads, so that guesses cannot take the whole machine
     */
    PasswordCheck(List<UserSettings.User> users, PasswordEncoder passwords, Scheduler scheduler, InstantSource clock) {
        this.users = users.stream().collect(Collectors.toMap(UserSettings.User::name, user -> user));
        this.passwords = passwords;
        this.scheduler = scheduler;
        this.clock = clock;
        byte[] secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, MAC);
        this.nobodysPassword =
                passwords.encode(new BigInteger(1, secret).toString(36).substring(0, 20));
    }

    @Override
    public Mono<Authentication> authenticate(Authentication asked) {
        String name = asked.getName();
        Object credentials = asked.getCredentials();
        String password = credentials == null ? "" : credentials.toString();
        ByteBuffer fingerprint = fingerprint(name, password);
        Authentication known = known(fingerprint);
        if (known != null) {
            return Mono.just(known);
        }
        return Mono.fromCallable(() -> check(name, password, fingerprint)).subscribeOn(scheduler);
    }

    private synchronized @Nullable Authentication known(ByteBuffer fingerprint) {
        Remembered entry = remembered.get(fingerprint);
        return entry != null && clock.instant().isBefore(entry.until()) ? entry.authentication() : null;
    }

    private synchronized void remember(ByteBuffer fingerprint, Authentication authentication) {
        remembered.put(
                fingerprint, new Remembered(authentication, clock.instant().plus(REMEMBERED_FOR)));
    }

    private Authentication check(String name, String password, ByteBuffer fingerprint) {
        UserSettings.User user = users.get(name);
        boolean matches = passwords.matches(password, user == null ? nobodysPassword : UserSettings.stored(user));
        if (user == null || !matches) {
            throw new BadCredentialsException("Wrong user or password");
        }
        List<GrantedAuthority> authorities = user.roles().stream()
                .<GrantedAuthority>map(role -> new SimpleGrantedAuthority("ROLE_" + role))
                .toList();
        Authentication authentication =
                UsernamePasswordAuthenticationToken.authenticated(user.name(), null, authorities);
        remember(fingerprint, authentication);
        return authentication;
    }

    private ByteBuffer fingerprint(String name, String password) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            mac.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(nameBytes.length).array());
            mac.update(nameBytes);
            return ByteBuffer.wrap(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }
}
