package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final Command RESTART = Samples.command(CommandKind.HOT_RESTART, Samples.OLD);

    private static List<JournalEntry> story() {
        return List.of(
                new JournalEntry.Fence(Samples.ODP.cluster(), Samples.EPOCH, Samples.TASK),
                Samples.intent(RESTART, 1795397094007015836L),
                new JournalEntry.SettingChange(RESTART.id(), "hot_upgrade_exit_timeout", "30000000"),
                new JournalEntry.SettingChange(RESTART.id(), "hot_upgrade_rollback_timeout", "24h"),
                new JournalEntry.SettingRestored("hot_upgrade_exit_timeout"),
                new JournalEntry.Outcome(RESTART.id(), "failed", "a 50% chance; of 'quotes' = ünï\nnew line"));
    }

    private static List<String> lines(List<JournalEntry> entries) {
        return entries.stream().map(e -> e.text() + " ;").toList();
    }

    @Test
    void shouldReadBackEveryEntryItWrote() {
        for (JournalEntry entry : story()) {
            assertThat(entry.text()).doesNotContain("\n").doesNotContain(";");
            assertThat(JournalEntry.parse(entry.text() + " ;")).contains(entry);
        }
    }

    @Test
    void shouldKnowWhatIsFencedMeantChangedAndDone() {
        Journal journal = Journal.read(lines(story()));

        assertThat(journal.fence().orElseThrow().epoch()).isEqualTo(Samples.EPOCH);
        assertThat(journal.intent(
                        Samples.TASK, Samples.EPOCH, CommandKind.HOT_RESTART, JournalEntry.Meant.of(Samples.OLD)))
                .isPresent();
        assertThat(journal.intent(
                        Samples.TASK, Samples.EPOCH, CommandKind.HOT_RESTART, JournalEntry.Meant.of(Samples.NEW)))
                .isEmpty();
        assertThat(journal.changedSettings())
                .containsExactly(java.util.Map.entry("hot_upgrade_rollback_timeout", "24h"));
        assertThat(journal.outcome(RESTART.id()).orElseThrow().result()).isEqualTo("failed");
        assertThat(journal.highestAttempt("HOT_RESTART")).isEqualTo(1);
    }

    @Test
    void shouldSkipATornLineWhereverItWasTorn() {
        List<String> whole = lines(story());
        String last = whole.get(whole.size() - 1);
        Journal without = Journal.read(whole.subList(0, whole.size() - 1));

        for (int length = 0; length < last.length(); length++) {
            List<String> torn = new ArrayList<>(whole.subList(0, whole.size() - 1));
            torn.add(last.substring(0, length));
            assertThat(Journal.read(torn).outcome(RESTART.id()))
                    .as("torn after %d", length)
                    .isEmpty();
            assertThat(Journal.read(torn).changedSettings()).isEqualTo(without.changedSettings());
        }
    }

    @Test
    void shouldGoOnReadingAfterATornLineInTheMiddle() {
        List<String> torn = new ArrayList<>(lines(story()));
        torn.add(2, "J1 intent cmd=x tas");
        torn.add(3, "");

        assertThat(Journal.read(torn).compacted())
                .isEqualTo(Journal.read(lines(story())).compacted());
    }

    @Test
    void shouldKeepTheFirstOriginalOfASettingThatIsChangedTwice() {
        Journal journal = Journal.empty()
                .with(new JournalEntry.SettingChange(RESTART.id(), "x", "24h"))
                .with(new JournalEntry.SettingChange(new CommandId("next"), "x", "60s"));

        assertThat(journal.changedSettings()).containsEntry("x", "24h");
    }

    @Test
    void shouldForgetIntentsOfEarlierTasksButNotWhatTheyLeftChanged() {
        Journal journal = Journal.read(lines(story()))
                .with(new JournalEntry.Fence(Samples.ODP.cluster(), Samples.EPOCH + 1, new TaskId("next")));

        assertThat(journal.intent(RESTART.id())).isEmpty();
        assertThat(journal.outcome(RESTART.id())).isEmpty();
        assertThat(journal.changedSettings()).containsKey("hot_upgrade_rollback_timeout");
    }

    @Test
    void shouldNeverLowerItsFence() {
        Journal journal = Journal.read(lines(story()))
                .with(new JournalEntry.Fence(Samples.ODP.cluster(), Samples.EPOCH - 1, new TaskId("older")));

        assertThat(journal.fence().orElseThrow().task()).isEqualTo(Samples.TASK);
        assertThat(journal.intent(RESTART.id())).isPresent();
    }

    @Test
    void shouldSayTheSameWhenCompacted() {
        Journal journal = Journal.read(lines(story()));
        Journal shorter = Journal.read(lines(journal.compacted()));

        assertThat(shorter.compacted()).isEqualTo(journal.compacted());
        assertThat(shorter.changedSettings()).isEqualTo(journal.changedSettings());
        assertThat(shorter.outcome(RESTART.id())).isEqualTo(journal.outcome(RESTART.id()));
        assertThat(shorter.lines()).isLessThan(journal.lines());
    }
}
