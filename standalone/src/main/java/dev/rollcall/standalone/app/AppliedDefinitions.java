package dev.rollcall.standalone.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;

/**
 * Remembers which definition of each cluster was stored from a file, so that a start with an unchanged file changes nothing: neither the
 * revision, nor a definition that was replaced over HTTP in between.
 */
public final class AppliedDefinitions {

    private final Path file;
    private final Properties hashes = new Properties();

    private AppliedDefinitions(Path file) {
        this.file = file;
    }

    public static AppliedDefinitions in(Path file) throws IOException {
        AppliedDefinitions applied = new AppliedDefinitions(file);
        if (Files.exists(file)) {
            try (var in = Files.newInputStream(file)) {
                applied.hashes.load(in);
            }
        }
        return applied;
    }

    /** Whether this very definition was the last one stored from a file. */
    public boolean contains(String cluster, String definition) {
        return hash(definition).equals(hashes.getProperty(cluster));
    }

    /** Remembers it, on disk before this returns. */
    public void add(String cluster, String definition) throws IOException {
        hashes.setProperty(cluster, hash(definition));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (var out = Files.newOutputStream(draft)) {
            hashes.store(out, "SHA-256 of the definitions that were stored from a file");
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String hash(String definition) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(definition.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
