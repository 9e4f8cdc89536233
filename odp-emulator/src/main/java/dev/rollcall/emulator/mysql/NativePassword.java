package dev.rollcall.emulator.mysql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The method {@code mysql_native_password}. */
public final class NativePassword {

    private NativePassword() {}

    /** What a client sends for a password; nothing for an empty one. */
    public static byte[] answer(String password, byte[] scramble) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] stage1 = sha1(password.getBytes(StandardCharsets.UTF_8));
        return xor(stage1, sha1(scramble, sha1(stage1)));
    }

    /**
     * Whether an answer fits the stored password.
     *
     * @param stage1Hex the SHA-1 of the password in hexadecimal, empty for the empty password
     */
    public static boolean matches(String stage1Hex, byte[] scramble, byte[] answer) {
        if (stage1Hex.isEmpty()) {
            return answer.length == 0;
        }
        byte[] stage1;
        try {
            stage1 = HexFormat.of().parseHex(stage1Hex);
        } catch (IllegalArgumentException notHexadecimal) {
            return false;
        }
        return MessageDigest.isEqual(xor(stage1, sha1(scramble, sha1(stage1))), answer);
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] result = left.clone();
        for (int i = 0; i < result.length && i < right.length; i++) {
            result[i] ^= right[i];
        }
        return result;
    }

    private static byte[] sha1(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java has SHA-1", e);
        }
    }
}
