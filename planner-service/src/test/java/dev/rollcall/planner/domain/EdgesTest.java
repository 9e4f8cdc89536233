package dev.rollcall.planner.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every edge of both tables is taken by something that can happen, so that none of it is only written down. */
class EdgesTest {
    private static final int SEEDS = 1_500;

    private final Set<String> taken = new TreeSet<>();
    private final Set<String> takenByOdps = new TreeSet<>();
    private final Safeguards recording = new Safeguards() {
        @Override
        RunState move(RunState from, RunState.Cause cause) {
            takenByOdps.add(from + " by " + cause);
            return super.move(from, cause);
        }

        @Override
        TaskState move(TaskState from, TaskState.Cause cause) {
            taken.add(from + " by " + cause);
            return super.move(from, cause);
        }
    };

    @Test
    void shouldTakeEveryEdgeOfTheTables() {
        for (long seed = 0; seed < SEEDS; seed++) {
            new Simulation(seed, recording).run();
        }
        abandonedWhenNobodyDecides();
        onlyShown();
        cancelledWhileItWaits();
        halted(draining());
        cancelled(draining());
        halted(settlingWhileAnotherDrains());

        Set<String> written = new TreeSet<>();
        for (TaskState from : TaskState.values()) {
            TaskState.edges(from).keySet().forEach(cause -> written.add(from + " by " + cause));
        }
        assertThat(taken).containsExactlyElementsOf(written);
        Set<String> writtenOfOdps = new TreeSet<>();
        for (RunState from : RunState.values()) {
            RunState.edges(from).keySet().forEach(cause -> writtenOfOdps.add(from + " by " + cause));
        }
        assertThat(takenByOdps).containsExactlyElementsOf(writtenOfOdps);
    }

    private Desk desk(int odps) {
        Desk desk = Desk.of(odps);
        desk.safeguards = recording;
        return desk;
    }

    private void abandonedWhenNobodyDecides() {
        Desk desk = desk(1);
        desk.request(RestartMode.RESTART).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        desk.fail(desk.take(), FailureCategory.TARGET);
        desk.now = desk.now.plus(Duration.ofHours(25));
        desk.decide(new Input.Tick(500));
        assertThat(desk.types()).endsWith("TASK_ABANDONED");
    }

    private void onlyShown() {
        Desk desk = desk(1);
        desk.request(RestartMode.RESTART).dryRun().send();
        desk.obeyAll();
        assertThat(desk.types()).endsWith("TASK_PLANNED");
    }

    private void cancelledWhileItWaits() {
        Desk desk = desk(1);
        desk.request(RestartMode.RESTART).notBefore(desk.now.plusSeconds(60)).send();
        cancelled(desk);
    }

    /** All new processes serve, and the old one of o0 drains. */
    private Desk draining() {
        Desk desk = desk(1);
        desk.request(RestartMode.RESTART).send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        serve(desk);
        return desk;
    }

    /** The second batch settles, and the old process of the first still drains. */
    private Desk settlingWhileAnotherDrains() {
        Desk desk = desk(3);
        desk.request(RestartMode.RESTART)
                .sizes("1")
                .settle(Duration.ofSeconds(1))
                .send();
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        serve(desk);
        desk.pass(Duration.ofSeconds(1));
        desk.obeyAllBut(CommandKind.HOT_RESTART);
        Output.SendCommand second = desk.take();
        desk.effect(second);
        desk.result(second, Input.OdpResult.Type.SUCCEEDED, desk.host("o1").facts());
        return desk;
    }

    private static void serve(Desk desk) {
        Output.SendCommand command = desk.take();
        desk.effect(command);
        desk.result(command, Input.OdpResult.Type.SERVING, desk.host("o0").facts());
    }

    private static void halted(Desk desk) {
        desk.fail(
                desk.sent.stream()
                        .filter(command -> command.kind() == CommandKind.HOT_RESTART)
                        .findFirst()
                        .orElseThrow(),
                FailureCategory.TARGET);
        assertThat(desk.types()).endsWith("TASK_HALTED");
    }

    private static void cancelled(Desk desk) {
        desk.control(ControlKind.CANCEL);
        assertThat(desk.types()).contains("TASK_CANCELLING");
    }
}
