package dev.rollcall.agent.domain;

import dev.rollcall.agent.domain.HostView.HostProcess;
import dev.rollcall.agent.domain.HostView.Listener;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the inspection of the host script printed, a word that names the fact first on each line. */
public final class HostReport {
    private HostReport() {}

    /**
     * @throws IllegalArgumentException when the report is not whole or not understood
     */
    public static HostView parse(List<String> lines, int sqlPort) {
        String bootId = "";
        String home = "";
        long bootTime = 0;
        long hertz = 0;
        long uid = -1;
        String etcFlaw = null;
        HostView.Binary binary = HostView.Binary.NOT_LOOKED_FOR;
        boolean whole = false;
        List<Listener> listeners = new ArrayList<>();
        List<String[]> rawProcesses = new ArrayList<>();
        Map<Long, String> parents = new HashMap<>();
        Map<Long, String> roots = new HashMap<>();
        Map<Long, String> units = new HashMap<>();
        Map<Long, Long> inner = new HashMap<>();
        Set<Long> elsewhere = new HashSet<>();
        Set<Long> foreground = new HashSet<>();
        List<String[]> rawWatchdogs = new ArrayList<>();
        List<String> layouts = new ArrayList<>();
        Map<Long, String> users = new HashMap<>();
        String owner = null;
        Map<String, String> service = new HashMap<>();
        Set<Long> members = new HashSet<>();
        List<String> missing = new ArrayList<>();
        List<String> journal = new ArrayList<>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            String word = space < 0 ? line : line.substring(0, space);
            String rest = space < 0 ? "" : line.substring(space + 1);
            try {
                switch (word) {
                    case "boot" -> bootId = rest;
                    case "home" -> home = rest;
                    case "btime" -> bootTime = Long.parseLong(rest.strip());
                    case "hz" -> hertz = Long.parseLong(rest.strip());
                    case "listen" -> {
                        String[] f = rest.split(" ");
                        listeners.add(
                                new Listener(SocketTable.address(f[0]), Long.parseLong(f[1]), Long.parseLong(f[2])));
                    }
                    case "me" -> uid = Long.parseLong(rest.strip());
                    case "proc" -> rawProcesses.add(rest.split(" ", 7));
                    case "parent" -> putByPid(parents, rest);
                    case "root" -> putByPid(roots, rest);
                    case "unit" -> putByPid(units, rest);
                    case "inner" -> {
                        String[] f = rest.split(" ");
                        inner.put(Long.parseLong(f[0]), f.length > 1 ? Long.parseLong(f[1]) : -1);
                    }
                    case "network" -> elsewhere.add(Long.parseLong(rest.strip()));
                    case "foreground" -> foreground.add(Long.parseLong(rest.strip()));
                    case "watchdog" -> rawWatchdogs.add(rest.split(" "));
                    case "layout" -> layouts.add(rest);
                    case "owner" -> owner = rest.strip();
                    case "user" -> putByPid(users, rest);
                    case "service" -> {
                        int equals = rest.indexOf('=');
                        service.put(rest.substring(0, equals), rest.substring(equals + 1));
                    }
                    case "member" -> members.add(Long.parseLong(rest.strip()));
                    case "missing" -> missing.add(rest);
                    case "etc" -> etcFlaw = rest.equals("ok") ? null : rest;
                    case "binary" -> binary = rest.equals("ok") ? HostView.Binary.FOUND : HostView.Binary.MISSING;
                    case "J" -> journal.add(rest);
                    case "end" -> whole = true;
                    default -> {
                        // A newer script may say more than this version reads.
                    }
                }
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("The host's line '" + line + "' is not understood", e);
            }
        }
        if (!whole || bootId.isBlank()) {
            throw new IllegalArgumentException("The host's report ends after " + lines.size() + " lines");
        }
        List<HostProcess> processes = new ArrayList<>();
        for (String[] f : rawProcesses) {
            long pid = Long.parseLong(f[0]);
            processes.add(process(
                    f,
                    parents,
                    roots,
                    units,
                    new HostView.Confinement(
                            inner.getOrDefault(pid, 0L), elsewhere.contains(pid), foreground.contains(pid))));
        }
        List<Watchdog> watchdogs = new ArrayList<>();
        for (String[] f : rawWatchdogs) {
            watchdogs.add(watchdog(f, bootId));
        }
        return new HostView(
                bootId,
                home,
                sqlPort,
                listeners,
                uid,
                processes,
                watchdogs,
                bootTime,
                hertz,
                missing,
                etcFlaw,
                binary,
                new HostView.Launching(layouts, users, owner, unit(service, members)),
                Journal.read(journal));
    }

    private static Watchdog watchdog(String[] f, String bootId) {
        if (f.length < 5) {
            throw new IllegalArgumentException("A watchdog with " + f.length + " fields");
        }
        return new Watchdog(
                f[0],
                new Meant(bootId, Long.parseLong(f[1]), Long.parseLong(f[2])),
                f[3].equals("T"),
                f[4].equals("1"));
    }

    private static HostView.@Nullable Unit unit(Map<String, String> service, Set<Long> members) {
        if (service.isEmpty()) {
            return null;
        }
        return new HostView.Unit(
                "loaded".equals(service.get("LoadState")),
                Long.parseLong(service.getOrDefault("MainPID", "0").strip()),
                "yes".equals(service.get("Allowed")),
                members);
    }

    private static HostProcess process(
            String[] f,
            Map<Long, String> parents,
            Map<Long, String> roots,
            Map<Long, String> units,
            HostView.Confinement confinement) {
        if (f.length < 7) {
            throw new IllegalArgumentException("A process with " + f.length + " fields");
        }
        long pid = Long.parseLong(f[0]);
        return new HostProcess(
                pid,
                Long.parseLong(f[1]),
                f[2].charAt(0),
                Long.parseLong(f[3]),
                Long.parseLong(f[4]),
                f[5].equals("1"),
                f[6],
                parents.get(pid),
                roots.get(pid),
                units.get(pid),
                confinement);
    }

    private static void putByPid(Map<Long, String> map, String rest) {
        int space = rest.indexOf(' ');
        map.put(Long.parseLong(rest.substring(0, space)), rest.substring(space + 1));
    }
}
