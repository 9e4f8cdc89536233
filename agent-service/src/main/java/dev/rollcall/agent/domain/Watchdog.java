package dev.rollcall.agent.domain;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A program on the host that starts this very ODP by itself when it is gone.
 *
 * @param kind whose it is: {@code obd}, {@code rpm}, or a word of the host script for one that is not known
 * @param suspended it stands still, by SIGSTOP
 * @param manageable the user that the script runs as may send it signals
 */
public record Watchdog(String kind, JournalEntry.Meant process, boolean suspended, boolean manageable) {
    public static final String OBD = "obd";
    public static final String RPM = "rpm";

    /** The launcher under which Rollcall knows how to get along with it; empty when there is none. */
    public Optional<Launcher.Kind> launcher() {
        return switch (kind) {
            case OBD -> Optional.of(Launcher.Kind.OBD);
            case RPM -> Optional.of(Launcher.Kind.RPM);
            default -> Optional.empty();
        };
    }

    /** For a person. */
    @Override
    public String toString() {
        return "obproxyd.sh of " + kind + " (pid " + process.pid() + (suspended ? ", suspended)" : ")");
    }

    /** What is to become of one that was suspended for a command. */
    public enum Fate {
        /** Nothing is there yet for it to watch. */
        KEEP,
        /** It can go on as if nothing had been. */
        RESUME,
        /** It would disturb the process that serves now. */
        END,
        /** It goes its way already. */
        RESUMED,
        /** It is no more. */
        GONE
    }

    /**
     * obd's watchdog remembers one process, and starts another one as soon as that is gone: beside the successor of a hot restart, too, of which it knows nothing. The
     * RPM's counts processes by name and gets along with any (odp-mechanics.md section 2.4).
     *
     * @param serving the process that answers new logins; null: none
     */
    public static Fate fate(JournalEntry.WatchdogSuspended left, HostView host, JournalEntry.@Nullable Meant serving) {
        Optional<Watchdog> now = host.watchdogs().stream()
                .filter(dog -> dog.process().equals(left.watchdog()))
                .findFirst();
        if (now.isEmpty()) {
            return Fate.GONE;
        }
        if (!now.get().suspended()) {
            return Fate.RESUMED;
        }
        if (serving == null) {
            return Fate.KEEP;
        }
        return left.kind().equals(OBD) && !serving.equals(left.remembers()) ? Fate.END : Fate.RESUME;
    }
}
