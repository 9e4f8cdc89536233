package dev.rollcall.planner.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an agent saw of an ODP on its host; the components are explained in the schema of the same name. */
public record OdpFacts(
        OdpState state,
        boolean draining,
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

    /** A login was answered by a known process. */
    boolean running() {
        return state == OdpState.RUNNING && process != null;
    }

    /** Running, in a process other than the given one; without a given one any running process is a new one. */
    boolean runningAnew(@Nullable ProcessIdentity baseline) {
        return running() && !(process != null && process.sameAs(baseline));
    }

    /** It has the version that is expected, to as many numbers as that names; null: any. */
    boolean hasVersion(@Nullable String expected) {
        if (expected == null) {
            return true;
        }
        Optional<OdpVersion> named = OdpVersion.parse(expected);
        return Optional.ofNullable(version)
                .flatMap(OdpVersion::parse)
                .filter(mine -> named.isPresent() && mine.isA(named.get()))
                .isPresent();
    }

    String inWords() {
        return detail == null || detail.isBlank() ? state.name() : state + " (" + detail + ")";
    }
}
