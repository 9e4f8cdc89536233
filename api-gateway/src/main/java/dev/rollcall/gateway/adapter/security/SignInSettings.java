package dev.rollcall.gateway.adapter.security;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How people sign in and stay so.
 *
 * @param sessionKeys secrets of at least 32 characters for the cookies: the first signs, all are accepted; the same on each gateway
 * @param sessionKeyFile file with such secrets, one a line; null: none
 * @param sessionIdle after how long without a request a session ends
 * @param sessionLifetime after how long a session ends in any case
 * @param failuresPerMinute how many wrong passwords a minute are tried for a user; then they wait
 * @param failuresPerMinuteFromAddress likewise from one address
 * @param trustedProxies addresses or networks (10.0.0.0/8) of proxies whose X-Forwarded headers are believed
 */
@ConfigurationProperties("rollcall.gateway.sign-in")
record SignInSettings(
        @DefaultValue List<String> sessionKeys,
        @Nullable Path sessionKeyFile,
        @DefaultValue("30m") Duration sessionIdle,
        @DefaultValue("12h") Duration sessionLifetime,
        @DefaultValue("10") int failuresPerMinute,
        @DefaultValue("30") int failuresPerMinuteFromAddress,
        @DefaultValue List<String> trustedProxies) {

    SignInSettings {
        sessionKeys = List.copyOf(sessionKeys);
        trustedProxies = List.copyOf(trustedProxies);
        if (failuresPerMinute < 1 || failuresPerMinuteFromAddress < 1) {
            throw new IllegalArgumentException("rollcall.gateway.sign-in: failures-per-minute must be 1 or more");
        }
        if (sessionIdle.isNegative() || sessionIdle.isZero() || sessionLifetime.compareTo(sessionIdle) < 0) {
            throw new IllegalArgumentException(
                    "rollcall.gateway.sign-in: session-idle must be positive and no longer than session-lifetime");
        }
    }

    /** Never shows the keys. */
    @Override
    public String toString() {
        return "SignInSettings[sessionIdle=%s, sessionLifetime=%s]".formatted(sessionIdle, sessionLifetime);
    }
}
