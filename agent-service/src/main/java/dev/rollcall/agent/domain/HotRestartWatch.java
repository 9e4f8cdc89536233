package dev.rollcall.agent.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells from what old and new connections show how a hot restart goes. An ODP never says that one failed (odp-observed.md section 4),
 * so the signs are:
 *
 * <ul>
 *   <li>a new login from another process: it has happened;
 *   <li>the old process was busy and is idle again: the child died, or was given up when it had taken all the time there was;
 *   <li>the old process is idle and its rollback mark has moved: one of the two, unseen;
 *   <li>the command was taken, and after two ticks nothing has moved: it was dropped;
 *   <li>the command is still pending after three ticks: the ODP does not take commands.
 * </ul>
 *
 * <p>Not thread-safe. Times are counted from the ALTER, or from the beginning of the watch where an earlier agent sent it.
 */
public final class HotRestartWatch {
    /** A fork is seen a little late, and clocks differ. */
    private static final Duration SIGHTING = Duration.ofSeconds(1);

    private final ProcessIdentity old;
    private final long rollbackMark;
    private final Duration tick;
    private final @Nullable Duration rollbackTimeout;
    private @Nullable Duration begun;
    private boolean ended;
    private boolean drained;
    private @Nullable Duration taken;

    /**
     * @param rollbackMark what the old process showed before the command
     * @param tick longest period of the ODP's timer (proxy_hot_upgrade_check_interval)
     * @param rollbackTimeout time that a successor has to serve (hot_upgrade_rollback_timeout); null where that is not known
     */
    public HotRestartWatch(ProcessIdentity old, long rollbackMark, Duration tick, @Nullable Duration rollbackTimeout) {
        this.old = old;
        this.rollbackMark = rollbackMark;
        this.tick = tick;
        this.rollbackTimeout = rollbackTimeout;
    }

    /** How it stands. */
    public sealed interface Verdict {}

    /** Nothing is decided. {@code tryLogin}: a new login is likely to be answered by the new process. */
    public record GoesOn(boolean tryLogin, String words) implements Verdict {}

    /** A new process answers. */
    public record Served(long pid, boolean inherited) implements Verdict {}

    /** It will not happen any more. */
    public record Failed(String code, String words, String advice) implements Verdict {}

    /**
     * What a connection opened before the command shows.
     *
     * @param localCommand value of proxy_local_cmd; null when it was not read
     */
    public Verdict seenOnOldConnection(UpgradeInfo info, @Nullable String localCommand, Duration elapsed) {
        if (begun == null && (info.draining() || !info.idle())) {
            begun = elapsed;
        }
        if (info.draining()) {
            drained = true;
            return new GoesOn(true, "process " + old.pid() + " drains, its successor takes new logins");
        }
        if (!info.idle()) {
            // One that is killed for having hung ends as well, but late.
            ended = ended || (info.subStatus().equals("exited") && !overdue(elapsed));
            return info.subStatus().equals("exited")
                    ? new GoesOn(
                            false,
                            "the new process has ended; process " + old.pid()
                                    + " takes the service back at its next tick")
                    : new GoesOn(false, "process " + info.subPid() + " is starting; new logins wait");
        }
        if (begun != null || info.rollbackAtNanos() != rollbackMark) {
            return rolledBack(elapsed);
        }
        if ("2".equals(localCommand)) {
            return elapsed.compareTo(tick.multipliedBy(3)) > 0
                    ? new Failed(
                            "NOT_TAKEN",
                            "Process " + old.pid() + " accepted the command but has not begun after "
                                    + elapsed.toSeconds() + " s, three times its timer",
                            "The ODP's background timer seems to stand still. Look at its log; FORCE_RESTART does not need it.")
                    : new GoesOn(false, "the ODP has the command; it begins at its next tick");
        }
        if (localCommand == null) {
            return new GoesOn(false, "waiting");
        }
        if (taken == null) {
            taken = elapsed;
        }
        return elapsed.minus(taken).compareTo(tick.multipliedBy(2)) > 0
                ? new Failed(
                        "DROPPED",
                        "Process " + old.pid() + " took the command and did nothing for two of its ticks ("
                                + tick.toSeconds() + " s each)",
                        "It drops the command while another hot restart goes on. Look at its log, then retry.")
                : new GoesOn(true, "the command was taken; no new process is to be seen yet");
    }

    private boolean overdue(Duration elapsed) {
        Duration since = begun == null ? elapsed : elapsed.minus(begun);
        return rollbackTimeout != null && since.compareTo(rollbackTimeout.minus(SIGHTING)) >= 0;
    }

    private Failed rolledBack(Duration elapsed) {
        String back = "; process " + old.pid()
                + " has taken the service back. New logins hung meanwhile, none was refused by the ODP";
        // Before its time was over nobody has killed it.
        if (!drained && (ended || (rollbackTimeout != null && !overdue(elapsed)))) {
            return new Failed(
                    "CHILD_DIED",
                    "The new process ended before it served" + back,
                    "Look at the log for the reason, then retry.");
        }
        if (!drained && begun != null && rollbackTimeout != null) {
            return new Failed(
                    "CHILD_HUNG",
                    "The new process did not serve within " + rollbackTimeout.toSeconds()
                            + " s (hot_upgrade_rollback_timeout) and was killed by the old one" + back,
                    "Look at the log for what it waited for, then retry.");
        }
        return new Failed(
                "ROLLED_BACK",
                "The new process did not come up or ended at once" + back,
                "Look at the log for the reason, then retry.");
    }

    /** What a new login shows; {@code localCommand} as above. */
    public Verdict seenOnNewLogin(long pid, UpgradeInfo info, @Nullable String localCommand, Duration elapsed) {
        if (pid != old.pid()) {
            return new Served(pid, info.isInherited());
        }
        return seenOnOldConnection(info, localCommand, elapsed);
    }
}
