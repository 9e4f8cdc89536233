package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FencingRulesTest {
    private static String code(Command command, Journal journal) {
        return FencingRules.refusal(command, journal)
                .map(f -> {
                    assertThat(f.category()).isEqualTo(FailureCategory.REFUSED);
                    return f.code();
                })
                .orElse("passes");
    }

    private static Command stop(String step, int attempt, String task, long epoch) {
        return Samples.command(CommandKind.STOP, step, attempt, Samples.OLD, new TaskId(task), epoch);
    }

    @Test
    void shouldLetTheFirstTaskThrough() {
        assertThat(code(stop("STOP", 1, "a", 1), Journal.empty())).isEqualTo("passes");
        assertThat(FencingRules.raisesFence(stop("STOP", 1, "a", 1), Journal.empty()))
                .isTrue();
    }

    @Test
    void shouldRefuseOlderEpochsAndTheSameEpochOfAnotherTask() {
        assertThat(code(stop("STOP", 1, "task-4", 4), Samples.fenced())).isEqualTo("OLD_EPOCH");
        assertThat(code(stop("STOP", 1, "task-x", 5), Samples.fenced())).isEqualTo("SAME_EPOCH");
        assertThat(code(stop("STOP", 1, "task-5", 5), Samples.fenced())).isEqualTo("passes");
        assertThat(code(stop("STOP", 1, "task-6", 6), Samples.fenced())).isEqualTo("passes");
        assertThat(FencingRules.raisesFence(stop("STOP", 1, "task-5", 5), Samples.fenced()))
                .isFalse();
        assertThat(FencingRules.raisesFence(stop("STOP", 1, "task-6", 6), Samples.fenced()))
                .isTrue();
    }

    @Test
    void shouldRefuseALowerAttemptAtTheSameStepOnly() {
        Journal journal = Samples.fenced().with(Samples.intent(stop("STOP", 2, "task-5", 5), 0));

        assertThat(code(stop("STOP", 1, "task-5", 5), journal)).isEqualTo("OLD_ATTEMPT");
        assertThat(code(stop("STOP", 2, "task-5", 5), journal)).isEqualTo("passes");
        assertThat(code(stop("STOP", 3, "task-5", 5), journal)).isEqualTo("passes");
        assertThat(code(stop("START", 1, "task-5", 5), journal)).isEqualTo("passes");
        assertThat(code(stop("STOP", 1, "task-6", 6), journal)).isEqualTo("passes");
    }

    @Test
    void shouldRefuseAStopThatComesAfterTheStartOfItsAttempt() {
        Command start = Samples.command(CommandKind.START, "START", 1, Samples.OLD, new TaskId("task-5"), 5);
        Journal journal = Samples.fenced().with(Samples.intent(start, 0));

        assertThat(code(stop("STOP", 1, "task-5", 5), journal)).isEqualTo("STOP_AFTER_START");
        assertThat(code(stop("STOP", 2, "task-5", 5), journal)).isEqualTo("passes");
        assertThat(code(stop("STOP", 1, "task-6", 6), journal)).isEqualTo("passes");
        assertThat(code(start, journal)).isEqualTo("passes");
    }

    @Test
    void shouldLetTheDeadMansStartPassANewerTaskThatHasNotBegunToAct() {
        Command start = Samples.command(CommandKind.START, Command.STOP_LEASE, 1, Samples.OLD, new TaskId("task-4"), 4);
        Command late = Samples.command(CommandKind.START, "START", 1, Samples.OLD, new TaskId("task-4"), 4);
        Journal acted = Samples.fenced().with(Samples.intent(stop("STOP", 1, "task-5", 5), 0));

        assertThat(code(start, Samples.fenced())).isEqualTo("passes");
        assertThat(code(start, Samples.fenced().with(Samples.intent(start, 0)))).isEqualTo("passes");
        assertThat(code(late, Samples.fenced())).isEqualTo("OLD_EPOCH");
        assertThat(code(start, acted)).isEqualTo("OLD_EPOCH");
        assertThat(FencingRules.raisesFence(start, Samples.fenced())).isFalse();
    }

    @Test
    void shouldNotTakeTheDeadMansStartForOneOfTheNewerTask() {
        Command start = Samples.command(CommandKind.START, Command.STOP_LEASE, 3, Samples.OLD, new TaskId("task-4"), 4);
        Journal journal = Samples.fenced().with(Samples.intent(start, 0));

        assertThat(code(stop("STOP", 1, "task-5", 5), journal)).isEqualTo("passes");
        assertThat(journal.acted()).isFalse();
    }

    @Test
    void shouldRefuseAnotherClusterByName() {
        Journal journal = Journal.empty().with(new JournalEntry.Fence(new ClusterId("billing"), 1, new TaskId("t")));

        Failure refusal = FencingRules.refusal(stop("STOP", 1, "a", 9), journal).orElseThrow();

        assertThat(refusal.code()).isEqualTo("OTHER_CLUSTER");
        assertThat(refusal.detail()).contains("'billing'", "'pay'");
    }

    @Test
    void shouldLetOnlyAProbeRunWithoutAnEpoch() {
        Command probe = Samples.command(CommandKind.PROBE, "PRECHECK", 1, null, Samples.TASK, 0);

        assertThat(code(probe, Samples.fenced())).isEqualTo("passes");
        assertThat(FencingRules.raisesFence(probe, Journal.empty())).isFalse();
        assertThat(code(stop("STOP", 1, "a", 0), Journal.empty())).isEqualTo("UNFENCED");
    }
}
