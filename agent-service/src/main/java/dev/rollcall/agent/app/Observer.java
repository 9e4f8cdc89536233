package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Blockers;
import dev.rollcall.agent.domain.ChildCheck;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.HostView.HostProcess;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.PendingSettings;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.SocketTable;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.agent.domain.UpgradeInfo;
import dev.rollcall.agent.domain.Watchdog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what of an ODP runs. Running means that a new login as the admin user answered and said which process it is; an open port
 * proves nothing. Every login is closed at once, since an open one delays a drain. Thread-safe.
 */
final class Observer {
    private static final String NOT_SERVING = "NOT_SERVING";
    /** For a process that listens nowhere to be gone: one that leaves has let go of its socket for half a second (odp-observed.md section 3). */
    private static final Duration LEAVING = Duration.ofSeconds(3);

    private static final Duration LEAVING_POLL = Duration.ofMillis(300);

    private final OdpHost hosts;
    private final AdminPort admin;

    Observer(OdpHost hosts, AdminPort admin) {
        this.hosts = hosts;
        this.admin = admin;
    }

    /** How much to find out. */
    enum Depth {
        /** State and process. */
        STATE,
        /** Also the business path, and what would block a restart as far as it costs nothing. */
        FACTS,
        /** Also whether a successor could start, by starting the binary for its version. */
        PRECHECK
    }

    /** What was found; {@code versionOnDisk} is what the binary says, null where it was not asked. */
    record Observation(
            HostView host,
            Sight sight,
            Facts facts,
            @Nullable String versionOnDisk) {
        Observation(HostView host, Sight sight, Facts facts) {
            this(host, sight, facts, null);
        }
    }

    Observation observe(Odp odp, HostView host, Depth depth, Duration loginTimeout) throws TroubleException {
        return observe(odp, host, depth, loginTimeout, null);
    }

    /**
     * @param last what was seen the last time; of the same process, what cannot change is not asked again
     */
    Observation observe(Odp odp, HostView host, Depth depth, Duration loginTimeout, @Nullable Facts last)
            throws TroubleException {
        List<HostProcess> running = host.running();
        if (running.isEmpty()) {
            return nothingRuns(odp, host);
        }
        for (int logins = 1; ; logins++) {
            long slept = AwakeTime.slept();
            try (AdminPort.Session session = admin.login(odp, null, adminAddress(odp, host), loginTimeout)) {
                return answered(odp, host, session, depth, loginTimeout, last);
            } catch (LoginException e) {
                if (!SecondLook.isDue(e.kind(), AwakeTime.sleptSince(slept), logins)) {
                    return silent(odp, host, running, e);
                }
            }
        }
    }

    /** Where the admin login goes, as seen on the host. */
    static String adminAddress(Odp odp, HostView host) {
        if (odp.adminAddress() != null) {
            return odp.adminAddress();
        }
        return host.ownAddress().map(SocketTable::reachable).orElse("127.0.0.1");
    }

    private Observation nothingRuns(Odp odp, HostView host) {
        List<String> startBlockers = hosts.startBlockers(odp, host);
        Optional<HostView.Listener> other = host.inTheWay(odp.host());
        if (other.isEmpty()) {
            return new Observation(
                    host,
                    new Sight.NothingRuns(),
                    facts(odp, host, OdpState.STOPPED, null, List.of(), List.of(), startBlockers, null));
        }
        long uid = other.get().uid();
        String owner = host.launching().users().get(uid);
        String why = "Port " + odp.sqlPort() + " of " + odp.host() + " is held by a process (of user "
                + (owner == null || owner.isBlank() ? "id " + uid : owner) + ") whose working directory is not "
                + odp.home() + ", or that the user " + odp.user() + " may not look into";
        if (owner != null && !owner.isBlank()) {
            why += ". If it is this ODP, define runAs: " + owner;
        }
        return new Observation(
                host,
                new Sight.PortHeldByOther(why),
                facts(odp, host, OdpState.UNAVAILABLE, null, List.of(), List.of(why), List.of(why), why));
    }

