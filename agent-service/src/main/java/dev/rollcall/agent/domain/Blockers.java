package dev.rollcall.agent.domain;

import dev.rollcall.agent.domain.HostView.HostProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What speaks against touching an ODP, each reason a sentence. Unsafe surroundings are named, never worked around. */
public final class Blockers {
    private Blockers() {}

    /** Reasons not to try a hot restart; empty when there is none. {@code child} is null where it was not tried. */
    public static List<String> ofHotRestart(
            Odp odp,
            HostView host,
            HostProcess serving,
            UpgradeInfo upgrade,
            boolean knowsRestartCommand,
            @Nullable ChildCheck child) {
        List<String> reasons = surroundings(odp, host);
        if (!knowsRestartCommand) {
            reasons.add("It has no setting proxy_local_cmd, so it cannot restart itself");
        }
        if (!upgrade.idle()) {
            reasons.add("A hot restart is going on (" + upgrade.state() + ")");
        }
        if (!upgrade.isParent()) {
            reasons.add("It has not yet taken over from its predecessor");
        }
        String keeper = keeperReason(host, serving);
        if (keeper != null) {
            reasons.add(keeper);
        }
        for (HostProcess idle : host.portless()) {
            reasons.add(
                    "A second obproxy, process " + idle.pid()
                            + ", runs in its home and listens nowhere: a start that goes on, or hangs. Wait until it has ended, or end it");
        }
        String owner = host.launching().owner();
        if (owner != null) {
            reasons.add("It runs as the user " + owner + ", and whether a successor could start cannot be tried as "
                    + odp.user() + "; define runAs: " + owner + ", or log in as that user");
        }
        if (child != null && child.flaw() != null) {
            reasons.add(sentence(child.flaw()));
        }
        return reasons;
    }

    /** Who would take its leaving amiss: what runs it, waits for it, or hears of it; null: nobody. */
    private static @Nullable String keeperReason(HostView host, HostProcess serving) {
        HostView.Unit unit = host.launching().unit();
        String parent = serving.parentPid() + " (" + serving.parentName() + ")";
        if (serving.pid() == 1) {
            return "It is process 1 of a container, which would end with it";
        }
        if (serving.confinement().innerPid() != 0) {
            // Its surroundings say so.
            return null;
        }
        if (serving.systemdUnit() != null) {
            return "It is the main process of the systemd unit " + serving.systemdUnit()
                    + ": when it leaves, systemd stops its successor or starts another one beside it. Use FORCE_RESTART";
        }
        if (unit != null && unit.mainPid() != 0) {
            return "Its systemd unit has process " + unit.mainPid()
                    + " as its main one, and what becomes of the others is that one's to decide. Use FORCE_RESTART";
        }
        if (serving.parentPid() == 1) {
            return supervised(host, serving)
                    ? "It was started in the foreground (-N) by process " + parent
                            + ", which ends, and its container with it, when what it waits for leaves"
                    : null;
        }
        boolean generation = host.process(serving.parentPid()).isPresent();
        return generation || "systemd".equals(serving.parentName())
                ? null
                : "Its parent is process " + parent + " and not process 1; an ODP signals its parent when it leaves"
                        + (serving.confinement().foreground()
                                ? ", and that one, which started it in the foreground (-N), waits for it"
                                : "");
    }

    /**
     * Reasons why the agent would not know how to stop this ODP and start it again; empty when none is known. What a short look left out
     * is no reason.
     */
    public static List<String> ofStart(Odp odp, HostView host) {
        List<String> reasons = surroundings(odp, host);
        Optional<Launcher> launcher = odp.launching();
        if (host.home().isEmpty()) {
            reasons.add("There is no directory " + odp.home());
        } else if (host.binary() == HostView.Binary.MISSING
                && launcher.map(l -> l.kind().startsTheBinary()).orElse(true)) {
            reasons.add("There is no executable " + odp.home() + "/bin/obproxy");
        }
        if (launcher.isEmpty()) {
            reasons.add("The launcher '" + odp.launcher()
                    + "' is not known; obproxy, obd, obshell, rpm, systemd:UNIT and command are");
        }
        Optional<Launcher> systemd = launcher.filter(l -> l.kind() == Launcher.Kind.SYSTEMD);
        for (HostProcess process : host.running()) {
            if (process.pid() == 1) {
                reasons.add("It is process 1 of a container, which would end with it");
            } else if (process.systemdUnit() != null && systemd.isEmpty()) {
                reasons.add("It belongs to the systemd unit " + process.systemdUnit()
                        + ", which would start it by itself; define the launcher systemd:" + process.systemdUnit());
            } else if (process.systemdUnit() == null
                    && supervised(host, process)
                    && launcher.map(l -> l.kind().startsTheBinary()).orElse(true)) {
                reasons.add(
                        "It runs in the foreground (-N) below process " + process.parentPid() + " ("
                                + process.parentName()
                                + "), which may start it again by itself, or end with it; define the launcher command, with what stops and starts it there");
            }
        }
        String owner = host.launching().owner();
        if (owner != null && launcher.map(l -> l.kind().startsTheBinary()).orElse(false)) {
            reasons.add("It runs as the user " + owner + ", and would be started as " + odp.user() + "; define runAs: "
                    + owner + ", or log in as that user");
        }
        systemd.ifPresent(l -> unitReasons(l.unit(), host, reasons));
        return reasons;
    }

