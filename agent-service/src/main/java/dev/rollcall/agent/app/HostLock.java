package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.Journal;
import dev.rollcall.agent.domain.JournalEntry;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one ODP on its host, kept by a shell there for as long as it hears of us.
 *
 * <p>Whoever holds it may write the journal. Each order is answered, so an answered order proves that the lock was held when
 * it was carried out. Thread-safe: heartbeats come from another thread.
 */
final class HostLock implements AutoCloseable {
    /** Code of the failure that says so; whatever was to be journaled has not happened. */
    static final String JOURNAL_UNWRITABLE = "JOURNAL_UNWRITABLE";

    private static final String UNWRITTEN = "H unwritten";
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private final Odp odp;
    private final RemoteShell.Talk talk;
    private final String nonce;
    private @Nullable HostView view;
    /** Shows at least processes, sockets and journal. */
    private @Nullable HostView latest;

    private Journal journal = Journal.empty();
    private boolean closed;

    HostLock(Odp odp, RemoteShell.Talk talk, String nonce) {
        this.odp = odp;
        this.talk = talk;
        this.nonce = nonce;
    }

    synchronized void await(Duration limit, Runnable whileWaiting) throws TroubleException {
        Deadline deadline = Deadline.in(limit);
        while (true) {
            String line = read(deadline.left());
            switch (line) {
                case "H waiting" -> whileWaiting.run();
                case "H locked" -> {
                    view = readView();
                    return;
                }
                case "H busy" ->
                    throw trouble(
                            FailureCategory.TIMED_OUT,
                            "LOCK_BUSY",
                            "Another command still works on " + odp.place() + " and keeps its lock",
                            "Wait for the other command to end, then retry.");
                case "H nohome" ->
                    throw trouble(
                            FailureCategory.TARGET,
                            "NO_HOME",
                            "There is no directory " + odp.home() + " on the host of ODP " + odp.id(),
                            "Correct the home in the cluster's definition.");
                case "H unwritable" ->
                    throw trouble(
                            FailureCategory.REFUSED,
                            JOURNAL_UNWRITABLE,
                            "The SSH user " + odp.sshUser() + " cannot write " + odp.home() + "/run/rollcall on "
                                    + odp.host() + ", where the lock and the journal belong",
                            "Give the user that runs the ODP, and that Rollcall logs in as, the right to write there; see that the disk is not full.");
                default -> {
                    // Lines of a newer script that this version does not know.
                }
            }
        }
    }

    /** What the last whole look at the host showed. */
    synchronized HostView view() {
        return got(view);
    }

    private synchronized HostView latest() {
        return got(latest);
    }

    private static HostView got(@Nullable HostView view) {
        if (view == null) {
            throw new IllegalStateException("The lock was never got");
        }
        return view;
    }

    /** The journal with all that was appended through this lock. */
    synchronized Journal journal() {
        return journal;
    }

    /**
     * An admin login that goes the way of this lock: when the host lets the lock go without being asked to, it ends the SSH session first, so that
     * nothing sent through this login can arrive later.
     */
    AdminPort.Session login(AdminPort admin, Duration timeout) throws LoginException {
        return admin.login(odp, talk.route(), Observer.adminAddress(odp, latest()), timeout);
    }

    /** Looks again, under the lock. */
    synchronized HostView look() throws TroubleException {
        talk.send("look");
        HostView seen = readView();
        view = seen;
        return seen;
    }

    /** Looks again at processes, sockets and journal, which costs the host a fraction of a whole look. */
    synchronized HostView glance() throws TroubleException {
        talk.send("glance");
        return readView();
    }

    /** Proves that the lock is held, and keeps it. */
    synchronized void beat() throws TroubleException {
        order("beat");
    }

    /** Returns when the entry is on the host's disk. */
    synchronized void append(JournalEntry entry) throws TroubleException {
        order("append " + entry.text());
        journal = journal.with(entry);
    }

    /** Replaces the journal by a shorter one that says the same. */
    synchronized void compact() throws TroubleException {
        talk.send("rewrite");
        for (JournalEntry entry : journal.compacted()) {
            talk.send(entry.text());
        }
        order(".");
        Journal shorter = Journal.empty();
        for (JournalEntry entry : journal.compacted()) {
            shorter = shorter.with(entry);
        }
        journal = shorter;
    }

