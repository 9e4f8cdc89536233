package dev.rollcall.gateway.adapter.security;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guessing down, by user and by address (an IPv6 network of 64 bits counts as one). Every try takes a token of both before
 * its password is looked at, so that tries side by side gain nothing; a right password gives them back. An address from which a
 * user has signed in before has tokens of its own for that user: who guesses at a name from elsewhere cannot lock its owner out.
 *
 * <p>Bounded: of each kind the last 10,000 are remembered. Each gateway counts by itself. For any thread.
 */
final class SignInThrottle {

    private static final int MOST = 10_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int perUser;
    private final int perAddress;
    private final TimeMeter time;
    private final Map<String, Bucket> users = bounded();
    private final Map<String, Bucket> addresses = bounded();
    private final Map<String, Boolean> knownPairs = bounded();
    private final Map<String, Boolean> slowedPairs = bounded();

    SignInThrottle(int perUser, int perAddress, TimeMeter time) {
        this.perUser = perUser;
        this.perAddress = perAddress;
        this.time = time;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        };
    }

    /**
     * What becomes of a try.
     *
     * @param delay how long to wait before the next one; zero: go on
     * @param first whether it is the first that is not looked at, of this user from this address
     */
    record Verdict(Duration delay, boolean first) {}

    /** Takes tokens for a try. */
    synchronized Verdict reserve(String user, String address) {
        Duration wait = wait(user, address);
        String pair = pair(user, address);
        if (wait.isZero()) {
            slowedPairs.remove(pair);
            return new Verdict(wait, false);
        }
        return new Verdict(wait, slowedPairs.put(pair, true) == null);
    }

    /** Takes a token for a try that names no user who could be believed; such tries are one user of each address. */
    synchronized Verdict reserve(String address) {
        Bucket ofAddress = ofAddress(address);
        ConsumptionProbe probe = ofAddress.tryConsumeAndReturnRemaining(1);
        String pair = pair("", address);
        if (probe.isConsumed()) {
            slowedPairs.remove(pair);
            return new Verdict(Duration.ZERO, false);
        }
        return new Verdict(Duration.ofNanos(probe.getNanosToWaitForRefill()), slowedPairs.put(pair, true) == null);
    }

    /** Such a try was right. */
    synchronized void wasRight(String address) {
        ofAddress(address).addTokens(1);
    }

    private Bucket ofAddress(String address) {
        return addresses.computeIfAbsent(network(address), key -> bucket(perAddress));
    }

    private Duration wait(String user, String address) {
        Bucket ofAddress = ofAddress(address);
        ConsumptionProbe first = ofAddress.tryConsumeAndReturnRemaining(1);
        if (!first.isConsumed()) {
            return Duration.ofNanos(first.getNanosToWaitForRefill());
        }
        ConsumptionProbe second = ofUser(user, address).tryConsumeAndReturnRemaining(1);
        if (!second.isConsumed()) {
            ofAddress.addTokens(1);
            return Duration.ofNanos(second.getNanosToWaitForRefill());
        }
        return Duration.ZERO;
    }

    /**
     * The password was right.
     *
     * @return whether it is the first time that this user is seen to come from this address
     */
    synchronized boolean wasRight(String user, String address) {
        ofUser(user, address).addTokens(1);
        Bucket ofAddress = addresses.get(network(address));
        if (ofAddress != null) {
            ofAddress.addTokens(1);
        }
        return isNew(user, address);
    }

    /** Notes that a user has signed in from an address; returns whether it is the first time. */
    synchronized boolean isNew(String user, String address) {
        return knownPairs.put(pair(user, address), true) == null;
    }

    private Bucket ofUser(String user, String address) {
        String pair = pair(user, address);
        return users.computeIfAbsent(knownPairs.get(pair) == null ? "user " + user : pair, key -> bucket(perUser));
    }

    private static String pair(String user, String address) {
        return "pair " + network(address) + " " + user;
    }

    private Bucket bucket(int perMinute) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, MINUTE))
                .withCustomTimePrecision(time)
                .build();
    }

    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // A literal address: nothing is looked up.
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, 8)));
        } catch (UnknownHostException e) {
            return address;
        }
    }

    synchronized int remembered() {
        return users.size() + addresses.size() + knownPairs.size() + slowedPairs.size();
    }
}
