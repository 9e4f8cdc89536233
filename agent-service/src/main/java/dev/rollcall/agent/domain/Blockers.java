package dev.rollcall.agent.domain;

import dev.rollcall.agent.domain.HostView.HostProcess;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What speaks against touching an ODP, each reason a sentence. Unsafe surroundings are named, never worked around. */
public final class Blockers {
    private Blockers() {}

    /** Reasons not to try a hot restart; empty when there is none. {@code child} is null where it was not tried. */
    public static List<String> ofHotRestart(
            HostView host,
            HostProcess serving,
            UpgradeInfo upgrade,
            boolean knowsRestartCommand,
            @Nullable ChildCheck child) {
        List<String> reasons = surroundings(host);
        if (!knowsRestartCommand) {
            reasons.add("It has no setting proxy_local_cmd, so it cannot restart itself");
        }
        if (!upgrade.idle()) {
            reasons.add("A hot restart is going on (" + upgrade.state() + ")");
        }
        if (!upgrade.isParent()) {
            reasons.add("It has not yet taken over from its predecessor");
        }
        if (serving.pid() == 1) {
            reasons.add("It is process 1 of a container, which would end with it");
        } else if (serving.systemdUnit() != null) {
            reasons.add("It is the main process of the systemd unit " + serving.systemdUnit()
                    + ", which would stop its successor with it");
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
        List<String> reasons = surroundings(host);
        if (host.home().isEmpty()) {
            reasons.add("There is no directory " + odp.home());
        } else if (host.binary() == HostView.Binary.MISSING) {
            reasons.add("There is no executable " + odp.home() + "/bin/obproxy");
        }
        if (!odp.launcher().equals(Odp.PLAIN_LAUNCHER)) {
            reasons.add("The launcher '" + odp.launcher() + "' is not known; only '" + Odp.PLAIN_LAUNCHER
                    + "', the binary itself, is");
        }
        for (HostProcess process : host.running()) {
            if (process.pid() == 1) {
                reasons.add("It is process 1 of a container, which would end with it");
            } else if (process.systemdUnit() != null) {
                reasons.add(
                        "It belongs to the systemd unit " + process.systemdUnit() + ", which would start it by itself");
            }
        }
        return reasons;
    }

    private static List<String> surroundings(HostView host) {
        List<String> reasons = new ArrayList<>();
        for (String tool : host.missingTools()) {
            reasons.add("The host lacks " + tool);
        }
        if (host.etcFlaw() != null && !host.home().isEmpty()) {
            reasons.add("Its directory etc is " + host.etcFlaw());
        }
        for (HostView.Watchdog watchdog : host.watchdogs()) {
            reasons.add("The watchdog of " + watchdog
                    + " would act on its own; stop it first, Rollcall does not do that yet");
        }
        return reasons;
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
