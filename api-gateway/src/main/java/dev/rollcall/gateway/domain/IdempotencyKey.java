package dev.rollcall.gateway.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;

/** The key by which a client says that two requests are one. */
public record IdempotencyKey(String value) {

    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /** Name space of the task ids that come from keys; fixed for ever, or a key would make a second task. */
    private static final UUID NAME_SPACE = UUID.fromString("6f1d2a5e-9c39-4d0b-8a41-3f0f6c2b7d11");

    private static final int VERSION_BYTE = 6;
    private static final int VARIANT_BYTE = 8;

    public IdempotencyKey {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not an Idempotency-Key");
        }
    }

    /** Whether a text can be a key: 1 to 128 visible ASCII characters. */
    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** The task of this key: a UUID of version 5 of user, cluster and key. */
    public TaskId task(String user, ClusterId cluster) {
        MessageDigest sha1 = digest("SHA-1");
        sha1.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(NAME_SPACE.getMostSignificantBits())
                .putLong(NAME_SPACE.getLeastSignificantBits())
                .array());
        update(sha1, user);
        update(sha1, cluster.value());
        update(sha1, value);
        byte[] hash = sha1.digest();
        hash[VERSION_BYTE] = (byte) (hash[VERSION_BYTE] & 0x0f | 0x50);
        hash[VARIANT_BYTE] = (byte) (hash[VARIANT_BYTE] & 0x3f | 0x80);
        ByteBuffer bits = ByteBuffer.wrap(hash);
        return new TaskId(new UUID(bits.getLong(), bits.getLong()).toString());
    }

    /** SHA-256 (hex) of what an order means: how its JSON was laid out makes no difference. */
    public static String meaning(RestartOrder order) {
        MessageDigest sha256 = digest("SHA-256");
        update(sha256, order.mode().name());
        update(sha256, Integer.toString(order.odps().size()));
        order.odps().stream().map(OdpId::value).sorted().forEach(odp -> update(sha256, odp));
        Batching batching = order.batching();
        update(sha256, Integer.toString(batching.sizes().size()));
        batching.sizes().forEach(size -> update(sha256, size));
        update(sha256, Integer.toString(batching.maxFailures()));
        update(sha256, batching.drain().name());
        update(sha256, Boolean.toString(batching.byZone()));
        update(sha256, String.valueOf(batching.minRunning()));
        update(sha256, batching.settle().toString());
        update(sha256, Boolean.toString(batching.pauseAfterFirst()));
        update(sha256, String.valueOf(order.exitTimeoutMicros()));
        update(sha256, Boolean.toString(order.dryRun()));
        update(sha256, order.reason());
        update(sha256, String.valueOf(order.notBefore()));
        update(sha256, String.valueOf(order.notAfter()));
        // Only where they say something, so that a request from before there were these fields keeps its meaning.
        if (batching.window()) {
            update(sha256, "window");
        }
        if (order.expectedVersion() != null) {
            update(sha256, "version " + order.expectedVersion());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** Adds a text with its length, so that no two lists of texts are the same bytes. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has " + algorithm, e);
        }
    }
}
