package dev.rollcall.standalone.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that signs the cookies of gateways: made at the first start, kept where nobody else can read it. */
public final class SessionKey {

    private static final int BYTES = 32;

    private SessionKey() {}

    /** The file with the key, which is made when it is missing. */
    public static Path in(Path data) {
        Path file = data.resolve("session.key");
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[BYTES];
                new SecureRandom().nextBytes(key);
                PrivateFile.write(file, HexFormat.of().formatHex(key) + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
        }
        return file;
    }
}
