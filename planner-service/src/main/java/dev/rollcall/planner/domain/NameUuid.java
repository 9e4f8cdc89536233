package dev.rollcall.planner.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Version 5 UUIDs (RFC 9562) of names, so that the same thing has the same id whenever it is said. */
final class NameUuid {
    /** Namespace of the planner's names; must never change. */
    private static final UUID NAMESPACE = UUID.fromString("6f0d7e1c-53a8-4d0e-9a55-0b7c1f6a2e11");

    private NameUuid() {}

    static String of(String... parts) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMESPACE.getMostSignificantBits())
                    .putLong(NAMESPACE.getLeastSignificantBits())
                    .array());
            byte[] hash = sha1.digest(String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8));
            hash[6] = (byte) (hash[6] & 0x0f | 0x50);
            hash[8] = (byte) (hash[8] & 0x3f | 0x80);
            ByteBuffer uuid = ByteBuffer.wrap(hash);
            return new UUID(uuid.getLong(), uuid.getLong()).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }
}
