package dev.rollcall.agent.domain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the host script saw of one ODP at one moment.
 *
 * @param home the home with its symbolic links resolved; empty when there is no such directory
 * @param listeners sockets that listen on the SQL port of some address, whoever holds them
 * @param uid user the script ran as; -1 when it did not say, which it does where there are listeners
 * @param processes processes of this ODP: working directory is the home, and they hold a listener or are obproxy
 * @param bootTime seconds since 1970 at which the host started
 * @param hertz clock ticks a second
 * @param missingTools programs the host script cannot do without
 * @param etcFlaw what is wrong with etc/; null when it can be read and written, or was not looked at
 * @param watchdogs those of this very ODP; a short look at one that runs leaves them out
 * @param binary whether there is an executable bin/obproxy in the home
 */
public record HostView(
        String bootId,
        String home,
        int sqlPort,
        List<Listener> listeners,
        long uid,
        List<HostProcess> processes,
        List<Watchdog> watchdogs,
        long bootTime,
        long hertz,
        List<String> missingTools,
        @Nullable String etcFlaw,
        Binary binary,
        Launching launching,
        Journal journal) {

    public HostView {
        listeners = List.copyOf(listeners);
        processes = List.copyOf(processes);
        watchdogs = List.copyOf(watchdogs);
        missingTools = List.copyOf(missingTools);
    }
    /** The same with the host's start and tick rate, which a short look leaves out. */
    public HostView withClock(long otherBootTime, long otherHertz) {
        return new HostView(
                bootId,
                home,
                sqlPort,
                listeners,
                uid,
                processes,
                watchdogs,
                otherBootTime,
                otherHertz,
                missingTools,
                etcFlaw,
                binary,
                launching,
                journal);
    }

    /** Whether the home has its program. */
    public enum Binary {
        FOUND,
        MISSING,
        /** A short look at an ODP that runs leaves it out, and all else that only matters to a start. */
        NOT_LOOKED_FOR
    }

    /** A socket that listens on the SQL port; {@code uid} is the user that opened it. */
    public record Listener(String address, long inode, long uid) {}

    /**
     * How the ODP seems to be started.
     *
     * @param layouts launchers whose files lie in the home
     * @param users names of the users, by id, that others than the script's own have sockets on the port
     * @param owner name of the user that the ODP runs as, or ran as, where it is not the script's own; null: the same
     * @param unit what systemd says of the unit in the definition; null without one, or where it was not looked for
     */
    public record Launching(
            List<String> layouts,
            Map<Long, String> users,
            @Nullable String owner,
            @Nullable Unit unit) {
        public Launching {
            layouts = List.copyOf(layouts);
            users = Map.copyOf(users);
        }
    }

    /**
     * A systemd unit.
     *
     * @param loaded systemd knows it
     * @param mainPid its main process; 0: none
     * @param allowed the script may start and stop it: it runs as root, or sudo lets it without a password
     * @param members processes of this ODP that belong to it
     */
    public record Unit(boolean loaded, long mainPid, boolean allowed, Set<Long> members) {
        public Unit {
            members = Set.copyOf(members);
        }
    }

    /**
     * A process of this ODP, zombies excluded.
     *
     * @param socket inode of the socket it holds that listens on the SQL port; 0: none
     * @param listensElsewhere it holds another listening socket, so it is another ODP in the same home
     * @param odpRoot OBPROXY_ROOT in its environment
     * @param systemdUnit unit it is the main process of
     * @param confinement what keeps it apart from the script, and what it is a part of
     */
    public record HostProcess(
            long pid,
            long startTicks,
            char state,
            long parentPid,
            long socket,
            boolean listensElsewhere,
            String name,
            @Nullable String parentName,
            @Nullable String odpRoot,
            @Nullable String systemdUnit,
            Confinement confinement) {

        /** It holds a socket that listens on the SQL port. */
        public boolean holdsPort() {
            return socket != 0;
        }
    }

    /**
     * How a process is set apart.
     *
     * @param innerPid its pid in the container it runs in; 0: it runs in none, or in the script's own
     * @param otherNetwork its network, with all its sockets, is not the script's
     * @param foreground it was told to stay in the foreground, and has not been restarted since, so somebody waits for its end
     */
    public record Confinement(long innerPid, boolean otherNetwork, boolean foreground) {}

    /** The address this ODP listens on; empty when no process of it listens. */
    public Optional<String> ownAddress() {
        return holders().stream().flatMap(holder -> address(holder).stream()).findFirst();
    }

    private Optional<String> address(HostProcess holder) {
        return listeners.stream()
                .filter(listener -> listener.inode() == holder.socket())
                .map(Listener::address)
                .findFirst();
    }

    /**
     * A listener that keeps this ODP, of which nothing runs, from its port. Another ODP on the same port of another address is none. One that
     * belongs to a user whose processes the script may not look into may be anybody's, even this ODP's, and is one.
     *
     * @param host as the definition names it, which may be the address the ODP listens on
     */
    public Optional<Listener> inTheWay(String host) {
        Set<Long> own = processes.stream().map(HostProcess::socket).collect(Collectors.toSet());
        return listeners.stream()
                .filter(listener -> !own.contains(listener.inode()))
                .filter(listener -> SocketTable.isWildcard(listener.address())
                        || SocketTable.same(listener.address(), host)
                        || (uid != 0 && listener.uid() != uid))
                .findFirst();
    }

    /** Processes that hold the SQL port, the youngest first. */
    public List<HostProcess> holders() {
        return processes.stream()
                .filter(HostProcess::holdsPort)
                .sorted(Comparator.comparingLong(HostProcess::startTicks)
                        .thenComparingLong(HostProcess::pid)
                        .reversed())
                .toList();
    }

    /** Processes that count as "this ODP runs": they hold the port, or are obproxy and hold no port at all (starting, or about to end). */
    public List<HostProcess> running() {
        List<HostProcess> running = new ArrayList<>(holders());
        processes.stream().filter(p -> !p.holdsPort() && !p.listensElsewhere()).forEach(running::add);
        return running;
    }

    /** Processes that hold the SQL port by another socket than the first holder: not its generations, but ODPs of their own. */
    public List<HostProcess> rivals() {
        List<HostProcess> holders = holders();
        return holders.stream()
                .filter(p -> p.socket() != holders.get(0).socket())
                .toList();
    }

    /** Processes that listen nowhere, while another one has the port: a start that has not ended yet, or one that hangs. */
    public List<HostProcess> portless() {
        return holders().isEmpty()
                ? List.of()
                : running().stream()
                        .filter(p -> !p.holdsPort() && !p.confinement().otherNetwork())
                        .toList();
    }

    /** Where a process listens, in words. */
    public String where(HostProcess process) {
        return "process " + process.pid() + " on " + address(process).orElse("an unknown address");
    }

    /** The process that calls itself so in a login: in a container it has another pid there than here. */
    public Optional<HostProcess> answering(long pid) {
        return process(pid)
                .filter(p -> p.confinement().innerPid() == 0)
                .or(() -> processes.stream()
                        .filter(p -> p.confinement().innerPid() == pid)
                        .findFirst());
    }

    public Optional<HostProcess> process(long pid) {
        return processes.stream().filter(p -> p.pid() == pid).findFirst();
    }

    /** Whether that very process still lives. */
    public boolean lives(JournalEntry.Meant meant) {
        return bootId.equals(meant.bootId())
                && processes.stream().anyMatch(p -> p.pid() == meant.pid() && p.startTicks() == meant.startTicks());
    }

    public ProcessIdentity identity(HostProcess process) {
        return new ProcessIdentity(
                bootId,
                process.pid(),
                process.startTicks(),
                home,
                address(process).or(this::ownAddress).orElse(""),
                sqlPort,
                bootTime > 0 && hertz > 0
                        ? Instant.ofEpochMilli(bootTime * 1000 + process.startTicks() * 1000 / hertz)
                        : null);
    }
}
