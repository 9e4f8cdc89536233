package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.Report;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopLeaseTest {
    private static final Odp ODP = new Odp(
            new ClusterId("c"), new OdpId("o"), "host", 22, "user", "ssh", 2883, null, "/home", "obproxy", "sql", null);
    private static final Command STOP = new Commands(ODP, "task-1", 1).stop(null);

    private final List<Command> started = new CopyOnWriteArrayList<>();
    private final HastyTimer timer = new HastyTimer();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** Comes back to whoever scheduled something only when its thread had the time to do it. */
    private static final class HastyTimer extends ScheduledThreadPoolExecutor {
        private final List<Runnable> works = new CopyOnWriteArrayList<>();
        private boolean hasty;

        HastyTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
            works.add(work);
            ScheduledFuture<?> future = super.schedule(work, hasty ? 0 : delay, unit);
            if (hasty) {
                hasty = false;
                Thread thread = new Thread(work);
                thread.start();
                try {
                    thread.join(200);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return future;
        }
    }

    private StopLease lease(Duration term) {
        return new StopLease(term, timer, Runnable::run, (command, reporter) -> {
            started.add(command);
            reporter.report(Report.of(Report.Type.SUCCEEDED));
        });
    }

    @Test
    void shouldStartOnceAlsoWhenTheLeaseEndsWhileItIsBeingNoted() {
        // given
        timer.hasty = true;

        // when
        lease(Duration.ofMinutes(5)).heard(STOP, Report.of(Report.Type.SUCCEEDED));

        // then
        await().atMost(Duration.ofSeconds(5)).until(() -> !started.isEmpty());
        assertThat(started).extracting(Command::kind).containsExactly(CommandKind.START);
    }

    @Test
    void shouldStartNothingThatAnotherCommandIsUnderWayFor() {
        // given
        StopLease lease = lease(Duration.ofMinutes(5));
        lease.heard(STOP, Report.of(Report.Type.SUCCEEDED));

        // when: its time was over just before somebody asks for the ODP
        lease.taken(new Commands(ODP, "task-1", 1).start(null));
        timer.works.get(0).run();

        // then
        assertThat(started).isEmpty();
        assertThat(timer.getQueue())
                .filteredOn(term -> !((ScheduledFuture<?>) term).isCancelled())
                .hasSize(1);
    }

    @Test
    void shouldStartNothingThatWasStartedInTime() {
        // given
        StopLease lease = lease(Duration.ofMinutes(5));
        lease.heard(STOP, Report.of(Report.Type.SUCCEEDED));

        // when
        lease.heard(new Commands(ODP, "task-1", 1).start(null), Report.of(Report.Type.SUCCEEDED));

        // then
        assertThat(timer.getQueue()).allMatch(term -> ((ScheduledFuture<?>) term).isCancelled());
    }
}
