package dev.rollcall.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.gateway.domain.Role;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SteerTaskTest {

    private static final TaskId T1 = new TaskId("t1");
    private static final Requester ALICE = new Requester("alice", null, "", Access.everywhere(Role.OBPROXY_MANAGER));
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Views views = new Views(3, 2, 1_000);
    private final PlannerAnswers answers = new PlannerAnswers();
    private final Taken log = new Taken();

    private void task(long version, TaskState state) {
        views.apply(Given.task("t1", version, state, TaskPhase.RESTART, Task.Counts.NONE));
    }

    private CompletableFuture<SteerTask.Outcome> steer(Control control, Duration patience) {
        return steer(control, patience, null);
    }

    private CompletableFuture<SteerTask.Outcome> steer(Control control, Duration patience, @Nullable Long version) {
        return new SteerTask(views, answers, log, new Patience(LONG, LONG, patience), () -> Given.NOW, () -> "control")
                .steer(T1, control, null, version, ALICE);
    }

    private void plannerApplies() {
        answers.answered("control", new PlannerAnswer("said", true, 0, List.of(), null, ""));
    }

    /** The planner's answer is handed over on another thread, so that a wrong end would take a moment. */
    private static void isNotDone(CompletableFuture<SteerTask.Outcome> outcome) {
        assertThat(outcome).failsWithin(Duration.ofMillis(100)).withThrowableOfType(TimeoutException.class);
    }

    private static void isApplied(CompletableFuture<SteerTask.Outcome> outcome, long version) {
        assertThat(outcome)
                .succeedsWithin(LONG)
                .isInstanceOfSatisfying(
                        SteerTask.Outcome.Applied.class,
                        applied -> assertThat(applied.task().version()).isEqualTo(version));
    }

    @ParameterizedTest
    @CsvSource({
        "RETRY, HALTED, RUNNING",
        "RESUME, PAUSED, RUNNING",
        "CANCEL, RUNNING, CANCELLING",
        "CANCEL, HALTED, CANCELLED"
    })
    void shouldSayAppliedOnlyWhenTheTaskShowsIt(Control control, TaskState before, TaskState after) {
        task(4, before);
        CompletableFuture<SteerTask.Outcome> outcome = steer(control, LONG);

        plannerApplies();
        views.apply(Given.applied("t1", "said", 9, 4));
        // Something else changes the task; the control is not to be seen in it yet.
        task(5, before);
        isNotDone(outcome);
        task(6, after);

        isApplied(outcome, 6);
    }

    @Test
    void shouldNotTakeAnEarlierOrForeignChangeForItsOwn() {
        task(4, TaskState.RUNNING);
        views.apply(Given.applied("t1", "said", 8, 4));
        CompletableFuture<SteerTask.Outcome> outcome = steer(Control.PAUSE, LONG);

        plannerApplies();
        views.apply(Given.applied("t1", "said by somebody else", 9, 4));
        task(5, TaskState.PAUSED);
        isNotDone(outcome);
        views.apply(Given.applied("t1", "said", 10, 6));
        isNotDone(outcome);
        task(6, TaskState.PAUSED);

        isApplied(outcome, 6);
    }

    @Test
    void shouldSayThatItWasAskedForWhenTheTaskDoesNotShowItInTime() {
        task(4, TaskState.HALTED);
        CompletableFuture<SteerTask.Outcome> outcome = steer(Control.RETRY, Duration.ofMillis(50));

        plannerApplies();

        assertThat(outcome).succeedsWithin(LONG).isInstanceOf(SteerTask.Outcome.Asked.class);
    }

    @Test
    void shouldNameTheVersionOfThePlanThatTheTaskShowed() {
        views.apply(planned(4, 2L));

        CompletableFuture<SteerTask.Outcome> any = steer(Control.RETRY, Duration.ofMillis(50));
        CompletableFuture<SteerTask.Outcome> thisOne = steer(Control.RETRY, Duration.ofMillis(50), 4L);

        assertThat(any).succeedsWithin(LONG);
        assertThat(thisOne).succeedsWithin(LONG);
        assertThat(log.controls).extracting(ControlRequest::planVersion).containsExactly(null, 2L);
        assertThat(log.controls).extracting(ControlRequest::taskVersion).containsExactly(null, 4L);
    }

    @Test
    void shouldWaitForAVersionThatAnotherGatewayHasShownAndNotGuess() {
        views.apply(planned(4, 2L));
        CompletableFuture<SteerTask.Outcome> ahead = steer(Control.RETRY, LONG, 5L);

        assertThat(log.controls).isEmpty();
        views.apply(planned(5, 3L));
        await().until(() -> !log.controls.isEmpty());

        plannerApplies();
        views.apply(Given.applied("t1", "said", 9, 5));
        task(6, TaskState.RUNNING);
        isApplied(ahead, 6);
        assertThat(log.controls).extracting(ControlRequest::planVersion).containsExactly(3L);
        assertThat(steer(Control.RETRY, Duration.ofMillis(50), 99L))
                .succeedsWithin(LONG)
                .isInstanceOf(SteerTask.Outcome.OtherVersion.class);
    }

    private static Task planned(long version, long planVersion) {
        return Given.planned(
                Given.task("t1", version, TaskState.HALTED, TaskPhase.RESTART, Task.Counts.NONE),
                new Task.Plan(planVersion, null, null, List.of()));
    }

    /** The log takes everything. */
    private static final class Taken implements RequestPublisher {
        private static final CompletableFuture<LogPosition> AT =
                CompletableFuture.completedFuture(new LogPosition("t", 0, 0));

        @Override
        public CompletableFuture<LogPosition> publish(ClusterChange change) {
            return AT;
        }

        @Override
        public CompletableFuture<LogPosition> publish(RestartRequest request, Requester requester) {
            return AT;
        }

        private final List<ControlRequest> controls = new CopyOnWriteArrayList<>();

        @Override
        public CompletableFuture<LogPosition> publish(ControlRequest control) {
            controls.add(control);
            return AT;
        }
    }
}
