package dev.rollcall.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.gateway.domain.Role;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestRestartTest {

    private static final TaskId T1 = new TaskId("t1");
    private static final Requester ALICE = new Requester("alice", null, "", Access.everywhere(Role.OBPROXY_MANAGER));
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Views views = new Views(3, 2, 1_000);

    @BeforeEach
    void aClusterOfThree() {
        views.apply(Given.cluster(3));
        for (String odp : List.of("a", "b", "c")) {
            views.apply(Given.odp(odp));
            views.apply(Given.sighting(odp, OdpState.RUNNING, "4.3.1", Given.NOW));
        }
    }

    private CompletableFuture<RequestRestart.Outcome> ask(Duration wait) {
        return new RequestRestart(
                        views, new Applied(), Given.RULES, new Patience(LONG, LONG, LONG), () -> Given.NOW, () -> "t1")
                .ask(Given.PAY, Given.order(Mode.RESTART), null, wait, ALICE);
    }

    private void row(String odp, int batch) {
        views.apply(Given.row("t1", odp, batch, TaskOdpState.PRECHECKED));
    }

    private void planned(TaskState state, TaskPhase phase) {
        views.apply(Given.planned(
                "t1",
                2,
                state,
                phase,
                3,
                new Task.Batch(1, 1, BatchState.WAITING),
                new Task.Batch(2, 2, BatchState.WAITING)));
    }

    private static void isNotDone(CompletableFuture<RequestRestart.Outcome> outcome) {
        assertThat(outcome).failsWithin(Duration.ofMillis(50)).withThrowableOfType(TimeoutException.class);
    }

    @Test
    void shouldWaitForTheBatchOfEachOdpWhenTheTaskIsSeenBeforeItsRows() {
        CompletableFuture<RequestRestart.Outcome> outcome = ask(LONG);
        for (String odp : List.of("a", "b", "c")) {
            row(odp, 0);
        }
        isNotDone(outcome);

        planned(TaskState.PLANNED, TaskPhase.PRECHECK);
        isNotDone(outcome);
        row("a", 1);
        isNotDone(outcome);
        row("a", 1);
        row("b", 2);
        isNotDone(outcome);
        row("c", 2);

        assertThat(outcome).succeedsWithin(LONG).isInstanceOf(RequestRestart.Outcome.Accepted.class);
    }

    @Test
    void shouldWaitForTheTaskWhenItsRowsAreSeenBefore() {
        CompletableFuture<RequestRestart.Outcome> outcome = ask(LONG);
        row("a", 1);
        row("b", 2);
        row("c", 2);
        isNotDone(outcome);

        planned(TaskState.RUNNING, TaskPhase.RESTART);

        assertThat(outcome)
                .succeedsWithin(LONG)
                .isInstanceOfSatisfying(
                        RequestRestart.Outcome.Accepted.class,
                        accepted -> assertThat(accepted.task().state()).isEqualTo(TaskState.RUNNING));
    }

    @Test
    void shouldEndWithHalfAPlanAfterTheTimeGivenAndSayThatItIsHalf() {
        row("a", 1);
        planned(TaskState.PLANNED, TaskPhase.PRECHECK);

        CompletableFuture<RequestRestart.Outcome> outcome = ask(Duration.ofMillis(50));

        assertThat(outcome)
                .succeedsWithin(LONG)
                .isInstanceOfSatisfying(
                        RequestRestart.Outcome.Accepted.class,
                        accepted -> assertThat(views.showsPlan(accepted.task())).isFalse());
    }

    @Test
    void shouldNotWaitForRowsOfATaskThatWasRejected() {
        CompletableFuture<RequestRestart.Outcome> outcome = ask(LONG);

        views.apply(Given.rejected("t1", 2, new Rejection("ODP21017", "b is STOPPED", List.of("b"), 1)));

        assertThat(outcome).succeedsWithin(LONG);
    }

    @Test
    void shouldForgetTheBatchesOfRowsThatAreGone() {
        planned(TaskState.PLANNED, TaskPhase.PRECHECK);
        row("a", 1);
        row("b", 2);
        row("c", 2);
        Task task = views.task(T1);
        assertThat(task).isNotNull();
        if (task != null) {
            assertThat(views.showsPlan(task)).isTrue();

            views.removeTaskOdp(T1, new OdpId("c"));

            assertThat(views.showsPlan(task)).isFalse();
        }
    }

    /** What the log takes is in the view at once. */
    private final class Applied implements RequestPublisher {

        @Override
        public CompletableFuture<LogPosition> publish(ClusterChange change) {
            throw new AssertionError("Nobody changes the cluster");
        }

        @Override
        public CompletableFuture<LogPosition> publish(RestartRequest request, Requester requester) {
            views.apply(request);
            views.positions().advance("t", 0, 1);
            return CompletableFuture.completedFuture(new LogPosition("t", 0, 0));
        }

        @Override
        public CompletableFuture<LogPosition> publish(ControlRequest control) {
            throw new AssertionError("Nobody steers");
        }
    }
}
