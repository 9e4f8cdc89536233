package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.JournalEntry.WatchdogSuspended;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchdogTest {
    private static final Meant DOG = new Meant("boot-1", 55, 4000);
    private static final Meant OLD = Meant.of(Samples.OLD);
    private static final Meant NEW = Meant.of(Samples.NEW);

    private static HostView host(String... lines) {
        List<String> all =
                new java.util.ArrayList<>(List.of("boot boot-1", "home /home/admin/obproxy", "etc ok", "binary ok"));
        all.addAll(List.of(lines));
        all.add("end");
        return HostReport.parse(all, 2883);
    }

    private static WatchdogSuspended suspended(String kind, @Nullable Meant remembers) {
        return new WatchdogSuspended(new CommandId("c"), kind, DOG, remembers);
    }

    @ParameterizedTest
    @CsvSource({
        // whose, what serves, what becomes of it
        "obd, none, KEEP",
        "obd, old, RESUME",
        "obd, new, END",
        "rpm, none, KEEP",
        "rpm, old, RESUME",
        "rpm, new, RESUME"
    })
    void shouldGoOnWhereItGetsAlongWithTheProcessThatServes(String kind, String serving, Watchdog.Fate fate) {
        HostView host = host("watchdog " + kind + " 55 4000 T 1");
        Meant process = serving.equals("none") ? null : serving.equals("old") ? OLD : NEW;

        assertThat(Watchdog.fate(suspended(kind, OLD), host, process)).isEqualTo(fate);
    }

    @Test
    void shouldEndWhatNeverKnewTheProcessThatServes() {
        assertThat(Watchdog.fate(suspended("obd", null), host("watchdog obd 55 4000 T 1"), OLD))
                .isEqualTo(Watchdog.Fate.END);
    }

    @Test
    void shouldForgetWhatGoesItsWayOrIsGone() {
        assertThat(Watchdog.fate(suspended("obd", OLD), host("watchdog obd 55 4000 S 1"), NEW))
                .isEqualTo(Watchdog.Fate.RESUMED);
        assertThat(Watchdog.fate(suspended("obd", OLD), host(), NEW)).isEqualTo(Watchdog.Fate.GONE);
        // the same pid, another process
        assertThat(Watchdog.fate(suspended("obd", OLD), host("watchdog obd 55 4001 T 1"), NEW))
                .isEqualTo(Watchdog.Fate.GONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            obd     | watchdog obd 55 4000 S 1     | ''
            rpm     | watchdog rpm 55 4000 S 1     | ''
            obproxy | watchdog obd 55 4000 S 1     | define the launcher obd
            obd     | watchdog rpm 55 4000 S 1     | define the launcher rpm
            obd     | watchdog obd 55 4000 S 0     | belongs to another user
            obd     | watchdog obd 55 4000 T 1     | somebody else suspended
            obd     | watchdog unknown 55 4000 S 1 | none that Rollcall knows
            """)
    void shouldBlockBothKindsOfRestartByAWatchdogThatCannotBeManaged(String launcher, String line, String words) {
        Odp odp = Samples.odp(launcher, Launch.PLAIN);

        List<String> reasons = Blockers.ofStart(odp, host(line));

        if (words.isEmpty()) {
            assertThat(reasons).isEmpty();
        } else {
            assertThat(reasons).singleElement().asString().contains("pid 55", words);
        }
    }

    @Test
    void shouldNotBeBlockedByTheOneThatIsSuspendedForARestart() {
        HostView host =
                host("watchdog obd 55 4000 T 1", "J " + suspended("obd", OLD).text() + " ;");

        assertThat(Blockers.ofStart(Samples.odp("obd", Launch.PLAIN), host)).isEmpty();
    }

    @Test
    void shouldKnowFromTheJournalWhatIsSuspendedAlsoWhenItIsCompacted() {
        Journal journal = Samples.fenced().with(suspended("obd", OLD));

        assertThat(JournalEntry.parse(suspended("obd", OLD).text() + " ;")).contains(suspended("obd", OLD));
        assertThat(JournalEntry.parse(suspended("rpm", null).text() + " ;")).contains(suspended("rpm", null));
        assertThat(journal.suspendedWatchdogs()).containsExactly(suspended("obd", OLD));
        assertThat(journal.compacted()).contains(suspended("obd", OLD));
        JournalEntry.WatchdogReleased released = new JournalEntry.WatchdogReleased(DOG, "ended");
        assertThat(JournalEntry.parse(released.text() + " ;")).contains(released);
        assertThat(journal.with(released).suspendedWatchdogs()).isEmpty();
    }
}
