package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every control in every state of a task, by the table that the documents print; and the version that a control was decided on. */
class ControlsTest {

    static Stream<Arguments> pairs() {
        return Arrays.stream(TaskState.values())
                .flatMap(state -> Arrays.stream(ControlKind.values()).map(control -> Arguments.of(state, control)));
    }

    /** A task that has come to a state in the plainest way: no pause is asked for, no window is over. */
    private static Desk in(TaskState state) {
        Desk desk = Desk.of(3);
        switch (state) {
            case WAITING ->
                desk.request(RestartMode.RESTART)
                        .notBefore(desk.now.plusSeconds(60))
                        .send();
            case PRECHECKING -> desk.request(RestartMode.RESTART).send();
            case REJECTED -> {
                desk.host("o1").state = OdpState.STOPPED;
                desk.request(RestartMode.RESTART).send();
                desk.obeyAll();
            }
            case PLANNED -> {
                desk.request(RestartMode.RESTART).dryRun().send();
                desk.obeyAll();
            }
            case RESTARTING -> restarting(desk);
            case LOOKING -> {
                restarting(desk);
                desk.obey(desk.take());
            }
            case STOPPING -> stopping(desk);
            case STARTING -> {
                stopping(desk);
                desk.obeyAllBut(CommandKind.START);
            }
            case SETTLING -> {
                desk.request(RestartMode.RESTART)
                        .sizes("1")
                        .settle(Duration.ofMinutes(1))
                        .send();
                desk.obeyAll();
            }
            case DRAINING -> {
                desk.request(RestartMode.RESTART).sizes("100%").send();
                desk.obeyAllBut(CommandKind.HOT_RESTART);
                for (Output.SendCommand command : List.copyOf(desk.inbox)) {
                    desk.inbox.remove(command);
                    desk.effect(command);
                    desk.result(
                            command,
                            Input.OdpResult.Type.SERVING,
                            desk.host(command.odp().odpId().value()).facts());
                }
            }
            case ROLL_CALL -> {
                desk.request(RestartMode.RESTART).sizes("100%").send();
                while (task(desk).state() != TaskState.ROLL_CALL) {
                    desk.obey(desk.take());
                }
            }
            case PAUSED -> {
                desk.request(RestartMode.RESTART).sizes("1").pauseAfterFirst().send();
                desk.obeyAll();
            }
            case HALTED -> halted(desk);
            case CANCELLING -> {
                restarting(desk);
                desk.control(ControlKind.CANCEL);
            }
            case CANCELLED -> {
                restarting(desk);
                desk.control(ControlKind.CANCEL);
                desk.obeyAll();
            }
            case CLOSED -> {
                desk.request(RestartMode.RESTART).send();
                desk.obeyAll();
            }
            case ABANDONED -> {
                halted(desk);
                desk.now = desk.now.plus(Duration.ofHours(25));
                desk.decide(new Input.Tick(500));
            }
        }
        return desk;
    }

    private static void restarting(Desk desk) {
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
    }

    private static void stopping(Desk desk) {
        desk.request(RestartMode.FORCE_RESTART).send();
        desk.obeyAllBut(CommandKind.STOP);
    }

    private static void halted(Desk desk) {
        restarting(desk);
        desk.fail(desk.take(), FailureCategory.TARGET);
    }

    private static Task task(Desk desk) {
        return Objects.requireNonNull(desk.task(), "the task");
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void shouldFindTheTaskInTheStateThatItIsAskedIn(TaskState state) {
        Task task = in(state).task();

        boolean ended = state.terminal() && state != TaskState.CLOSED;
        assertThat(task == null).isEqualTo(ended);
        if (task != null) {
            assertThat(task.state()).isEqualTo(state);
        }
    }

    @ParameterizedTest(name = "{1} in {0}")
    @MethodSource("pairs")
    void shouldDoAsTheTableSays(TaskState state, ControlKind control) {
        Desk desk = in(state);
        int sent = desk.sent.size();

        Decision decision = desk.control(control);

        switch (Controls.legal(control, state)) {
            case ALWAYS, UNLESS_PAUSING, WITHIN_WINDOW, FOR_THE_FAILED -> isApplied(desk, decision, control);
            case NEVER, WHILE_PAUSING -> isRefused(desk, decision, control, state, sent);
        }
    }

    private static void isApplied(Desk desk, Decision decision, ControlKind control) {
        assertThat(decision).as("%s", desk.types()).isInstanceOf(Decision.Accepted.class);
        assertThat(desk.last(PlanEvent.Type.CONTROL_APPLIED).control()).isEqualTo(control);
    }

    private static void isRefused(Desk desk, Decision decision, ControlKind control, TaskState state, int sent) {
        assertThat(decision).isInstanceOf(Decision.Rejected.class);
        PlanEvent refused = desk.last(PlanEvent.Type.CONTROL_REFUSED);
        assertThat(refused.control()).isEqualTo(control);
        assertThat(refused.message())
                .startsWith("Expected to " + control.verb() + " task '" + Desk.TASK + "', but it is ")
                .endsWith(".");
        assertThat(desk.sent).hasSize(sent);
        Task task = desk.task();
        if (task != null) {
            assertThat(refused.message()).contains("but it is " + state);
            assertThat(task.state()).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskState.class,
            names = {"PRECHECKING", "LOOKING", "RESTARTING", "STOPPING", "STARTING", "SETTLING"})
    void shouldResumeWhatIsAboutToPauseAndNotPauseItTwice(TaskState state) {
        Desk desk = in(state);
        desk.control(ControlKind.PAUSE);
        if (task(desk).state() == state) {
            // What has begun is finished first.
            assertThat(desk.control(ControlKind.PAUSE)).isInstanceOf(Decision.Rejected.class);
            assertThat(desk.last(PlanEvent.Type.CONTROL_REFUSED).message())
                    .endsWith("but it is " + state + " and is being paused already.");
        }

        isApplied(desk, desk.control(ControlKind.RESUME), ControlKind.RESUME);
        for (int i = 0; i < 60; i++) {
            desk.obeyAll();
            desk.pass(desk.settings.lookAgainAfter());
        }

        assertThat(desk.last(PlanEvent.Type.ROLL_CALL_CLOSED).answered()).isEqualTo(3);
    }

    @Test
    void shouldNotPauseADryRun() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).dryRun().send();

        assertThat(desk.control(ControlKind.PAUSE)).isInstanceOf(Decision.Rejected.class);
        assertThat(desk.last(PlanEvent.Type.CONTROL_REFUSED).message())
                .contains("but it is PRECHECKING and a dry run, which touches nothing");
        assertThat(desk.control(ControlKind.CANCEL)).isInstanceOf(Decision.Accepted.class);
    }

