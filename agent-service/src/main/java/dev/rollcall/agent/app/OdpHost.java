package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Blockers;
import dev.rollcall.agent.domain.Bootstrap;
import dev.rollcall.agent.domain.ChildCheck;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostReport;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.Launcher;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What can be asked of the host of an ODP, through the one script that runs there. Thread-safe. */
public final class OdpHost {
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(15);
    private static final Duration CHILD_LIMIT = Duration.ofSeconds(40);
    private static final String END = "end";

    private final RemoteShell shell;
    private final boolean customCommands;
    private final String script;
    private final SecureRandom random = new SecureRandom();
    /** What a short look leaves out, as it does not change until the next boot. */
    private final Map<String, HostView> clocks = new ConcurrentHashMap<>();

    /**
     * @param customCommands whether commands from definitions are executed
     */
    public OdpHost(RemoteShell shell, boolean customCommands) {
        this.shell = shell;
        this.customCommands = customCommands;
        try (InputStream in = OdpHost.class.getResourceAsStream("host.sh")) {
            if (in == null) {
                throw new IllegalStateException("host.sh is missing from the agent's jar");
            }
            this.script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything the host tells, without the lock. */
    HostView look(Odp odp) throws TroubleException {
        return view(odp, call(odp, "look", LOOK_LIMIT));
    }

    /** Why this agent would not know how to stop the ODP and start it again, or must not; empty when neither is so. */
    List<String> startBlockers(Odp odp, HostView view) {
        List<String> reasons = new ArrayList<>(Blockers.ofStart(odp, view));
        boolean byCommand = odp.launching()
                .filter(launcher -> launcher.kind() == Launcher.Kind.COMMAND)
                .isPresent();
        if (byCommand && !customCommands) {
            reasons.add("This agent executes no commands from definitions; the setting"
                    + " rollcall.agent.custom-commands: true would let it");
        }
        return reasons;
    }

    /** Processes, sockets and journal only. */
    HostView glance(Odp odp) throws TroubleException {
        HostView clock = clocks.get(hostOf(odp));
        return clocked(odp, clock, view(odp, call(odp, "glance", LOOK_LIMIT, clock == null ? "" : clock.bootId())));
    }

    /** A host says its clock only to whoever does not know it for this boot. */
    private HostView clocked(Odp odp, @Nullable HostView clock, HostView seen) {
        if (seen.bootTime() > 0) {
            clocks.put(hostOf(odp), seen);
            return seen;
        }
        return clock == null ? seen : seen.withClock(clock.bootTime(), clock.hertz());
    }

    private static String hostOf(Odp odp) {
        return odp.host() + ":" + odp.sshPort();
    }

    /**
     * The same again and again, cheap enough for every few seconds.
     *
     * @param lease after this long without a look the script on the host ends
     */
    Glances glances(Odp odp, Duration lease) {
        return new Glances(odp, lease);
    }

    /**
     * One script on the host that looks whenever it is asked, so that neither a login shell with its start-up files nor the text of the script is
     * needed for each look. It holds nothing there, and ends with its SSH session, or when it is not asked for its lease. One that ended is begun
     * anew; one that was silent is never listened to again, as a late answer is no fresh one. Not thread-safe.
     */
    final class Glances implements AutoCloseable {
        private final Odp odp;
        private final Duration lease;
        private final String nonce = nonce();
        private RemoteShell.@Nullable Talk talk;

        private Glances(Odp odp, Duration lease) {
            this.odp = odp;
            this.lease = lease;
        }

        HostView glance() throws TroubleException {
            HostView clock = clocks.get(hostOf(odp));
            RemoteShell.Talk kept = talk;
            List<String> lines = kept == null ? List.of() : askKept(kept, clock);
            if (!isWhole(lines)) {
                close();
                RemoteShell.Talk fresh = shell.start(
                        odp,
                        Bootstrap.of(script, nonce, "glances", odp, List.of(Long.toString(lease.toSeconds()))),
                        false);
                talk = fresh;
                lines = ask(fresh, clock, Deadline.in(LOOK_LIMIT));
            }
            if (!isWhole(lines)) {
                close();
            }
            return clocked(odp, clock, view(odp, lines));
        }

        /** Less than a whole answer where the script has ended meanwhile. */
        private List<String> askKept(RemoteShell.Talk kept, @Nullable HostView clock) throws TroubleException {
            Deadline deadline = Deadline.in(LOOK_LIMIT);
            try {
                return ask(kept, clock, deadline);
            } catch (TroubleException e) {
                if (deadline.passed()) {
                    throw e;
                }
                return List.of();
            }
        }

        private List<String> ask(RemoteShell.Talk asked, @Nullable HostView clock, Deadline deadline)
                throws TroubleException {
            try {
                asked.send(clock == null ? "" : clock.bootId());
                return answer(odp, asked, nonce, deadline);
            } catch (TroubleException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            if (talk != null) {
                talk.close();
                talk = null;
            }
        }
    }

    /**
     * Tries whether a successor could start.
     *
     * @param executable argv[0] of the serving process
     */
    ChildCheck checkChild(Odp odp, String executable, @Nullable String odpRoot, long pid) throws TroubleException {
        String path = executable.contains("/") ? executable : "./" + executable;
        return ChildCheck.parse(
                path, call(odp, "child", CHILD_LIMIT, path, odpRoot == null ? "" : odpRoot, Long.toString(pid)));
    }

    /** The end of the first of these files, relative to the home, that is not empty. */
    Optional<LogTail> tail(Odp odp, @Nullable String odpRoot, List<String> files) throws TroubleException {
        String base = odpRoot == null ? odp.home() : odpRoot;
        String[] paths = files.stream().map(f -> base + "/" + f).toArray(String[]::new);
        String file = null;
        StringBuilder text = new StringBuilder();
        for (String line : call(odp, "tail", LOOK_LIMIT, paths)) {
            if (line.startsWith("file ")) {
                file = line.substring(5);
            } else if (line.startsWith("T ")) {
                text.append(line, 2, line.length()).append('\n');
            }
        }
        return file == null ? Optional.empty() : Optional.of(new LogTail(file, text.toString()));
    }

    /** A file and its end. */
    record LogTail(String file, String text) {}

    /**
     * Takes the lock of an ODP.
     *
     * @param wait how long to wait for whoever has it
     * @param lease after this long without a word the host lets it go
     * @param alone in an SSH session of its own, which ends with the lock: for whoever changes something by SQL
     * @param whileWaiting called now and then
     */
    HostLock lock(Odp odp, Duration wait, Duration lease, boolean alone, Runnable whileWaiting)
            throws TroubleException {
        String nonce = nonce();
        Bootstrap hold = Bootstrap.of(
                script,
                nonce,
                "hold",
                odp,
                List.of(
                        Long.toString(Math.max(1, wait.toSeconds())),
                        Long.toString(lease.toSeconds()),
                        alone ? "alone" : "shared"));
        RemoteShell.Talk talk = shell.start(odp, hold, alone);
        HostLock lock = new HostLock(odp, talk, nonce);
        try {
            lock.await(wait.plus(LOOK_LIMIT), whileWaiting);
            return lock;
        } catch (TroubleException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    static HostView view(Odp odp, List<String> lines) throws TroubleException {
        try {
            return HostReport.parse(lines, odp.sqlPort());
        } catch (IllegalArgumentException e) {
            throw new TroubleException(
                    Failure.of(
                            FailureCategory.TARGET,
                            "HOST_REPORT",
                            "The host of " + odp.place() + " could not be inspected: " + e.getMessage(),
                            "Log in as the SSH user and see whether /bin/sh, head, grep, sed and ls work there."),
                    e);
        }
    }

    private List<String> call(Odp odp, String mode, Duration limit, String... arguments) throws TroubleException {
        String nonce = nonce();
        Deadline deadline = Deadline.in(limit);
        try (RemoteShell.Talk talk =
                shell.start(odp, Bootstrap.of(script, nonce, mode, odp, List.of(arguments)), false)) {
            return answer(odp, talk, nonce, deadline);
        }
    }

    /** Up to the line that ends it, or to the end of the script. */
    private static List<String> answer(Odp odp, RemoteShell.Talk talk, String nonce, Deadline deadline)
            throws TroubleException {
        List<String> lines = new ArrayList<>();
        String line;
        while ((line = next(odp, talk, nonce, deadline.left())) != null) {
            lines.add(line);
            if (line.equals(END)) {
                break;
            }
        }
        return lines;
    }

    private static boolean isWhole(List<String> lines) {
        return !lines.isEmpty() && lines.get(lines.size() - 1).equals(END);
    }

    /** The next line of the script itself, without its nonce; what a login shell prints is skipped. */
    static @Nullable String next(Odp odp, RemoteShell.Talk talk, String nonce, Duration limit) throws TroubleException {
        Deadline deadline = Deadline.in(limit);
        while (true) {
            String line = talk.readLine(deadline.left());
            if (line == null) {
                return null;
            }
            if (line.equals(nonce + " " + Bootstrap.SUDO_REFUSED)) {
                throw Troubles.of(
                        FailureCategory.REFUSED,
                        "RUN_AS_REFUSED",
                        "On the host of " + odp.place() + " the user " + odp.sshUser() + " may not become " + odp.user()
                                + ", as which the ODP runs: 'sudo -n -u " + odp.user() + " /bin/sh' was refused",
                        "Allow it in sudoers there: " + odp.sshUser() + " ALL=(" + odp.user()
                                + ") NOPASSWD: /bin/sh. Or log in as " + odp.user() + " and leave runAs out.");
            }
            if (line.startsWith(nonce + " ")) {
                return line.substring(nonce.length() + 1);
            }
        }
    }

    private String nonce() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return "rc" + HexFormat.of().formatHex(bytes);
    }
}