    /** What came of a signal to a watchdog. */
    enum Signalled {
        DONE,
        /** There is no such watchdog of this ODP any more. */
        GONE,
        /** It belongs to another user. */
        REFUSED
    }

    /**
     * Suspends, resumes or ends a watchdog of this ODP, and no other process, whatever became of its pid.
     *
     * @param verb {@code suspend}, {@code resume} or {@code end}
     */
    synchronized Signalled watchdog(String verb, JournalEntry.Meant watchdog) throws TroubleException {
        talk.send("watchdog " + verb + " " + watchdog.pid() + " " + watchdog.startTicks());
        return switch (read(ANSWER_LIMIT)) {
            case "H ok" -> Signalled.DONE;
            case "H gone" -> Signalled.GONE;
            case "H refused" -> Signalled.REFUSED;
            default -> throw lost();
        };
    }

    /** Writes the pid of the process that serves into the files by which other tools find it, where there are such. */
    synchronized void pidFiles(long pid) throws TroubleException {
        order("pidfiles " + pid);
    }

    /**
     * Begins work that goes on with the lock when this agent dies.
     *
     * @param odpRoot OBPROXY_ROOT for a started ODP
     */
    synchronized void work(@Nullable String odpRoot, List<String> words) throws TroubleException {
        if (odpRoot != null && odpRoot.chars().noneMatch(c -> c < ' ')) {
            talk.send("root");
            order(odpRoot);
        }
        order("work " + String.join(" ", words));
    }

    /** Whether the work that was begun through this lock goes on. */
    synchronized boolean working() throws TroubleException {
        talk.send("working");
        return switch (read(ANSWER_LIMIT)) {
            case "H ok" -> true;
            case "H idle" -> false;
            default -> throw lost();
        };
    }

    /** Whether that is all that is wrong: the host's journal cannot be written. */
    static boolean isUnwritable(TroubleException e) {
        return e.failure().code().equals(JOURNAL_UNWRITABLE);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                talk.send("release");
            } catch (TroubleException alreadyGone) {
                // Then the host has let go, or will when the lease is over.
            }
            talk.close();
        }
    }

    synchronized boolean closed() {
        return closed;
    }

    private void order(String order) throws TroubleException {
        talk.send(order);
        String answer = read(ANSWER_LIMIT);
        if (answer.startsWith(UNWRITTEN)) {
            String room = answer.substring(UNWRITTEN.length()).strip();
            throw trouble(
                    FailureCategory.TARGET,
                    JOURNAL_UNWRITABLE,
                    "The journal " + odp.home() + "/run/rollcall/" + odp.sqlPort() + ".journal on " + odp.host()
                            + " cannot be written" + (room.isEmpty() ? "" : " (its disk has " + room + " kB left)")
                            + "; nothing is begun without it",
                    "Make room on that disk, or see why it was mounted read-only; then retry.");
        }
        if (!answer.equals("H ok")) {
            throw lost();
        }
    }

    private HostView readView() throws TroubleException {
        List<String> lines = new ArrayList<>();
        String line;
        do {
            line = read(ANSWER_LIMIT);
            lines.add(line);
        } while (!line.equals("end"));
        HostView seen = OdpHost.view(odp, lines);
        if (seen.bootTime() == 0 && latest != null) {
            // A script says its clock once.
            seen = seen.withClock(latest.bootTime(), latest.hertz());
        }
        latest = seen;
        journal = seen.journal();
        return seen;
    }

    private String read(Duration limit) throws TroubleException {
        String line;
        try {
            if (closed) {
                throw lost();
            }
            line = OdpHost.next(odp, talk, nonce, limit);
        } catch (TroubleException e) {
            abandon();
            throw e;
        }
        if (line == null || line.equals("H released")) {
            abandon();
            throw lost();
        }
        return line;
    }

    /** An answer that did not come in time could be taken for that to the next order, so there is no next order. */
    private void abandon() {
        closed = true;
        talk.close();
    }

    private TroubleException lost() {
        return trouble(
                FailureCategory.UNREACHABLE,
                "LOCK_LOST",
                "The shell that kept the lock of " + odp.place() + " ended by itself",
                "Retry; the host's journal tells what has been done.");
    }

    private static TroubleException trouble(FailureCategory category, String code, String detail, String advice) {
        return new TroubleException(Failure.of(category, code, detail, advice));
    }
}
