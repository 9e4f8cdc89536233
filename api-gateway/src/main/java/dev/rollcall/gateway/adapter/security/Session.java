package dev.rollcall.gateway.adapter.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session cookie holds: who signed in and when, never what they may do.
 *
 * @param id random; what protects its changes against forgery is derived from it
 * @param proof for a directory user, something that only their present password gives; else empty
 * @param claims for a user of the identity provider, what it said that matters here; else empty
 * @param begun when they signed in
 * @param seen when a request last used it, to about a minute
 */
record Session(
        String id, String user, SignedIn.Way way, String proof, List<String> claims, Instant begun, Instant seen) {

    private static final int FORMAT = 1;
    private static final int LONGEST = 4_096;
    private static final int MOST_CLAIMS = 100;
    /** Clocks of two gateways may differ by so much. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    Session {
        claims = List.copyOf(claims);
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
        byte[] content = content();
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(content) + "."
                + base64.encodeToString(keys.sign(SessionKeys.Purpose.SESSION, content));
    }

    /** What a cookie's value holds; null when this installation did not sign it. */
    static @Nullable Session read(String value, SessionKeys keys) {
        int dot = value.indexOf('.');
        if (dot < 0 || value.length() > LONGEST) {
            return null;
        }
        try {
            byte[] content = Base64.getUrlDecoder().decode(value.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(value.substring(dot + 1));
            return keys.isSigned(SessionKeys.Purpose.SESSION, content, signature) ? of(content) : null;
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
