package dev.rollcall.emulator.process;

import com.sun.jna.LastErrorException;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.config.ConfigStore;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Local commands, hot restart and leaving: one process's part in it. Facts: {@code odp-observed.md} sections 3 to 5, {@code odp-mechanics.md} section 1.3.
 *
 * <ol>
 *   <li>A tick comes after half to all of {@code proxy_hot_upgrade_check_interval}, at random. It takes the local command and sets it back to 0.
 *   <li>Restart: stop accepting, close the configuration, start {@code argv[0]} with the listening socket, wait.
 *   <li>The successor serves and says so by SIGUSR1: drain. Every second, leave when no client is left or {@code hot_upgrade_exit_timeout} is over.
 *   <li>The successor died, before or after that signal: at the next tick take the service back.
 *   <li>No signal within {@code hot_upgrade_rollback_timeout}: at the next tick kill the successor and take the service back.
 * </ol>
 *
 * <p>At most one process of a listening socket accepts at any time. Safe for several threads; {@link #run()} is the only thread that decides.
 */
final class HotRestart implements Runnable {

    /** As ODP prints it. */
    enum State {
        /** Waits for a command. */
        IDLE("HU_STATE_WAIT_HU_CMD"),
        /** Has a successor, until that one failed or this process is gone. */
        WAITING("HU_STATE_WAIT_LOCAL_CR_FINISH");

        private final String odpName;

        State(String odpName) {
            this.odpName = odpName;
        }

        String odpName() {
            return odpName;
        }
    }

    /** What SHOW PROXYINFO UPGRADE tells; times in nanoseconds since 1970, 0 for none. */
    record View(
            State state,
            boolean accepting,
            long childPid,
            String childStatus,
            long rollbackAtNanos,
            long exitStartNanos,
            long exitEndNanos,
            int receivedSignal) {}

    private static final long SECOND = 1_000_000_000L;
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    private final OdpProcess odp;
    private final Listener listener;
    private State state = State.IDLE;
    private boolean accepting;
    private @Nullable Process child;
    private long childPid = -1;
    private String childStatus = "";
    private boolean committed;
    private long rollbackAtNanos;
    private long rollbackDeadline = NO_DEADLINE;
    private long exitStartNanos;
    private long exitEndNanos;
    private long exitDeadline = NO_DEADLINE;
    private String commandedBy = "";
    private String leavingWhy = "";
    private boolean terminating;
    private int receivedSignal = -1;
    private String serviceStatus = "ACTIVE";
    private long inactiveAt = NO_DEADLINE;

    HotRestart(OdpProcess odp, Listener listener) {
        this.odp = odp;
        this.listener = listener;
    }

    /** An administrator set the local command; the next tick takes it. */
    synchronized void commanded(String command, String by) {
        commandedBy = by;
        odp.note(Event.COMMANDED, "proxy_local_cmd=" + command, 0, 0, by);
    }

    synchronized void open() {
        accepting = true;
        listener.resume();
    }

    synchronized boolean accepting() {
        return accepting;
    }

    synchronized View view() {
        return new View(
                state, accepting, childPid, childStatus, rollbackAtNanos, exitStartNanos, exitEndNanos, receivedSignal);
    }

    /** From 4.3.1 on the configuration is in a database that one process may hold: it is closed from the start of a successor until a rollback. */
    synchronized boolean configurationClosed() {
        return state == State.WAITING && odp.binary().version().isRecordedOrLater();
    }

    /** What {@code proxy_status()} tells about offline and online. */
    synchronized String serviceStatus() {
        if (serviceStatus.equals("BE_INACTIVE") && (odp.sessions().count() <= 1 || System.nanoTime() >= inactiveAt)) {
            serviceStatus = "INACTIVE";
        }
        return serviceStatus;
    }

    /** SIGUSR1: the successor serves; or somebody wants this process to drain without one. */
    synchronized void drain() {
        if (exitStartNanos != 0 || terminating) {
            return;
        }
        long timeoutMicros = odp.config().micros("hot_upgrade_exit_timeout");
        receivedSignal = Libc.SIGUSR1;
        exitStartNanos = nanosSinceEpoch();
        exitEndNanos = exitStartNanos + timeoutMicros * 1_000;
        exitDeadline = timeoutMicros < 0 ? NO_DEADLINE : System.nanoTime() + timeoutMicros * 1_000;
        odp.log().info("recv SIGUSR1 signal, will graceful exit");
        if (state == State.WAITING) {
            committed = true;
            leavingWhy = "successor serves";
            odp.note(Event.HOT_RESTART_COMMITTED, "SIGUSR1 of the successor", Math.max(childPid, 0), 0, "");
        } else {
            leavingWhy = "SIGUSR1 without a successor";
            close();
        }
        notifyAll();
    }

    /** SIGTERM, SIGINT or the local exit command: leave within little more than a second. */
    synchronized void terminate(String why) {
        if (terminating) {
            return;
        }
        odp.log().error("receive signal(" + why + "), will exit");
        terminating = true;
        leavingWhy = why;
        close();
        exitDeadline = System.nanoTime() + odp.config().micros("delay_exit_time") * 1_000;
        notifyAll();
    }

    /** The successor says that it leaves of its own will: its end is no failure. */
    synchronized void forgetChild() {
        child = null;
        childPid = -1;
    }

    private synchronized void childEnded(Process ended) {
        if (ended == child) {
            odp.log().info("sub process exited, pid=" + childPid);
            child = null;
            childPid = -1;
            childStatus = "exited";
        }
    }

    private void close() {
        accepting = false;
        listener.pause();
    }

    @Override
    public void run() {
        long sweep = System.nanoTime() + SECOND;
        long tick = System.nanoTime() + untilTick();
        while (true) {
            synchronized (this) {
                boolean leaving = leaving();
                long wait = (leaving ? Math.min(tick, sweep) : tick) - System.nanoTime();
                if (wait > 0) {
                    try {
                        TimeUnit.NANOSECONDS.timedWait(this, wait);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("Nobody interrupts this thread", e);
                    }
                }
                long now = System.nanoTime();
                boolean swept = sweep <= now;
                if (swept) {
                    sweep += (now - sweep) / SECOND * SECOND + SECOND;
                }
                if (leaving && swept) {
                    sweep(now);
                }
                if (tick <= now) {
                    tick(now);
                    tick = System.nanoTime() + untilTick();
                }
            }
        }
    }

    private long untilTick() {
        return untilTick(odp.config().micros("proxy_hot_upgrade_check_interval") * 1_000);
    }

    /** Half to all of the interval, at random. */
    static long untilTick(long intervalNanos) {
        return ThreadLocalRandom.current().nextLong(intervalNanos / 2, intervalNanos + 1);
    }

    private boolean leaving() {
        return terminating || exitStartNanos != 0;
    }

    private void sweep(long now) {
        receivedSignal = -1;
        int clients = odp.sessions().count();
        if (terminating) {
            if (now >= exitDeadline) {
                odp.leave(Event.STOPPED, leavingWhy, clients);
            }
        } else if (clients == 0 || now >= exitDeadline) {
            odp.log().info("graceful exit, clients=" + clients);
            odp.leave(Event.DRAINED, leavingWhy, clients);
        }
    }

    private void tick(long now) {
        if (terminating) {
            return;
        }
        takeLocalCommand();
        if (odp.faults().strikes(Fault.RESTARTS_BY_ITSELF)) {
            commandedBy = "the ODP itself";
            restart();
        }
        if (state != State.WAITING) {
            return;
        }
        if (childStatus.equals("exited")) {
            takeServiceBack("successor ended");
        } else if (!committed && now >= rollbackDeadline && child != null) {
            odp.log().error("upgrade timeout, will send SIGKILL to subprocess, pid=" + childPid);
            child.destroyForcibly();
            forgetChild();
            takeServiceBack("successor did not serve in time");
        }
    }

    private void takeLocalCommand() {
        if (!odp.binary().version().hasHotRestart()) {
            return;
        }
        ConfigStore config = odp.config();
        String command = config.get("proxy_local_cmd");
        if (command.equals("0")) {
            return;
        }
        config.set("proxy_local_cmd", "0");
        switch (command) {
            case "1" -> terminate("local command");
            case "2" -> restart();
            case "3" -> {
                serviceStatus = "BE_INACTIVE";
                long timeout = config.micros("hot_upgrade_exit_timeout");
                inactiveAt = timeout < 0 ? NO_DEADLINE : System.nanoTime() + timeout * 1_000;
            }
            case "4" -> serviceStatus = "ACTIVE";
            default -> odp.log().error("unknown local command " + command);
        }
    }

    private void restart() {
        if (state != State.IDLE || leaving() || odp.faults().strikes(Fault.COMMAND_DROPPED)) {
            odp.log().error("it is doing hot upgrading now, CAN NOT do quick restart from local cmd");
            return;
        }
        odp.log().info("proxy will do restart from local cmd");
        long timeoutMicros = odp.config().micros("hot_upgrade_rollback_timeout");
        odp.closeForSuccessor();
        close();
        state = State.WAITING;
        committed = false;
        childStatus = "";
        rollbackAtNanos = nanosSinceEpoch() + timeoutMicros * 1_000;
        rollbackDeadline = System.nanoTime() + timeoutMicros * 1_000;
        try {
            Process started = odp.startSuccessor();
            child = started;
            childPid = started.pid();
            odp.log().info("succ create subprocess, pid=" + childPid);
            odp.note(Event.HOT_RESTART_BEGAN, "local command", childPid, 0, commandedBy);
            Thread watcher = new Thread(() -> watch(started), "child");
            watcher.setDaemon(true);
            watcher.start();
        } catch (IOException cannotExecute) {
            odp.log().error("fail to execute subprocess: " + cannotExecute.getMessage());
            odp.note(Event.HOT_RESTART_BEGAN, "local command", 0, 0, commandedBy);
            childStatus = "exited";
        }
    }

    private void watch(Process started) {
        try {
            started.waitFor();
            childEnded(started);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeServiceBack(String why) {
        odp.log().error("rollback: " + why);
        odp.note(Event.ROLLED_BACK, why, 0, 0, "");
        state = State.IDLE;
        committed = false;
        childStatus = "";
        exitStartNanos = 0;
        exitEndNanos = 0;
        exitDeadline = NO_DEADLINE;
        rollbackDeadline = NO_DEADLINE;
        odp.reopen();
        open();
    }

    /** Installs the signal handlers; sun.misc because there is no other way. */
    void handleSignals() {
        Libc.heed(Libc.SIGTERM);
        Libc.heed(Libc.SIGINT);
        Libc.heed(Libc.SIGHUP);
        Signals.handle("TERM", () -> signalled("SIGTERM"));
        Signals.handle("INT", () -> signalled("SIGINT"));
        Signals.handle("HUP", () -> odp.log().info("recv SIGHUP, reopen monitor log"));
        Signals.handle("USR1", this::drain);
        Signals.handle("URG", this::forgetChild);
    }

    private void signalled(String signal) {
        if (odp.faults().strikes(Fault.IGNORES_SIGTERM)) {
            odp.log().error("ignores " + signal + ": fault switch");
        } else {
            terminate(signal);
        }
    }

    /** Tells the predecessor something, if it still lives. */
    static void signal(long pid, int signal) {
        try {
            Libc.kill((int) pid, signal);
        } catch (LastErrorException gone) {
            // Nobody is left to tell.
        }
    }

    private static long nanosSinceEpoch() {
        Instant now = Instant.now();
        return now.getEpochSecond() * SECOND + now.getNano();
    }
}
