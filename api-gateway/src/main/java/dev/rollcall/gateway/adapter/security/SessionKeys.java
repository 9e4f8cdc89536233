package dev.rollcall.gateway.adapter.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs what is handed to browsers. Each purpose has a key of its own, derived from the secret. For any thread. */
final class SessionKeys {

    /** What a signature is for: one for one purpose is none for another. */
    enum Purpose {
        SESSION,
        CSRF,
        PASSWORD,
        OIDC_STATE
    }

    private static final Logger log = LoggerFactory.getLogger(SessionKeys.class);
    private static final String MAC = "HmacSHA256";
    private static final int SHORTEST = 32;
    /** No browser keeps a longer cookie. */
    private static final int LONGEST_SEALED = 4_096;

    private final List<byte[]> secrets;

    /** @param secrets the first one signs, all are accepted */
    SessionKeys(List<byte[]> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    /** @throws IllegalArgumentException in words, when they cannot be used */
    static SessionKeys of(SignInSettings settings) {
        List<String> given = new ArrayList<>(settings.sessionKeys());
        if (settings.sessionKeyFile() != null) {
            try {
                given.addAll(Files.readAllLines(settings.sessionKeyFile()));
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "rollcall.gateway.sign-in.session-key-file cannot be read: " + e.getMessage(), e);
            }
        }
        List<byte[]> secrets = new ArrayList<>();
        for (String secret : given) {
            String stripped = secret.strip();
            if (!stripped.isEmpty()) {
                if (stripped.length() < SHORTEST) {
                    throw new IllegalArgumentException(
                            "rollcall.gateway.sign-in: a session key must have 32 or more random characters");
                }
                secrets.add(stripped.getBytes(StandardCharsets.UTF_8));
            }
        }
        if (secrets.isEmpty()) {
            log.warn(
                    "No session key is set: sessions end with this process, and no other gateway accepts them. Set rollcall.gateway.sign-in.session-key-file to the same file on all gateways");
            byte[] random = new byte[SHORTEST];
            new SecureRandom().nextBytes(random);
            secrets.add(random);
        }
        return new SessionKeys(secrets);
    }

    byte[] sign(Purpose purpose, byte[] text) {
        return sign(secrets.get(0), purpose, text);
    }

    boolean isSigned(Purpose purpose, byte[] text, byte[] signature) {
        boolean found = false;
        for (byte[] secret : secrets) {
            found |= MessageDigest.isEqual(sign(secret, purpose, text), signature);
        }
        return found;
    }

    /** Content and its signature as one text, for a cookie. */
    String seal(Purpose purpose, byte[] content) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(content) + "." + base64.encodeToString(sign(purpose, content));
    }

    /** The content of such a text; null when this installation did not seal it for this purpose. */
    byte @Nullable [] open(Purpose purpose, String sealed) {
        int dot = sealed.indexOf('.');
        if (dot < 0 || sealed.length() > LONGEST_SEALED) {
            return null;
        }
        try {
            byte[] content = Base64.getUrlDecoder().decode(sealed.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(sealed.substring(dot + 1));
            return isSigned(purpose, content, signature) ? content : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] sign(byte[] secret, Purpose purpose, byte[] text) {
        return mac(mac(secret, ("rollcall " + purpose).getBytes(StandardCharsets.UTF_8)), text);
    }

    private static byte[] mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }
}
