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
        HostView.Unit unit = host.launching().unit();
        if (serving.pid() == 1) {
            reasons.add("It is process 1 of a container, which would end with it");
        } else if (serving.systemdUnit() != null) {
            reasons.add(
                    "It is the main process of the systemd unit " + serving.systemdUnit()
                            + ": when it leaves, systemd stops its successor or starts another one beside it. Use FORCE_RESTART");
        } else if (unit != null && unit.mainPid() != 0) {
            reasons.add("Its systemd unit has process " + unit.mainPid()
                    + " as its main one, and what becomes of the others is that one's to decide. Use FORCE_RESTART");
        } else if (serving.parentPid() != 1
                && host.process(serving.parentPid()).isEmpty()
                && !"systemd".equals(serving.parentName())) {
            reasons.add("Its parent is process " + serving.parentPid() + " (" + serving.parentName()
                    + ") and not process 1; an ODP signals its parent when it leaves");
        }
        if (child != null && child.flaw() != null) {
            reasons.add(sentence(child.flaw()));
        }
        return reasons;
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

    private static List<String> surroundings(Odp odp, HostView host) {
        List<String> reasons = new ArrayList<>();
        for (String tool : host.missingTools()) {
            reasons.add("The host lacks " + tool);
        }
        if (host.etcFlaw() != null && !host.home().isEmpty()) {
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