    @ParameterizedTest
    @CsvSource({
        "RETRY, o0, 1, ",
        "RETRY, o0, , ",
        "RETRY, o0, 2, but attempt 1 has failed since",
        "RETRY, o1, , 'to have failed, but it is PENDING'",
        "SKIP, o0, 1, ",
        "SKIP, o0, 2, but attempt 1 has failed since",
        "SKIP, o1, 1, 'to have failed, but it is PENDING'",
        "SKIP, o9, , does not restart an ODP"
    })
    void shouldTryAgainOrSkipOnlyWhatHasFailed(
            ControlKind control, String odp, @Nullable Integer attempt, @Nullable String refusal) {
        Desk desk = in(TaskState.HALTED);

        Decision decision = desk.control(control, odp, attempt);

        if (refusal == null) {
            isApplied(desk, decision, control);
        } else {
            assertThat(desk.last(PlanEvent.Type.CONTROL_REFUSED).message()).contains(refusal);
            assertThat(task(desk).state()).isEqualTo(TaskState.HALTED);
        }
    }

    /** Whatever state a task is in, and whether or not agents answer: somebody who cancels it frees the cluster. */
    @ParameterizedTest
    @EnumSource(TaskState.class)
    void shouldAlwaysEndAndFreeTheClusterWhenCancelled(TaskState state) {
        for (boolean agents : new boolean[] {true, false}) {
            Desk desk = in(state);
            desk.control(ControlKind.CANCEL);
            for (int i = 0; i < 60 && desk.task() != null; i++) {
                if (agents) {
                    desk.obeyAll();
                }
                desk.pass(Duration.ofMinutes(1));
            }
            assertThat(desk.task()).as("%s, agents answer: %s", state, agents).isNull();
            assertThat(desk.cluster().activeTask()).isNull();
            if (agents) {
                assertThat(desk.hosts.values().stream().filter(host -> host.state == OdpState.STOPPED))
                        .as("down when the task has ended, %s", state)
                        .hasSize(state == TaskState.REJECTED ? 1 : 0);
            }
        }
    }

    @Test
    void shouldRefuseWhatWasDecidedOnAnotherVersionOfThePlan() {
        Desk desk = in(TaskState.HALTED);
        long seen = desk.last(PlanEvent.Type.TASK_HALTED).planVersion();
        desk.controlOn(seen, ControlKind.RETRY);
        assertThat(desk.last(PlanEvent.Type.CONTROL_APPLIED).planVersion()).isEqualTo(seen + 1);
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);
        assertThat(task(desk).state()).isEqualTo(TaskState.HALTED);

        // Somebody still looks at the first halt.
        Decision late = desk.controlOn(seen, ControlKind.SKIP);

        assertThat(late).isInstanceOf(Decision.Rejected.class);
        long now = desk.last(PlanEvent.Type.TASK_HALTED).planVersion();
        PlanEvent refused = desk.last(PlanEvent.Type.CONTROL_REFUSED);
        assertThat(refused.message())
                .isEqualTo("Expected to skip an ODP of task '" + Desk.TASK + "' as it was at version " + seen
                        + " of its plan, but it is at version " + now
                        + " and HALTED. Look at it and decide again.");
        assertThat(refused.planVersion()).as("a refusal changes nothing").isEqualTo(now);
        assertThat(desk.controlOn(now, ControlKind.SKIP)).isInstanceOf(Decision.Accepted.class);
        assertThat(desk.of(PlanEvent.Type.ODP_SKIPPED)).hasSize(1);
    }

    @Test
    void shouldLetATaskGoItsWayWithoutAnotherVersionOfItsPlan() {
        Desk desk = Desk.of(3);
        desk.request(RestartMode.RESTART).sizes("1").send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        long planned = desk.last(PlanEvent.Type.TASK_PLANNED).planVersion();
        desk.obey(desk.take());
        desk.obeyAllBut(CommandKind.HOT_RESTART);

        assertThat(desk.last(PlanEvent.Type.ODP_DISPATCHED).batch()).isEqualTo(2);
        assertThat(desk.last(PlanEvent.Type.ODP_DISPATCHED).planVersion()).isEqualTo(planned);
        assertThat(desk.controlOn(planned, ControlKind.PAUSE)).isInstanceOf(Decision.Accepted.class);
    }
}
