package dev.rollcall.agent.domain;

import static dev.rollcall.agent.domain.Samples.NEW;
import static dev.rollcall.agent.domain.Samples.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole table: each command, against each state of the journal, against everything that may run. */
class NextStepsTest {
    private static final Failure SILENT = Failure.of(FailureCategory.TARGET, "LOGIN_SILENT", "no greeting", null);

    private static final List<String> SIGHTS = List.of(
            "meant idle",
            "meant pending",
            "meant busy",
            "meant idle, mark moved",
            "other serves",
            "meant silent",
            "other silent",
            "nothing",
            "foreign port");

    private static Sight sight(String name) {
        return switch (name) {
            case "meant idle" -> Samples.idle(OLD);
            case "meant pending" -> Samples.serves(OLD, Recorded.upgrade("idle"), true);
            case "meant busy" -> Samples.serves(OLD, Recorded.upgrade("forked"), false);
            case "meant idle, mark moved" -> Samples.serves(OLD, rolledBack(), false);
            case "other serves" -> Samples.serves(NEW, Recorded.upgrade("successor"), false);
            case "meant silent" -> new Sight.RunsWithoutServing(List.of(OLD), SILENT);
            case "other silent" -> new Sight.RunsWithoutServing(List.of(NEW), SILENT);
            case "nothing" -> new Sight.NothingRuns();
            case "foreign port" -> new Sight.PortHeldByOther("held by user 1000");
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Idle again after a restart that failed: the state is as before, only the mark stays. */
    private static UpgradeInfo rolledBack() {
        UpgradeInfo idle = Recorded.upgrade("idle");
        return new UpgradeInfo(
                idle.state(),
                idle.subPid(),
                idle.needConnAccept(),
                idle.isInherited(),
                idle.isParent(),
                0,
                0,
                1795397094007015836L,
                "",
                idle.executable());
    }

    private static String step(Command command, Journal journal, String sight) {
        NextStep step = NextSteps.of(command, journal, sight(sight));
        if (step instanceof NextStep.Fail fail) {
            assertThat(fail.failure().detail()).contains(sight.equals("foreign port") ? "user 1000" : "");
            return fail.failure().category() + " " + fail.failure().code();
        }
        return step.getClass().getSimpleName();
    }

    private static List<String> table(Command command, Journal journal) {
        List<String> rows = new ArrayList<>();
        SIGHTS.forEach(sight -> rows.add(sight + " -> " + step(command, journal, sight)));
        return rows;
    }

    @Test
    void shouldBeginAHotRestartOnlyOnTheMeantAndIdleProcess() {
        Command restart = Samples.command(CommandKind.HOT_RESTART, OLD);

        assertThat(table(restart, Samples.fenced()))
                .containsExactly(
                        "meant idle -> Act",
                        "meant pending -> REFUSED RESTART_UNDER_WAY",
                        "meant busy -> REFUSED RESTART_UNDER_WAY",
                        "meant idle, mark moved -> Act",
                        "other serves -> CHANGED CHANGED",
                        "meant silent -> TARGET LOGIN_SILENT",
                        "other silent -> CHANGED CHANGED",
                        "nothing -> TARGET NOT_RUNNING",
                        "foreign port -> TARGET PORT_HELD_BY_OTHER");
    }

    @Test
    void shouldWatchOrRecogniseWhatItsOwnIntentBegan() {
        Command restart = Samples.command(CommandKind.HOT_RESTART, OLD);
        Journal journal = Samples.fenced().with(Samples.intent(restart, 0));

        assertThat(table(restart, journal))
                .containsExactly(
                        "meant idle -> Act",
                        "meant pending -> Watch",
                        "meant busy -> Watch",
                        "meant idle, mark moved -> TARGET ROLLED_BACK",
                        "other serves -> AlreadyDone",
                        "meant silent -> Watch",
                        "other silent -> Watch",
                        "nothing -> TARGET NOT_RUNNING",
                        "foreign port -> TARGET PORT_HELD_BY_OTHER");
    }

    @Test
    void shouldCountTheIntentOfAnEarlierAttemptOfTheSameTask() {
        Command first = Samples.command(CommandKind.HOT_RESTART, "BATCH_1", 1, OLD, Samples.TASK, Samples.EPOCH);
        Command second = Samples.command(CommandKind.HOT_RESTART, "BATCH_1", 2, OLD, Samples.TASK, Samples.EPOCH);
        Journal journal = Samples.fenced().with(Samples.intent(first, 0));

        assertThat(table(second, journal))
                .contains("other serves -> AlreadyDone", "meant busy -> Watch", "meant idle, mark moved -> Act");
    }

    @Test
    void shouldNotCountTheIntentOfAnotherTask() {
        TaskId other = new TaskId("task-4");
        Command before = Samples.command(CommandKind.HOT_RESTART, "BATCH_1", 1, OLD, other, 4);
        Journal journal = Journal.empty()
                .with(new JournalEntry.Fence(Samples.ODP.cluster(), 4, other))
                .with(Samples.intent(before, 0))
                .with(new JournalEntry.Fence(Samples.ODP.cluster(), Samples.EPOCH, Samples.TASK));

        assertThat(table(Samples.command(CommandKind.HOT_RESTART, OLD), journal))
                .contains("other serves -> CHANGED CHANGED", "meant pending -> REFUSED RESTART_UNDER_WAY");
    }

    @Test
    void shouldRepeatAFailureThatIsJournaled() {
        Command restart = Samples.command(CommandKind.HOT_RESTART, OLD);
        Journal journal = Samples.fenced()
                .with(Samples.intent(restart, 0))
                .with(new JournalEntry.Outcome(restart.id(), NextSteps.FAILED, "the child died"));

        NextStep step = NextSteps.of(restart, journal, Samples.idle(OLD));

        assertThat(step)
                .isInstanceOfSatisfying(
                        NextStep.Fail.class,
                        fail -> assertThat(fail.failure().detail()).isEqualTo("the child died"));
    }

    @Test
    void shouldRefuseAHotRestartThatMeansNoProcess() {
        assertThat(table(Samples.command(CommandKind.HOT_RESTART, null), Samples.fenced())
                        .subList(0, 8))
                .allMatch(row -> row.endsWith("CHANGED NO_BASELINE"));
    }

    @Test
    void shouldStopOnlyTheMeantProcess() {
        assertThat(table(Samples.command(CommandKind.STOP, OLD), Samples.fenced()))
                .containsExactly(
                        "meant idle -> Act",
                        "meant pending -> Act",
                        "meant busy -> Act",
                        "meant idle, mark moved -> Act",
                        "other serves -> CHANGED CHANGED",
                        "meant silent -> Act",
                        "other silent -> CHANGED CHANGED",
                        "nothing -> AlreadyDone",
                        "foreign port -> TARGET PORT_HELD_BY_OTHER");
    }

    @Test
    void shouldNotStopAProcessWhenNoneWasMeant() {
        assertThat(table(Samples.command(CommandKind.STOP, null), Samples.fenced()))
                .contains("meant idle -> CHANGED CHANGED", "meant silent -> CHANGED CHANGED", "nothing -> AlreadyDone");
    }

    @Test
    void shouldStartOnlyWhereNothingRuns() {
        assertThat(table(Samples.command(CommandKind.START, OLD), Samples.fenced()))
                .containsExactly(
                        "meant idle -> AlreadyDone",
                        "meant pending -> AlreadyDone",
                        "meant busy -> AlreadyDone",
                        "meant idle, mark moved -> AlreadyDone",
                        "other serves -> AlreadyDone",
                        "meant silent -> WaitForLogin",
                        "other silent -> WaitForLogin",
                        "nothing -> Act",
                        "foreign port -> TARGET PORT_HELD_BY_OTHER");
    }

    @Test
    void shouldNotTakeAReusedPidOrAnotherBootForTheMeantProcess() {
        ProcessIdentity reused = Samples.process(OLD.pid(), OLD.startTicks() + 1);
        ProcessIdentity rebooted = new ProcessIdentity("boot-2", OLD.pid(), OLD.startTicks(), "/", "", 1, null);
        Command stop = Samples.command(CommandKind.STOP, OLD);

        for (ProcessIdentity other : List.of(reused, rebooted)) {
            assertThat(NextSteps.of(stop, Samples.fenced(), Samples.idle(other)))
                    .isInstanceOfSatisfying(
                            NextStep.Fail.class,
                            fail -> assertThat(fail.failure().category()).isEqualTo(FailureCategory.CHANGED));
        }
    }
}
