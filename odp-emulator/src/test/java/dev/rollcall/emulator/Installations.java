package dev.rollcall.emulator;

import java.nio.file.Path;
import java.time.Duration;

/** Settings the tests of this module share. */
final class Installations {

    private Installations() {}

    /** Quick ticks and a short drain; the cache lives in the build directory. */
    static OdpSettings quick() {
        return OdpSettings.defaults()
                .withTick(Duration.ofSeconds(1))
                .withExitTimeout(Duration.ofSeconds(1))
                .withCache(Path.of("target", "emulator-cache"));
    }
}
