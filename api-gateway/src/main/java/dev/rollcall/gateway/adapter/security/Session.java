package dev.rollcall.gateway.adapter.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session cookie holds: who signed in and when, never what they may do.
 *
 * @param id random; what protects its changes against forgery is derived from it
 * @param proof for a directory user, something that only their present password gives; for one of the provider, its issuer
 * @param claims for a user of the provider, those of their groups that a grant is for; else empty
 * @param begun when they signed in
 * @param seen when a request last used it, to about a minute
 */
record Session(
        String id, String user, SignedIn.Way way, String proof, List<String> claims, Instant begun, Instant seen) {

    private static final int FORMAT = 1;
    private static final int MOST_CLAIMS = 100;
    private static final int LONGEST_CLAIMS = 2_000;
    /** Clocks of two gateways may differ by so much. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    Session {
        claims = List.copyOf(claims);
    }

    /** Whether a cookie has room for so much. */
    static boolean hasRoomFor(List<String> claims) {
        return claims.size() <= MOST_CLAIMS
                && claims.stream()
                                .mapToInt(claim -> claim.getBytes(StandardCharsets.UTF_8).length)
                                .sum()
                        <= LONGEST_CLAIMS;
    }

    boolean isOver(Instant now, Duration idle, Duration lifetime) {
        return !now.isBefore(seen.plus(idle)) || hasLived(now, lifetime) || begun.isAfter(now.plus(SKEW));
    }

    boolean hasLived(Instant now, Duration lifetime) {
        return !now.isBefore(begun.plus(lifetime));
    }

    Session seenAt(Instant now) {
        return new Session(id, user, way, proof, claims, begun, now);
    }

    /** The cookie's value. */
    String signed(SessionKeys keys) {
        return keys.seal(SessionKeys.Purpose.SESSION, content());
    }

    /** What a cookie's value holds; null when this installation did not sign it. */
    static @Nullable Session read(String value, SessionKeys keys) {
        byte[] content = keys.open(SessionKeys.Purpose.SESSION, value);
        try {
            return content == null ? null : of(content);
        } catch (IllegalArgumentException | IOException e) {
            return null;
        }
    }

    private byte[] content() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(id);
            out.writeUTF(user);
            out.writeUTF(way.name());
            out.writeUTF(proof);
            out.writeByte(claims.size());
            for (String claim : claims) {
                out.writeUTF(claim);
            }
            out.writeLong(begun.getEpochSecond());
            out.writeLong(seen.getEpochSecond());
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private static @Nullable Session of(byte[] content) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            if (in.readByte() != FORMAT) {
                return null;
            }
            String id = in.readUTF();
            String user = in.readUTF();
            SignedIn.Way way = SignedIn.Way.valueOf(in.readUTF());
            String proof = in.readUTF();
            int count = in.readByte();
            List<String> claims = new ArrayList<>();
            for (int i = 0; i < Math.min(count, MOST_CLAIMS); i++) {
                claims.add(in.readUTF());
            }
            return new Session(
                    id,
                    user,
                    way,
                    proof,
                    claims,
                    Instant.ofEpochSecond(in.readLong()),
                    Instant.ofEpochSecond(in.readLong()));
        }
    }
}
