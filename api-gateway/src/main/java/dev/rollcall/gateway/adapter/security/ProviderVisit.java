package dev.rollcall.gateway.adapter.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a browser takes along, in a signed cookie, when it goes to the provider's sign-in page, so that any gateway can let it in when it
 * comes back.
 *
 * @param state what the provider must give back, so that nobody can be signed in by a link that another person was sent
 * @param nonce what the provider must put into its token, hashed
 * @param verifier what only who began can tell the provider (PKCE)
 * @param back address the provider sends the browser back to
 * @param goOnTo page that was wanted
 */
record ProviderVisit(String state, String nonce, String verifier, String back, String goOnTo, Instant begun) {

    /** How long somebody may take at the provider's page. */
    static final Duration LASTS = Duration.ofMinutes(15);

    private static final int LONGEST_PAGE = 1_000;

    ProviderVisit {
        goOnTo = goOnTo.length() > LONGEST_PAGE ? "/" : goOnTo;
    }

    /** The cookie's value. */
    String signed(SessionKeys keys) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String text : new String[] {state, nonce, verifier, back, goOnTo}) {
                out.writeUTF(text);
            }
            out.writeLong(begun.getEpochSecond());
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot fail", e);
        }
        return keys.seal(SessionKeys.Purpose.OIDC_STATE, bytes.toByteArray());
    }

    /** What a cookie's value holds; null when this installation did not sign it, or too long ago. */
    static @Nullable ProviderVisit read(String value, SessionKeys keys, Instant now) {
        byte[] content = keys.open(SessionKeys.Purpose.OIDC_STATE, value);
        if (content == null) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            ProviderVisit visit = new ProviderVisit(
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    Instant.ofEpochSecond(in.readLong()));
            return now.isBefore(visit.begun().plus(LASTS)) ? visit : null;
        } catch (IOException e) {
            return null;
        }
    }
}