    private Observation silent(Odp odp, HostView host, List<HostProcess> running, LoginException failure)
            throws TroubleException {
        if (failure.kind() == LoginException.Kind.UNREACHABLE) {
            throw Troubles.of(odp, failure);
        }
        boolean listening = running.get(0).holdsPort();
        OdpState state = listening ? OdpState.UNAVAILABLE : OdpState.STARTING;
        String why = listening
                ? failure.words()
                : "process " + running.get(0).pid() + " runs and does not listen on port " + odp.sqlPort();
        List<ProcessIdentity> identities = running.stream().map(host::identity).toList();
        Failure login = Troubles.failure(odp, failure);
        return new Observation(
                host,
                new Sight.RunsWithoutServing(
                        identities, listening ? login : Failure.of(login.category(), NOT_SERVING, why, login.advice())),
                facts(
                        odp,
                        host,
                        state,
                        identities.get(0),
                        List.of(),
                        List.of("It does not answer a new login: " + why),
                        hosts.startBlockers(odp, host),
                        why));
    }

    private Observation answered(
            Odp odp, HostView host, AdminPort.Session session, Depth depth, Duration loginTimeout, @Nullable Facts last)
            throws LoginException, TroubleException {
        long pid = session.pid();
        Optional<HostProcess> serving = host.answering(pid);
        if (serving.isEmpty()) {
            // It may have changed between the look and the login.
            HostView again = depth == Depth.STATE ? hosts.glance(odp) : hosts.look(odp);
            serving = again.answering(pid);
            if (serving.isEmpty()) {
                String why = "Process " + pid + " answered the login, but no such process has " + odp.home()
                        + " as its working directory";
                return new Observation(
                        again,
                        new Sight.RunsWithoutServing(
                                host.running().stream().map(host::identity).toList(),
                                Failure.of(
                                        FailureCategory.TARGET,
                                        NOT_SERVING,
                                        why,
                                        "Correct the home of the ODP in the cluster's definition, or see who else listens there.")),
                        facts(odp, again, OdpState.UNAVAILABLE, null, List.of(), List.of(why), List.of(why), why));
            }
            return withServing(odp, again, session, serving.get(), depth, loginTimeout, last);
        }
        return withServing(odp, host, session, serving.get(), depth, loginTimeout, last);
    }

