package dev.rollcall.emulator;

import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Settings the tests of this module share. */
final class Installations {

    static {
        // A shared machine may be slow; no test relies on this time.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private Installations() {}

    /** Quick ticks and a short drain; the cache lives in the build directory. */
    static OdpSettings quick() {
        return OdpSettings.defaults()
                .withTick(Duration.ofSeconds(1))
                .withExitTimeout(Duration.ofSeconds(1))
                .withCache(Path.of("target", "emulator-cache"));
    }
}