    /**
     * Why an ODP that serves would not come back where it is, if it were started again.
     *
     * @param listenPort the port it is set to listen on, which may wait for a start
     */
    public static Optional<String> ofListenPort(Odp odp, String listenPort) {
        boolean namesPort = odp.launching()
                .map(l -> switch (l.kind()) {
                    case OBD, RPM, COMMAND, SYSTEMD -> true;
                    case OBPROXY, OBSHELL -> false;
                })
                .orElse(true);
        return namesPort || listenPort.equals(Integer.toString(odp.sqlPort()))
                ? Optional.empty()
                : Optional.of("Its listen_port is set to " + listenPort + " and it still listens on " + odp.sqlPort()
                        + ": started again it would be on port " + listenPort
                        + ". Set it back, or define that port once it has been started");
    }

    private static void unitReasons(String name, HostView host, List<String> reasons) {
        HostView.Unit unit = host.launching().unit();
        if (unit == null) {
            return;
        }
        if (!unit.loaded()) {
            reasons.add("systemd knows no unit " + name);
        }
        if (!unit.allowed()) {
            reasons.add("'sudo -n systemctl stop " + name + "' and the same with start are not allowed there;"
                    + " add both to sudoers with NOPASSWD");
        }
        for (HostProcess process : host.running()) {
            if (process.pid() != unit.mainPid() && !unit.members().contains(process.pid())) {
                reasons.add("Its process " + process.pid() + " does not belong to the unit " + name
                        + ", so systemctl would not stop it");
            }
        }
    }

    /** Whether somebody waits for the end of this process: one that was started in the foreground, and not left to process 1 of a whole machine. */
    private static boolean supervised(HostView host, HostProcess process) {
        return process.confinement().foreground()
                && !"systemd".equals(process.parentName())
                && (process.parentPid() == 1
                        ? !"init".equals(process.parentName())
                        : host.process(process.parentPid()).isEmpty());
    }

    /** Whether the home has more than one ODP on that port, so that a login may reach the other one; in words. */
    public static Optional<String> secondProcess(Odp odp, HostView host) {
        return host.rivals().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Its home has more than one obproxy on port " + odp.sqlPort()
                                + ", each with a socket of its own: "
                                + String.join(
                                        ", ",
                                        host.holders().stream().map(host::where).toList())
                                + ". They share settings and log, and a restart would hit all of them; end those that should not be there");
    }

    private static List<String> surroundings(Odp odp, HostView host) {
        List<String> reasons = new ArrayList<>();
        secondProcess(odp, host).ifPresent(reasons::add);
        for (HostProcess process : host.running()) {
            if (process.confinement().innerPid() != 0) {
                reasons.add(
                        "Its process " + process.pid() + " runs in a container, as process "
                                + process.confinement().innerPid()
                                + " there: a restart from outside would mistake the one for the other, and may end the container. Let whatever runs the container restart it");
            } else if (process.confinement().otherNetwork()) {
                reasons.add(
                        "Its process " + process.pid()
                                + " runs in a network of its own, so that its sockets are not seen here. Let Rollcall log in to that network, or end the process if it should not be there");
            }
        }
        for (String tool : host.missingTools()) {
            reasons.add("The host lacks " + tool);
        }
        // Of one that does not run the host cannot tell where it had its root; the journal can, and the start then goes
        // there.
        boolean rootElsewhere =
                host.running().isEmpty() && host.journal().odpRoot().isPresent();
        if (host.etcFlaw() != null && !host.home().isEmpty() && !rootElsewhere) {
            reasons.add("Its directory etc is " + host.etcFlaw());
        }
        for (Watchdog watchdog : host.watchdogs()) {
            String reason = watchdogReason(odp, host, watchdog);
            if (reason != null) {
                reasons.add(reason);
            }
        }
        return reasons;
    }

    /** Why this watchdog cannot be suspended for a restart; null when it can. */
    private static @Nullable String watchdogReason(Odp odp, HostView host, Watchdog watchdog) {
        Optional<Launcher.Kind> known = watchdog.launcher();
        if (known.isEmpty()) {
            return "It is watched by " + watchdog + ", which is none that Rollcall knows; end it before a restart";
        }
        if (!known.equals(odp.launching().map(Launcher::kind))) {
            return "It is watched by " + watchdog + ", but its launcher is defined as '" + odp.launcher()
                    + "'; define the launcher " + known.get().word() + ", or end the watchdog";
        }
        if (!watchdog.manageable()) {
            return "It is watched by " + watchdog + ", which belongs to another user than " + odp.user()
                    + " and cannot be suspended";
        }
        boolean ours = host.journal().suspendedWatchdogs().stream()
                .anyMatch(left -> left.watchdog().equals(watchdog.process()));
        return watchdog.suspended() && !ours
                ? "It is watched by " + watchdog + ", and somebody else suspended that one; resume or end it first"
                : null;
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
