package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one command out, from STARTED to its final result; whatever goes wrong becomes a result. Thread-safe. */
public final class CommandRunner {
    private static final Logger log = LoggerFactory.getLogger(CommandRunner.class);

    private final OdpHost hosts;
    private final Observer observer;
    private final Settings settings;
    private final Clock clock;
    private final LongSupplier sleptNanos;
    private final Probe probe;
    private final HotRestart hotRestart;
    private final StopStart stopStart;

    public CommandRunner(
            OdpHost hosts, AdminPort admin, Settings settings, ScheduledExecutorService timer, Clock clock) {
        this(hosts, admin, settings, timer, clock, AwakeTime::slept);
    }

    /**
     * @param slept nanoseconds the agent stood still so far
     */
    CommandRunner(
            OdpHost hosts,
            AdminPort admin,
            Settings settings,
            ScheduledExecutorService timer,
            Clock clock,
            LongSupplier slept) {
        this.hosts = hosts;
        this.observer = new Observer(hosts, admin);
        this.settings = settings;
        this.clock = clock;
        this.sleptNanos = slept;
        this.probe = new Probe(hosts, admin, observer, settings, timer);
        this.hotRestart = new HotRestart(hosts, admin, observer, settings, timer);
        this.stopStart = new StopStart(hosts, admin, observer, settings, timer);
    }

    /** Returns when the final result was reported. */
    void run(Command command, Reporter reporter) {
        reporter.report(Report.of(Report.Type.STARTED));
        try {
            requireWorkable(command);
            carryOut(command, reporter);
        } catch (TroubleException e) {
            reporter.report(Report.failed(e.failure(), factsAfter(command, e.failure())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reporter.report(Report.failed(
                    Failure.of(
                            FailureCategory.TIMED_OUT,
                            "AGENT_STOPPED",
                            "The agent was stopped while it worked on "
                                    + command.odp().place(),
                            "Retry: the host's journal tells what has been done."),
                    null));
        } catch (RuntimeException e) {
            log.error(
                    "Command {} ({} on {}) failed in the agent",
                    command.id(),
                    command.kind(),
                    command.odp().id(),
                    e);
            reporter.report(Report.failed(
                    Failure.of(
                            FailureCategory.PLATFORM,
                            "AGENT_DEFECT",
                            "The agent failed while it worked on "
                                    + command.odp().place() + ": "
                                    + e.getClass().getSimpleName(),
                            "See the agent's log. Retry: the host's journal tells what has been done."),
                    null));
        }
    }

    private void carryOut(Command command, Reporter reporter) throws TroubleException, InterruptedException {
        for (int looks = 1; ; looks++) {
            long mark = sleptNanos.getAsLong();
            try {
                switch (command.kind()) {
                    case PROBE -> probe.run(command, reporter);
                    case HOT_RESTART -> hotRestart.run(command, reporter);
                    case STOP, START -> stopStart.run(command, reporter);
                }
                return;
            } catch (TroubleException e) {
                Duration slept = Duration.ofNanos(sleptNanos.getAsLong() - mark);
                if (!SecondLook.isDue(e.failure(), slept, looks)) {
                    throw e;
                }
                log.warn(
                        "The agent stood still for {} s while it worked on {} ({}); it looks again from the start",
                        slept.toSeconds(),
                        command.odp().place(),
                        e.failure().code());
                reporter.report(Report.progress(
                        "this agent stood still for " + slept.toSeconds() + " s; it looks again from the start"));
            }
        }
    }

    private void requireWorkable(Command command) throws TroubleException {
        String flaw = command.odp().flaw();
        if (flaw != null) {
            throw Troubles.of(
                    FailureCategory.REFUSED,
                    "BAD_DEFINITION",
                    "The definition of ODP " + command.odp().id() + " cannot be used: " + flaw,
                    "Correct the cluster's definition.");
        }
        // The journal decides what is old; age only spares a task that gave up long ago a surprise.
        Duration age = Duration.between(command.sentAt(), clock.instant());
        boolean disturbs = command.kind() == CommandKind.HOT_RESTART || command.kind() == CommandKind.STOP;
        if (disturbs && age.compareTo(settings.maxCommandAge().plus(command.runWithin())) > 0) {
            throw Troubles.of(
                    FailureCategory.REFUSED,
                    "OLD_COMMAND",
                    "This command was sent " + age.toSeconds() + " s ago; its task cannot be waiting for it any more",
                    "Nothing was done. If the clocks of planner and agent differ, set them.");
        }
    }

    private @Nullable Facts factsAfter(Command command, Failure failure) {
        if (failure.category() == FailureCategory.UNREACHABLE
                || failure.category() == FailureCategory.REFUSED
                || command.odp().flaw() != null) {
            return null;
        }
        try {
            return observer.observe(command.odp(), hosts.look(command.odp()), Depth.FACTS, Duration.ofSeconds(2))
                    .facts();
        } catch (TroubleException e) {
            return null;
        }
    }
}
