package dev.rollcall.gateway.domain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Usual ways to split a restart, by the names that people choose them by. */
enum Preset {
    CANARY_THEN_QUARTERS("canary-then-quarters", false, "1", "25%"),
    ONE_BY_ONE("one-by-one", false, "1"),
    ZONE_BY_ZONE("zone-by-zone", true, "100%"),
    HALF_AND_HALF("half-and-half", false, "50%");

    private final String word;
    private final boolean byZone;
    private final List<String> sizes;

    Preset(String word, boolean byZone, String... sizes) {
        this.word = word;
        this.byZone = byZone;
        this.sizes = List.of(sizes);
    }

    List<String> sizes() {
        return sizes;
    }

    boolean byZone() {
        return byZone;
    }

    static @Nullable Preset of(String word) {
        return Arrays.stream(values())
                .filter(preset -> preset.word.equals(word))
                .findFirst()
                .orElse(null);
    }

    static String words() {
        return Arrays.stream(values()).map(preset -> preset.word).collect(Collectors.joining(", "));
    }
}
