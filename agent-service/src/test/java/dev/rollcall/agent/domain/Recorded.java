package dev.rollcall.agent.domain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What a real ODP 4.3.1 answered. */
final class Recorded {
    private Recorded() {}

    static UpgradeInfo upgrade(String name) {
        return UpgradeInfo.parse(text("upgrade-" + name + ".txt"));
    }

    static String text(String file) {
        try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream("/odp-4.3.1/" + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
