package dev.rollcall.planner.domain;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ready-made values for tests. */
final class Samples {
    static final PlanSettings SETTINGS = settings(1000);

    private Samples() {}

    /** The usual settings, with so many commands open at once. */
    static PlanSettings settings(int maxOpenCommands) {
        return new PlanSettings(
                "3.2.1",
                Duration.ofMinutes(15),
                Duration.ofHours(24),
                Duration.ofMinutes(30),
                Map.of(),
                Map.of(),
                Duration.ofSeconds(15),
                Duration.ofSeconds(4),
                Duration.ofSeconds(30),
                maxOpenCommands,
                Duration.ofSeconds(5),
                3,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofDays(31));
    }

    static Odp odp(String id, String zone) {
        return new Odp(
                new OdpId(id),
                0,
                "host-" + id,
                zone,
                2883,
                null,
                "/home/admin/" + id,
                "obproxy",
                "admin",
                22,
                "key",
                "proxysys",
                null,
                null,
                Launch.PLAIN);
    }

    static ProcessIdentity process(long pid) {
        return new ProcessIdentity("boot", pid, pid * 10, "/home", "0.0.0.0", 2883, null);
    }

    static OdpFacts facts(OdpState state, @Nullable ProcessIdentity process) {
        return facts(state, process, "4.3.1.0", List.of(), List.of(), true);
    }

    static OdpFacts facts(
            OdpState state,
            @Nullable ProcessIdentity process,
            @Nullable String version,
            List<String> hotRestartBlockers,
            List<String> startBlockers,
            boolean settingsRestored) {
        return new OdpFacts(
                state,
                false,
                version,
                process,
                List.of(),
                3L,
                null,
                false,
                5_000_000L,
                hotRestartBlockers,
                startBlockers,
                "obproxy",
                null,
                List.of(),
                settingsRestored,
                false,
                null);
    }
}
