package dev.rollcall.agent.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was seen of an ODP, freshly; the fields are those of the record {@code OdpFacts}. */
public record Facts(
        OdpState state,
        @Nullable String version,
        @Nullable ProcessIdentity process,
        List<Long> drainingPids,
        @Nullable Long clientConnections,
        @Nullable Boolean inherited,
        boolean hotRestartInProgress,
        @Nullable Long exitTimeoutMicros,
        List<String> hotRestartBlockers,
        List<String> startBlockers,
        @Nullable String launcher,
        @Nullable String watchdog,
        List<String> pendingSettings,
        boolean settingsRestored,
        boolean businessPathChecked,
        @Nullable String detail) {

    public Facts {
        drainingPids = List.copyOf(drainingPids);
        hotRestartBlockers = List.copyOf(hotRestartBlockers);
        startBlockers = List.copyOf(startBlockers);
        pendingSettings = List.copyOf(pendingSettings);
    }

    /** Nothing is known but why. */
    public static Facts unknown(String detail) {
        return new Facts(
                OdpState.UNKNOWN,
                null,
                null,
                List.of(),
                null,
                null,
                false,
                null,
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                true,
                false,
                detail);
    }

    public boolean draining() {
        return !drainingPids.isEmpty();
    }

    public Facts withState(OdpState other) {
        return new Facts(
                other,
                version,
                process,
                drainingPids,
                clientConnections,
                inherited,
                hotRestartInProgress,
                exitTimeoutMicros,
                hotRestartBlockers,
                startBlockers,
                launcher,
                watchdog,
                pendingSettings,
                settingsRestored,
                businessPathChecked,
                detail);
    }

    /** Whether a reader would see a difference worth an event at once; counters are left to the heartbeat. */
    public boolean differsFrom(Facts other) {
        return state != other.state
                || !drainingPids.equals(other.drainingPids)
                || hotRestartInProgress != other.hotRestartInProgress
                || settingsRestored != other.settingsRestored
                || !java.util.Objects.equals(version, other.version)
                || !java.util.Objects.equals(process, other.process)
                || !java.util.Objects.equals(exitTimeoutMicros, other.exitTimeoutMicros)
                || !java.util.Objects.equals(watchdog, other.watchdog)
                || !java.util.Objects.equals(detail, other.detail);
    }
}
