package dev.rollcall.agent.domain;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an ODP is started and stopped on its host.
 *
 * @param unit name of the systemd unit; empty for every other kind
 */
public record Launcher(Kind kind, String unit) {
    private static final Pattern SYSTEMD = Pattern.compile("systemd:([A-Za-z0-9_][A-Za-z0-9:_.@\\\\-]{0,199})");

    /** The ways there are. */
    public enum Kind {
        /** {@code ./bin/obproxy} from the home. */
        OBPROXY("obproxy"),
        /** The command line, the pid files and the watchdog of obd. */
        OBD("obd"),
        /** As the binary, with the pid file of obshell. */
        OBSHELL("obshell"),
        /** The command line and the watchdog of the RPM. */
        RPM("rpm"),
        /** Programs that the definition names. */
        COMMAND("command"),
        /** {@code systemctl} and a unit. */
        SYSTEMD("systemd");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As the definition and the host script call it. */
        public String word() {
            return word;
        }

        /** Starts {@code bin/obproxy} of the home itself. */
        public boolean startsTheBinary() {
            return this != COMMAND && this != SYSTEMD;
        }
    }

    /** Empty for a name that is none. */
    public static Optional<Launcher> of(String name) {
        Matcher systemd = SYSTEMD.matcher(name);
        if (systemd.matches()) {
            return Optional.of(new Launcher(Kind.SYSTEMD, systemd.group(1)));
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.SYSTEMD && kind.word().equals(name)) {
                return Optional.of(new Launcher(kind, ""));
            }
        }
        return Optional.empty();
    }
}