    private Observation withServing(
            Odp odp,
            HostView host,
            AdminPort.Session session,
            HostProcess serving,
            Depth depth,
            Duration loginTimeout,
            @Nullable Facts last)
            throws LoginException, TroubleException {
        // In this order: a tick that takes the command between the two reads then shows as a restart under way.
        Optional<String> localCommand = session.setting("proxy_local_cmd");
        UpgradeInfo upgrade = session.upgrade();
        boolean pending = localCommand.filter("2"::equals).isPresent();
        Optional<Long> exitTimeout = session.setting("hot_upgrade_exit_timeout").flatMap(Observer::number);
        ProcessIdentity process = host.identity(serving);
        String version = knownVersion(process, last);
        if (version == null) {
            version = session.version();
        }
        Optional<Long> connections = session.clientConnections();
        List<ProcessIdentity> others = host.running().stream()
                .filter(p -> p.pid() != serving.pid())
                .map(host::identity)
                .toList();

        List<String> blockers = List.of();
        String versionOnDisk = null;
        if (depth != Depth.STATE) {
            String executable = upgrade.executable();
            ChildCheck child = depth == Depth.PRECHECK && executable != null
                    ? hosts.checkChild(odp, executable, serving.odpRoot(), serving.pid())
                    : null;
            versionOnDisk = child == null ? null : child.version();
            HostView settled = depth == Depth.PRECHECK ? settled(odp, host, serving) : host;
            blockers = Blockers.ofHotRestart(odp, settled, serving, upgrade, localCommand.isPresent(), child);
        }
        List<String> startBlockers = new ArrayList<>();
        List<String> pendingSettings = List.of();
        if (depth != Depth.STATE) {
            startBlockers.addAll(hosts.startBlockers(odp, host));
            Map<String, String> configured = session.settings(PendingSettings.LIKE);
            pendingSettings = PendingSettings.of(odp.sqlPort(), process.listenAddress(), configured);
            Optional.ofNullable(configured.get(PendingSettings.LISTEN_PORT))
                    .flatMap(port -> Blockers.ofListenPort(odp, port))
                    .ifPresent(startBlockers::add);
        }
        String detail = null;
        String businessFlaw = null;
        boolean business = false;
        if (depth != Depth.STATE) {
            if (odp.probeCredential() == null) {
                detail = "business path not checked: no probe credential is defined";
            } else {
                try {
                    admin.checkBusinessPath(odp, adminAddress(odp, host), loginTimeout);
                    business = true;
                } catch (LoginException e) {
                    businessFlaw = e.words();
                    detail = "business path broken: " + businessFlaw;
                }
            }
        }
        Facts facts = new Facts(
                businessFlaw == null ? OdpState.RUNNING : OdpState.UNAVAILABLE,
                version,
                process,
                others.stream().map(ProcessIdentity::pid).toList(),
                connections.orElse(null),
                upgrade.isInherited(),
                pending || !upgrade.idle(),
                exitTimeout.orElse(null),
                blockers,
                startBlockers,
                launcher(odp, host),
                watchdog(host),
                pendingSettings,
                host.journal().changedSettings().isEmpty(),
                business,
                detail);
        return new Observation(
                host,
                new Sight.Serves(process, others, upgrade, upgrade.isInherited(), pending, businessFlaw),
                facts,
                versionOnDisk);
    }

    private static @Nullable String knownVersion(ProcessIdentity process, @Nullable Facts last) {
        ProcessIdentity before = last == null ? null : last.process();
        return last != null && before != null && before.isSameProcess(process) ? last.version() : null;
    }

    /** Without those that were only about to leave or to fail when they were seen. */
    private HostView settled(Odp odp, HostView seen, HostProcess serving) throws TroubleException {
        Deadline patience = Deadline.in(LEAVING);
        HostView view = seen;
        while (!view.portless().isEmpty() && !patience.passed()) {
            try {
                Thread.sleep(LEAVING_POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return view;
            }
            HostView later = hosts.look(odp);
            if (later.process(serving.pid()).isEmpty()) {
                return view;
            }
            view = later;
        }
        return view;
    }

    private static Facts facts(
            Odp odp,
            HostView host,
            OdpState state,
            @Nullable ProcessIdentity process,
            List<Long> draining,
            List<String> hotRestartBlockers,
            List<String> startBlockers,
            @Nullable String detail) {
        return new Facts(
                state,
                null,
                process,
                draining,
                null,
                null,
                false,
                null,
                hotRestartBlockers,
                startBlockers,
                launcher(odp, host),
                watchdog(host),
                List.of(),
                host.journal().changedSettings().isEmpty(),
                false,
                detail);
    }

    /** As defined, and what the files in the home look like where that is something else. */
    private static String launcher(Odp odp, HostView host) {
        List<String> layouts = host.launching().layouts();
        boolean agrees = layouts.isEmpty()
                || odp.launching().map(l -> layouts.contains(l.kind().word())).orElse(false);
        return agrees ? odp.launcher() : odp.launcher() + "; its home looks like one of " + String.join(", ", layouts);
    }

    private static @Nullable String watchdog(HostView host) {
        if (host.watchdogs().isEmpty()) {
            return null;
        }
        Watchdog watchdog = host.watchdogs().get(0);
        return watchdog.kind().equals(Watchdog.OBD)
                ? watchdog + "; a hot restart ends it, a FORCE_RESTART brings it back"
                : watchdog.toString();
    }

    private static Optional<Long> number(String value) {
        try {
            return Optional.of(Long.parseLong(value.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
